"""Series of appeals, targets from a day on, and extensions with their reasons. What stands is moved in the next one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def _user(related_name):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=settings.AUTH_USER_MODEL,
    )


def _appeal(related_name):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="giving.appeal")


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0003_appeals_do_not_overlap"),
        ("payments", "0006_receipts_say_more"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AppealSeries",
            fields=[
                ID,
                ("name", models.CharField(max_length=100)),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("is_principal", models.BooleanField(default=False, help_text="Its meter stands on every page.")),
                ("currency", models.CharField(max_length=3)),
                (
                    "basis",
                    models.CharField(
                        choices=[("gross", "What was given"), ("net", "What is left of it after the providers’ fees")],
                        default="gross",
                        max_length=5,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("money", "Money"), ("givers", "Number of givers")], default="money", max_length=6
                    ),
                ),
                (
                    "carry_over",
                    models.CharField(
                        choices=[
                            ("none", "Nothing: each appeal starts afresh"),
                            ("shortfall", "A shortfall is added to the next"),
                            ("surplus", "A surplus is taken off the next"),
                            ("both", "A shortfall is added, a surplus taken off"),
                        ],
                        default="none",
                        max_length=9,
                    ),
                ),
                (
                    "over_target",
                    models.CharField(
                        choices=[
                            ("count", "Keep asking and counting"),
                            ("stop", "Stop asking; count what comes all the same"),
                        ],
                        default="count",
                        max_length=5,
                    ),
                ),
                (
                    "counts_pledges",
                    models.BooleanField(default=True, help_text="Supporters’ pledges count towards its appeals."),
                ),
                ("words_before", models.CharField(blank=True, max_length=300)),
                ("words_running", models.CharField(blank=True, max_length=300)),
                ("words_met", models.CharField(blank=True, max_length=300)),
                ("words_closed", models.CharField(blank=True, max_length=300)),
                ("begun_at", models.DateTimeField()),
            ],
            options={"verbose_name_plural": "appeal series", "ordering": ["-is_principal", "name"]},
        ),
        migrations.AddConstraint(
            model_name="appealseries",
            constraint=models.UniqueConstraint(
                condition=Q(is_principal=True), fields=("is_principal",), name="one_principal_series"
            ),
        ),
        migrations.AddConstraint(
            model_name="appealseries",
            constraint=models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="series_currency_iso"),
        ),
        migrations.AddConstraint(
            model_name="appealseries",
            constraint=models.CheckConstraint(
                condition=~Q(unit="givers") | Q(carry_over="none", basis="gross"),
                name="series_of_givers_carries_no_money",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="series",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="giving.appealseries",
            ),
        ),
        migrations.AlterModelOptions(name="appeal", options={"ordering": ["opens_on", "id"]}),
        migrations.CreateModel(
            name="AppealTarget",
            fields=[
                ID,
                ("appeal", _appeal("targets")),
                ("from_on", models.DateField()),
                ("amount_minor", models.BigIntegerField(blank=True, null=True)),
                ("givers", models.PositiveIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("set_by", _user("targets_set")),
                ("set_at", models.DateTimeField()),
            ],
            options={"ordering": ["from_on", "id"]},
        ),
        migrations.AddConstraint(
            model_name="appealtarget",
            constraint=models.CheckConstraint(
                condition=Q(amount_minor__gt=0, givers__isnull=True) | Q(amount_minor__isnull=True, givers__gt=0),
                name="target_above_zero_in_one_unit",
            ),
        ),
        migrations.CreateModel(
            name="AppealExtension",
            fields=[
                ID,
                ("appeal", _appeal("extensions")),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("extended_by", _user("extensions_made")),
                ("extended_at", models.DateTimeField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="appealextension",
            constraint=models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="extension_is_later"),
        ),
        migrations.AddConstraint(
            model_name="appealextension",
            constraint=models.CheckConstraint(condition=~Q(reason=""), name="extension_has_its_reason"),
        ),
    ]
