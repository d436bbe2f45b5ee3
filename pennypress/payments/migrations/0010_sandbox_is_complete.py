"""The sandbox keeps mandates, a balance and payouts of their own."""

import django.db.models.deletion
from django.db import migrations, models

import pennypress.payments.sandbox_tables


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_receipts_say_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxMandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=pennypress.payments.sandbox_tables._mandate_ref,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The idempotency key under which it was asked for.", max_length=200, unique=True
                    ),
                ),
                ("reference", models.CharField(help_text="The shop's own reference.", max_length=100)),
                ("method", models.CharField(max_length=20)),
                ("return_url", models.CharField(blank=True, max_length=500)),
                ("state", models.CharField(default="pending", help_text="pending, active or cancelled", max_length=20)),
                (
                    "card",
                    models.CharField(blank=True, help_text="The name of the test card, never a number.", max_length=20),
                ),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("fault", models.CharField(blank=True, help_text="What goes wrong with its webhooks.", max_length=20)),
                (
                    "next_step",
                    models.CharField(blank=True, help_text="What happens to it by itself, at next_at.", max_length=20),
                ),
                ("next_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SandboxPayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=pennypress.payments.sandbox_tables._payout_ref,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(default="pending", help_text="pending, paid or failed", max_length=20)),
                ("arrives_on", models.DateField()),
                ("next_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AlterField(
            model_name="sandboxevent",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="payments.sandboxpayment",
            ),
        ),
        migrations.AlterField(
            model_name="sandboxpayment",
            name="created_at",
            field=models.DateTimeField(db_index=True),
        ),
        migrations.CreateModel(
            name="SandboxMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        help_text="payment, refund, dispute, reinstatement, bounced, fee or other", max_length=20
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("is_paid_out", models.BooleanField(default=False)),
                ("available_at", models.DateTimeField(help_text="Not paid out before this, but on demand.")),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="payments.sandboxpayment",
                    ),
                ),
                ("payouts", models.ManyToManyField(related_name="movements", to="payments.sandboxpayout")),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_paid_out", False)), fields=["currency"], name="sandbox_balance"
                    )
                ],
            },
        ),
    ]
