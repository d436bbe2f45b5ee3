"""A column that was refused at the very moment of publishing: its editor is told at the desk, by whatever door it came.

The editor's form asks the books first; this answers when they move between that and the saving, and at the doors that
have no form: approval in a workflow, many at once, a copy, the desk's API. Wagtail has kept the draft by then, or undone
its own transaction. It writes nothing.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pennypress.newsroom.column_publishing import CannotPublish
from pennypress.newsroom.models import ArticlePage

API = "/desk/api/"
UNPROCESSABLE = 422


class TellTheEditor:
    """Turns a refusal to publish, from any view of the desk, into words for its editor. As Django's middleware does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, refusal: Exception) -> HttpResponse | None:
        if not isinstance(refusal, CannotPublish):
            return None
        if request.path.startswith(API):
            return JsonResponse({"message": _heading(refusal), "problems": refusal.problems}, status=UNPROCESSABLE)
        for words in (_heading(refusal), *refusal.problems):
            messages.error(request, words)
        return _led_on(request, _where(refusal))


def _heading(refusal: CannotPublish) -> str:
    words = _("Nothing was published: the figures of “%(title)s” do not agree with the books. Your draft is kept.")
    return words % {"title": refusal.article.title}


def _where(refusal: CannotPublish) -> str:
    """The story in the editor; a copy that was refused is nowhere, and its editor goes to the list of columns."""
    if ArticlePage.objects.filter(pk=refusal.article.pk).exists():
        return reverse("wagtailadmin_pages:edit", args=[refusal.article.pk])
    return reverse("newsroom_column")


def _led_on(request: HttpRequest, address: str) -> HttpResponse:
    """The window in which a workflow is approved reads JSON, and follows where it says."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)
