"""What each public page hands to its template: plain values, no queries left behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from pennypress.delivery import caching
from pennypress.newsroom import ahead, body, cards, context, metadata, preparing, reading, renditions, sourcing, tags
from pennypress.newsroom import front as page_one
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.reading import Row, Story

A_PAGE = 20
RELATED = 4
PUBLIC_SECONDS = 60
MAX_PAGE = 500


def opened(response: HttpResponse, request: HttpRequest, name: str, *, query: tuple[str, ...] = ()) -> HttpResponse:
    """This function will mark a page as the same for everybody, unless it is a preview.

    It carries its own `name`, the furniture, and whatever stories its template was given.
    """
    if getattr(request, "is_preview", False):
        return response
    caching.make_public(ahead.announce(response), seconds=PUBLIC_SECONDS, query=query)
    shown = getattr(response, "context_data", None) or {}
    return caching.tag(response, name, tags.FURNITURE, *shown.get("shows", ()), *tags.stories(shown))


def story(request: HttpRequest, row: Story) -> HttpResponse:
    """This function will answer a story from its prepared row. Three queries, or two where it has no claims."""
    response = TemplateResponse(request, "newsroom/article_page.html", _prepared(row))
    return caching.count(opened(response, request, tags.story(row.article_id)), str(row.article_id))


def article(page: Any, *, is_preview: bool) -> dict[str, Any]:
    """This function will show a story: a preview as it stands in memory, else from its prepared row.

    A page made live by other means has none, and is prepared on the way; nothing is written.
    """
    kept = None if is_preview else reading.kept(page.pk)
    if kept is not None:
        return _prepared(kept)
    row = preparing.prepare(page)
    marked = row.body_html
    claims = sourcing.previewed(page, marked=marked) if is_preview else sourcing.panel(page.pk, marked=marked)
    return _shown(row, page, claims, [])


def _prepared(row: Story) -> dict[str, Any]:
    claims = sourcing.panel(row.article_id, marked=row.body_html)
    topics = [topic["id"] for topic in row.topics]
    related = reading.related(row.article_id, row.section_id, topics, RELATED)
    return _shown(row, row, claims, cards.cards(related))


def _shown(row: Any, page: Any, claims: list[sourcing.ShownClaim], related: list[cards.Card]) -> dict[str, Any]:
    section = context.section(row.section_id)
    shown = {
        "kicker": row.kicker,
        "headline": row.headline,
        "web_headline": page.web_headline or row.headline,
        "standfirst": row.standfirst,
        "dateline": page.dateline,
        "byline": row.byline,
        "published_at": row.published_at,
        "updated_at": row.updated_at,
        "section": {"title": section["title"], "url": section["url"]},
        "topics": row.topics,
        "picture": row.picture,
        "body_html": SafeString(row.body_html),
        "words": row.words,
        "is_opinion": row.is_opinion,
        "claims": claims,
        "related": related,
        "writer": row.writer,
        "canonical": settings.SITE_URL + (path_of(page.url_path) if page.url_path else "/"),
        "description": page.search_description or row.standfirst,
    }
    paper = context.known()
    machine = {"json_ld": metadata.json_ld(shown, paper), "og": metadata.open_graph(shown, paper)}
    shows = [*tags.beside(row), *_borne_on(shown["claims"])]
    return {"article": {**shown, **machine}, "current_section": section["slug"], "shows": shows}


def _borne_on(claims: list[sourcing.ShownClaim]) -> list[str]:
    """The other stories whose claims a story's panel tells of."""
    return [tags.story(bearing.article_id) for claim in claims for bearing in claim.relations if bearing.article_id]


def front(page: Any, *, is_preview: bool) -> dict[str, Any]:
    """This function will show page one."""
    return {**page_one.compose(page, is_preview=is_preview), "edition_on": timezone.localdate(), "feed_url": "/feeds/"}


def section(page: Any, wanted: str | None) -> dict[str, Any]:
    """This function will show a section."""
    listing = _listing(wanted, partial(reading.in_section, page.pk))
    heading = {"title": page.title, "standfirst": page.standfirst, "current_section": page.slug}
    return {**listing, **heading, "feed_url": f"/feeds/sections/{page.slug}/"}


def contributor(page: Any, wanted: str | None) -> dict[str, Any]:
    """This function will show a contributor and what they wrote."""
    about = {
        "name": page.title,
        "role": page.role,
        "place": page.place,
        "bio": page.bio,
        "portrait": renditions.face(page.portrait) if page.portrait else None,
    }
    listing = _listing(wanted, partial(reading.filed_under, page.pk))
    return {**listing, "feed_url": f"/feeds/contributors/{page.slug}/", "title": page.title, "contributor": about}


def topic(page: Any, wanted: str | None) -> dict[str, Any]:
    """This function will show a topic."""
    listing = _listing(wanted, partial(reading.filed_under, page.pk))
    return {**listing, "feed_url": f"/feeds/topics/{page.slug}/", "title": page.title, "standfirst": page.standfirst}


def standard(page: Any) -> dict[str, Any]:
    """This function will show a standing page."""
    html = body.set_html(body.clean(expand_db_html(page.text), more={"h2", "h3"})) if page.text else ""
    return {
        "standard": {
            "title": page.title,
            "standfirst": page.standfirst,
            "body_html": SafeString(html),
            "updated_at": page.last_published_at,
        }
    }


def directory(page: Any) -> dict[str, Any]:
    """This function will show a directory as a standing page that lists its pages."""
    listed = page.get_children().live().public().order_by("title")
    lines = format_html_join("", '<li><a href="{}">{}</a></li>', ((path_of(row.url_path), row.title) for row in listed))
    html = format_html('<ul class="directory">{}</ul>', lines)
    return {"standard": {"title": page.title, "standfirst": "", "body_html": html, "updated_at": None}}


def _listing(wanted: str | None, read: Callable[..., list[Row]]) -> dict[str, Any]:
    """One page of stories; the newest leads the first. A page that is not there is empty; nothing is counted for it."""
    number = page_number(wanted)
    found = read(A_PAGE + 1, skip=(number - 1) * A_PAGE)
    shown = cards.cards(found[:A_PAGE])
    lead = shown[0] if shown and number == 1 else None
    return {
        "listing": shown[1:] if lead else shown,
        "lead": lead,
        "page_obj": Onwards(number, has_next=len(found) > A_PAGE and number < MAX_PAGE),
    }


def page_number(wanted: str | None) -> int:
    """This function will give the number of the page asked for, the first for what is none; never far into the thousands."""
    number = int(wanted) if wanted and wanted.isdecimal() and wanted.isascii() and len(wanted) < 6 else 1
    return min(max(number, 1), MAX_PAGE)


@dataclass(frozen=True)
class Onwards:
    """Where a page of a list stands, and whether more follow, in the words of Django's own pages."""

    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
