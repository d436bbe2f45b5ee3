"""A large paper: stories of a hundred years at thirty a day, written by SQL as publishing would have left them.

    .venv/bin/python -m benchmarks.large_paper [--articles 1000000] [--members 1000000] [--keep FOLDER]

Sections, topics, contributors and pictures are made by the newsroom's own code; the stories are then written in bulk, page,
story, byline, topics, cuttings, prepared row and Wagtail's index, with the indexes laid again at the end. Their words are
made up: twenty thousand of them, the common ones as common as in English, in some thousands of paragraphs. The density
is the same for any number of stories, so that a paper of a million is one of a thousand with more behind it. Members come
with ten gifts each, by `benchmarks.many_members`; a million of them with theirs take some 20 GB.

Without --keep the paper is thrown away once its laws are checked. With it, a folder that holds some stories already is
carried on with, up to the number asked for. `benchmarks.growth` reads two of them side by side.
"""

import argparse
import contextlib
import json
import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import many_members
from pennypress.config import embedded, lodgings
from tests.attacks import papers

A_DAY = 30
BATCH = 25_000
SECTIONS = ("Home", "World", "Work", "Ports", "Letters", "Culture", "Sport", "Science")
TOPICS, PEOPLE, PICTURES = 40, 40, 4
WORDS, PARAGRAPHS, HEADLINES = 20_000, 4_000, 5_000
A_STORY = 6  # Paragraphs, of about fifty words.

