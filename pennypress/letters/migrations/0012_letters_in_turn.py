"""The letters that wait, in the order in which they go: found without sorting all of a notice to every member."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("letters", "0011_held_letters_are_kept")]
    operations = [
        AddIndexConcurrently(
            "letter",
            models.Index(fields=["-secret", "due_at", "id"], condition=Q(state="queued"), name="letters_in_turn"),
        ),
        RemoveIndexConcurrently("letter", "letters_due"),
    ]
