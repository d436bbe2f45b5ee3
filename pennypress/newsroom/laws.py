"""The laws of what the paper prints about the fund, and of the files that its lists are read from."""

from pennypress.laws import Law

_GUARDS = ("newsroom_column_printed", "newsroom_columngift_printed", "newsroom_columngift_closed")

LAWS = (
    Law(
        "newsroom.columns_add_up",
        "The gifts that a published column names add up to the sum that it says came in.",
        """SELECT c.article_id, c.figures->'day'->>'minor', sum(g.printed_minor) FROM newsroom_column c
           LEFT JOIN newsroom_columngift g ON g.column_id = c.article_id WHERE c.frozen_at IS NOT NULL GROUP BY c.article_id
           HAVING (c.figures->'day'->>'minor')::bigint IS DISTINCT FROM sum(g.printed_minor)""",
    ),
    Law(
        "newsroom.columns_keep_within_what_came",
        "No column ever printed a sum that is more than what came, or of money that was for something else.",
        """SELECT g.column_id, g.number, g.printed_minor, a.amount_minor, a.purpose FROM newsroom_columngift g
           JOIN payments_allocation a ON a.id = g.allocation_id
           WHERE a.purpose NOT IN ('gift', 'pledge') OR (g.printed_minor > a.amount_minor AND NOT EXISTS (
               SELECT 1 FROM payments_receipt anew WHERE anew.corrects_id = a.receipt_id))""",
    ),
    Law(
        "newsroom.stories_are_filed",
        "Every prepared story is filed under its topics and contributors, by its own date, and under nothing else.",
        """WITH named AS (
               SELECT row.article_id AS story_id, (entry->>'id')::int AS page_id, row.published_at
               FROM newsroom_preparedarticle row CROSS JOIN LATERAL jsonb_array_elements(row.topics || row.byline) entry)
           SELECT coalesce(named.story_id, filed.story_id), coalesce(named.page_id, filed.page_id), filed.published_at
           FROM named FULL JOIN newsroom_cutting filed USING (story_id, page_id)
           WHERE named.published_at IS DISTINCT FROM filed.published_at""",
    ),
    Law(
        "newsroom.guards_stand",
        "The database still keeps what columns were printed with: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
