"""The register of members as the secretary reads it: as at any day, one member, and as a file for the committee."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress.desk import entry, screen, spreadsheet
from pennypress.money import Money
from pennypress.people import roles
from pennypress.shares import register
from pennypress.shares.models import Member
from pennypress.society import rulebook


@entry.open_to(roles.SECRETARY)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the members who held shares on a day."""
    on = screen.day_asked(request, "on") or screen.today()
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = register.holdings(on)
    context = {
        "on": on,
        "asked": asked,
        "count": len(rows),
        "shares": sum(row.shares for row in rows),
        "amount": Money(sum(row.paid_up.minor for row in rows), rulebook.society().currency),
        "page": screen.paged(request, [row for row in rows if _is_asked(row.member, asked)]),
    }
    return screen.show(request, "desk/register/listing.html", title=_("Register"), icon="group", context=context)


@entry.open_to(roles.SECRETARY)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """This view will give the register as at a day as a file."""
    on = screen.day_asked(request, "on") or screen.today()
    head = [_("Number"), _("Name"), _("Address"), _("Postcode"), _("E-mail"), _("Entered"), _("Shares"), _("Paid up")]
    rows = (
        [
            row.member.number,
            row.member.person.name,
            row.member.person.address.replace("\n", ", "),
            row.member.person.postcode,
            row.member.person.email,
            row.member.admitted_on.isoformat(),
            row.shares,
            str(row.paid_up),
        ]
        for row in register.holdings(on)
    )
    return spreadsheet.download(f"register-{on.isoformat()}.csv", head, rows)


@entry.open_to(roles.SECRETARY)
@require_safe
def member(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one member: the holding, the entries it is the sum of, the certificates."""
    shown = get_object_or_404(Member.objects.select_related("person"), number=number)
    entries = list(shown.entries.order_by("on", "id"))
    context = {
        "member": shown,
        "entries": entries,
        "holding": sum(one.shares for one in entries),
        "amount": Money(sum(one.amount_minor for one in entries), rulebook.society().currency),
        "certificates": shown.certificates.order_by("-number"),
    }
    return screen.show(
        request,
        "desk/register/member.html",
        title=shown.person.name,
        icon="group",
        above=[(reverse("desk_register"), _("Register"))],
        context=context,
    )


def _is_asked(one: Member, asked: str) -> bool:
    return not asked or asked.casefold() in one.person.name.casefold() or asked == str(one.number)
