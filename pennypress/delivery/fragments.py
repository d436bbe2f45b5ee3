"""Fragments: parts of a page that change on their own and have an address of their own.

A template writes `{% fragment "/fragments/appeal/" %}`, which becomes an ESI include of the W3C's Edge Side Includes
note. With no cache in front that says it can compose, this middleware does: it renders the included address as an
anonymous GET and puts its body in place.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

INCLUDE = re.compile(rb'<esi:include src="(/[^"]*)"\s*/>')
MAX_FRAGMENTS = 20


class Compose:
    """Middleware that replaces each include in an HTML response by the fragment's body, each address rendered once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        if b"<esi:include" not in response.content:
            return response
        if can_compose(request):
            response["Surrogate-Control"] = 'content="ESI/1.0"'
        else:
            response.content = compose(response.content, request)
            if response.has_header("Content-Length"):  # Measured further in, before there was anything in place.
                response["Content-Length"] = str(len(response.content))
        return response


def can_compose(request: HttpRequest) -> bool:
    """This function will say whether a cache in front composes pages itself, by its Surrogate-Capability."""
    return "ESI/1.0" in request.headers.get("Surrogate-Capability", "")


def compose(body: bytes, request: HttpRequest) -> bytes:
    """This function will put the fragments in place of their includes. A fragment that is not there leaves nothing."""
    seen: dict[bytes, bytes] = {}

    def put(match: re.Match[bytes]) -> bytes:
        address = match.group(1)
        if address not in seen:
            seen[address] = _render(address.decode(), request) if len(seen) < MAX_FRAGMENTS else b""
        return seen[address]

    return INCLUDE.sub(put, body)


def _render(address: str, request: HttpRequest) -> bytes:
    parts = urlsplit(address)
    inner = HttpRequest()
    inner.method, inner.path, inner.path_info = "GET", parts.path, parts.path
    inner.META = {
        name: request.META[name] for name in ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST") if name in request.META
    }
    inner.META["QUERY_STRING"] = parts.query
    try:
        match = resolve(parts.path)
        inner.resolver_match = match
        answer = match.func(inner, *match.args, **match.kwargs)
    except Http404:
        # No address is known, or its view finds nothing there: Wagtail's catches all addresses.
        return b""
    if hasattr(answer, "render") and not answer.is_rendered:
        answer.render()
    return answer.content if answer.status_code == 200 else b""
