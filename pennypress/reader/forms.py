"""What the readers' forms have in common: an amount as people type it, suggested amounts, and one intent for a page view.

Forms say kindly what is amiss; whether an amount or a name will do is the domain's to decide.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.signing import b62_decode
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pennypress import money
from pennypress.giving import limits, ways
from pennypress.giving.beneficiaries import Beneficiary
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Appeal, Interval
from pennypress.money import Money
from pennypress.payments.attempts import Caller
from pennypress.payments.models import Method
from pennypress.people.models import ThanksAs

_HONEST_LENGTH = 40


class AmountField(forms.CharField):
    """An amount in one currency, typed as people type it; it cleans to Money."""

    def __init__(self, **facts: Any) -> None:
        self.currency = "GBP"
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(**{"max_length": _HONEST_LENGTH, "widget": forms.TextInput(attrs=attributes), **facts})
        self.error_messages["max_length"] = _("That is not an amount we can read. Please enter it like 25 or 1,000.50.")

    def clean(self, value: Any) -> Money | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return money.parse(typed, self.currency)
        except money.CannotParse as error:
            raise forms.ValidationError(str(error)) from error


def put_in(currency: str, field: forms.Field) -> None:
    """This function will have a form's field of an amount read it in this currency."""
    assert isinstance(field, AmountField)
    field.currency = currency


_SALT = "pennypress.reader.page_view"
PAGE_VIEW_SECONDS = 24 * 60 * 60


class IntentForm(forms.Form):
    """A form that is one intent for one page view, and of a page view that we have given out.

    The page view has a random number in a hidden field, signed with the moment at which it was drawn. The intent's id is
    made of that number and of what was typed: the same form sent twice has one id, and one that was changed after going
    back another, which the count of attempts refuses.
    """

    page_view = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("page_view", drawn())

    def clean_page_view(self) -> uuid.UUID | None:
        try:
            number, self.drawn_at = _opened(self.cleaned_data["page_view"])
        except signing.BadSignature:
            return None
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("page_view") is None:
            self.draw_again()
            self.add_error(
                None, _("This page had been open for long. What you typed is still here: please send it once more.")
            )
        return cleaned

    def draw_again(self) -> None:
        """This method will have the bound form shown as a new page view, with what was typed."""
        self.data = {**self.data.dict(), self.add_prefix("page_view"): drawn()}  # type: ignore[attr-defined]

    def intent(self) -> uuid.UUID:
        """This method will give the id of what this valid form asks for."""
        typed = sorted((name, str(value)) for name, value in self.cleaned_data.items() if name != "page_view")
        return uuid.uuid5(self.cleaned_data["page_view"], repr(typed))

    def caller(self, address: str) -> Caller:
        """This method will say who tries to pay with this valid form, from a network address."""
        return Caller(address, self.cleaned_data["page_view"], self.intent(), self.drawn_at)


def drawn() -> str:
    """This function will draw a page view's number and sign it with the moment."""
    return signing.TimestampSigner(salt=_SALT).sign(str(uuid.uuid4()))


def _opened(signed: str) -> tuple[uuid.UUID, dt.datetime]:
    signer = signing.TimestampSigner(salt=_SALT)
    number = signer.unsign(signed, max_age=PAGE_VIEW_SECONDS)
    moment = b62_decode(signed.rsplit(":", 2)[1])
    return uuid.UUID(number), dt.datetime.fromtimestamp(moment, tz=dt.UTC)


@dataclass(frozen=True)
class Blank:
    """A form in which nothing stands that a reader typed, to be drawn once for all: it equals another that looks alike."""

    looks: tuple[Any, ...]
    form: forms.Form = field(compare=False)

    def __getitem__(self, name: str) -> Any:
        return self.form[name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.form, name)


