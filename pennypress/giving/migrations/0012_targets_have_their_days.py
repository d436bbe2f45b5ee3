"""Every appeal belongs to a series; its target stands in AppealTarget alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0011_series_for_what_stands")]
    operations = [
        migrations.RemoveConstraint(model_name="appeal", name="appeal_target_above_zero"),
        migrations.RemoveField(model_name="appeal", name="target_minor"),
        migrations.AlterField(
            model_name="appeal",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="giving.appealseries"
            ),
        ),
    ]
