"""Receipts as the treasurer reads them: the list by date and method, one with its allocations, and what may be done to it."""

import datetime as dt
from dataclasses import dataclass
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

from pennypress.desk import entry, purposes, receipt_search, screen, spreadsheet
from pennypress.desk.amounts import AmountField
from pennypress.giving.models import Gift
from pennypress.ledger import exports
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments import receipts, refunds, slips, states
from pennypress.payments.models import (
    Allocation,
    CashCount,
    Match,
    Payment,
    PaymentState,
    Receipt,
    Refund,
    RefundKind,
    SlipItem,
)
from pennypress.payments.states import ReceiptState
from pennypress.people import roles
from pennypress.settlement import by_hand
from pennypress.society import rulebook

# What says what a part is for.
PARTS = ("allocations__account", "allocations__gift__appeal", "allocations__subscriptions__product")


class TakeBackForm(forms.Form):
    """Why a receipt is taken back, when the money went, and what the bank charged for it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            (RefundKind.BOUNCED, gettext_lazy("The cheque or transfer was returned unpaid")),
            (RefundKind.REFUND, gettext_lazy("It was given back to the payer")),
        ],
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For the auditor: what was wrong, in a few words."),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["charge"] = AmountField(
            label=_("The bank's charge for it"),
            currency=currency,
            required=False,
            help_text=_("Booked to bank charges. Leave it empty if there was none."),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of a receipt on its page: what it is for, the gift above it, what is left, what was taken back."""

    allocation: Allocation
    words: str
    gift: Gift | None
    left: Money
    refunds: list[Refund]


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list receipts that are looked for, and their sum."""
    currency = rulebook.society().currency
    form = receipt_search.asked(request.GET, currency)
    found = receipt_search.found(form, currency, on=screen.today())
    sums = found.aggregate(total=Sum("amount_minor"), taken=Sum("taken_minor"))
    waiting = []
    if "waiting" in request.GET:
        waiting = list(Payment.objects.filter(state=PaymentState.PENDING).order_by("started_at")[:200])
    rows = found.select_related("payer").prefetch_related(*PARTS)
    page = screen.paged(request, rows.order_by("-received_on", "-id"))
    context = {
        "page": page,
        "rows": [row(receipt) for receipt in page.object_list],
        "sum": Money(sums["total"] or 0, currency),
        "taken": Money(sums["taken"] or 0, currency),
        "form": form,
        "selects": [form[name] for name in ("method", "state", "purpose", "appeal", "account")],
        "amount": receipt_search.amount_words(form),
        "state": form.cleaned_data.get("state", ""),
        "waiting": waiting,
        "csv": f"{reverse('desk_receipts_csv')}?{request.GET.urlencode()}",
    }
    return screen.show(
        request, "desk/receipts/listing.html", title=_("Receipts"), icon="clipboard-list", context=context
    )


def row(receipt: Receipt) -> dict[str, Any]:
    """This function will give what one row of a list of receipts shows, of a receipt with its state."""
    return {
        "receipt": receipt,
        "state": states.label(receipt.state),  # type: ignore[attr-defined]
        "purposes": [purposes.words(part) for part in receipt.allocations.all()],
    }


@entry.open_to(roles.TREASURER)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """This view will give the receipts that are looked for as a file, one line for each part."""
    currency = rulebook.society().currency
    found = receipt_search.found(receipt_search.asked(request.GET, currency), currency, on=screen.today())
    found = found.prefetch_related(*PARTS, "allocations__refunds")
    head = [_("Receipt"), _("Received"), _("Paid in"), _("State"), _("From"), _("By"), _("Reference"), _("For"),
            _("Amount"), _("Taken back"), _("Currency"), _("Sent as")]  # fmt: skip
    rows = (
        [
            receipt.pk,
            receipt.received_on.isoformat(),
            receipt.banked_on.isoformat() if receipt.banked_on else "",
            states.label(receipt.state),  # type: ignore[attr-defined]
            receipt.payer_name,
            str(receipt.get_method_display()),
            receipt.reference,
            purposes.words(part),
            exports.decimal(Money(part.amount_minor, receipt.currency)),
            exports.decimal(Money(sum(one.amount_minor for one in part.refunds.all()), receipt.currency)),
            receipt.currency,
            str(receipt.sent or ""),
        ]
        for receipt in found.order_by("received_on", "id")
        for part in receipt.allocations.all()
    )
    return spreadsheet.download("receipts.csv", head, rows)


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one receipt: where it came from, what it is for, what was taken back, its entries."""
    return _shown(request, _found(number), _empty())


