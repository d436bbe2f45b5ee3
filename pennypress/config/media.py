"""Pictures for readers, from wherever they are kept, at addresses that never mean another picture."""

import mimetypes
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pennypress.newsroom import tags

# Wagtail keeps documents beside the pictures, and asks who may have one: they have an address of their own.
NOT_PICTURES = ("documents/",)
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """This function will send a picture, to be kept for good: another picture never gets its name.

    It carries a tag all the same, for the day on which it has to go.
    """
    if path.startswith(NOT_PICTURES):
        raise Http404
    try:
        file: Any = default_storage.open(path, "rb")
        size = file.size
    except (OSError, SuspiciousFileOperation, ValueError) as none:
        raise Http404 from none
    kind, _encoding = mimetypes.guess_type(path)
    response = FileResponse(file, content_type=kind or "application/octet-stream")
    response["Content-Length"] = str(size)
    response["Cache-Control"] = FOR_GOOD
    response["Surrogate-Key"] = tags.PICTURES
    return response
