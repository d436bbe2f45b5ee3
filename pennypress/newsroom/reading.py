"""Reads what readers see, in statements of our own: for a page they are few, and Django takes longer to word one of them
than the database to answer it.

Each leaves out, by itself, what is not live or not for everybody. Lists are read through an index in the order in which
they are shown, as far as they are shown, so that they take the same time whether a paper has a thousand stories or a
million.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.db.models.expressions import RawSQL

from pennypress import prepared
from pennypress.newsroom.models.prepared import PreparedArticle

# A page that everybody may read: live, and neither it nor what it stands under is private.
OPEN = """{page}.live AND NOT {page}.path ^@ ANY (ARRAY(
    SELECT shut.path::text FROM wagtailcore_pageviewrestriction bar JOIN wagtailcore_page shut ON shut.id = bar.page_id))"""

_CARD = """row.article_id, page.url_path, row.section_id, row.headline, row.kicker, row.standfirst, row.byline,
    row.is_opinion, row.card_picture, row.words, row.published_at, row.updated_at"""
_ROWS = "newsroom_preparedarticle row JOIN wagtailcore_page page ON page.id = row.article_id"
_FILED = f"newsroom_cutting cutting JOIN {_ROWS} ON cutting.story_id = row.article_id"
_NEWEST = "row.published_at DESC, row.article_id DESC"


@dataclass(frozen=True, slots=True)
class Row:
    """A story as lists need it."""

    article_id: int
    url_path: str
    section_id: int
    headline: str
    kicker: str
    standfirst: str
    byline: list[dict[str, Any]]
    is_opinion: bool
    card_picture: dict[str, Any] | None
    words: int
    published_at: dt.datetime
    updated_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """A story as its own page needs it."""

    article_id: int
    url_path: str
    section_id: int
    headline: str
    kicker: str
    standfirst: str
    byline: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    writer: dict[str, Any] | None
    is_opinion: bool
    picture: dict[str, Any] | None
    words: int
    body_html: str
    published_at: dt.datetime
    updated_at: dt.datetime | None
    web_headline: str
    dateline: str
    search_description: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A page of another kind than a story, or a live story that nobody has prepared."""

    page_id: int
    content_type_id: int


# What a former release prepared is looked for with the page; nothing else of a story is, for it lies elsewhere on the disk.
_LEFT = "COALESCE(row.{0}, (SELECT story.{0} FROM newsroom_articlepage story WHERE story.page_ptr_id = row.article_id))"
_AT = f"""SELECT page.id, page.content_type_id, row.article_id, page.url_path, row.section_id, row.headline, row.kicker,
    row.standfirst, row.byline, row.topics, row.writer, row.is_opinion, row.picture, row.words, row.body_html,
    row.published_at, row.updated_at, {_LEFT.format("web_headline")}, {_LEFT.format("dateline")}, page.search_description
FROM wagtailcore_page page LEFT JOIN newsroom_preparedarticle row ON row.article_id = page.id WHERE """  # noqa: S608 - words of our own


def at(url_path: str) -> Story | Standing | None:
    """This function will find what everybody may read at an address, by the address alone. One query."""
    slug = url_path.rstrip("/").rpartition("/")[2]
    wanted = f"page.slug = %(slug)s AND page.url_path = %(url_path)s AND {is_open('page')}"
    return next(_found(rows(_AT + wanted, {"slug": slug, "url_path": url_path})), None)


def kept(article_id: int) -> Story | None:
    """This function will give a prepared story to whoever is known to be allowed to read it. One query."""
    found = next(_found(rows(f"{_AT} page.id = %(id)s", {"id": article_id})), None)
    return found if isinstance(found, Story) else None


def _found(found: Iterable[Any]) -> Iterator[Story | Standing]:
    for page_id, kind, *story in found:
        if story[0] is None:
            yield Standing(page_id, kind)
            continue
        for place in (6, 7, 8, 10):  # What is kept as JSON.
            story[place] = _parsed(story[place])
        yield Story(*story)


def newest(most: int, *, skip: int = 0, since: dt.datetime | None = None) -> list[Row]:
    """This function will give the newest stories."""
    return _read(_ROWS, "row.published_at >= %(since)s" if since else "true", _NEWEST, most, skip, {"since": since})


def in_section(section_id: int, most: int, *, skip: int = 0) -> list[Row]:
    """This function will give the newest stories of a section."""
    return _read(_ROWS, "row.section_id = %(section)s", _NEWEST, most, skip, {"section": section_id})


