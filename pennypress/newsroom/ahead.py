"""What a reader's browser may fetch ahead, and what it may keep for when there is no network. Never a page that does anything.

Both name what may be, and not what may not: links to stories and sections, and pages that are the same for everybody.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pennypress.delivery import caching

RULES_PATH = "/speculation-rules.json"
DAY = 86_400
# Lists of stories and the line of sections; should a link elsewhere ever look like one of them, these stay shut.
LINKS = ".headline a, .sections a"
SHUT = [
    f"/{name}/*"
    for name in (
        *(
            "account",
            "accounts",
            "demo",
            "desk",
            "documents",
            "fragments",
            "gateway",
            "give",
            "join",
            "login",
            "logout",
        ),
        *("password", "pay", "reauthenticate", "receipts", "sandbox", "search", "support", "2fa", "_util"),
    )
] + ["/*\\?*"]


def announce(response: HttpResponse) -> HttpResponse:
    """This function will tell the browser of a reading page where the rules for fetching ahead are."""
    response["Speculation-Rules"] = f'"{RULES_PATH}"'
    return response


@require_safe
@caching.public(seconds=DAY)
def rules(request: HttpRequest) -> HttpResponse:
    """This view will say which links may be fetched while the reader's finger is still on its way, and which made ready."""
    where = {"and": [{"selector_matches": LINKS}, {"not": {"href_matches": SHUT}}]}
    facts = {
        "prefetch": [{"where": where, "eagerness": "moderate"}],
        "prerender": [{"where": where, "eagerness": "conservative"}],
    }
    return JsonResponse(facts, content_type="application/speculationrules+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """This view will give the service worker; where the setting is off, one that clears what it kept and leaves."""
    name = "stays" if settings.OFFLINE else "leaves"
    response = render(request, f"newsroom/worker_{name}.js", content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response
