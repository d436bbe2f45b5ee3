"""What providers send to the bank, movement by movement."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0013_mandates_say_what_they_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("provider_ref", models.CharField(max_length=100)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("arrives_on", models.DateField(db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "On its way"), ("paid", "Paid"), ("failed", "Came back")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("line_count", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_ref"), name="payout_once_from_provider"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payout_currency_iso"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[("pending", "On its way"), ("paid", "Paid"), ("failed", "Came back")],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[("pending", "On its way"), ("paid", "Paid"), ("failed", "Came back")], max_length=10
                    ),
                ),
                ("moved_at", models.DateTimeField()),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="payments.payout"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Its place among the payout's lines, from 1.")),
                ("key", models.CharField(help_text="The provider's name for the movement.", max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "Payment"),
                            ("refund", "Refund"),
                            ("dispute", "Dispute"),
                            ("reinstatement", "Dispute won"),
                            ("bounced", "Returned unpaid"),
                            ("fee", "Fee"),
                            ("other", "Other"),
                        ],
                        max_length=13,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.payout"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_lines",
                        to="payments.receipt",
                    ),
                ),
                (
                    "returned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned_in_lines",
                        to="payments.payout",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("payout", "key"), name="payout_line_once"),
                    models.UniqueConstraint(fields=("payout", "number"), name="payout_line_has_its_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["fee", "other"]), ("receipt__isnull", True)),
                            models.Q(
                                models.Q(("kind__in", ["fee", "other"]), _negated=True), ("receipt__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="payout_line_of_a_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned__isnull", True),
                            models.Q(("kind", "other"), models.Q(("returned", models.F("payout")), _negated=True)),
                            _connector="OR",
                        ),
                        name="payout_line_returns_another",
                    ),
                ],
            },
        ),
    ]
