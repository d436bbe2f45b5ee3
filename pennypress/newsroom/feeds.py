"""RSS: the newest stories of the paper, a section, a contributor or a topic, full headline and standfirst."""

import unicodedata
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pennypress.delivery import caching
from pennypress.newsroom import cards, context, metadata, reading, tags
from pennypress.newsroom.models import ContributorPage, SectionPage, TopicPage
from pennypress.newsroom.reading import Row

MOST = 30
SECONDS = 300


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.FRONT,))
def everything(request: HttpRequest) -> HttpResponse:
    """This function will give the newest stories of the paper."""
    return _feed(request, title="", page_path="/", stories=reading.newest(MOST))


@require_safe
@caching.public(seconds=SECONDS)
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """This function will give the newest stories of a section."""
    page = _page(SectionPage, slug)
    return _of(request, page, reading.in_section(page.pk, MOST), tags.section(page.pk))


@require_safe
@caching.public(seconds=SECONDS)
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """This function will give the newest stories of a contributor."""
    page = _page(ContributorPage, slug)
    return _of(request, page, reading.filed_under(page.pk, MOST), tags.contributor(page.pk))


@require_safe
@caching.public(seconds=SECONDS)
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """This function will give the newest stories on a topic."""
    page = _page(TopicPage, slug)
    return _of(request, page, reading.filed_under(page.pk, MOST), tags.topic(page.pk))


def _page(model: Any, slug: str) -> Any:
    page = model.objects.live().public().filter(slug=slug).first()
    if page is None:
        raise Http404
    return page


def _of(request: HttpRequest, page: Any, stories: list[Row], name: str) -> HttpResponse:
    return caching.tag(_feed(request, title=page.title, page_path=page.local_path(), stories=stories), name)


def _feed(request: HttpRequest, *, title: str, page_path: str, stories: list[Row]) -> HttpResponse:
    paper = context.known()
    feed = Rss201rev2Feed(
        title=printable(f"{paper['masthead']}: {title}" if title else paper["masthead"]),
        link=metadata.absolute(page_path),
        description=printable(paper["strapline"]),
        language=get_language(),
        feed_url=metadata.absolute(request.path),
    )
    shown = cards.cards(stories)
    for card in shown:
        _add(feed, card)
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    return caching.tag(response, tags.FURNITURE, *tags.stories(shown))


def _add(feed: Rss201rev2Feed, card: cards.Card) -> None:
    address = metadata.absolute(card.url)
    feed.add_item(
        title=printable(card.headline),
        link=address,
        description=printable(card.standfirst),
        author_name=printable(card.byline) or None,
        pubdate=card.published_at,
        updateddate=card.updated_at or card.published_at,
        unique_id=address,
        categories=[printable(card.section)] if card.section else (),
    )


def printable(text: str) -> str:
    """This function will leave out the signs that XML cannot hold."""
    if text.isprintable():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs", "Cn") or char in "\t\n")
