"""The laws of the outbox."""

from pennypress.laws import Law

LAWS = (
    Law(
        "letters.secrets_are_blanked",
        "A secret letter that has gone is kept without its words, but for the demo, where nothing goes.",
        """SELECT key, sent_at FROM letters_letter WHERE secret AND state = 'sent' AND (text <> '' OR html <> '')
           AND NOT EXISTS (SELECT 1 FROM people_demomark)""",
    ),
    Law(
        "letters.guards_stand",
        "The database still keeps every letter as it was written: each guard exists and is switched on.",
        """SELECT wanted.name FROM (VALUES ('letters_letter_kept_columns'), ('letters_letter_kept_rows'),
               ('letters_letter_state_forward'), ('letters_letter_words_stand'),
               ('letters_enclosure_append_only'), ('letters_enclosure_no_truncate')) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