class GiverForm(IntentForm):
    """An amount, suggested or one's own, and how its giver would be thanked."""

    suggested: Sequence[int] = ()
    largest = limits.LARGEST_GIFT

    tile = forms.ChoiceField(label=_("How much would you like to give?"), required=False, widget=forms.RadioSelect)
    own = AmountField(
        label=_("Or another amount"), required=False, help_text=_("If you fill this in, it is what you give.")
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=limits.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("For the receipt. We write to you about this gift and nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    thanks_as = forms.ChoiceField(
        label=_("How shall we thank you in the paper?"),
        choices=ThanksAs.choices,
        initial=ThanksAs.NOT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how you would like to be thanked.")},
    )
    place = forms.CharField(
        label=_("Your town or place"),
        required=False,
        max_length=limits.LONGEST_PLACE,
        help_text=_("Only if we are to thank you by place."),
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    for_name = forms.CharField(
        label=_("Their name"),
        required=False,
        max_length=limits.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    for_email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("If we are to tell them. We write once, after your payment has come."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    for_on = forms.DateField(
        label=_("The day on which to tell them"),
        required=False,
        help_text=_("Empty: as soon as your payment has come."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        put_in(currency, self.fields["own"])
        tile = self._tile()
        tile.choices = self._amounts()
        tile.initial = self._amounts()[len(self.suggested) // 2][0]

    def _tile(self) -> forms.ChoiceField:
        field = self.fields["tile"]
        assert isinstance(field, forms.ChoiceField)
        return field

    def _amounts(self) -> list[tuple[str, str]]:
        unit = 10 ** money.EXPONENTS[self.currency]
        amounts = [Money(whole * unit, self.currency) for whole in self.suggested]
        return [(money.plain(amount), money.display(amount, pence=False)) for amount in amounts]

    @property
    def blank(self) -> Blank | None:
        """The form as a piece of a page, without its page view; None once it shows what somebody typed."""
        told = {name: value for name, value in self.initial.items() if name != "page_view"}
        if self.is_bound or not told.keys() <= {"tile", "often", "appeal"}:
            return None
        varying = [repr(self.fields[name].choices) for name in ("appeal", "method") if name in self.fields]  # type: ignore[attr-defined]
        return Blank((type(self), self.currency, *sorted(told.items()), *varying), self)

    def choose(self, amount: Money) -> None:
        """This method will show the form with `amount` chosen: its tile, or as the reader's own."""
        plain = money.plain(amount)
        if any(plain == value for value, _label in self._amounts()):
            self.initial["tile"] = plain
        else:
            self.initial.update(tile="", own=plain)

    def clean_own(self) -> Money | None:
        own = self.cleaned_data.get("own")
        return own if own is None else self._welcome(own)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        thanks = cleaned.get("thanks_as")
        if thanks in (ThanksAs.NAME, ThanksAs.INITIALS) and "name" in cleaned and not cleaned["name"]:
            self.add_error("name", _("Please tell us the name by which to thank you, or choose another way above."))
        if thanks == ThanksAs.PLACE and "place" in cleaned and not cleaned["place"]:
            self.add_error("place", _("Please tell us the place by which to thank you, or choose another way above."))
        if "own" in cleaned and not cleaned["own"] and not cleaned.get("tile") and "tile" not in self.errors:
            self.add_error("own", _("Please choose or enter an amount."))
        return cleaned

    def amount(self) -> Money:
        """This method will give the amount of this valid form: the reader's own if they typed one, else the tile's."""
        own: Money | None = self.cleaned_data["own"]
        return own or money.parse(self.cleaned_data["tile"], self.currency)

    def words(self) -> dict[str, Any]:
        """This method will give what the giver says of themselves, in the domain's names."""
        return {name: self.cleaned_data[name] for name in ("name", "email", "place", "thanks_as")}

    def beneficiary(self) -> Beneficiary | None:
        """This method will give whom it is given for, where that is somebody else."""
        told = {name: self.cleaned_data[f"for_{name}"] for name in ("name", "email", "on")}
        return Beneficiary(told["name"], told["email"], told["on"]) if any(told.values()) else None

    def is_for_another(self) -> bool:
        """Whether the part about somebody else is to be seen: filled in, or with something to mend."""
        return any(self[name].value() or self[name].errors for name in ("for_name", "for_email", "for_on"))

    def _welcome(self, amount: Money) -> Money:
        try:
            limits.require_amount(amount, currency=self.currency, largest=self.largest)
        except CannotGive as error:
            raise forms.ValidationError(str(error)) from error
        return amount


class GiveForm(GiverForm):
    """A gift, once or again and again."""

    suggested = (5, 10, 25, 50, 100)
    ONCE, MONTHLY = "once", "monthly"

    often = forms.ChoiceField(
        label=_("How often?"),
        choices=[(ONCE, _("Once")), *((interval.name.lower(), interval.label) for interval in Interval)],
        initial=ONCE,
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(label=_("How would you like to pay?"), required=False, widget=forms.RadioSelect)
    appeal = forms.ChoiceField(label=_("What shall it go to?"), required=False, widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("A word to the paper"),
        required=False,
        max_length=limits.LONGEST_MESSAGE,
        help_text=_("We may print it beside your thanks."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, running: Sequence[Appeal] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.running = {appeal.slug: appeal for appeal in running if appeal.currency == self.currency}
        field = self.fields["appeal"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(slug, appeal.name) for slug, appeal in self.running.items()]
        self.initial.setdefault("appeal", next(iter(self.running), ""))
        # Where one appeal runs there is nothing to choose; where none does, the gift waits for the next.
        if len(self.running) < 2:
            del self.fields["appeal"]
        self._offer_ways()

    def _offer_ways(self) -> None:
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        offered = ways.choices(both=True)
        field.choices = [(choice.method.value, choice) for choice in offered]
        field.initial = offered[0].method.value if offered else ""
        # Where how often one gives leaves one way of paying, there is nothing to choose.
        if not any(len(ways.offered(repeats=repeats)) > 1 for repeats in (False, True)):
            del self.fields["method"]

    def ask(self, asked: QueryDict) -> None:
        """This method will show the form as its address asks: an appeal, an amount, how often; never a person."""
        if asked.get("appeal") in self.running:
            self.initial["appeal"] = asked["appeal"]
        if "monthly" in asked:
            self.initial["often"] = self.MONTHLY
        with contextlib.suppress(money.CannotParse):
            self.choose(money.parse(asked.get("amount", ""), self.currency))

    @property
    def interval(self) -> int | None:
        """How many months lie between two collections; None for a gift that is given once."""
        often = self.cleaned_data["often"]
        return None if often == self.ONCE else Interval[often.upper()]

    @property
    def paid_by(self) -> str:
        """How this valid form is to be paid: as chosen, or else in the first way that there is."""
        offered = ways.offered(repeats=self.interval is not None)
        return self.cleaned_data.get("method") or (offered[0].method if offered else Method.CARD)

    @property
    def chosen(self) -> Appeal | None:
        """The appeal of this valid form: the one chosen, or the only one that runs."""
        slug = self.cleaned_data.get("appeal") or next(iter(self.running), "")
        return self.running.get(slug)

    def words_of_a_gift(self) -> dict[str, Any]:
        """This method will give what is said of a single gift on top of its giver's words."""
        chosen = self.chosen
        return {"message": self.cleaned_data["message"], "appeal": chosen.slug if chosen else ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("method") and "often" in cleaned:
            self._require_that_it_can_be_paid_so(cleaned["method"], repeats=cleaned["often"] != self.ONCE)
        if cleaned.get("often", self.ONCE) != self.ONCE:
            self._require_what_a_pledge_needs(cleaned)
            chosen = self.chosen
            if chosen is not None and not chosen.series.is_principal:
                self.add_error(
                    "often", _("What is given every month goes to the paper's own fund. For this appeal, give once.")
                )
        return cleaned

    def _require_that_it_can_be_paid_so(self, method: str, *, repeats: bool) -> None:
        if any(way.method == method for way in ways.offered(repeats=repeats)):
            return
        says = (
            _("This way of paying is for a single gift. Please choose another, or give once.")
            if repeats
            else _("This way of paying is for giving again and again. Please choose another, or how often you give.")
        )
        self.add_error("method", says)

    def _require_what_a_pledge_needs(self, cleaned: dict[str, Any]) -> None:
        if "email" in cleaned and not cleaned["email"]:
            self.add_error("email", _("Please give an address, so that you can change or end it at any time."))
        own = cleaned.get("own")
        if own is not None:
            try:
                limits.require_amount(own, currency=self.currency, largest=limits.LARGEST_PLEDGE)
            except CannotGive as error:
                self.add_error("own", str(error))
