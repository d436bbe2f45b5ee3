"""The forms by which a person says what one line of a statement is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress.desk.amounts import AmountField
from pennypress.desk.post_form import ApplicationChoice, division_trouble
from pennypress.giving.models import StandingOrder
from pennypress.ledger.models import Account, AccountKind
from pennypress.payments import references
from pennypress.payments.models import Purpose, Receipt, StatementLine
from pennypress.payments.parts import Part
from pennypress.people.models import ThanksAs
from pennypress.shares.models import Application, ApplicationState

# The fields in which an amount is typed, and what it is then for.
PURPOSES = {
    "gift": Purpose.GIFT,
    "subscription": Purpose.SUBSCRIPTION,
    "shares": Purpose.SHARES,
    "other": Purpose.OTHER,
    "unallocated": Purpose.UNALLOCATED,
}
_MOST_NAMED = 8


class AccountChoice(forms.ModelChoiceField):
    def label_from_instance(self, account: Account) -> str:
        return f"{account.code} {account.name}"


class OrderForm(forms.Form):
    """The standing order that a line is money of, by its reference or by a name."""

    order = forms.CharField(
        label=gettext_lazy("Reference or name"),
        max_length=100,
        help_text=gettext_lazy("PP-…, or part of the supporter’s name."),
    )
    thanks = forms.BooleanField(label=gettext_lazy("Write a thank-you letter"), required=False)

    def clean_order(self) -> StandingOrder:
        told = self.cleaned_data["order"]
        whole = references.found_in(told)
        found = list(StandingOrder.objects.filter(reference__in=whole)) if whole else []
        found = found or list(StandingOrder.objects.filter(name__icontains=told).order_by("name")[: _MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No standing order has this reference or name."))
        listed = ", ".join(f"{one.name} {one.reference}" for one in found[:_MOST_NAMED])
        raise forms.ValidationError(_("Several fit: %(listed)s. Please enter the reference.") % {"listed": listed})


class MoneyForm(forms.Form):
    """A receipt made of a line, and how it is divided."""

    payer_name = forms.CharField(label=gettext_lazy("From"), max_length=200, required=False)
    payer_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    thanks_as = forms.ChoiceField(
        label=gettext_lazy("Thanked in print"), choices=ThanksAs.choices, initial=ThanksAs.NOT
    )
    account = AccountChoice(
        label=gettext_lazy("Account of other income"),
        queryset=Account.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("the usual one"),
    )
    application = ApplicationChoice(
        label=gettext_lazy("Application that it pays"), queryset=Application.objects.none(), required=False
    )
    thanks = forms.BooleanField(label=gettext_lazy("Write a thank-you letter"), required=False)

    def __init__(self, *args: Any, line: StatementLine, **options: Any) -> None:
        super().__init__(*args, **options)
        self.line = line
        for name, purpose in PURPOSES.items():
            self.fields[name] = AmountField(label=purpose.label, currency=line.currency, required=False)
        income = Account.objects.filter(kind=AccountKind.INCOME).order_by("code")
        unpaid = Application.objects.filter(state=ApplicationState.APPLIED).order_by("name", "id")
        self.fields["account"].queryset = income  # type: ignore[attr-defined]
        self.fields["application"].queryset = unpaid  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        readable = all(name in cleaned for name in PURPOSES)
        if readable and (trouble := division_trouble(self.line.amount, self.parts())):
            self.add_error(None, trouble)
        if cleaned.get("shares") and not cleaned.get("application"):
            self.add_error("application", _("Please choose the application that the money for shares pays."))
        return cleaned

    def parts(self) -> list[Part]:
        """This function will give the parts typed, without those left empty or at nothing."""
        account = self.cleaned_data.get("account")
        own = account.code if account else ""
        typed = [(purpose, self.cleaned_data.get(name)) for name, purpose in PURPOSES.items()]
        return [Part(purpose, amount, own if purpose == Purpose.OTHER else "") for purpose, amount in typed if amount]

    def words(self) -> dict[str, Any]:
        """This function will give what was typed of the payer, in the domain's names."""
        names = ("payer_name", "payer_email", "place", "thanks_as", "thanks")
        application = self.cleaned_data["application"] if self.cleaned_data.get("shares") else None
        return {**{name: self.cleaned_data[name] for name in names}, "application": application}


class ReceiptForm(forms.Form):
    """The receipt that a line is, or that it takes back."""

    receipt = forms.ModelChoiceField(
        label=gettext_lazy("Number of the receipt"),
        queryset=Receipt.objects.all(),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid_choice": gettext_lazy("There is no receipt of this number.")},
    )


class BookForm(forms.Form):
    """The account of the books that a line belongs to."""

    account = AccountChoice(
        label=gettext_lazy("Account"), queryset=Account.objects.none(), to_field_name="code", empty_label=None
    )
    reason = forms.CharField(
        label=gettext_lazy("What it is"), max_length=300, help_text=gettext_lazy("It stands in the books like this.")
    )

    def __init__(self, *args: Any, line: StatementLine, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Account.objects.exclude(pk=line.account.ledger_id).order_by("code")
        self.fields["account"].queryset = others  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why nothing is booked for a line, or why a match is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
