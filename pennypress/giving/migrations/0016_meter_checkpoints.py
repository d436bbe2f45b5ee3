"""The meter's checkpoints, and the index by which an appeal's gifts above a mark are found."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0015_closings_are_kept")]
    operations = [
        migrations.CreateModel(
            name="MeterCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkpoint", to="giving.appeal"
                    ),
                ),
                ("allocation_mark", models.BigIntegerField()),
                ("refund_mark", models.BigIntegerField()),
                ("fee_mark", models.BigIntegerField()),
                ("gross_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("givers", models.BigIntegerField()),
                ("days", models.JSONField(default=list)),
                ("taken_at", models.DateTimeField()),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(fields=["appeal", "allocation"], name="gift_of_appeal"),
        ),
        migrations.AlterField(
            model_name="gift",
            name="appeal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to="giving.appeal",
            ),
        ),
    ]
