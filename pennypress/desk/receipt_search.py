"""Finding receipts: by day, method, state, purpose, appeal, amount, and by name, number or reference."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress import money
from pennypress.desk.amounts import AmountField
from pennypress.giving.models import Appeal
from pennypress.ledger.models import Account, AccountKind
from pennypress.payments import states
from pennypress.payments.models import Method, Purpose, Receipt
from pennypress.payments.states import ReceiptState

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SearchForm(forms.Form):
    """What is looked for. Anything that cannot be read is passed over: a search refuses nobody."""

    since = forms.DateField(required=False, widget=_DAY)
    until = forms.DateField(required=False, widget=_DAY)
    method = forms.ChoiceField(choices=[("", gettext_lazy("every method")), *Method.choices], required=False)
    state = forms.ChoiceField(choices=[("", gettext_lazy("every state")), *ReceiptState.choices], required=False)
    purpose = forms.ChoiceField(choices=[("", gettext_lazy("every purpose")), *Purpose.choices], required=False)
    q = forms.CharField(max_length=100, required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        appeals = [(one.slug, one.name) for one in Appeal.objects.order_by("-opens_on")[:100]]
        incomes = Account.objects.filter(kind=AccountKind.INCOME)
        self.fields["appeal"] = forms.ChoiceField(choices=[("", _("every appeal")), *appeals], required=False)
        self.fields["account"] = forms.ChoiceField(
            choices=[("", _("every account")), *((one.code, str(one)) for one in incomes)], required=False
        )
        self.fields["amount"] = AmountField(currency=currency, required=False)


def asked(data: Any, currency: str) -> SearchForm:
    """This function will read what is looked for from an address: `from` and `to` are days, `in_hand` a state."""
    told = {name: data.get(name, "").replace("\x00", "") for name in SearchForm.base_fields}
    told |= {name: data.get(name, "").replace("\x00", "") for name in ("appeal", "account", "amount")}
    told |= {"since": data.get("from", ""), "until": data.get("to", "")}
    if "in_hand" in data:
        told["state"] = ReceiptState.IN_HAND
    form = SearchForm(told, currency=currency)
    form.is_valid()
    return form


def found(form: SearchForm, currency: str, *, on: dt.date) -> QuerySet[Receipt]:
    """This function will find the receipts of a search, each with its state on the paper's day `on`."""
    told = form.cleaned_data
    receipts = states.with_state(Receipt.objects.filter(currency=currency), on=on)
    plain = {
        "received_on__gte": told.get("since"),
        "received_on__lte": told.get("until"),
        "method": told.get("method"),
        "state": told.get("state"),
        "amount_minor": told["amount"].minor if told.get("amount") else None,
    }
    receipts = receipts.filter(**{name: value for name, value in plain.items() if value})
    parts = {
        "allocations__purpose": told.get("purpose"),
        "allocations__gift__appeal__slug": told.get("appeal"),
        "allocations__account__code": told.get("account"),
    }
    if wanted := {name: value for name, value in parts.items() if value}:
        receipts = receipts.filter(pk__in=Receipt.objects.filter(**wanted).values("pk"))
    return _named(receipts, told.get("q", ""))


def _named(receipts: QuerySet[Receipt], words: str) -> QuerySet[Receipt]:
    for word in words.split()[:6]:
        named = Q(payer_name__icontains=word) | Q(reference__icontains=word)
        named |= Q(payer__name__icontains=word) | Q(payer__email__iexact=word)
        named |= Q(pk__in=Receipt.objects.filter(allocations__gift__name__icontains=word).values("pk"))
        if word.isascii() and word.isdigit() and len(word) < 19:
            named |= Q(pk=int(word))
        receipts = receipts.filter(named)
    return receipts


def amount_words(form: SearchForm) -> str:
    """This function will give back the amount looked for, as it is typed."""
    amount = form.cleaned_data.get("amount")
    return money.plain(amount) if amount else ""
