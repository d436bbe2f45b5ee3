"""A mandate says what its holder knows it by, and when its card runs out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0012_sandbox_mandates_stand_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="expires_on",
            field=models.DateField(blank=True, help_text="The last day on which a card is good.", null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="says",
            field=models.CharField(
                blank=True, help_text="What its holder knows it by: a card's last digits.", max_length=100
            ),
        ),
    ]
