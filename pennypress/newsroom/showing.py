"""What each public page hands to its template: plain values, no queries left behind them."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from pennypress.delivery import caching
from pennypress.newsroom import ahead, body, cards, context, metadata, preparing, renditions, sourcing, tags
from pennypress.newsroom import front as page_one
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.models.prepared import PreparedArticle, Stories, restricted_paths

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


def article(page: Any, *, is_preview: bool) -> dict[str, Any]:
    """This function will show a story: from its prepared row, or as it stands in memory for a preview."""
    row = preparing.prepare(page) if is_preview else _prepared(page)
    hidden = _hidden(page, is_preview)
    section = context.section(row.section_id)
    related = [] if is_preview else cards.cards(_related(row, hidden))
    address = path_of(page.url_path) if page.url_path else "/"
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
        "claims": sourcing.panel(page, in_memory=is_preview, marked=row.body_html, hidden=hidden),
        "related": related,
        "writer": row.writer,
        "canonical": settings.SITE_URL + address,
        "description": page.search_description or row.standfirst,
    }
    paper = context.known()
    machine = {"json_ld": metadata.json_ld(shown, paper), "og": metadata.open_graph(shown, paper)}
    shows = [*tags.beside(row), *_borne_on(shown["claims"])]
    return {"article": {**shown, **machine}, "current_section": section["slug"], "shows": shows}


def _borne_on(claims: list[sourcing.ShownClaim]) -> list[str]:
    """The other stories whose claims a story's panel tells of."""
    return [tags.story(bearing.article_id) for claim in claims for bearing in claim.relations if bearing.article_id]


def _hidden(page: Any, is_preview: bool) -> list[str]:
    known = getattr(page, "hidden_paths", None)
    if known is None:
        known = [] if is_preview else restricted_paths()
    return known


def _prepared(page: Any) -> PreparedArticle:
    """The row kept at publishing; a page made live by other means is prepared on the way, and nothing is written."""
    return getattr(page, "prepared", None) or preparing.prepare(page)


def _related(row: PreparedArticle, hidden: list[str]) -> Stories:
    stories = PreparedArticle.objects.public(hidden).exclude(article_id=row.article_id)
    topics = [topic["id"] for topic in row.topics]
    return (stories.about(topics) if topics else stories.in_section(row.section_id))[:RELATED]


def front(page: Any) -> dict[str, Any]:
    """This function will show page one."""
    return {**page_one.compose(page), "edition_on": timezone.localdate(), "feed_url": "/feeds/"}


def section(page: Any, wanted: str | None) -> dict[str, Any]:
    """This function will show a section."""
    listing = _listing(PreparedArticle.objects.public().in_section(page.pk), wanted)
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
    listing = _listing(PreparedArticle.objects.public().by(page.pk), wanted)
    return {**listing, "feed_url": f"/feeds/contributors/{page.slug}/", "title": page.title, "contributor": about}


def topic(page: Any, wanted: str | None) -> dict[str, Any]:
    """This function will show a topic."""
    listing = _listing(PreparedArticle.objects.public().about([page.pk]), wanted)
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


def _listing(stories: Stories, wanted: str | None) -> dict[str, Any]:
    """One page of stories; the newest leads the first."""
    page_obj = paginate(stories, wanted)
    shown = cards.cards(page_obj.object_list)
    lead = shown[0] if shown and page_obj.number == 1 else None
    return {"listing": shown[1:] if lead else shown, "lead": lead, "page_obj": page_obj}


def paginate(stories: Any, wanted: str | None) -> PageOf:
    """This function will give the page asked for, or the nearest there is; never far into the thousands."""
    number = int(wanted) if wanted and wanted.isdecimal() and wanted.isascii() and len(wanted) < 6 else 1
    return Paginator(stories, A_PAGE).get_page(min(max(number, 1), MAX_PAGE))
