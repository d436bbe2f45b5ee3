"""The forms of supporters: beginning a pledge, and changing, pausing or moving it. What will do, the domain decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pennypress.giving import limits, ways
from pennypress.giving.models import Interval, Pledge
from pennypress.money import plain
from pennypress.payments.models import Method
from pennypress.reader.forms import AmountField, GiverForm, put_in


class PledgeForm(GiverForm):
    """A supporter's amount each month, quarter or year, and how it is to be paid."""

    suggested = (3, 5, 10, 20, 50)
    largest = limits.LARGEST_PLEDGE

    often = forms.TypedChoiceField(
        label=_("How often?"),
        choices=[(str(value), label) for value, label in Interval.choices],
        coerce=int,
        required=False,
        initial=str(Interval.MONTHLY),
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(label=_("How would you like to pay?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tile"].label = _("How much each time?")
        self.fields["own"].help_text = _("If you fill this in, it is what you give each time.")
        offer_ways(self.fields["method"])
        email = self.fields["email"]
        email.required = True
        email.help_text = _("The letter we send there has the link by which you change or end it.")
        email.error_messages["required"] = _("Please give an address, so that you can change or end it at any time.")

    def clean_often(self) -> int:
        return self.cleaned_data["often"] or Interval.MONTHLY

    def clean_method(self) -> str:
        return self.cleaned_data["method"] or self.fields["method"].initial or Method.CARD

    @property
    def has_a_choice_of_ways(self) -> bool:
        return len(ways.offered()) > 1


class ChangeForm(forms.Form):
    """What a running pledge gives from its next collection on, how often, and on which day of the month."""

    amount = AmountField(label=_("Amount"), error_messages={"required": _("Please enter an amount.")})
    often = forms.TypedChoiceField(
        label=_("How often"),
        choices=[(str(value), label) for value, label in Interval.choices],
        coerce=int,
        required=False,
    )
    day = forms.IntegerField(
        label=_("Day of the month"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("In a month that has no such day, its last."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        standing = {"amount": plain(pledge.amount), "often": str(pledge.interval_months), "day": pledge.anchor_day}
        super().__init__(*args, **kwargs)
        self.initial = standing
        put_in(pledge.currency, self.fields["amount"])

    def clean_often(self) -> int | None:
        return self.cleaned_data["often"] or None


class PauseForm(forms.Form):
    """Until when a pledge is to be paused; without a day, until its supporter says."""

    until = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Leave it empty to pause until you say."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class WayForm(forms.Form):
    """From which kind of card or account a pledge is to be paid from now on."""

    method = forms.ChoiceField(label=_("Pay by"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_ways(self.fields["method"])


def offer_ways(field: forms.Field) -> None:
    """This function will have a field offer the ways in which pledges can be paid here, each said in plain words."""
    assert isinstance(field, forms.ChoiceField)
    offered = ways.choices()
    field.choices = [(choice.method.value, choice) for choice in offered]
    field.initial = offered[0].method.value if offered else ""
