"""Cache rules: everything is private and never stored unless its view says that it is the same for everybody."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PRIVATE = "private, no-store"
# Every public page of the paper carries it, for a cache in front that must forget them all.
EVERYTHING = "everything"


def public(*, seconds: int = 60, tags: tuple[str, ...] = (), query: tuple[str, ...] = ()) -> Callable:
    """This function will mark a view's GET responses as the same for everybody, to be kept for `seconds` by caches.

    A reader's own browser asks again each time (and is mostly answered "304, nothing new"): whoever has just given
    must not be shown the meter of a minute ago.
    `query` names what of the query the response differs by; it must not show anything else of it.
    `tags` say what the response shows, for purging; a view adds more by `tag(response, ...)`. Only 200, 301, 304 and
    404 that set no cookie are marked; every other response stays private.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = view(request, *args, **kwargs)
            make_public(response, seconds=seconds, query=query)
            return tag(response, *tags)

        return wrapped

    return decorate


def make_public(response: HttpResponse, *, seconds: int = 60, query: tuple[str, ...] = ()) -> HttpResponse:
    """This function will opt one response into being stored by everybody for `seconds`, apart for each value of `query`."""
    response.public_seconds = seconds  # type: ignore[attr-defined]
    if query:
        response["Store-Query"] = " ".join(query)
    return response


def count(response: HttpResponse, name: str) -> HttpResponse:
    """This function will have the page store count the seconds in which a page is asked for, under a name."""
    response["Store-Count"] = name
    return response


def tag(response: HttpResponse, *tags: str) -> HttpResponse:
    """This function will add to the tags of what a response shows, such as "article-12" or "appeal"."""
    wanted = dict.fromkeys((*response.get("Surrogate-Key", "").split(), *tags))
    if wanted:
        response["Surrogate-Key"] = " ".join(wanted)
    return response


class PrivateByDefault:
    """Middleware that writes Cache-Control on every response: public where the view opted in, else private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        seconds = getattr(response, "public_seconds", None)
        storable = request.method in ("GET", "HEAD") and response.status_code in (200, 301, 302, 304, 404)
        if seconds is not None and storable and not response.cookies and not _is_personal(request):
            response["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}"
            del response["Vary"]
            _tell_caches_in_front(response)
        elif not request.path.startswith(("/static/", "/media/")):
            response["Cache-Control"] = PRIVATE
        return response


def _tell_caches_in_front(response: HttpResponse) -> None:
    """Names what the page shows for caches that are purged by tag."""
    if settings.CACHES_IN_FRONT:
        tag(response, EVERYTHING)
    if "cloudflare" in settings.CACHES_IN_FRONT:
        response["Cache-Tag"] = response["Surrogate-Key"].replace(" ", ",")


def _is_personal(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and bool(session.accessed)
