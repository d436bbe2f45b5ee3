"""Each comparison with a provider, and each difference found."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0016_payouts_sum"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("since", models.DateTimeField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payments",
                    models.PositiveIntegerField(default=0, help_text="How many payments of theirs were compared."),
                ),
                (
                    "payouts",
                    models.PositiveIntegerField(default=0, help_text="How many payouts of theirs were compared."),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider_ref", models.CharField(max_length=100)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("paid_there", "Paid there and not here: its webhook was lost"),
                            ("never_asked", "Paid there and never asked for here"),
                            ("taken_back_there", "Taken back there and not here"),
                            ("given_back_there", "Taken back here and not there"),
                            ("unknown_there", "Paid here and unknown there"),
                            ("failed_there", "Paid here and not paid there"),
                            ("more_there", "More was paid there than was asked for"),
                            ("less_there", "Less was paid there than was asked for"),
                            ("payout", "Paid out there and not booked here"),
                            ("unrepaired", "Could not be repaired"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("entry_key", models.CharField(blank=True, max_length=200)),
                ("says", models.CharField(blank=True, max_length=300)),
                ("found_at", models.DateTimeField()),
                (
                    "reconciliation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="payments.reconciliation",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "unrepaired"), ("entry_key", "")),
                            models.Q(
                                models.Q(("cause", "unrepaired"), _negated=True),
                                models.Q(("entry_key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="difference_repaired_by_an_entry",
                    )
                ],
            },
        ),
    ]
