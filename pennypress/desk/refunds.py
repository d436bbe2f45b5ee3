"""Refunds as treasurers order them: asked from a receipt, agreed to by a second person, paid back by hand or on its way."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.ledger.models import Entry
from pennypress.money import Money
from pennypress.payments import receipts, refund_orders, thresholds
from pennypress.payments.models import Allocation, OrderState, Receipt, RefundOrder
from pennypress.people import roles
from pennypress.settlement import giving_back
from pennypress.society import rulebook


class AskForm(forms.Form):
    """How much of each part of a receipt is to go back, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("The giver is told, and the auditor reads it."),
    )

    def __init__(self, receipt: Receipt, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.allocations = list(receipt.allocations.order_by("id"))
        for allocation in self.allocations:
            left = refund_orders.may_go_back(allocation)
            self.fields[self.name(allocation)] = AmountField(
                currency=receipt.currency,
                label=allocation.get_purpose_display(),
                required=False,
                initial=money.plain(left),
                help_text=_("%(left)s at most; leave it empty to leave this part alone") % {"left": left},
            )
        self.order_fields([*(self.name(allocation) for allocation in self.allocations), "reason"])

    @staticmethod
    def name(allocation: Allocation) -> str:
        return f"part_{allocation.pk}"

    def parts(self) -> dict[int, Money]:
        asked = {allocation.pk: self.cleaned_data[self.name(allocation)] for allocation in self.allocations}
        return {number: amount for number, amount in asked.items() if amount}


class RefusalForm(forms.Form):
    """Why an order is refused."""

    reason = forms.CharField(label=gettext_lazy("Why it is refused"), max_length=300)


class PaidBackForm(forms.Form):
    """When money was paid back by hand, and under which cheque or reference."""

    on = forms.DateField(
        label=gettext_lazy("Paid back on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = forms.CharField(label=gettext_lazy("Cheque number or bank reference"), max_length=100, required=False)


class ThresholdForm(forms.Form):
    """Up to which sum one treasurer is enough, from which day on."""

    effective_from = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, currency: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(currency=currency, label=_("One treasurer is enough up to"))
        self.order_fields(["amount", "effective_from"])


_OPEN = (OrderState.ASKED, OrderState.APPROVED, OrderState.SENT, OrderState.FAILED)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list refunds, those that need somebody first, and set up to which sum one treasurer is enough."""
    currency, today = rulebook.society().currency, screen.today()
    form = ThresholdForm(currency, initial={"effective_from": today})
    if request.method == "POST":
        form = ThresholdForm(currency, request.POST)
        if form.is_valid() and _set_threshold(request, form):
            return redirect("desk_refunds")
    orders = RefundOrder.objects.select_related("receipt__payment", "asked_by")
    state = request.GET.get("state", "")
    shown = orders.filter(state=state) if state in OrderState.values else orders.filter(state__in=_OPEN)
    context = {
        "page": screen.paged(request, shown),
        "state": state,
        "states": OrderState.choices,
        "threshold": thresholds.of_one(currency=currency, on=today),
        "form": form,
    }
    status = 422 if form.errors else 200
    return screen.show(
        request, "desk/refunds/listing.html", title=_("Refunds"), icon="history", status=status, context=context
    )


def _set_threshold(request: HttpRequest, form: ThresholdForm) -> bool:
    try:
        thresholds.set_to(**form.cleaned_data, by=screen.staff(request), on=screen.today(), now=timezone.now())
    except thresholds.CannotSet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Set."))
    return True


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """This view will order that a receipt or part of it be given back."""
    receipt = get_object_or_404(Receipt.objects.select_related("payment"), pk=number)
    form = AskForm(receipt, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            order = refund_orders.ask(
                receipt=receipt,
                parts=form.parts(),
                reason=form.cleaned_data["reason"],
                by=screen.staff(request),
                on=screen.today(),
                now=timezone.now(),
            )
        except refund_orders.CannotOrder as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(order))
            return redirect("desk_refund", public_id=order.public_id)
    return screen.show(
        request,
        "desk/refunds/ask.html",
        title=_("Give money back"),
        icon="history",
        above=[(reverse("desk_receipts"), _("Receipts")), (reverse("desk_receipt", args=[number]), str(number))],
        status=422 if form.errors else 200,
        context={
            "receipt": receipt,
            "payment": receipts.came_by(receipt),
            "form": form,
            "threshold": thresholds.of_one(currency=receipt.currency, on=screen.today()),
        },
    )


def _told(order: RefundOrder) -> str:
    if order.state == OrderState.ASKED:
        return _("Ordered. Another treasurer has to agree before anything goes.")
    if order.is_by_hand:
        return _("Ordered. Note here when you have paid it back.")
    return _("Ordered. It is on its way to the provider.")


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will show one order: its parts, who asked, who agreed, what came of it."""
    return _shown(request, _order(public_id))


@entry.open_to(roles.TREASURER)
@require_POST
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will agree to an order as the second person."""
    order = _order(public_id)
    try:
        refund_orders.approve(order=order, by=screen.staff(request), now=timezone.now())
    except refund_orders.CannotOrder as refusal:
        messages.error(request, str(refusal))
        return _shown(request, _order(public_id), status=422)
    messages.success(request, _("Agreed."))
    return redirect("desk_refund", public_id=public_id)


@entry.open_to(roles.TREASURER)
@require_POST
def refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will refuse an order, or withdraw one's own, with a reason."""
    order, form = _order(public_id), RefusalForm(request.POST)
    if form.is_valid():
        try:
            refund_orders.refuse(
                order=order, reason=form.cleaned_data["reason"], by=screen.staff(request), now=timezone.now()
            )
        except refund_orders.CannotOrder as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Refused. Nothing goes back."))
            return redirect("desk_refund", public_id=public_id)
    return _shown(request, _order(public_id), refusal=form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def paid_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will note that money was paid back by cheque or transfer."""
    order, form = _order(public_id), PaidBackForm(request.POST)
    if form.is_valid():
        try:
            giving_back.paid_back(order=order, by=screen.staff(request), now=timezone.now(), **form.cleaned_data)
        except giving_back.CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(amount)s noted as paid back.") % {"amount": order.amount})
            return redirect("desk_refund", public_id=public_id)
    return _shown(request, _order(public_id), paid=form, status=422)


def _order(public_id: str) -> RefundOrder:
    return get_object_or_404(RefundOrder.objects.select_related("receipt__payment", "asked_by"), public_id=public_id)


def _shown(
    request: HttpRequest,
    order: RefundOrder,
    *,
    refusal: RefusalForm | None = None,
    paid: PaidBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waits = order.state == OrderState.ASKED
    context = {
        "order": order,
        "parts": order.parts.select_related("allocation"),
        "moves": order.moves.select_related("moved_by"),
        "entries": Entry.objects.filter(key__startswith=order.refund_key) if order.refund_key else [],
        "may_approve": waits and order.asked_by_id != screen.staff(request).pk,
        "is_own": waits and order.asked_by_id == screen.staff(request).pk,
        "may_refuse": order.state in (OrderState.ASKED, OrderState.APPROVED),
        "may_pay_back": order.state == OrderState.APPROVED and order.is_by_hand,
        "refusal": refusal or RefusalForm(),
        "paid": paid or PaidBackForm(initial={"on": screen.today()}),
    }
    return screen.show(
        request,
        "desk/refunds/one.html",
        title=_("Refund of %(amount)s") % {"amount": order.amount},
        icon="history",
        above=[(reverse("desk_refunds"), _("Refunds"))],
        status=status,
        context=context,
    )
