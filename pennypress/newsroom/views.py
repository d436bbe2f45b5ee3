"""The newsroom's views: pages by the short way, and the pages that are not in the tree."""

import time
from contextlib import nullcontext
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.contrib.redirects.models import Redirect
from wagtail.views import serve

from pennypress.delivery import addresses, caching
from pennypress.newsroom import cards, routing, search_limits, searching, showing, sourcing, tags
from pennypress.newsroom import most_read as reads
from pennypress.newsroom.cards import Card
from pennypress.newsroom.reading import Story

LARGEST_ID = 2**63 - 1
# Addresses behind which no story is meant.
WORKING_PATHS = ("/desk/", "/account/", "/media/", "/static/", "/fragments/", "/gateway/", "/documents/")


@require_safe
@caching.public(seconds=showing.PUBLIC_SECONDS, tags=(tags.FURNITURE,))
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """This function will show what became of a claim over all stories."""
    if claim_id > LARGEST_ID:
        raise Http404
    try:
        story = sourcing.claim_story(claim_id)
    except sourcing.NoSuchClaim as none:
        raise Http404 from none
    told = {tags.story(moment.article_id) for moment in story.timeline}
    shown = {"story": story, "claim": story.claim, "timeline": story.timeline}
    return caching.tag(render(request, "newsroom/claim.html", shown), *sorted(told))


@caching.public(seconds=showing.PUBLIC_SECONDS, tags=(tags.FURNITURE,))
def most_read(request: HttpRequest) -> HttpResponse:
    """This view will show which stories are read most: a part of page one that changes by itself."""
    listing = cards.cards(reads.stories(now=timezone.now()))
    return caching.tag(render(request, "fragments/most_read.html", {"listing": listing}), *tags.stories(listing))


def at(request: HttpRequest, section: str = "", slug: str = "") -> HttpResponse:
    """This function will show what everybody may read at an address; anything else there is Wagtail's to answer."""
    path = "".join(f"{step}/" for step in (section, slug) if step)
    found = routing.found(path) if request.method in ("GET", "HEAD") else None
    if isinstance(found, Story):
        return showing.story(request, found)
    answer: HttpResponse = found.serve(request) if found else serve(request, path)
    return answer


@require_safe
@caching.public(seconds=showing.PUBLIC_SECONDS, tags=(tags.SEARCH, tags.FURNITURE), query=("q", "page"))
def search(request: HttpRequest) -> HttpResponse:
    """This function will show the stories that have the words asked for."""
    typed = request.GET.get("q", "")
    shown: dict[str, Any] = {"query": searching.as_typed(typed)}
    try:
        with search_limits.turn(addresses.of(request), now=time.time()) if searching.words(typed) else nullcontext():
            listing, found, page_obj = searching.stories(typed, request.GET.get("page"))
            shown |= {"listing": listing, "found": found, "page_obj": page_obj}
    except search_limits.CannotSearch as error:
        return _told_to_wait(request, shown, error)
    return caching.tag(render(request, "newsroom/search.html", shown), *tags.stories(listing))


def _told_to_wait(request: HttpRequest, shown: dict[str, Any], error: search_limits.CannotSearch) -> HttpResponse:
    is_dear = isinstance(error, search_limits.TookTooLong)
    told = {"is_dear": is_dear, "is_too_often": not is_dear}
    response = render(request, "newsroom/search.html", {**shown, **told}, status=503 if is_dear else 429)
    response["Retry-After"] = str(error.seconds)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This function will answer that there is no such page, with the stories that may have been meant."""
    listing = [] if request.path.startswith(WORKING_PATHS) else _meant(request)
    response = render(
        request, "404.html", {"listing": listing, "query": " ".join(searching.named(request.path))}, status=404
    )
    if request.path.startswith(WORKING_PATHS) or _depends_on_query(request.path):
        return response
    return caching.tag(caching.make_public(response), tags.MISSING, tags.FURNITURE, *tags.stories(listing))


def _meant(request: HttpRequest) -> list[Card]:
    """What may have been meant, unless whoever asks has had as many searches as one may."""
    try:
        with search_limits.turn(addresses.of(request), now=time.time()):
            return searching.meant(request.path)
    except search_limits.CannotSearch:
        return []


def _depends_on_query(path: str) -> bool:
    """Whether some queries of an address that is not there lead elsewhere: an old paper's `index.php?id=12`."""
    return "\x00" not in path and Redirect.objects.filter(old_path__startswith=f"{path.rstrip('/')}?").exists()
