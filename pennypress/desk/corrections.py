"""Corrections: a receipt entered anew as it should have been, struck out, or given the purpose it waited for."""

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
from pennypress.desk import entry, known, purposes, screen
from pennypress.desk.amounts import AmountField
from pennypress.desk.known import NameField, Somebody
from pennypress.desk.post_form import division_trouble
from pennypress.money import Money
from pennypress.payments import receipts
from pennypress.payments.models import Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.people import roles
from pennypress.people.models import ThanksAs
from pennypress.settlement import correcting
from pennypress.settlement.came import Named
from pennypress.settlement.correcting import Particulars
from pennypress.shares.models import Application, ApplicationState
from pennypress.society import rulebook

PARTS = 5


class CorrectionForm(forms.Form):
    """A receipt as it should have been. Method and day stay: another day is struck out and entered anew."""

    reason = forms.CharField(
        label=gettext_lazy("What was wrong"), max_length=300, help_text=gettext_lazy("For the auditor, in a few words.")
    )
    payer_name = NameField(label=gettext_lazy("From"))
    payer_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    credited_name = NameField(label=gettext_lazy("Credited to"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    thanks_as = forms.ChoiceField(label=gettext_lazy("Thanked in print"), choices=ThanksAs.choices)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=100, required=False)
    application = forms.ModelChoiceField(
        label=gettext_lazy("Application that shares pay"), queryset=Application.objects.none(), required=False
    )
    is_thanked = forms.BooleanField(label=gettext_lazy("Write to the giver"), required=False)

    def __init__(self, *args: Any, receipt: Receipt, **options: Any) -> None:
        super().__init__(*args, **options)
        self.receipt, self.was = receipt, correcting.as_entered(receipt)
        currency, on = receipt.currency, receipt.received_on
        self.fields["amount"] = AmountField(label=_("Amount"), currency=currency)
        extra = [(Purpose.SHARES.value, str(Purpose.SHARES.label)), (Purpose.PLEDGE.value, str(Purpose.PLEDGE.label))]
        extra += self._own(on)
        for number in range(1, PARTS + 1):
            self.fields[f"purpose_{number}"] = purposes.PurposeField(on=on, extra=extra, label=_("For"), required=False)
            self.fields[f"part_{number}"] = AmountField(label=_("Of it"), currency=currency, required=False)
        waiting = Application.objects.filter(state=ApplicationState.APPLIED, payment=None)
        if self.was.application is not None:
            waiting = waiting | Application.objects.filter(pk=self.was.application.pk)
        self.fields["application"].queryset = waiting.order_by("name", "id")  # type: ignore[attr-defined]
        self.initial = {**self._as_it_was(), **self.initial}

    def _own(self, on: Any) -> list[tuple[str, str]]:
        """Choices that this receipt has and the list no longer offers: an appeal of long ago."""
        listed = dict(purposes.choices(on))
        mine = [(purposes.chosen_of(part, on), part) for part in self.was.parts]
        return [
            (chosen, _("Gift: %(name)s") % {"name": part.appeal})
            for chosen, part in mine
            if chosen not in listed and part.appeal
        ]

    def _as_it_was(self) -> dict[str, Any]:
        was, on = self.was, self.receipt.received_on
        found: dict[str, Any] = {
            "amount": money.plain(was.amount),
            "payer_name": known.option(was.person) if was.person else was.payer_name,
            "payer_email": was.payer_email,
            "credited_name": was.credited.name if was.credited else "",
            "place": was.place,
            "thanks_as": was.thanks_as,
            "reference": was.reference,
            "application": was.application,
        }
        for number, part in enumerate(was.parts[:PARTS], 1):
            found[f"purpose_{number}"] = purposes.chosen_of(part, on)
            found[f"part_{number}"] = money.plain(part.amount)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("amount") and not self.errors and (trouble := division_trouble(cleaned["amount"], self.parts())):
            self.add_error(None, trouble)
        return cleaned

    def parts(self) -> list[Part]:
        """This function will give the parts as they should have been; a part without an amount has what is left."""
        left: Money = self.cleaned_data["amount"]
        parts = []
        for number in range(1, PARTS + 1):
            chosen, told = self.cleaned_data.get(f"purpose_{number}"), self.cleaned_data.get(f"part_{number}")
            if chosen and (told or left.minor > 0):
                parts.append(purposes.part(chosen, told or left))
                left = left - parts[-1].amount
        return parts

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """This function will give the fields of the parts, in pairs."""
        return [(self[f"purpose_{number}"], self[f"part_{number}"]) for number in range(1, PARTS + 1)]

    def particulars(self) -> Particulars:
        """This function will give what was typed, for the domain; what is not asked here stays as it was."""
        typed = self.cleaned_data
        payer: Somebody = typed["payer_name"]
        credited: Somebody = typed["credited_name"]
        kept = self.was.credited if self.was.credited and self.was.credited.name == credited.name else None
        return Particulars(
            amount=typed["amount"],
            parts=tuple(self.parts()),
            payer_name=payer.name,
            payer_email=typed["payer_email"],
            place=typed["place"],
            thanks_as=typed["thanks_as"],
            reference=typed["reference"],
            person=payer.person,
            credited=kept or (Named(credited.name, person=credited.person) if credited.name else None),
            contact=self.was.contact,
            sent=self.was.sent,
            application=typed["application"],
            subscriber=self.was.subscriber,
        )


class StrikeOutForm(forms.Form):
    """Why a receipt should never have been entered."""

    reason = forms.CharField(label=gettext_lazy("Why it is struck out"), max_length=300)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """This view will enter a receipt anew as it should have been, the wrong one reversed whole."""
    receipt = get_object_or_404(Receipt, pk=number)
    if request.method != "POST":
        return _shown(request, receipt, CorrectionForm(receipt=receipt), StrikeOutForm(auto_id="strike_%s"))
    form = CorrectionForm(request.POST, receipt=receipt)
    if form.is_valid():
        try:
            corrected = correcting.correct(
                receipt=receipt,
                anew=form.particulars(),
                reason=form.cleaned_data["reason"],
                by=screen.staff(request),
                now=timezone.now(),
                is_thanked=form.cleaned_data["is_thanked"],
            )
        except correcting.CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Receipt %(wrong)s is reversed and entered anew as receipt %(right)s.")
            messages.success(request, words % {"wrong": receipt.pk, "right": corrected.pk})
            return redirect("desk_receipt", number=corrected.pk)
    return _shown(request, receipt, form, StrikeOutForm(auto_id="strike_%s"), status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def strike_out(request: HttpRequest, number: int) -> HttpResponse:
    """This view will reverse a receipt that should never have been entered."""
    receipt = get_object_or_404(Receipt, pk=number)
    form = StrikeOutForm(request.POST, auto_id="strike_%s")
    if form.is_valid():
        try:
            correcting.strike_out(receipt=receipt, reason=form.cleaned_data["reason"], now=timezone.now())
        except correcting.CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Receipt %(number)s is struck out.") % {"number": number})
            return redirect("desk_receipt", number=number)
    return _shown(request, receipt, CorrectionForm(receipt=receipt), form, status=422)


@entry.open_to(roles.TREASURER)
@require_safe
def unallocated(request: HttpRequest) -> HttpResponse:
    """This view will list the money that waits for a purpose, the eldest first."""
    currency = rulebook.society().currency
    found = receipts.waiting_for_a_purpose(currency).select_related("receipt")
    waiting = [(one.receipt, Money(one.left_minor, currency)) for one in found]  # type: ignore[attr-defined]
    context = {"page": screen.paged(request, waiting), "sum": money.total([left for _one, left in waiting], currency)}
    return screen.show(
        request,
        "desk/receipts/unallocated.html",
        title=_("Waiting for a purpose"),
        icon="clipboard-list",
        context=context,
    )


def _shown(
    request: HttpRequest, receipt: Receipt, form: CorrectionForm, strike: StrikeOutForm, status: int = 200
) -> HttpResponse:
    context = {
        "receipt": receipt,
        "form": form,
        "strike": strike,
        "came_by_provider": receipts.came_by(receipt) is not None,
        "known": [(known.option(one), one.email) for one in known.lately()],
    }
    return screen.show(
        request,
        "desk/receipts/correct.html",
        title=_("Correct receipt %(number)s") % {"number": receipt.pk},
        icon="clipboard-list",
        above=[
            (reverse("desk_receipts"), _("Receipts")),
            (reverse("desk_receipt", args=[receipt.pk]), _("Receipt %(number)s") % {"number": receipt.pk}),
        ],
        status=status,
        context=context,
    )
