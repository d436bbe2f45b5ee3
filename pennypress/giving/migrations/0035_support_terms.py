"""The paper sets on which days it tries again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Days are counted from the first failure, and the last comes before the next month's collection.
SENSE = """
ALTER TABLE giving_supportterms ADD CONSTRAINT retries_stay_within_their_month CHECK (
    cardinality(retry_after_days) BETWEEN 1 AND 6 AND 1 <= ALL (retry_after_days) AND 27 >= ALL (retry_after_days));
"""
UNDO = "ALTER TABLE giving_supportterms DROP CONSTRAINT retries_stay_within_their_month;"


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0034_what_supporters_are_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SupportTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_from", models.DateField()),
                (
                    "retry_after_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        help_text="Cards: days after the first failure, in order.",
                        size=None,
                    ),
                ),
                (
                    "debit_retry_after_days",
                    models.PositiveSmallIntegerField(
                        help_text="Direct Debit: days after the failure until it is presented once more."
                    ),
                ),
                (
                    "expiry_notice_days",
                    models.PositiveSmallIntegerField(
                        help_text="How many days before a card expires its supporter is asked for another."
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "support terms",
                "ordering": ["effective_from", "id"],
            },
        ),
        migrations.AddField(
            model_name="supportterms",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="support_terms",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="supportterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit_retry_after_days__gte", 1), ("debit_retry_after_days__lte", 27)),
                name="debit_is_retried_within_its_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("expiry_notice_days__gte", 7), ("expiry_notice_days__lte", 90)),
                name="card_is_asked_for_in_time",
            ),
        ),
        migrations.RunSQL(SENSE, UNDO),
    ]
