"""What providers paid out, each with what it is made of; and how their books and ours compared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.ledger.models import Entry
from pennypress.payments import payouts, reconciliation
from pennypress.payments.models import Difference, Payout, Reconciliation
from pennypress.people import roles
from pennypress.settlement import tasks


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the payouts, the latest first."""
    context = {"page": screen.paged(request, Payout.objects.order_by("-arrives_on", "-id"))}
    return screen.show(request, "desk/payouts/listing.html", title=_("Payouts"), icon="download", context=context)


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one payout: each of its lines with its fee, their sums, its entries and its moves."""
    payout = get_object_or_404(Payout, pk=number)
    lines = list(payout.lines.select_related("receipt", "returned"))
    for line in lines:
        line.payout = payout
    context = {
        "payout": payout,
        "lines": lines,
        "gross": money.total([line.amount for line in lines], payout.currency),
        "fees": money.total([line.fee for line in lines], payout.currency),
        "entries": Entry.objects.filter(key__in=payouts.entry_keys(payout)).order_by("id"),
        "moves": payout.moves.all(),
    }
    return screen.show(
        request,
        "desk/payouts/one.html",
        title=_("Payout of %(amount)s") % {"amount": payout.amount},
        icon="download",
        above=[(reverse("desk_payouts"), _("Payouts"))],
        context=context,
    )


@entry.open_to(roles.TREASURER)
@require_safe
def compared(request: HttpRequest) -> HttpResponse:
    """This view will show the last comparisons with each provider, and every difference that was found."""
    found = Difference.objects.select_related("reconciliation").order_by("-id")
    page = screen.paged(request, found)
    entries = Entry.objects.in_bulk([row.entry_key for row in page.object_list if row.entry_key], field_name="key")
    context = {
        "page": page,
        "rows": [{"difference": row, "entry": entries.get(row.entry_key)} for row in page.object_list],
        "runs": Reconciliation.objects.order_by("-id")[:5],
        "unrepaired": reconciliation.unrepaired(),
    }
    return screen.show(
        request, "desk/reconciling/compared.html", title=_("Providers’ books and ours"), icon="tasks", context=context
    )


@entry.open_to(roles.TREASURER)
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """This view will have the worker compare the providers' books with ours now."""
    tasks.ask_for_all()
    messages.success(request, _("The comparison has been asked for. What it finds is shown here, in a minute or so."))
    return redirect("desk_compared")
