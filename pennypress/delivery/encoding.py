"""Content encodings of public pages that no page store in front compresses."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pennypress.delivery import fragments
from pennypress.delivery.compression import ENCODERS, SMALLEST, TEXTUAL, encoding_of


class Encode:
    """Middleware that compresses what `PrivateByDefault` has marked public. It stands just outside of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_compressible(response) and not fragments.can_compose(request):
            response["Vary"] = "Accept-Encoding"
            encoding = encoding_of(request.headers.get("Accept-Encoding", ""))
            if encoding:
                response.content = ENCODERS[encoding](response.content)
                response["Content-Encoding"] = encoding
                response["Content-Length"] = str(len(response.content))
        return response


def _is_compressible(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and response.get("Cache-Control", "").startswith("public")
        and response.get("Content-Type", "").startswith(TEXTUAL)
        and not response.has_header("Content-Encoding")
        and len(response.content) >= SMALLEST
    )
