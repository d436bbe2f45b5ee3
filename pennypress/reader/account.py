"""A reader's own ledger: what they own, what they give, and what the paper knows of them. Nobody else's is found here."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress.giving import history, receipts_again
from pennypress.giving.models import Pledge, PledgeState
from pennypress.people import persons
from pennypress.people.models import Person, User
from pennypress.reader import support
from pennypress.shares import certificates, members, register
from pennypress.shares.models import Application, ApplicationState, Certificate, Member
from pennypress.society import rulebook

UNDER_WAY = (ApplicationState.APPLIED, ApplicationState.PAID)


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """This view will show a reader their holding, their certificates, their giving and their particulars."""
    on = timezone.localdate()
    person = _person(request)
    member = members.of(person) if person else None
    context = {
        "person": person,
        "member": member,
        "holding": register.holding(member=member, on=on) if member else 0,
        "certificates": _certificates(member),
        "applications": _applications(_user(request), person),
        "years": history.by_year(person=person) if person else [],
        "pledges": _pledges(_user(request), person).exclude(state=PledgeState.OFFERED).order_by("-offered_at"),
        "gifts_for_you": history.gifts_for(person=person) if person else [],
        "pledges_for_you": history.pledges_for(person=person) if person else [],
        "society": rulebook.founded(),
    }
    return render(request, "reader/account.html", context)


@require_safe
@login_required
def certificate(request: HttpRequest, number: int) -> HttpResponse:
    """This view will hand a member one of their own certificates as a PDF."""
    person = _person(request)
    member = members.of(person) if person else None
    found = _certificates(member).filter(number=number).select_related("member__person").first()
    if found is None:
        raise Http404
    response = HttpResponse(certificates.pdf(found), content_type="application/pdf")
    name = _("share-certificate-%(number)s.pdf") % {"number": found.number}
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@login_required
def pledge(request: HttpRequest) -> HttpResponse:
    """This view will lead to the reader's running pledge, or to the page to begin one."""
    theirs = _pledges(_user(request), _person(request)).filter(state__in=support.RUNNING)
    running = theirs.order_by("state", "-offered_at").first()
    return redirect("account-one-pledge", running.public_id) if running else redirect("support")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one_pledge(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will show one of the reader's own pledges, and change or end it on POST."""
    theirs = _pledges(_user(request), _person(request))
    return support.look_after(request, get_object_or_404(theirs, public_id=public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one_card(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will ask for another card or account for one of the reader's own pledges."""
    theirs = _pledges(_user(request), _person(request))
    return support.move(request, get_object_or_404(theirs, public_id=public_id))


@require_safe
@login_required
def year(request: HttpRequest, year: int) -> HttpResponse:
    """This view will show everything that the reader gave in one year, fit to be printed."""
    person = _person(request)
    given = history.items(person=person, year=year) if person else []
    if person is None or not given:
        raise Http404
    context = {
        "year": year,
        "person": person,
        "items": given,
        "totals": history.totals(given),
        "went_back": any(item.taken for item in given),
        "relief": settings.TAX_RELIEF_WORDING,
        "may_write": bool(person.email),
        "society": rulebook.founded(),
    }
    return render(request, "reader/year.html", context)


@require_POST
@login_required
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """This view will send the reader a copy of the receipt for one sum that they gave."""
    person = _person(request)
    now = timezone.now()
    try:
        if person is None:
            raise receipts_again.NotTheirs(number)
        on = receipts_again.copy(person=person, number=number, on=timezone.localdate(now), now=now).on
    except receipts_again.NotTheirs as error:
        raise Http404 from error
    messages.success(request, _("A copy of the receipt is on its way to %(email)s.") % {"email": person.email})
    return redirect("account-year", on.year)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _person(request: HttpRequest) -> Person | None:
    person = _user(request).person
    return persons.current(person) if person else None


def _certificates(member: Member | None) -> QuerySet[Certificate]:
    return Certificate.objects.filter(member=member).order_by("-number") if member else Certificate.objects.none()


def _applications(user: User, person: Person | None) -> list[Application]:
    # Before it is allotted an application belongs to whoever reads the mailbox it came from.
    own = Q(person__in=persons.same(person)) if person else Q(pk=None)
    found = Application.objects.filter(own | Q(person=None, email=user.email), state__in=UNDER_WAY)
    return list(found.order_by("applied_at"))


def _pledges(user: User, person: Person | None) -> QuerySet[Pledge]:
    own = Q(person__in=persons.same(person)) if person else Q(pk=None)
    return Pledge.objects.filter(own | Q(person=None, email=user.email))
