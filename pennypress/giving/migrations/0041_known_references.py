"""References that supporters bring along from the books before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0040_fees_from_payouts"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40)),
                ("plain", models.CharField(max_length=40, unique=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "standing_order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="known_references",
                        to="giving.standingorder",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("plain__regex", "^[A-Z0-9]{4,40}$")), name="known_reference_is_plain"
                    ),
                ],
            },
        ),
    ]
