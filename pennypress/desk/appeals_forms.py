"""The forms of appeals at the desk: a series' rules and words, the next appeal, another target, a later last day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pennypress.desk.amounts import AmountField
from pennypress.giving import wording
from pennypress.giving.models import AppealSeries, Basis, CarryOver, OverTarget, Unit
from pennypress.money import EXPONENTS, Money

_REASON = _("Readers see it on the appeal's page.")


class _Day(forms.DateField):
    def __init__(self, **facts: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **facts)


class RulesForm(forms.Form):
    """What may be changed of a series while it runs."""

    name = forms.CharField(label=_("Name"), max_length=100)
    carry_over = forms.ChoiceField(label=_("At the end of an appeal"), choices=CarryOver.choices)
    over_target = forms.ChoiceField(label=_("Once the target is met"), choices=OverTarget.choices)
    counts_pledges = forms.BooleanField(
        label=_("Supporters' pledges count towards its appeals"),
        required=False,
        help_text=_(
            "What we collect by card and Direct Debit. Standing orders are gifts that their givers send themselves, and "
            "count in any case. It holds for appeals that are opened from now on."
        ),
    )
    words_before = forms.CharField(label=_("Words before it opens"), required=False, max_length=wording.LONGEST)
    words_running = forms.CharField(label=_("Words while it runs"), required=False, max_length=wording.LONGEST)
    words_met = forms.CharField(label=_("Words once it is met"), required=False, max_length=wording.LONGEST)
    words_closed = forms.CharField(label=_("Words when it is over"), required=False, max_length=wording.LONGEST)

    @property
    def places(self) -> str:
        """The names that words may have in braces."""
        return ", ".join(f"{{{place}}}" for place in wording.PLACES)


class SeriesForm(RulesForm):
    """A new series, with what is fixed once it has begun."""

    slug = forms.SlugField(label=_("Address"), max_length=100, help_text=_("As in /appeals/roof.json"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in EXPONENTS])
    basis = forms.ChoiceField(label=_("What counts"), choices=Basis.choices)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices)

    field_order = ("name", "slug", "currency", "basis", "unit")


class _WithTarget(forms.Form):
    """A target in the unit of a series."""

    def __init__(self, *args: Any, series: AppealSeries, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if series.unit == Unit.GIVERS:
            self.fields["target"] = forms.IntegerField(label=_("Target, in givers"), min_value=1)
        else:
            self.fields["target"] = AmountField(label=_("Target"), currency=series.currency)
        self.order_fields(self.field_order)

    def target(self) -> Money | int:
        """This method will give the target of this valid form."""
        target: Money | int = self.cleaned_data["target"]
        return target


class NextForm(_WithTarget):
    """The next appeal of a series."""

    name = forms.CharField(label=_("Name"), max_length=100)
    slug = forms.SlugField(label=_("Address"), max_length=100)
    opens_on = _Day(label=_("First day"))
    closes_on = _Day(label=_("Last day"))
    pitch = forms.CharField(label=_("What it is for"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = ("name", "slug", "opens_on", "closes_on", "target", "pitch")


class TargetForm(_WithTarget):
    """Another target, from a day on."""

    from_on = _Day(label=_("From the start of"))
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_REASON)

    field_order = ("target", "from_on", "reason")


class ExtendForm(forms.Form):
    """A later last day."""

    to_on = _Day(label=_("New last day"))
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_REASON)
