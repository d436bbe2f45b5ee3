"""The form of a batch of post: one line a piece, fixed in number and more by a button, and what heads them all."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress import money
from pennypress.desk import purposes
from pennypress.desk.amounts import AmountField
from pennypress.desk.known import NameField, Somebody
from pennypress.desk.post_form import division_trouble
from pennypress.money import Money
from pennypress.payments.models import Method
from pennypress.payments.parts import Part
from pennypress.settlement.batch import Line

LINES, MOST_LINES = 10, 200
METHODS = (Method.CHEQUE, Method.CASH, Method.BANK_TRANSFER, Method.STANDING_ORDER, Method.CARD_BY_PHONE, Method.PAYPAL)
# First letters, so that a key chooses each.
THANKS = [
    ("", gettext_lazy("As before")),
    ("initials", gettext_lazy("Initials")),
    ("name", gettext_lazy("Name")),
    ("place", gettext_lazy("Place")),
    ("not", gettext_lazy("Unnamed")),
]
# What makes a line one that was typed on; a choice alone does not.
_TYPED = ("amount", "payer", "reference", "place", "part", "part_2")


class HeadForm(forms.Form):
    """What all lines of a batch share. `key` is drawn with the form: the same form sent twice is entered once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label=gettext_lazy("They came as"), choices=[(one.value, one.label) for one in METHODS])
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    each = forms.BooleanField(label=gettext_lazy("Enter the good lines, keep the others"), required=False)

    def __init__(self, *args: Any, currency: str, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["expected"] = AmountField(label=_("Total on the slip"), currency=currency, required=False)

    def clean_received_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["received_on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on


class LineForm(forms.Form):
    """One piece of post in one line; split, it has a second and a third purpose for the rest."""

    use_required_attribute = False
    reference = forms.CharField(max_length=100, required=False)
    payer = NameField()
    place = forms.CharField(max_length=80, required=False)
    thanks_as = forms.ChoiceField(choices=THANKS, required=False)
    is_another = forms.BooleanField(required=False)

    def __init__(self, *args: Any, currency: str, on: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        for name in ("amount", "part", "part_2"):
            self.fields[name] = AmountField(currency=currency, required=name == "amount")
            self.fields[name].widget.attrs["placeholder"] = " "
        self.fields["purpose"] = purposes.PurposeField(on=on)
        for name in ("purpose_2", "purpose_3"):
            self.fields[name] = purposes.PurposeField(on=on, required=False)
        for name, words in _LABELS.items():
            self.fields[name].widget.attrs["aria-label"] = f"{words} {self.number}"
        self.twin: int | None = None

    @property
    def number(self) -> str:
        """The number of the line as it is counted on the page; the pattern of further lines has none."""
        place = (self.prefix or "").rsplit("-", 1)[-1]
        return str(int(place) + 1) if place.isdigit() else ""

    @property
    def read_amount(self) -> Money | None:
        """The amount, if it can be read, also of a line that is refused for something else."""
        return None if "amount" in self.errors else self.cleaned_data.get("amount")

    def has_changed(self) -> bool:
        """A line is there when something was typed on it; lines left empty are passed over."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in _TYPED)

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if amount.minor == 0:
            raise forms.ValidationError(_("The amount must be above zero."))
        return amount

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "amount" in cleaned and not self.errors:
            parts = self._parts(cleaned)
            if trouble := division_trouble(cleaned["amount"], parts):
                self.add_error("part", trouble)
            cleaned["parts"] = parts
        return cleaned

    def _parts(self, typed: dict[str, Any]) -> list[Part]:
        """The first purpose has what its amount says, or all; the second what is left, or its amount; the third the rest."""
        left: Money = typed["amount"]
        parts = []
        for purpose, amount in (("purpose", "part"), ("purpose_2", "part_2"), ("purpose_3", "")):
            told = typed.get(amount) if amount else None
            if not typed.get(purpose) or left.minor <= 0:
                break
            parts.append(purposes.part(typed[purpose], told or left))
            left = left - parts[-1].amount
        return parts

    @property
    def is_split(self) -> bool:
        """Whether the rows for the rest are to be open."""
        return bool(str(self.data.get(self.add_prefix("part"), "")).strip()) if self.is_bound else False

    def line(self, key: str) -> Line:
        """This function will give what was typed, for the domain."""
        typed = self.cleaned_data
        payer: Somebody = typed["payer"]
        return Line(
            key=key,
            amount=typed["amount"],
            parts=tuple(typed["parts"]),
            payer_name=payer.name,
            person=payer.person,
            reference=typed["reference"],
            place=typed["place"],
            thanks_as=typed["thanks_as"],
            is_another=typed["is_another"],
        )


_LABELS = {
    "amount": gettext_lazy("Amount, line"),
    "payer": gettext_lazy("From, line"),
    "reference": gettext_lazy("Number, line"),
    "purpose": gettext_lazy("Purpose, line"),
    "part": gettext_lazy("Of which for this purpose, line"),
    "purpose_2": gettext_lazy("Purpose of the rest, line"),
    "part_2": gettext_lazy("Of the rest for this purpose, line"),
    "purpose_3": gettext_lazy("Purpose of what remains, line"),
    "place": gettext_lazy("Place, line"),
    "thanks_as": gettext_lazy("Thanked, line"),
    "is_another": gettext_lazy("It is another one, line"),
}


class BaseLines(forms.BaseFormSet[LineForm]):
    """The lines of a batch."""

    def typed(self) -> list[LineForm]:
        """This function will give the lines on which something was typed."""
        return [form for form in self.forms if form.has_changed()]

    def total(self, currency: str) -> Money:
        """This function will add up the amounts that can be read, also of lines that are refused."""
        amounts = [form.read_amount for form in self.typed()]
        return money.total([amount for amount in amounts if amount], currency)


def lines(data: Any = None, *, number: int = LINES, currency: str, on: dt.date) -> BaseLines:
    """This function will draw the lines of a batch, bound to what was sent or empty."""
    made = forms.formset_factory(
        LineForm, formset=BaseLines, extra=number, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
    )
    return made(data, prefix="line", form_kwargs={"currency": currency, "on": on})  # type: ignore[return-value]


def head(*, currency: str, today: dt.date, method: str = "", received_on: dt.date | None = None) -> HeadForm:
    """This function will draw an empty head, keeping the method and the day of the last batch."""
    kept = {"key": uuid.uuid4(), "received_on": received_on or today, "method": method or Method.CHEQUE}
    return HeadForm(initial=kept, currency=currency, today=today)
