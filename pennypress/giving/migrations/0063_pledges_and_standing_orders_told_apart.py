"""The setting says that standing orders are gifts and always count. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0062_returns_are_kept")]
    operations = [
        migrations.AlterField(
            model_name="appeal",
            name="counts_pledges",
            field=models.BooleanField(
                default=True,
                help_text="What we collect of supporters’ pledges by card and Direct Debit counts towards it. Standing "
                "orders are gifts, and always count.",
            ),
        ),
        migrations.AlterField(
            model_name="appealseries",
            name="counts_pledges",
            field=models.BooleanField(
                default=True,
                help_text="What we collect of supporters’ pledges by card and Direct Debit counts towards its appeals. "
                "Standing orders are gifts, and always count.",
            ),
        ),
    ]
