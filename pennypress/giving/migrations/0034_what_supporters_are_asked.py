"""New mandates, advance notices of debits, and reminders."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0033_collections_leave_payments_to_attempts")]
    operations = [
        migrations.CreateModel(
            name="AdvanceNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                ("interval_months", models.PositiveSmallIntegerField()),
                ("anchor_day", models.PositiveSmallIntegerField()),
                ("given_on", models.DateField()),
                ("first_on", models.DateField(help_text="The first day on which it may be debited as told.")),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="MandateRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_ref", models.CharField(blank=True, max_length=100)),
                ("asked_at", models.DateTimeField()),
                ("given_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("failed", "It did not go through"),
                            ("again", "It did not go through again"),
                            ("last", "Last try ahead"),
                            ("lapsed", "The pledge lapsed"),
                            ("expiring", "The card expires"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="advancenotice",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="payments.mandate"
            ),
        ),
        migrations.AddField(
            model_name="advancenotice",
            name="pledge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="giving.pledge"
            ),
        ),
        migrations.AddField(
            model_name="mandaterequest",
            name="mandate",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="request", to="payments.mandate"
            ),
        ),
        migrations.AddField(
            model_name="mandaterequest",
            name="pledge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mandate_requests", to="giving.pledge"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="attempt",
            field=models.OneToOneField(
                blank=True,
                help_text="What failed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminder",
                to="giving.attempt",
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="mandate",
            field=models.ForeignKey(
                blank=True,
                help_text="What ends.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="payments.mandate",
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="pledge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="giving.pledge"
            ),
        ),
        migrations.AddConstraint(
            model_name="advancenotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_on__gte", models.F("given_on"))), name="notice_is_given_before"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("pledge", "on"), name="reminder_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("step", "expiring")), fields=("pledge", "mandate"), name="reminder_once_for_a_card"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", True), ("mandate__isnull", False), ("step", "expiring")),
                    models.Q(models.Q(("step", "expiring"), _negated=True), ("attempt__isnull", False)),
                    _connector="OR",
                ),
                name="reminder_says_of_what",
            ),
        ),
    ]