def filed_under(page_id: int, most: int, *, skip: int = 0) -> list[Row]:
    """This function will give the newest stories on a topic, or by a contributor."""
    by_date = "cutting.published_at DESC, cutting.story_id DESC"
    return _read(_FILED, "cutting.page_id = %(page)s", by_date, most, skip, {"page": page_id})


def these(article_ids: Sequence[int]) -> list[Row]:
    """This function will give some stories, in the order of their ids given, without those that nobody may read."""
    if not article_ids:
        return []
    found = _read(
        _ROWS, "row.article_id = ANY(%(ids)s::int[])", _NEWEST, len(article_ids), 0, {"ids": list(article_ids)}
    )
    by_id = {row.article_id: row for row in found}
    return [by_id[pk] for pk in article_ids if pk in by_id]


_SLOTS = """SELECT true, article_id, sort_order FROM newsroom_frontlead WHERE page_id = %(page)s
UNION ALL SELECT false, article_id, sort_order FROM newsroom_frontnib WHERE page_id = %(page)s ORDER BY sort_order"""


def slots(front_id: int) -> tuple[list[int], list[int]]:
    """This function will give the stories that the editor chose for page one: its leads, and its nibs."""
    chosen = rows(_SLOTS, {"page": front_id})
    return [pk for is_lead, pk, _ in chosen if is_lead], [pk for is_lead, pk, _ in chosen if not is_lead]


_NEAR = """newsroom_preparedarticle row JOIN wagtailcore_page page ON page.id = row.article_id JOIN (
    SELECT DISTINCT near.story_id, near.published_at FROM unnest(%(topics)s::int[]) asked (page_id) CROSS JOIN LATERAL (
        SELECT cutting.story_id, cutting.published_at
        FROM newsroom_cutting cutting JOIN wagtailcore_page other ON other.id = cutting.story_id
        WHERE cutting.page_id = asked.page_id AND cutting.story_id <> %(story)s AND {open}
        ORDER BY cutting.published_at DESC, cutting.story_id DESC LIMIT {most}) near
    ORDER BY near.published_at DESC, near.story_id DESC LIMIT {most}) near ON near.story_id = row.article_id"""


def related(article_id: int, section_id: int, topic_ids: Sequence[int], most: int) -> list[Row]:
    """This function will give the newest other stories on a story's topics, or of its section if it has none."""
    if topic_ids:
        facts = {"topics": list(topic_ids), "story": article_id}
        return _read(_NEAR.format(open=is_open("other"), most=int(most)), "true", _NEWEST, most, 0, facts)
    wanted = "row.section_id = %(section)s AND row.article_id <> %(story)s"
    return _read(_ROWS, wanted, _NEWEST, most, 0, {"section": section_id, "story": article_id})


def is_open(page: str) -> str:
    """This function will word the condition that everybody may read a page, for a statement that calls it so."""
    return OPEN.format(page=page)


def only_open(found: Any, page: str) -> Any:
    """This function will leave in a query what hangs on a page, by its field, that everybody may read."""
    open_pages = f"SELECT page.id FROM wagtailcore_page page WHERE {is_open('page')}"  # noqa: S608 - words of our own
    return found.filter(**{f"{page}__in": RawSQL(open_pages, [])})  # noqa: S611


def rows(statement: str, facts: Mapping[str, Any], *, is_prepared: bool = True) -> list[Any]:
    """This function will read a statement's rows, from where stories are read."""
    line = connections[router.db_for_read(PreparedArticle)]
    return prepared.rows(line, statement, facts, is_prepared=is_prepared)


def _read(source: str, wanted: str, order: str, most: int, skip: int, facts: Mapping[str, Any]) -> list[Row]:
    statement = f"""SELECT {_CARD} FROM {source} WHERE {wanted} AND {is_open("page")}
        ORDER BY {order} LIMIT {most:d} OFFSET {skip:d}"""  # noqa: S608 - words of our own
    return list(_made(rows(statement, facts)))


def _made(found: Iterable[Any]) -> Iterator[Row]:
    for pk, path, section, headline, kicker, standfirst, byline, opinion, picture, words, published, updated in found:
        yield Row(
            *(pk, path, section, headline, kicker, standfirst, _parsed(byline), opinion, _parsed(picture)),
            *(words, published, updated),
        )


def _parsed(text: str | None) -> Any:
    return json.loads(text) if text else None
