"""Where the seconds are counted in which stories were read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0011_body_in_its_row")]
    operations = [
        migrations.CreateModel(
            name="HourRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("article_id", models.PositiveIntegerField()),
                ("hour", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("hour", "article_id"), name="read_once_an_hour")]},
        )
    ]