WRITTEN = (
    "wagtailcore_page",
    "newsroom_articlepage",
    "newsroom_articlecontributor",
    "newsroom_articlepage_topics",
    "newsroom_preparedarticle",
    "newsroom_cutting",
    "wagtailsearch_indexentry",
)
# Of a batch of stories, numbered from 1 for the oldest: everything that follows from a number, once.
BATCH_OF = """
CREATE TEMPORARY TABLE batch AS
SELECT g.n, %(page)s::int + g.n AS id, s.id AS section_id, s.url_path AS section_url, s.path AS section_path,
    %(placed)s::int + 1 + (g.n - 1) / %(sections)s::int AS place,
    now() - make_interval(mins => ((%(articles)s::bigint - g.n) * 1440 / %(a_day)s::int)::int) - interval '10 minutes' AS at,
    h.text || ' ' || h2.word AS headline, h.slug || '-' || g.n AS slug, h.folded || ' ' || h2.word AS folded_headline,
    t1.id AS topic_1, t1.title AS topic_1_title, t1.url AS topic_1_url,
    t2.id AS topic_2, t2.title AS topic_2_title, t2.url AS topic_2_url,
    c.id AS person_id, c.title AS person, c.url AS person_url,
    CASE WHEN g.n %% 3 = 0 THEN p.picture_id END AS picture_id, CASE WHEN g.n %% 3 = 0 THEN p.wide END AS picture,
    CASE WHEN g.n %% 3 = 0 THEN p.card END AS card_picture,
    b.html, b.folded, b.body
FROM generate_series(%(first)s::int, %(last)s::int) g (n)
JOIN bench.section s ON s.n = g.n %% %(sections)s::int
JOIN bench.headline h ON h.n = (g.n * 7919::bigint) %% %(headlines)s::int
JOIN bench.headline h2 ON h2.n = (g.n * 104729::bigint) %% %(headlines)s::int
JOIN bench.topic t1 ON t1.n = (g.n * 31::bigint + g.n / 40) %% %(topics)s::int
JOIN bench.topic t2 ON t2.n = (g.n * 31::bigint + g.n / 40 + 1 + g.n %% 7) %% %(topics)s::int
JOIN bench.person c ON c.n = (g.n * 17::bigint + g.n / 90) %% %(people)s::int
JOIN bench.picture p ON p.n = g.n %% %(pictures)s::int
CROSS JOIN LATERAL (
    SELECT string_agg(html, '' ORDER BY k) AS html, string_agg(folded, ' ' ORDER BY k) AS folded,
        '[' || string_agg(body, ', ' ORDER BY k) || ']' AS body
    FROM generate_series(1, %(a_story)s::int) k
    JOIN bench.paragraph q ON q.n = (g.n * 2654435761 + k * 40503::bigint * g.n) %% %(paragraphs)s::int
) b
"""
_DIGIT = "substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', (place / {}) % 36 + 1, 1)"
_STEP = " || ".join(_DIGIT.format(36**power) for power in (3, 2, 1, 0)).replace("%", "%%")
STORIES = (
    f"""INSERT INTO wagtailcore_page (id, path, depth, numchild, title, draft_title, slug, live,
    has_unpublished_changes, url_path, seo_title, show_in_menus, search_description, expired, content_type_id, locked,
    first_published_at, last_published_at, translation_key, locale_id)
SELECT id, section_path || {_STEP}, 4, 0, headline, headline, slug, true, false, section_url || slug || '/', '', false, '',
    false, %(kind)s, false, at, at, gen_random_uuid(), %(locale)s FROM batch""",
    """INSERT INTO newsroom_articlepage (page_ptr_id, web_headline, kicker, standfirst, dateline, lead_picture_id,
    lead_caption, lead_credit, is_opinion, body)
SELECT id, '', '', left(folded, 120), 'Bridgetown', picture_id, '', '', n %% 20 = 0, body::jsonb FROM batch""",
    """INSERT INTO newsroom_articlecontributor (sort_order, page_id, contributor_id) SELECT 0, id, person_id FROM batch""",
    """INSERT INTO newsroom_articlepage_topics (articlepage_id, topicpage_id)
SELECT id, topic_1 FROM batch UNION ALL SELECT id, topic_2 FROM batch""",
    """INSERT INTO newsroom_preparedarticle (article_id, section_id, headline, kicker, standfirst, web_headline, dateline,
    byline, topics, writer, is_opinion, picture, card_picture, words, body_html, folded_headline, folded_text, published_at,
    prepared_at)
SELECT id, section_id, headline, '', left(folded, 120), '', 'Bridgetown',
    jsonb_build_array(jsonb_build_object('id', person_id, 'name', person, 'role', 'Reporter', 'url', person_url)),
    jsonb_build_array(jsonb_build_object('id', topic_1, 'title', topic_1_title, 'url', topic_1_url),
        jsonb_build_object('id', topic_2, 'title', topic_2_title, 'url', topic_2_url)),
    NULL, n %% 20 = 0, picture, card_picture, 300, html, folded_headline, folded, at, now() FROM batch""",
    """INSERT INTO newsroom_cutting (story_id, page_id, published_at)
SELECT id, topic_1, at FROM batch UNION ALL SELECT id, topic_2, at FROM batch
UNION ALL SELECT id, person_id, at FROM batch""",
    """INSERT INTO wagtailsearch_indexentry
    (object_id, title_norm, content_type_id, autocomplete, title, body, title_text, body_text)
SELECT id::text, 1.0, %(kind)s, to_tsvector('simple', headline), setweight(to_tsvector('english', headline), 'C'), '',
    headline, ''
FROM batch""",
)


