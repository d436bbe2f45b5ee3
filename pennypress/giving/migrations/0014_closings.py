"""The figures of an appeal as it was closed, with the marks that explain what came afterwards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

METHODS = [
    ("card", "Card"),
    ("direct_debit", "Direct Debit"),
    ("standing_order", "Standing order"),
    ("bank_transfer", "Bank transfer"),
    ("cheque", "Cheque"),
    ("cash", "Cash"),
    ("collection", "Collection"),
    ("card_by_phone", "Card by telephone"),
    ("paypal", "PayPal"),
]
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0013_series_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AppealClosing",
            fields=[
                ID,
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closing", to="giving.appeal"
                    ),
                ),
                ("closed_on", models.DateField()),
                ("raised_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("givers", models.PositiveIntegerField()),
                ("target_minor", models.BigIntegerField(blank=True, null=True)),
                ("target_givers", models.PositiveIntegerField(blank=True, null=True)),
                ("carried_in_minor", models.BigIntegerField(default=0)),
                ("carried_out_minor", models.BigIntegerField(default=0)),
                ("allocation_mark", models.BigIntegerField()),
                ("refund_mark", models.BigIntegerField()),
                ("fee_mark", models.BigIntegerField()),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals_closed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="appealclosing",
            constraint=models.CheckConstraint(condition=Q(raised_minor__gte=0), name="closing_not_negative"),
        ),
        migrations.CreateModel(
            name="ClosingMethod",
            fields=[
                ID,
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="methods", to="giving.appealclosing"
                    ),
                ),
                ("method", models.CharField(choices=METHODS, max_length=20)),
                ("count", models.PositiveIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="closingmethod",
            constraint=models.UniqueConstraint(fields=("closing", "method"), name="closing_method_once"),
        ),
    ]
