"""A receipt keeps the key of the form it was entered with, so that a form sent twice is entered once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_refund_within_allocation"),
    ]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="key",
            field=models.CharField(
                blank=True, help_text="The form it was entered with: once each.", max_length=200, null=True, unique=True
            ),
        ),
    ]
