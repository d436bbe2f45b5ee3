"""A letter may be held back until somebody at the desk says that it is sent, or that it never is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="letter",
            name="decided_at",
            field=models.DateTimeField(
                blank=True, help_text="When somebody said what becomes of one that was held back.", null=True
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters_decided",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="state",
            field=models.CharField(
                choices=[
                    ("held", "Held back"),
                    ("queued", "Waiting"),
                    ("sent", "Sent"),
                    ("failed", "Not sent"),
                    ("never", "Not to be sent"),
                ],
                default="queued",
                max_length=6,
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("state", "held")), fields=["id"], name="letters_held"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "held")),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "never")),
                    ("state__in", ["queued", "sent", "failed"]),
                    _connector="OR",
                ),
                name="letter_held_until_decided",
            ),
        ),
    ]
