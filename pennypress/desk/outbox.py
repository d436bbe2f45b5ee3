"""The outbox as staff read it: each role its own kinds of letter, and never what a secret letter says."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress.desk import entry, screen
from pennypress.letters import outbox
from pennypress.letters.models import Channel, Letter, LetterState
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.settlement import held_back

# The society's letters are the secretary's; all others come of giving and are the treasurer's.
_SOCIETYS = Q(kind__in=["share-application-received", "certificate"]) | Q(channel=Channel.STATUTORY)


def seen_by(user: User) -> QuerySet[Letter]:
    """This function will give the letters that a member of staff may see: a secretary none that came of giving.

    Secret ones (login codes) are in everybody's list, so that a failure is noticed; their words are in nobody's.
    """
    seen = Q(secret=True)
    if roles.holds(user, roles.SECRETARY):
        seen |= _SOCIETYS
    if roles.holds(user, roles.TREASURER):
        seen |= ~_SOCIETYS
    return Letter.objects.filter(seen).order_by("-id")


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the letters of one's role, newest first, by state."""
    letters = seen_by(screen.staff(request))
    state = request.GET.get("state", "")
    if state in LetterState.values:
        letters = letters.filter(state=state)
    context = {
        "page": screen.paged(request, letters),
        "state": state,
        "states": LetterState.choices,
        "held": seen_by(screen.staff(request)).filter(state=LetterState.HELD).count(),
    }
    return screen.show(request, "desk/outbox/listing.html", title=_("Outbox"), icon="resubmit", context=context)


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one letter as plain text, what went with it, and what went wrong."""
    letter = get_object_or_404(seen_by(screen.staff(request)), pk=number)
    context = {
        "letter": letter,
        "text": "" if letter.secret else letter.text,
        "enclosures": [] if letter.secret else list(letter.enclosures.only("filename")),
        "may_retry": letter.state == LetterState.FAILED,
        "is_held": letter.state == LetterState.HELD,
    }
    above = [(reverse("desk_outbox"), _("Outbox"))]
    title = _("A secret letter") if letter.secret else letter.subject
    return screen.show(request, "desk/outbox/one.html", title=title, icon="mail", above=above, context=context)


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest) -> HttpResponse:
    """This view will list the letters of one's role that were held back, the oldest first, and on POST send the ticked, or
    never send them."""
    waiting = seen_by(screen.staff(request)).filter(state=LetterState.HELD).order_by("pk")
    if request.method != "POST":
        return _held(request, waiting)
    ticked = _ticked(request, waiting)
    if ticked is None:
        trouble = _("Others have been held back or decided on since the page was opened. Please look at them again.")
        return _held(request, waiting, trouble=trouble, status=422)
    by, now = screen.staff(request), timezone.now()
    if request.POST.get("act") == "never":
        number = held_back.never(letters=ticked, by=by, now=now)
        words = ngettext("%(number)d letter is never sent.", "%(number)d letters are never sent.", number)
    else:
        try:
            number = held_back.send(letters=ticked, by=by, now=now)
        except held_back.CannotSend as error:
            return _held(request, waiting, trouble=str(error), status=422)
        words = ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", number)
    if number == 0:
        return _held(
            request, waiting, trouble=_("Tick the letters first. Those decided on meanwhile are gone."), status=422
        )
    messages.success(request, words % {"number": number})
    return redirect("desk_letters_held")


def _ticked(request: HttpRequest, waiting: QuerySet[Letter]) -> QuerySet[Letter] | None:
    """The letters that were ticked, or all of them; None where all are not those that were counted on the page."""
    if request.POST.get("all"):
        return waiting if request.POST.get("count") == str(waiting.count()) else None
    return waiting.filter(pk__in=[number for number in request.POST.getlist("letter") if number.isdigit()])


def _held(request: HttpRequest, waiting: QuerySet[Letter], *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {
        "page": screen.paged(request, waiting),
        "trouble": trouble,
        "ticked": {int(number) for number in request.POST.getlist("letter") if number.isdigit()},
    }
    above = [(reverse("desk_outbox"), _("Outbox"))]
    return screen.show(
        request,
        "desk/outbox/held.html",
        title=_("Held back"),
        icon="mail",
        above=above,
        status=status,
        context=context,
    )


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """This view will put a letter that was given up back in the queue."""
    letter = get_object_or_404(seen_by(screen.staff(request)), pk=number)
    outbox.send_again(letter=letter, now=timezone.now())
    messages.success(request, _("The letter is in the queue again."))
    return redirect("desk_letter", number=number)
