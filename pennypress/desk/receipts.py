"""Receipts as the treasurer reads them: the list by date and method, one with its allocations, and what may be done to it."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pennypress.desk import entry, screen
from pennypress.ledger.models import Entry
from pennypress.money import Money
from pennypress.payments import accounts, receipts, refunds
from pennypress.payments.models import Method, Payment, PaymentState, Receipt, RefundKind
from pennypress.people import roles
from pennypress.settlement import by_hand
from pennypress.society import rulebook

IN_HAND = [method for method in Method.values if accounts.is_in_hand(method)]


class TakeBackForm(forms.Form):
    """Why a receipt is taken back, and when the money went."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            (RefundKind.BOUNCED, gettext_lazy("The cheque or transfer was returned unpaid")),
            (RefundKind.REFUND, gettext_lazy("It was entered by mistake, or given back to the payer")),
        ],
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For the auditor: what was wrong, in a few words."),
    )


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list receipts between two days, by method, or those still in hand; and their sum."""
    currency = rulebook.society().currency
    found = _asked(request).filter(currency=currency)
    summed = found.aggregate(total=Sum("amount_minor"))["total"] or 0
    waiting = []
    if "waiting" in request.GET:
        waiting = list(Payment.objects.filter(state=PaymentState.PENDING).order_by("started_at")[:200])
    context = {
        "page": screen.paged(request, found.select_related("payer").prefetch_related("allocations").order_by("-id")),
        "sum": Money(summed, currency),
        "since": screen.day_asked(request, "from"),
        "until": screen.day_asked(request, "to"),
        "method": request.GET.get("method", ""),
        "in_hand": "in_hand" in request.GET,
        "methods": Method.choices,
        "asked": request.GET.get("q", ""),
        "waiting": waiting,
    }
    return screen.show(
        request, "desk/receipts/listing.html", title=_("Receipts"), icon="clipboard-list", context=context
    )


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one receipt: where it came from, what it is for, what was taken back, its entries."""
    receipt = get_object_or_404(Receipt.objects.select_related("payment", "payer", "recorded_by"), pk=number)
    return _shown(request, receipt, TakeBackForm(initial={"on": screen.today()}))


@entry.open_to(roles.TREASURER)
@require_POST
def bank(request: HttpRequest, number: int) -> HttpResponse:
    """This view will note that a cheque or cash was paid in at the bank."""
    receipt = get_object_or_404(Receipt, pk=number)
    on = _day_posted(request)
    try:
        receipts.bank(receipt=receipt, banked_on=on, now=timezone.now())
    except receipts.CannotBank as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(amount)s noted as paid in.") % {"amount": receipt.amount})
    return redirect("desk_receipt", number=number)


@entry.open_to(roles.TREASURER)
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """This view will take a receipt back whole: a returned cheque, or an entry made by mistake."""
    receipt = get_object_or_404(Receipt, pk=number)
    form = TakeBackForm(request.POST)
    if form.is_valid():
        try:
            by_hand.taken_back(receipt=receipt, now=timezone.now(), **form.cleaned_data)
        except by_hand.CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(amount)s taken back.") % {"amount": receipt.amount})
            return redirect("desk_receipt", number=number)
    return _shown(request, receipt, form, status=422)


def _shown(request: HttpRequest, receipt: Receipt, form: TakeBackForm, status: int = 200) -> HttpResponse:
    parts = [
        {"allocation": part, "left": refunds.left(part), "refunds": list(part.refunds.order_by("id"))}
        for part in receipt.allocations.order_by("id")
    ]
    context: dict[str, Any] = {
        "receipt": receipt,
        "parts": parts,
        "entries": _entries(receipt),
        "to_bank": receipt.method in IN_HAND and receipt.banked_on is None,
        "is_left": any(part["left"] for part in parts),
        "by_hand": receipt.payment is None,
        "form": form,
        "today": screen.today(),
    }
    return screen.show(
        request,
        "desk/receipts/one.html",
        title=_("Receipt %(number)s") % {"number": receipt.pk},
        icon="clipboard-list",
        above=[(reverse("desk_receipts"), _("Receipts"))],
        status=status,
        context=context,
    )


def _entries(receipt: Receipt) -> QuerySet[Entry]:
    keys = [receipts.entry_key(receipt), f"banked-{receipt.pk}"]
    keys += [refund.key for part in receipt.allocations.all() for refund in part.refunds.all()]
    return Entry.objects.filter(key__in=keys).order_by("id")


def _asked(request: HttpRequest) -> QuerySet[Receipt]:
    found = Receipt.objects.all()
    if since := screen.day_asked(request, "from"):
        found = found.filter(received_on__gte=since)
    if until := screen.day_asked(request, "to"):
        found = found.filter(received_on__lte=until)
    if request.GET.get("method") in Method.values:
        found = found.filter(method=request.GET["method"])
    if "in_hand" in request.GET:
        found = found.filter(method__in=IN_HAND, banked_on=None)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if words:
        found = found.filter(Q(payer_name__icontains=words) | Q(reference__icontains=words))
    return found


def _day_posted(request: HttpRequest) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        return screen.today()
