"""People at the desk: what came from each, and two rows that are one person, compared and merged. Nothing is lost."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pennypress.desk import entry, receipts, screen
from pennypress.giving import history
from pennypress.giving.history import Year
from pennypress.giving.models import Pledge
from pennypress.payments import states
from pennypress.payments.models import Receipt
from pennypress.people import persons, roles
from pennypress.people.models import Person, PersonMerge, User
from pennypress.shares import members
from pennypress.shares.models import Application, Member


@dataclass(frozen=True, slots=True)
class Having:
    """What stands under one person: the two are compared by it."""

    person: Person
    member: Member | None
    years: list[Year]
    pledges: list[Pledge]
    logins: list[User]


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will find people by name, address or place, two of whom may be chosen to be compared."""
    words = request.GET.get("q", "").strip()[:100]
    found = Person.objects.filter(merged_into=None)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(email__icontains=words)
            | Q(place__icontains=words)
            | Q(postcode__icontains=words)
        )
    context = {
        "page": screen.paged(request, found.order_by("name", "id")),
        "words": words,
        "may_read": roles.holds(request.user, roles.TREASURER),
        "merges": PersonMerge.objects.select_related("duplicate", "into", "merged_by").order_by("-id")[:10],
    }
    return screen.show(request, "desk/people/listing.html", title=_("People"), icon="group", context=context)


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show what came from one person, to their credit or for their shares, with each receipt's state."""
    person = persons.current(get_object_or_404(Person, pk=number))
    rows = persons.same(person)
    paid = Application.objects.filter(person__in=rows, allocation__isnull=False).values("allocation")
    ours = Q(payer__in=rows) | Q(allocations__gift__payer__in=rows) | Q(allocations__in=paid)
    theirs = Receipt.objects.filter(pk__in=Receipt.objects.filter(ours).values("pk"))
    found = states.with_state(theirs, on=screen.today())
    page = screen.paged(request, found.prefetch_related(*receipts.PARTS).order_by("-received_on", "-id"))
    context = {
        "having": _having(person),
        "page": page,
        "rows": [receipts.row(receipt) for receipt in page.object_list],
    }
    above = [(reverse("desk_people"), _("People"))]
    return screen.show(request, "desk/people/one.html", title=person.name, icon="user", above=above, context=context)


@entry.open_to(roles.TREASURER, roles.SECRETARY)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """This view will show two people beside each other, and merge the duplicate into the other on POST."""
    told = request.POST if request.method == "POST" else request.GET
    duplicate, into = _person(told.get("duplicate")), _person(told.get("into"))
    if duplicate is None or into is None or duplicate == into:
        messages.error(request, _("Choose two different people: the duplicate, and the one who stands."))
        return redirect("desk_people")
    if request.method != "POST":
        return _compare(request, duplicate, into)
    try:
        persons.merge(duplicate=duplicate, into=into, now=timezone.now(), by=screen.staff(request))
    except persons.CannotMerge as error:
        return _compare(request, duplicate, into, trouble=str(error), status=422)
    said = {"duplicate": duplicate.name, "into": into.name}
    messages.success(request, _("%(duplicate)s is %(into)s from now on. Nothing was moved or lost.") % said)
    return redirect("desk_people")


def _person(number: str | None) -> Person | None:
    return Person.objects.filter(pk=int(number)).first() if number and number.isdecimal() else None


def _compare(
    request: HttpRequest, duplicate: Person, into: Person, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    both = [_having(duplicate), _having(into)]
    context = {
        "duplicate": both[0],
        "into": both[1],
        "both": both,
        "are_members": all(one.member for one in both),
        "trouble": trouble,
    }
    return screen.show(
        request,
        "desk/people/merge.html",
        title=_("Are these one person?"),
        icon="group",
        above=[(reverse("desk_people"), _("People"))],
        status=status,
        context=context,
    )


def _having(person: Person) -> Having:
    rows = persons.same(person)
    return Having(
        person=person,
        member=members.of(person),
        years=history.by_year(person=person),
        pledges=list(Pledge.objects.filter(person__in=rows).order_by("id")),
        logins=list(User.objects.filter(person__in=rows).order_by("id")),
    )
