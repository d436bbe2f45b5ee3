"""What came and was returned by the payer's bank is written down, and may be presented again as a row of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0005_support_terms")]
    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                (
                    "is_claimed",
                    models.BooleanField(help_text="The payer asked their bank for it: it is not presented again."),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returned", to="giving.attempt"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddField(
            model_name="collection",
            name="again_of",
            field=models.OneToOneField(
                blank=True,
                help_text="The collection of this period that came and was returned.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presented_again",
                to="giving.collection",
            ),
        ),
        migrations.RemoveConstraint(model_name="collection", name="collection_once_per_due_date"),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("again_of", None)), fields=("pledge", "due_on"), name="collection_once_per_due_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "collected")), fields=("pledge", "due_on"), name="period_collected_once"
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="step",
            field=models.CharField(
                choices=[
                    ("failed", "It did not go through"),
                    ("again", "It did not go through again"),
                    ("last", "Last try ahead"),
                    ("lapsed", "The pledge lapsed"),
                    ("returned", "It came and was returned"),
                    ("claimed", "Its payer claimed it back"),
                    ("expiring", "The card expires"),
                ],
                max_length=10,
            ),
        ),
    ]
