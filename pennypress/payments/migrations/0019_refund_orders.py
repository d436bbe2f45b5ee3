"""Refund orders, and up to which sum one person is enough for one."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0018_reconciliations_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("part_count", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("approved", "Approved"),
                            ("sent", "Sent to the provider"),
                            ("done", "Given back"),
                            ("refused", "Refused"),
                            ("failed", "Did not go"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("needs_two", models.BooleanField()),
                ("asked_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, help_text="When the provider took the order.", null=True),
                ),
                ("refund_key", models.CharField(blank=True, max_length=200)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refund_orders", to="payments.receipt"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RefundOrderMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("approved", "Approved"),
                            ("sent", "Sent to the provider"),
                            ("done", "Given back"),
                            ("refused", "Refused"),
                            ("failed", "Did not go"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("approved", "Approved"),
                            ("sent", "Sent to the provider"),
                            ("done", "Given back"),
                            ("refused", "Refused"),
                            ("failed", "Did not go"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("moved_at", models.DateTimeField()),
                (
                    "moved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_order_moves",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="payments.refundorder"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RefundOrderPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_order_parts",
                        to="payments.allocation",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="payments.refundorder"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("effective_from", models.DateField()),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thresholds_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["effective_from", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="refundorder",
            index=models.Index(fields=["state"], name="payments_re_state_af4298_idx"),
        ),
        migrations.AddConstraint(
            model_name="refundorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="refund_order_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    ("asked_by__isnull", True),
                    models.Q(("approved_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="refund_order_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="refundorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_two", False),
                    ("approved_by__isnull", False),
                    ("state__in", ["asked", "refused"]),
                    _connector="OR",
                ),
                name="refund_order_approved_by_a_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="refundorderpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="refund_order_part_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundorderpart",
            constraint=models.UniqueConstraint(fields=("order", "allocation"), name="refund_order_part_once"),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="threshold_not_below_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="threshold_currency_iso"
            ),
        ),
    ]
