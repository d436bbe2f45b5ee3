"""A letter held back is sent or never sent, and stays what it became; its words stand in any case."""

from django.db import migrations

from pennypress import guards

MAKE_WAY = """
DROP TRIGGER letters_letter_kept_columns ON letters_letter;
DROP TRIGGER letters_letter_kept_rows ON letters_letter;
DROP TRIGGER letters_letter_no_truncate ON letters_letter;
DROP TRIGGER letters_letter_state_forward ON letters_letter;
"""
MOVING = ["state", "due_at", "sent_at", "attempts", "trouble", "text", "html"]
MOVES = [("queued", "sent"), ("queued", "failed"), ("failed", "queued")]
OLD_GUARDS = (guards.kept("letters_letter", moving=MOVING), guards.forward("letters_letter", MOVES))


class Migration(migrations.Migration):
    dependencies = [("letters", "0010_letters_are_held_back")]
    operations = [
        migrations.RunSQL(MAKE_WAY, "".join(str(guard.sql) for guard in OLD_GUARDS)),
        guards.kept("letters_letter", moving=[*MOVING, "decided_at", "decided_by_id"]),
        guards.forward("letters_letter", [*MOVES, ("held", "queued"), ("held", "never")]),
    ]
