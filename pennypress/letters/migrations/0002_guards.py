"""A letter stays as it was written: its state moves forward, and only a secret one may lose its body, once sent."""

from django.db import migrations

from pennypress import guards

WORDS_STAND = """
CREATE FUNCTION letter_words_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.text, NEW.html) IS DISTINCT FROM (OLD.text, OLD.html)
       AND NOT (OLD.secret AND NEW.state = 'sent' AND NEW.text = '' AND NEW.html = '') THEN
        RAISE EXCEPTION 'letter % keeps its words', OLD.key USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_letter_words_stand BEFORE UPDATE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letter_words_stand();
"""
UNDO = "DROP TRIGGER letters_letter_words_stand ON letters_letter; DROP FUNCTION letter_words_stand();"


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("letters", "0002_letters_are_kept")]
    dependencies = [("letters", "0001_initial")]
    operations = [
        guards.kept("letters_letter", moving=["state", "due_at", "sent_at", "attempts", "trouble", "text", "html"]),
        # A letter given up may be sent again by hand; one that has gone never comes back.
        guards.forward("letters_letter", [("queued", "sent"), ("queued", "failed"), ("failed", "queued")]),
        migrations.RunSQL(WORDS_STAND, UNDO),
        guards.append_only("letters_enclosure"),
    ]
