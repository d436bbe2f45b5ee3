"""Count sheets of collections, paying-in slips, and taking back what was entered by mistake."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0021_refund_orders_within_what_came"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="refund",
            name="kind",
            field=models.CharField(
                choices=[
                    ("refund", "Refund"),
                    ("dispute", "Dispute"),
                    ("reinstatement", "Dispute won"),
                    ("bounced", "Returned unpaid"),
                    ("mistake", "Entered by mistake"),
                ],
                max_length=13,
            ),
        ),
        migrations.CreateModel(
            name="CashCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=200)),
                (
                    "permit",
                    models.CharField(
                        blank=True, help_text="Number of the council's permit, in the street.", max_length=100
                    ),
                ),
                ("first_counter", models.CharField(max_length=200)),
                ("second_counter", models.CharField(max_length=200)),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash_count", to="payments.receipt"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CountedCash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("face_minor", models.PositiveIntegerField()),
                ("pieces", models.PositiveIntegerField()),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash", to="payments.cashcount"
                    ),
                ),
            ],
            options={
                "ordering": ["-face_minor"],
            },
        ),
        migrations.CreateModel(
            name="PayingInSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Not yet paid in"), ("paid_in", "Paid in")], default="open", max_length=8
                    ),
                ),
                (
                    "loose_coins_minor",
                    models.BigIntegerField(
                        default=0,
                        help_text="How much of the cash without a count sheet is coins; the rest of it is notes.",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, help_text="The number printed in the bank's own book.", max_length=40),
                ),
                ("drawn_on", models.DateField()),
                ("drawn_at", models.DateTimeField()),
                ("banked_on", models.DateField(blank=True, null=True)),
                ("paid_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slips_drawn",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paid_in_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slips_paid_in",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="SlipItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("put_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slip_items", to="payments.receipt"
                    ),
                ),
                (
                    "slip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="payments.payinginslip"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Tin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("collector", models.CharField(blank=True, max_length=200)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tins", to="payments.cashcount"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="cashcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", ""), _negated=True), name="count_says_where"
            ),
        ),
        migrations.AddConstraint(
            model_name="cashcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_counter", ""), _negated=True),
                    models.Q(("second_counter", ""), _negated=True),
                    models.Q(("first_counter__iexact", models.F("second_counter")), _negated=True),
                ),
                name="count_has_two_counters",
            ),
        ),
        migrations.AddConstraint(
            model_name="countedcash",
            constraint=models.UniqueConstraint(fields=("count", "face_minor"), name="counted_once_each_face"),
        ),
        migrations.AddConstraint(
            model_name="countedcash",
            constraint=models.CheckConstraint(
                condition=models.Q(("face_minor__gt", 0), ("pieces__gt", 0)), name="counted_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="payinginslip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("banked_on__isnull", True), ("paid_in_at__isnull", True), ("state", "open")),
                    models.Q(("banked_on__isnull", False), ("paid_in_at__isnull", False), ("state", "paid_in")),
                    _connector="OR",
                ),
                name="slip_paid_in_with_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="payinginslip",
            constraint=models.CheckConstraint(
                condition=models.Q(("loose_coins_minor__gte", 0)), name="slip_coins_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="payinginslip",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="slip_currency_iso"
            ),
        ),
        migrations.AddConstraint(
            model_name="slipitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)), fields=("receipt",), name="receipt_on_one_slip"
            ),
        ),
        migrations.AddConstraint(
            model_name="tin",
            constraint=models.UniqueConstraint(fields=("count", "number"), name="tin_once_in_a_count"),
        ),
        migrations.AddConstraint(
            model_name="tin",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0), models.Q(("number", ""), _negated=True)),
                name="tin_with_number_and_amount",
            ),
        ),
    ]
