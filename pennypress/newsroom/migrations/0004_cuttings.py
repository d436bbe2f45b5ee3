"""Stories are filed under their topics and contributors by date, and every list is read through an index in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    safe_because = "no release went out before it, so that no former one runs beside it"
    dependencies = [
        ("newsroom", "0003_front_page"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            "Cutting",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "page",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="+", to="wagtailcore.page"
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="cuttings",
                        to="newsroom.preparedarticle",
                    ),
                ),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["page", "-published_at", "-story"], name="cutting_by_date")],
                "constraints": [models.UniqueConstraint(fields=["story", "page"], name="filed_once")],
            },
        ),
        migrations.AddIndex(
            "preparedarticle", models.Index(fields=["-published_at", "-article"], name="prepared_by_date")
        ),
        migrations.AddIndex(
            "preparedarticle",
            models.Index(fields=["section", "-published_at", "-article"], name="prepared_by_section_and_date"),
        ),
        migrations.RemoveIndex("preparedarticle", "prepared_newest"),
        migrations.RemoveIndex("preparedarticle", "prepared_section_newest"),
        migrations.AlterField(
            "preparedarticle",
            "section",
            models.ForeignKey(db_index=False, on_delete=models.CASCADE, related_name="+", to="newsroom.sectionpage"),
        ),
    ]
