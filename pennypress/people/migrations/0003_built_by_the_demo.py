"""The demo marks the database it builds; the mark is never taken away."""

from django.db import migrations, models

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("people", "0002_persons_are_kept")]
    operations = [
        migrations.CreateModel(
            name="DemoMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marked_at", models.DateTimeField()),
                ("only", models.BooleanField(default=True, editable=False, unique=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("only", True)), name="one_demo_mark")],
            },
        ),
        guards.append_only("people_demomark"),
    ]
