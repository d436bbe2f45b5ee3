"""The newsroom's views: stories by the short way, and the pages that are not in the tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.views import serve

from pennypress.delivery import caching
from pennypress.newsroom import routing, showing, sourcing

LARGEST_ID = 2**63 - 1


@require_safe
@caching.public(seconds=showing.PUBLIC_SECONDS, tags=("claims",))
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """This function will show what became of a claim over all stories."""
    if claim_id > LARGEST_ID:
        raise Http404
    try:
        story = sourcing.claim_story(claim_id)
    except sourcing.NoSuchClaim as none:
        raise Http404 from none
    return render(request, "newsroom/claim.html", {"story": story, "claim": story.claim, "timeline": story.timeline})


def story(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """This function will show a story that everybody may read; anything else at its address is Wagtail's to answer."""
    found = routing.story(section, slug) if request.method in ("GET", "HEAD") else None
    return found.serve(request) if found else serve(request, f"{section}/{slug}/")
