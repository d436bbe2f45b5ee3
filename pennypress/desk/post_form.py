"""The form of one piece of post: a cheque, cash, a transfer or a card by telephone, and what it is for."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress import money
from pennypress.desk.amounts import AmountField
from pennypress.money import Money
from pennypress.payments.models import Method, Purpose
from pennypress.payments.parts import Part
from pennypress.people.models import PersonKind, ThanksAs
from pennypress.shares.models import Application, ApplicationState

BY_HAND = (
    Method.CHEQUE,
    Method.CASH,
    Method.BANK_TRANSFER,
    Method.STANDING_ORDER,
    Method.COLLECTION,
    Method.CARD_BY_PHONE,
)
# The fields in which an amount is typed, and what it is then for.
PURPOSES = {
    "gift": Purpose.GIFT,
    "subscription": Purpose.SUBSCRIPTION,
    "shares": Purpose.SHARES,
    "other": Purpose.OTHER,
}
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ApplicationChoice(forms.ModelChoiceField):
    """An application not yet paid, named so that the right one is found."""

    def label_from_instance(self, application: Application) -> str:
        return _("%(name)s: %(shares)s shares, %(amount)s, applied %(day)s") % {
            "name": application.name,
            "shares": application.shares,
            "amount": Money(application.amount_minor, application.currency),
            "day": f"{application.applied_at:%d.%m.%Y}",
        }


class PostForm(forms.Form):
    """One receipt with its parts. `key` is drawn when the form is: the same form sent twice is entered once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label=gettext_lazy("It came as"), choices=[(one.value, one.label) for one in BY_HAND])
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=_DATE)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=100, required=False, strip=True)
    payer_name = forms.CharField(label=gettext_lazy("From"), max_length=200, required=False)
    payer_email = forms.EmailField(label=gettext_lazy("E-mail, for a receipt"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    thanks_as = forms.ChoiceField(
        label=gettext_lazy("Thanked in print"), choices=ThanksAs.choices, initial=ThanksAs.NOT
    )
    application = ApplicationChoice(
        label=gettext_lazy("Application that it pays"),
        queryset=Application.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new application, with the particulars below"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("The applicant is"),
        choices=PersonKind.choices,
        initial=PersonKind.INDIVIDUAL,
        required=False,
    )
    address = forms.CharField(
        label=gettext_lazy("Postal address"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    postcode = forms.CharField(label=gettext_lazy("Postcode"), required=False, max_length=16)
    born_on = forms.DateField(label=gettext_lazy("Date of birth"), required=False, widget=_DATE)
    notices_by_email = forms.BooleanField(label=gettext_lazy("Notices of meetings may come by e-mail"), required=False)
    accepts_rules = forms.BooleanField(label=gettext_lazy("Has signed that they accept the rules"), required=False)
    has_read_risk = forms.BooleanField(label=gettext_lazy("Has signed the risk statement"), required=False)

    def __init__(self, *args: Any, currency: str, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency, self.today = currency, today
        self.fields["amount"] = AmountField(label=_("Amount"), currency=currency)
        if not self.is_bound:  # The next piece of post begins with its amount, hands on the keys.
            self.fields["amount"].widget.attrs["autofocus"] = True
        for name, purpose in PURPOSES.items():
            self.fields[name] = AmountField(label=purpose.label, currency=currency, required=False)
        unpaid = Application.objects.filter(state=ApplicationState.APPLIED, payment=None).order_by("name", "id")
        self.fields["application"].queryset = unpaid  # type: ignore[attr-defined]

    def clean_received_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["received_on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on

    def clean_amount(self) -> Money:
        amount: Money = self.cleaned_data["amount"]
        if amount.minor == 0:
            raise forms.ValidationError(_("The amount must be above zero."))
        return amount

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        readable = "amount" in cleaned and all(name in cleaned for name in PURPOSES)
        if readable and (trouble := division_trouble(cleaned["amount"], self.parts())):
            self.add_error(None, trouble)
        if cleaned.get("shares") and not cleaned.get("application"):
            self._require_signatures(cleaned)
        return cleaned

    def _require_signatures(self, cleaned: dict[str, Any]) -> None:
        for name in ("accepts_rules", "has_read_risk"):
            if not cleaned.get(name):
                self.add_error(
                    name, _("An application for shares is signed: without it the money cannot be for shares.")
                )
        if not cleaned.get("payer_name"):
            self.add_error("payer_name", _("The register needs the applicant's full name."))

    def parts(self) -> list[Part]:
        """This function will give the parts typed, without those left empty or at nothing."""
        typed = [(purpose, self.cleaned_data.get(name)) for name, purpose in PURPOSES.items()]
        return [Part(purpose, amount) for purpose, amount in typed if amount]

    def particulars(self) -> dict[str, Any]:
        """This function will give what the register needs of a new applicant, as typed."""
        names = ("kind", "address", "postcode", "born_on", "notices_by_email", "accepts_rules", "has_read_risk")
        return {name: self.cleaned_data[name] for name in names}


def division_trouble(amount: Money, parts: list[Part]) -> str:
    """This function will say in words how the parts miss the whole: both sums and the difference; "" where they meet."""
    if not parts:
        return _("Say what it is for: the parts of %(amount)s go below.") % {"amount": amount}
    parted = money.total([part.amount for part in parts], amount.currency)
    if parted < amount:
        short = _("The parts add up to %(parts)s and the receipt is %(amount)s: %(difference)s has no purpose yet.")
        return short % {"parts": parted, "amount": amount, "difference": amount - parted}
    if parted > amount:
        over = _("The parts add up to %(parts)s and the receipt is %(amount)s: %(difference)s too much.")
        return over % {"parts": parted, "amount": amount, "difference": parted - amount}
    return ""


def empty(*, currency: str, today: dt.date, method: str = "", received_on: dt.date | None = None) -> PostForm:
    """This function will give the next empty form, keeping the method and the day of the last."""
    initial = {"key": uuid.uuid4(), "received_on": received_on or today, "method": method or Method.CHEQUE}
    return PostForm(initial=initial, currency=currency, today=today)
