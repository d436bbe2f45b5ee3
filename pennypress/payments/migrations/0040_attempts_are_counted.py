"""Counters of attempts to pay, offers held until a letter is answered, and the moves of the breaker."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0033_slips_keep_to_money_in_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField(db_index=True)),
                ("number", models.PositiveIntegerField(default=1)),
                ("mark", models.CharField(blank=True, help_text="A hash of what was tried first.", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="BreakerMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "A letter comes first"), ("closed", "Straight to payment")], max_length=6
                    ),
                ),
                ("moved_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("declined", models.PositiveIntegerField(default=0)),
                ("decided", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="HeldOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(help_text="Who takes it up again.", max_length=10)),
                ("facts", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("held_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="paymentmove",
            index=models.Index(fields=["moved_at"], name="payment_moved_at"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("scope", "key", "starts_at"), name="attempt_counted_once"),
        ),
        migrations.AddField(
            model_name="breakermove",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="breakermove",
            constraint=models.CheckConstraint(
                condition=models.Q(("by__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="breaker_by_hand_has_a_reason",
            ),
        ),
    ]
