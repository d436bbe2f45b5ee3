"""The outbox as staff read it: each role its own kinds of letter, and never what a secret letter says."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pennypress.desk import entry, screen
from pennypress.letters import outbox
from pennypress.letters.models import Channel, Letter, LetterState
from pennypress.people import roles
from pennypress.people.models import User

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
    context = {"page": screen.paged(request, letters), "state": state, "states": LetterState.choices}
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
    }
    above = [(reverse("desk_outbox"), _("Outbox"))]
    title = _("A secret letter") if letter.secret else letter.subject
    return screen.show(request, "desk/outbox/one.html", title=title, icon="mail", above=above, context=context)


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """This view will put a letter that was given up back in the queue."""
    letter = get_object_or_404(seen_by(screen.staff(request)), pk=number)
    outbox.send_again(letter=letter, now=timezone.now())
    messages.success(request, _("The letter is in the queue again."))
    return redirect("desk_letter", number=number)
