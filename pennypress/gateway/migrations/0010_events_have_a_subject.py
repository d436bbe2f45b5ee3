"""An event says what it is about, and each of its moves is a row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0002_events_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[("received", "Received"), ("settled", "Settled"), ("parked", "Parked")],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[("received", "Received"), ("settled", "Settled"), ("parked", "Parked")], max_length=10
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="providerevent",
            name="subject",
            field=models.CharField(
                blank=True,
                choices=[("payment", "Payment"), ("mandate", "Mandate"), ("payout", "Payout")],
                default="payment",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="providerevent",
            name="provider_ref",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(fields=["provider", "received_at"], name="event_last_heard"),
        ),
        migrations.AddField(
            model_name="eventmove",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="gateway.providerevent"
            ),
        ),
        migrations.AddField(
            model_name="eventmove",
            name="moved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="event_moves",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
