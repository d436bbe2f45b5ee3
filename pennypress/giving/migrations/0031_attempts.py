"""Each attempt to have the money of a collection is a row of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0030_pledges_pause_lapse_and_are_given")]
    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("collected", "Collected"),
                            ("failed", "Not collected"),
                            ("surplus", "Came twice"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="collection",
            name="failed_on",
            field=models.DateField(blank=True, help_text="The day of the first attempt that failed.", null=True),
        ),
        migrations.AddField(
            model_name="collection",
            name="retry_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="collection",
            index=models.Index(
                condition=models.Q(("retry_on__isnull", False)), fields=["retry_on"], name="collection_retried"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retry_on__isnull", True),
                    models.Q(("failed_on__lt", models.F("retry_on")), ("state", "failed")),
                    _connector="OR",
                ),
                name="only_a_failed_collection_is_retried",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="collection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="giving.collection"
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempt", to="payments.payment"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("collection", "number"), name="attempt_once_per_number"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("collection",), name="attempt_one_under_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "collected")), fields=("collection",), name="attempt_one_collects"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="attempts_are_counted_from_one"
            ),
        ),
    ]
