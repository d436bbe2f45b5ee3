"""A form's field for an amount of money as it is typed: "25", "£1,000.50"."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money


class AmountField(forms.CharField):
    """Reads an amount in the society's currency; keeps what was typed when it cannot. Zero is an amount."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        self.currency = currency
        keyboard = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "desk-figure-input"})
        super().__init__(max_length=30, **{"widget": keyboard, **options})

    def clean(self, value: Any) -> Money | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return money.parse(typed, self.currency)
        except money.CannotParse as refusal:
            raise forms.ValidationError(_(str(refusal)), code="amount") from refusal