def main() -> None:
    asked = _arguments()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="pennypress-large-"))
    with standing(folder) as paper:
        build(paper, asked.articles, asked.members)
        paper.press("laws")
        print("every law holds")
    if not asked.keep:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def standing(folder: Path) -> Iterator[papers.Paper]:
    """A paper in a folder that is kept, migrated, with its database running meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    paper = papers.Paper(folder)
    embedded.start(folder)
    try:
        paper.press("migrate", "--verbosity", "0")
        yield paper
    finally:
        paper.stop()
        embedded.stop(folder)


def build(paper: papers.Paper, articles: int, members: int) -> None:
    """Brings a paper to so many stories, and says how long it took and how large it is."""
    began = time.perf_counter()
    paper.adopt()
    superuser = psycopg.connect(
        host=str(lodgings.of(paper.var).sockets), user=embedded.SUPERUSER, dbname=embedded.DATABASE, autocommit=True
    )
    with superuser:
        if articles:
            write(superuser, articles)
        if members:
            many_members.write(superuser, members)
        size = superuser.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
    print(f"{articles:,} stories in {time.perf_counter() - began:.0f} s; the database is {size[0] if size else '?'}")


def write(owner: psycopg.Connection, articles: int) -> None:
    """Writes the stories that are wanting, the newest a few minutes old. `owner` may switch triggers off, or does without."""
    if owner.execute("SELECT to_regclass('bench.section')").fetchone() == (None,):
        _lay_out(owner)
    there = _one(owner, "SELECT count(*) FROM newsroom_preparedarticle")
    if there >= articles:
        return
    is_large = articles > BATCH
    if is_large:
        _drop_indexes(owner)
    facts = _facts(owner, articles)
    for first in range(there + 1, articles + 1, BATCH):
        last = min(first + BATCH - 1, articles)
        _write_batch(owner, {**facts, "first": first, "last": last})
        if is_large:
            print(f"  {last:,}", flush=True)
    owner.execute(
        """UPDATE wagtailcore_page section SET numchild = (SELECT count(*) FROM newsroom_preparedarticle
        WHERE section_id = section.id) FROM newsroom_sectionpage kind WHERE kind.page_ptr_id = section.id"""
    )
    owner.execute("SELECT setval('wagtailcore_page_id_seq', (SELECT max(id) FROM wagtailcore_page))")
    _lay_indexes(owner)
    owner.execute("VACUUM (ANALYZE)" if is_large else "ANALYZE")


def _write_batch(owner: psycopg.Connection, facts: dict[str, Any]) -> None:
    with owner.transaction():
        if facts["is_superuser"]:
            # What is written holds together by how it is made; asking again for each of forty million references does not end.
            owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute("SET LOCAL synchronous_commit = off")
        owner.execute("SET LOCAL work_mem = '256MB'")
        owner.execute(BATCH_OF, facts)
        for statement in STORIES:
            owner.execute(statement, facts)
        owner.execute("DROP TABLE batch")


def _facts(owner: psycopg.Connection, articles: int) -> dict[str, Any]:
    page = _one(owner, "SELECT max(id) FROM wagtailcore_page") - _one(
        owner, "SELECT count(*) FROM newsroom_preparedarticle"
    )
    return {
        "articles": articles,
        "a_day": A_DAY,
        "page": page,
        "placed": 0,
        "sections": len(SECTIONS),
        "topics": TOPICS,
        "people": PEOPLE,
        "pictures": PICTURES,
        "headlines": HEADLINES,
        "paragraphs": PARAGRAPHS,
        "a_story": A_STORY,
        "kind": _one(
            owner, "SELECT id FROM django_content_type WHERE app_label = 'newsroom' AND model = 'articlepage'"
        ),
        "locale": _one(owner, "SELECT min(id) FROM wagtailcore_locale"),
        "is_superuser": _one(owner, "SELECT rolsuper::int FROM pg_roles WHERE rolname = current_user"),
    }


def _lay_out(owner: psycopg.Connection) -> None:
    """Makes what stories hang on by the newsroom's own code, and the words, as tables in a schema of their own."""
    from pennypress.newsroom import renditions, writing
    from tests.newsroom import builders

    owner.execute("CREATE SCHEMA bench")
    writing.make_paper(masthead="The Large Lantern", strapline="Owned by those who read it")
    sections = [writing.make_section(title=title) for title in SECTIONS]
    topics = [writing.make_topic(title=f"Topic {n}") for n in range(TOPICS)]
    people = [writing.make_contributor(name=f"Writer {n}", role="Reporter") for n in range(PEOPLE)]
    pictures = [builders.a_picture() for _n in range(PICTURES)]
    _table(owner, "bench.section (n int, id int, url_path text, path text)", [
        (n, page.pk, page.url_path, page.path) for n, page in enumerate(sections)
    ])  # fmt: skip
    for name, pages in (("bench.topic", topics), ("bench.person", people)):
        rows = [(n, page.pk, page.title, page.local_path()) for n, page in enumerate(pages)]
        _table(owner, f"{name} (n int, id int, title text, url text)", rows)
    _table(owner, "bench.picture (n int, picture_id bigint, wide jsonb, card jsonb)", [
        (n, picture.pk, json.dumps(renditions.wide(picture)), json.dumps(renditions.card(picture)))
        for n, picture in enumerate(pictures)
    ])  # fmt: skip
    _put_words(owner)


