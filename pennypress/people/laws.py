"""The laws of the persons the paper knows."""

from pennypress.laws import Law

LAWS = (
    Law(
        "people.merges_are_on_record",
        "Whoever was merged into another has a record of who did it, and the record says the same.",
        """SELECT p.id, p.merged_into_id, m.into_id FROM people_person p
           FULL JOIN people_personmerge m ON m.duplicate_id = p.id
           WHERE p.merged_into_id IS DISTINCT FROM m.into_id""",
    ),
    Law(
        "people.merges_come_to_an_end",
        "Following merges from any person leads to one who stands, never round in a circle.",
        """WITH RECURSIVE chain(start, at, path) AS (
               SELECT id, merged_into_id, ARRAY[id] FROM people_person WHERE merged_into_id IS NOT NULL
               UNION ALL SELECT c.start, p.merged_into_id, c.path || p.id FROM chain c
                   JOIN people_person p ON p.id = c.at WHERE NOT p.id = ANY (c.path) AND p.merged_into_id IS NOT NULL)
           SELECT start, at FROM chain WHERE at = ANY (path)""",
    ),
    Law(
        "people.guards_stand",
        "The database still keeps every person and every merge: each guard exists and is switched on.",
        """SELECT wanted.name FROM (VALUES ('people_person_kept_columns'), ('people_person_kept_rows'),
               ('people_personmerge_append_only'), ('people_personmerge_no_truncate')) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
