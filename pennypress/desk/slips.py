"""Paying-in slips: what is in hand is chosen, drawn as a slip to print, and noted as paid in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress import money
from pennypress.desk import entry, screen, sheets
from pennypress.desk.amounts import AmountField
from pennypress.money import Money
from pennypress.payments import receipts, slips
from pennypress.payments.models import Method, PayingInSlip, Receipt, SlipState
from pennypress.people import roles
from pennypress.society import rulebook


class DrawForm(forms.Form):
    """What goes on a slip. Of cash that was not counted on a sheet, how much is coins."""

    chosen = forms.ModelMultipleChoiceField(queryset=Receipt.objects.none(), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["chosen"].queryset = slips.waiting(currency)  # type: ignore[attr-defined]
        self.fields["coins"] = AmountField(
            label=_("Coins in it"),
            currency=currency,
            required=False,
            help_text=_("Of the cash without a count sheet. The rest of it is notes."),
        )


class PayInForm(forms.Form):
    """When a slip was paid in, and the number in the bank's own book."""

    banked_on = forms.DateField(
        label=gettext_lazy("Paid in on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = forms.CharField(label=gettext_lazy("Number in the bank's book"), max_length=40, required=False)

    def clean_banked_on(self) -> Any:
        on = self.cleaned_data["banked_on"]
        if on > screen.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return on


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """This view will show what is in hand to choose from, and every slip; and draw a slip of what was chosen."""
    currency = rulebook.society().currency
    form = DrawForm(request.POST or None, currency=currency)
    if request.method == "POST" and form.is_valid():
        try:
            slip = slips.draw(
                chosen=list(form.cleaned_data["chosen"]),
                loose_coins=form.cleaned_data["coins"] or money.zero(currency),
                on=screen.today(),
                by=screen.staff(request),
                now=timezone.now(),
            )
        except slips.CannotDraw as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Slip %(number)s is drawn.") % {"number": slip.number})
            return redirect("desk_slip", number=slip.number)
    return _listed(request, form, currency, status=422 if request.method == "POST" else 200)


def _listed(request: HttpRequest, form: DrawForm, currency: str, status: int) -> HttpResponse:
    waiting = list(slips.waiting(currency).select_related("cash_count"))
    chosen = {str(value) for value in form.data.getlist("chosen")} if form.is_bound else None  # type: ignore[attr-defined]
    standing = Q(items__removed_at=None)
    drawn = PayingInSlip.objects.annotate(
        pieces=Count("items", filter=standing), summed=Sum("items__receipt__amount_minor", filter=standing)
    )
    page = screen.paged(request, drawn.order_by("-number"))
    context = {
        "form": form,
        "waiting": [
            {"receipt": one, "is_chosen": chosen is None or str(one.pk) in chosen, "is_loose": _is_loose(one)}
            for one in waiting
        ],
        "has_loose": any(_is_loose(one) for one in waiting),
        "sum": money.total([one.amount for one in waiting], currency),
        "page": page,
        "slips": [{"slip": slip, "amount": Money(slip.summed or 0, slip.currency)} for slip in page.object_list],
    }
    return screen.show(
        request, "desk/slips/listing.html", title=_("Paying-in slips"), icon="mail", status=status, context=context
    )


def _is_loose(receipt: Receipt) -> bool:
    return receipt.method != Method.CHEQUE and not hasattr(receipt, "cash_count")


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one slip: what is on it, what it adds up to, and what may be done with it."""
    return _shown(
        request, get_object_or_404(PayingInSlip, number=number), PayInForm(initial={"banked_on": screen.today()})
    )


@entry.open_to(roles.TREASURER)
@require_POST
def pay_in(request: HttpRequest, number: int) -> HttpResponse:
    """This view will note that a slip was paid in at the bank: all that is on it is banked."""
    slip = get_object_or_404(PayingInSlip, number=number)
    form = PayInForm(request.POST)
    if form.is_valid():
        try:
            slips.pay_in(slip=slip, by=screen.staff(request), now=timezone.now(), **form.cleaned_data)
        except (slips.CannotDraw, receipts.CannotBank) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Slip %(number)s is paid in.") % {"number": number})
            return redirect("desk_slip", number=number)
    return _shown(request, slip, form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def take_off(request: HttpRequest, number: int) -> HttpResponse:
    """This view will take one receipt off a slip that is not yet paid in."""
    slip = get_object_or_404(PayingInSlip, number=number)
    receipt = slip.items.filter(receipt=_number(request.POST.get("receipt", ""))).select_related("receipt").first()
    try:
        if receipt is None:
            raise slips.CannotDraw(_("That receipt is not on this slip."))
        slips.take_off(slip=slip, receipt=receipt.receipt, now=timezone.now())
    except slips.CannotDraw as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken off: it is in hand again."))
    return redirect("desk_slip", number=number)


@entry.open_to(roles.TREASURER)
@require_safe
def as_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """This view will draw a slip as a PDF, to be handed over with the money."""
    slip = get_object_or_404(PayingInSlip, number=number)
    context = {"society": rulebook.society(), **_facts(slip)}
    return sheets.answer(f"paying-in-slip-{number}.pdf", "desk/sheets/slip.html", context)


def _facts(slip: PayingInSlip) -> dict[str, Any]:
    on_it = slips.standing(slip)
    return {
        "slip": slip,
        "cheques": [one for one in on_it if one.method == Method.CHEQUE],
        "cash": [one for one in on_it if one.method != Method.CHEQUE],
        "totals": slips.totals(slip),
    }


def _shown(request: HttpRequest, slip: PayingInSlip, form: PayInForm, status: int = 200) -> HttpResponse:
    return screen.show(
        request,
        "desk/slips/one.html",
        title=_("Slip %(number)s") % {"number": slip.number},
        icon="mail",
        above=[(reverse("desk_slips"), _("Paying-in slips"))],
        status=status,
        context={**_facts(slip), "form": form, "is_open": slip.state == SlipState.OPEN},
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