def _put_words(owner: psycopg.Connection) -> None:
    chance = random.Random(1930)
    words, weights = vocabulary()
    headlines = [chance.choices(words, weights, k=6) for _n in range(HEADLINES)]
    _table(owner, "bench.headline (n int, text text, slug text, folded text, word text)", [
        (n, " ".join(line).capitalize(), "-".join(line[:4]), " ".join(line), chance.choice(words))
        for n, line in enumerate(headlines)
    ])  # fmt: skip
    texts = [" ".join(chance.choices(words, weights, k=chance.randint(30, 70))) for _n in range(PARAGRAPHS)]
    _table(owner, "bench.paragraph (n int, folded text, html text, body text)", [
        (n, text, f"<p>{text.capitalize()}.</p>",
         json.dumps({"type": "text", "value": f"<p>{text.capitalize()}.</p>", "id": str(uuid.UUID(int=n))}))
        for n, text in enumerate(texts)
    ])  # fmt: skip
    for name in ("section", "topic", "person", "picture", "headline", "paragraph"):
        owner.execute(f"CREATE INDEX ON bench.{name} (n)")
        owner.execute(f"ANALYZE bench.{name}")


def vocabulary() -> tuple[list[str], list[float]]:
    """Twenty thousand words that nobody knows, and how often each is used: the first of them in nearly every story."""
    chance = random.Random(1913)
    starts, ends = [*"bcdfghklmnprstv", "br", "cl", "dr", "fl", "gr", "pl", "st", "tr"], "nrlxmt"
    words: dict[str, None] = {}
    while len(words) < WORDS:
        parts = (chance.choice(starts) + chance.choice("aeiou") for _syllable in range(chance.randint(2, 3)))
        words["".join(parts) + chance.choice(ends)] = None
    return list(words), [1 / (rank + 20) for rank in range(WORDS)]


def _table(owner: psycopg.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    owner.execute(f"CREATE TABLE {table}")
    with owner.cursor() as cursor, cursor.copy(f"COPY {table.partition(' ')[0]} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _drop_indexes(owner: psycopg.Connection) -> None:
    """Takes away what would be brought up to date row by row, and notes it, to be laid again in one go."""
    owner.execute("CREATE TABLE IF NOT EXISTS bench.index (definition text)")
    found = owner.execute(
        """SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname
        JOIN pg_index x ON x.indexrelid = c.oid WHERE i.schemaname = 'public' AND i.tablename = ANY(%s) AND NOT x.indisunique""",
        [list(WRITTEN)],
    ).fetchall()
    for name, definition in found:
        owner.execute("INSERT INTO bench.index VALUES (%s)", [definition])
        owner.execute(f'DROP INDEX "{name}"')


def _lay_indexes(owner: psycopg.Connection) -> None:
    if owner.execute("SELECT to_regclass('bench.index')").fetchone() == (None,):
        return
    owner.execute("SET maintenance_work_mem = '1GB'")
    for (definition,) in owner.execute("SELECT DISTINCT definition FROM bench.index").fetchall():
        began = time.perf_counter()
        owner.execute(definition.replace("INDEX ", "INDEX IF NOT EXISTS ", 1))
        owner.execute("DELETE FROM bench.index WHERE definition = %s", [definition])
        if time.perf_counter() - began > 10:
            print(f"  {definition.split()[2]}: {time.perf_counter() - began:.0f} s", flush=True)


def _one(owner: psycopg.Connection, statement: str) -> int:
    row = owner.execute(statement).fetchone()
    assert row is not None
    return int(row[0] or 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=0, help="each with ten gifts; none unless told")
    parser.add_argument("--keep", type=Path, help="a folder to build the paper in, and to leave there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
