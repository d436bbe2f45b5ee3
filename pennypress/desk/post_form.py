"""The form of one piece of post: a cheque, cash, a transfer or a card by telephone, and what it is for."""

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
from pennypress.money import Money
from pennypress.payments.models import Method, Purpose
from pennypress.payments.parts import Part
from pennypress.people.models import PersonKind, ThanksAs
from pennypress.settlement.came import Named
from pennypress.shares.models import Application, ApplicationState

BY_HAND = (
    Method.CHEQUE,
    Method.CASH,
    Method.BANK_TRANSFER,
    Method.STANDING_ORDER,
    Method.CARD_BY_PHONE,
    Method.PAYPAL,
)
# How many parts may stand beside the usual four: another appeal, another account, what waits for a purpose.
MORE_PARTS = 3
FOREIGN = tuple(sorted(money.EXPONENTS))
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
    payer_name = NameField(label=gettext_lazy("From"))
    payer_email = forms.EmailField(label=gettext_lazy("E-mail, for a receipt"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    thanks_as = forms.ChoiceField(
        label=gettext_lazy("Thanked in print"), choices=ThanksAs.choices, initial=ThanksAs.NOT
    )
    credited_name = NameField(
        label=gettext_lazy("Credited to"), help_text=gettext_lazy("Where the payer only brought it for somebody else.")
    )
    contact_name = NameField(label=gettext_lazy("Write to"), help_text=gettext_lazy("Empty: to the payer."))
    contact_email = forms.EmailField(label=gettext_lazy("At this e-mail address"), required=False)
    sent_currency = forms.ChoiceField(
        label=gettext_lazy("In this currency"), choices=[("", ""), *((code, code) for code in FOREIGN)], required=False
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
        if offered := purposes.subscriptions(today):
            self.fields["product"] = forms.ChoiceField(
                label=_("Which subscription"),
                choices=[("", _("Not said")), *offered],
                required=False,
                help_text=_("Its days begin with the money, or follow on those that run."),
            )
        for number in range(1, MORE_PARTS + 1):
            self.fields[f"purpose_{number}"] = purposes.PurposeField(on=today, label=_("Also for"), required=False)
            self.fields[f"part_{number}"] = AmountField(label=_("Of it"), currency=currency, required=False)
        sent_in = self.data.get("sent_currency", "") if self.is_bound else ""
        self.fields["sent"] = AmountField(
            label=_("Sent as"),
            currency=sent_in if sent_in in FOREIGN else currency,
            required=False,
            help_text=_("Foreign money: what was sent. The amount above is what the bank credited."),
        )
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
        if cleaned.get("product") and "subscription" in cleaned and not cleaned["subscription"]:
            self.add_error("subscription", _("Say how much of it is for the subscription."))
        if bool(cleaned.get("sent")) != bool(cleaned.get("sent_currency")):
            self.add_error("sent", _("Foreign money has both: how much was sent, and in which currency."))
        return cleaned

    def _require_signatures(self, cleaned: dict[str, Any]) -> None:
        for name in ("accepts_rules", "has_read_risk"):
            if not cleaned.get(name):
                self.add_error(
                    name, _("An application for shares is signed: without it the money cannot be for shares.")
                )
        if "payer_name" in cleaned and not cleaned["payer_name"].name:
            self.add_error("payer_name", _("The register needs the applicant's full name."))

    def parts(self) -> list[Part]:
        """This function will give the parts typed, without those left empty or at nothing."""
        typed = [(purpose, self.cleaned_data.get(name)) for name, purpose in PURPOSES.items()]
        product = {Purpose.SUBSCRIPTION: self.cleaned_data.get("product") or ""}
        parts = [Part(purpose, amount, product=product.get(purpose, "")) for purpose, amount in typed if amount]
        for number in range(1, MORE_PARTS + 1):
            chosen, amount = self.cleaned_data.get(f"purpose_{number}"), self.cleaned_data.get(f"part_{number}")
            if chosen and amount:
                parts.append(purposes.part(chosen, amount))
        return parts

    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """This function will give the fields of further parts, in pairs."""
        return [(self[f"purpose_{number}"], self[f"part_{number}"]) for number in range(1, MORE_PARTS + 1)]

    def has_more(self) -> bool:
        """This function will say whether something was typed about further parts, another payer or foreign money."""
        names = [f"part_{number}" for number in range(1, MORE_PARTS + 1)]
        names += ["credited_name", "contact_name", "contact_email", "sent", "sent_currency"]
        return self.is_bound and any(str(self.data.get(name, "")).strip() for name in names)

    def credited(self) -> Named | None:
        """This function will give who is credited, where that is not the payer."""
        typed: Somebody = self.cleaned_data["credited_name"]
        return Named(typed.name, person=typed.person) if typed.name else None

    def contact(self) -> Named | None:
        """This function will give to whom we write, where that is not the payer."""
        typed: Somebody = self.cleaned_data["contact_name"]
        email = self.cleaned_data["contact_email"] or (typed.person.email if typed.person else "")
        return Named(typed.name, email, typed.person) if typed.name or email else None

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
