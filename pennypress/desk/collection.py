"""A collection: the count sheet that two people fill in, entered with its money, and the sheet as a page to print."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.desk import entry, purposes, screen, sheets
from pennypress.desk.amounts import AmountField
from pennypress.money import Money
from pennypress.payments import cash
from pennypress.payments.cash import CountSheet, TinSheet
from pennypress.payments.models import CashCount, Receipt
from pennypress.people import roles
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from pennypress.society import rulebook

TINS = 6
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CollectionForm(forms.Form):
    """The count sheet: where and when, who counted, how many of each note and coin, and what was in each tin."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    received_on = forms.DateField(label=gettext_lazy("Held on"), widget=_DATE)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    permit = forms.CharField(
        label=gettext_lazy("Permit"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("The council's number, for a collection in the street."),
    )
    first_counter = forms.CharField(label=gettext_lazy("First counter"), max_length=200)
    second_counter = forms.CharField(label=gettext_lazy("Second counter"), max_length=200)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency, self.today = currency, screen.today()
        self.fields["amount"] = AmountField(label=_("Counted in all"), currency=currency)
        self.fields["purpose"] = purposes.PurposeField(on=self.today, label=_("For"))
        for face in cash.faces(currency):
            keyboard = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
            label = money.display(Money(face, currency), pence=False)
            self.fields[f"face_{face}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100_000, required=False, widget=keyboard
            )
        for tin in range(1, TINS + 1):
            self.fields[f"tin_{tin}"] = forms.CharField(label=_("Tin"), max_length=20, required=False)
            self.fields[f"collector_{tin}"] = forms.CharField(label=_("Carried by"), max_length=200, required=False)
            self.fields[f"in_tin_{tin}"] = AmountField(label=_("In it"), currency=currency, required=False)

    def clean_received_on(self) -> Any:
        on = self.cleaned_data["received_on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on

    def notes(self) -> Iterator[forms.BoundField]:
        return (self[f"face_{face}"] for face in cash.NOTES.get(self.currency, ()))

    def coins(self) -> Iterator[forms.BoundField]:
        return (self[f"face_{face}"] for face in cash.COINS.get(self.currency, ()))

    def tins(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return ((self[f"tin_{one}"], self[f"collector_{one}"], self[f"in_tin_{one}"]) for one in range(1, TINS + 1))

    def sheet(self) -> CountSheet:
        """This function will give the sheet as it was typed, for the domain."""
        typed = self.cleaned_data
        return CountSheet(
            place=typed["place"],
            permit=typed["permit"],
            first_counter=typed["first_counter"],
            second_counter=typed["second_counter"],
            currency=self.currency,
            pieces={face: typed[f"face_{face}"] for face in cash.faces(self.currency) if typed.get(f"face_{face}")},
            tins=tuple(
                TinSheet(
                    typed[f"tin_{one}"], typed[f"collector_{one}"], typed[f"in_tin_{one}"] or money.zero(self.currency)
                )
                for one in range(1, TINS + 1)
                if typed[f"tin_{one}"] or typed[f"in_tin_{one}"]
            ),
        )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """This view will enter a collection with its count sheet, whole or not at all."""
    currency = rulebook.society().currency
    if request.method != "POST":
        form = CollectionForm(initial={"key": uuid.uuid4(), "received_on": screen.today()}, currency=currency)
        return _shown(request, form)
    form = CollectionForm(request.POST, currency=currency)
    receipt = _entered(request, form) if form.is_valid() else None
    if receipt is None:
        return _shown(request, form, status=422)
    messages.success(request, _("The collection of %(amount)s is entered.") % {"amount": receipt.amount})
    return redirect("desk_receipt", number=receipt.pk)


def _entered(request: HttpRequest, form: CollectionForm) -> Receipt | None:
    typed = form.cleaned_data
    try:
        return by_hand.received(
            came=Came(
                key=f"collection-{typed['key']}",
                method="collection",
                amount=typed["amount"],
                parts=[purposes.part(typed["purpose"], typed["amount"])],
                payer_name=_("Collection: %(place)s") % {"place": typed["place"]},
                payer_email="",
                place="",
                thanks_as="name",
                reference=typed["permit"],
                received_on=typed["received_on"],
                count=form.sheet(),
            ),
            recorded_by=screen.staff(request),
            now=timezone.now(),
        )
    except by_hand.CannotSettle as refusal:
        form.add_error(None, str(refusal))
        return None


def _shown(request: HttpRequest, form: CollectionForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "has_faces": bool(cash.faces(form.currency))}
    return screen.show(
        request, "desk/post/collection.html", title=_("A collection"), icon="mail", status=status, context=context
    )


@entry.open_to(roles.TREASURER)
@require_safe
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """This view will draw the count sheet of a collection as a PDF, to be signed by its two counters."""
    count = get_object_or_404(CashCount.objects.select_related("receipt"), receipt=number)
    counted = list(count.cash.select_related("count__receipt"))
    context = {
        "count": count,
        "receipt": count.receipt,
        "purposes": [
            purposes.words(part) for part in count.receipt.allocations.select_related("account", "gift__appeal")
        ],
        "notes": [one for one in counted if one.is_note],
        "coins": [one for one in counted if not one.is_note],
        "tins": list(count.tins.select_related("count__receipt")),
        "society": rulebook.society(),
        "address": reverse("desk_receipt", args=[number]),
    }
    return sheets.answer(f"count-sheet-{number}.pdf", "desk/sheets/count.html", context)


@entry.open_to(roles.TREASURER)
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """This view will draw an empty count sheet as a PDF, to take along to a collection."""
    currency = rulebook.society().currency
    context = {
        "notes": [Money(face, currency) for face in cash.NOTES.get(currency, ())],
        "coins": [Money(face, currency) for face in cash.COINS.get(currency, ())],
        "tins": range(1, TINS + 1),
        "society": rulebook.society(),
    }
    return sheets.answer("count-sheet.pdf", "desk/sheets/count_blank.html", context)
