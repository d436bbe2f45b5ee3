"""The demo's letter box: what the paper would have sent, read on the machine that it never left."""

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pennypress.letters import enclosing
from pennypress.letters.models import Enclosure, Letter
from pennypress.people import demonstration

A_PAGE = 30


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the letters, the newest first."""
    _only_in_the_demo()
    pages = Paginator(Letter.objects.order_by("-id"), A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "demo/letters.html", {"page_obj": page, "letters": page.object_list})


@require_safe
def one(request: HttpRequest, letter_id: int) -> HttpResponse:
    """This view will show one letter as plain text, with what is enclosed."""
    _only_in_the_demo()
    letter = get_object_or_404(Letter, pk=letter_id)
    return render(request, "demo/letter.html", {"letter": letter, "enclosures": letter.enclosures.all()})


_CLOSED = {name: ["'none'"] for name in ("default-src", "script-src", "img-src", "connect-src", "form-action")}


@csp_replace({**_CLOSED, "style-src": ["'unsafe-inline'"], "sandbox": True})  # type: ignore[arg-type]  # the stubs know no address with arguments
@require_safe
def as_html(request: HttpRequest, letter_id: int) -> HttpResponse:
    """This view will show one letter as a mail program does: styled inside, running nothing and fetching nothing."""
    _only_in_the_demo()
    return HttpResponse(get_object_or_404(Letter, pk=letter_id).html)


@require_safe
def enclosure(request: HttpRequest, letter_id: int, enclosure_id: int) -> HttpResponse:
    """This view will hand over what is enclosed in a letter, drawn now if it was not drawn before."""
    _only_in_the_demo()
    found = get_object_or_404(Enclosure, pk=enclosure_id, letter_id=letter_id)
    return HttpResponse(
        enclosing.content(found),
        content_type=found.content_type,
        headers={"Content-Disposition": f'inline; filename="{found.filename}"'},
    )


def _only_in_the_demo() -> None:
    if not (settings.DEMO and demonstration.is_marked()):
        raise Http404