@entry.open_to(roles.TREASURER)
@require_POST
def bank(request: HttpRequest, number: int) -> HttpResponse:
    """This view will note that a cheque or cash was paid in at the bank."""
    receipt = get_object_or_404(Receipt, pk=number)
    on = _day_posted(request)
    try:
        slips.bank_one(receipt=receipt, banked_on=on, now=timezone.now())
    except receipts.CannotBank as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(amount)s noted as paid in.") % {"amount": receipt.amount})
    return redirect("desk_receipt", number=number)


@entry.open_to(roles.TREASURER)
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """This view will take a receipt back whole: a returned cheque, with the bank's charge, or money given back."""
    receipt = _found(number)
    form = TakeBackForm(request.POST, currency=rulebook.society().currency)
    if form.is_valid():
        told = form.cleaned_data
        by = str(screen.staff(request))
        try:
            if told["kind"] == RefundKind.BOUNCED:
                told.pop("kind")
                by_hand.bounced(receipt=receipt, by=by, now=timezone.now(), **told)
            elif told.pop("charge"):
                raise by_hand.CannotSettle(_("Only for a returned cheque or transfer does the bank charge."))
            else:
                by_hand.taken_back(receipt=receipt, now=timezone.now(), **told)
        except by_hand.CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(amount)s taken back.") % {"amount": receipt.amount})
            return redirect("desk_receipt", number=number)
    return _shown(request, receipt, form, status=422)


def _empty() -> TakeBackForm:
    return TakeBackForm(initial={"on": screen.today()}, currency=rulebook.society().currency)


def _found(number: int) -> Receipt:
    found = Receipt.objects.select_related("payment", "payer", "contact", "recorded_by", "corrects")
    return get_object_or_404(states.with_state(found, on=screen.today()), pk=number)


def _shown(request: HttpRequest, receipt: Receipt, form: TakeBackForm, status: int = 200) -> HttpResponse:
    parts = [
        Shown(
            part,
            purposes.words(part),
            getattr(part, "gift", None),
            refunds.left(part),
            list(part.refunds.order_by("id")),
        )
        for part in receipt.allocations.select_related("account", "gift__appeal").order_by("id")
    ]
    item = SlipItem.objects.filter(receipt=receipt, removed_at=None).select_related("slip").first()
    payment = receipts.came_by(receipt)
    is_whole = all(part.left == part.allocation.amount for part in parts)
    state = receipt.state  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "receipt": receipt,
        "state": states.label(state),
        "parts": parts,
        "entries": _entries(receipt),
        "letters": Letter.objects.filter(
            key__in=[f"gift-receipt-{part.gift.public_id}" for part in parts if part.gift]
        ),
        "slip": item.slip if item else None,
        "matches": _at_the_bank(receipt, item),
        "payment": payment,
        "payouts": payment.receipt.payout_lines.select_related("payout").order_by("id") if payment else [],
        "moves": payment.moves.order_by("id") if payment else [],
        "count": CashCount.objects.filter(receipt=receipt).first(),
        "corrected_by": Receipt.objects.filter(corrects=receipt).first(),
        "to_bank": state == ReceiptState.IN_HAND and item is None,
        "is_left": any(part.left for part in parts),
        "may_correct": is_whole,
        "by_hand": payment is None,
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


def _at_the_bank(receipt: Receipt, item: SlipItem | None) -> QuerySet[Match]:
    """The lines of the bank that stand for a receipt: its own, or those of the slip that it was paid in with."""
    own = Q(receipt=receipt) if item is None else Q(receipt=receipt) | Q(slip=item.slip_id)
    return Match.objects.filter(own, undoes=None, undone_by=None).select_related("line").order_by("id")


def _entries(receipt: Receipt) -> QuerySet[Entry]:
    banked = receipts.banked_key(receipt)
    keys = [receipts.entry_key(receipt), banked, f"mistake-{banked}", f"charge-receipt-{receipt.pk}"]
    keys += [refund.key for part in receipt.allocations.all() for refund in part.refunds.all()]
    return Entry.objects.filter(key__in=keys).order_by("id")


def _day_posted(request: HttpRequest) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        return screen.today()
