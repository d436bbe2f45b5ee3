"""The forms of becoming an owner, one for each step, and the record of all steps that travels in a signed field.

No session is kept: what was answered goes from page to page with the reader, and everything is checked again at the end.
"""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pennypress.payments.attempts import Caller
from pennypress.people.models import PersonKind
from pennypress.reader.forms import PAGE_VIEW_SECONDS
from pennypress.shares import limits

_SALT = "pennypress.reader.join"
LARGEST_NUMBER = 1_000_000_000


class SharesForm(forms.Form):
    """Who joins, and with how many shares."""

    kind = forms.ChoiceField(
        label=_("Who would own them?"),
        choices=[(PersonKind.INDIVIDUAL, _("A person")), (PersonKind.ORGANISATION, _("An organisation"))],
        initial=PersonKind.INDIVIDUAL,
        widget=forms.RadioSelect,
    )
    shares = forms.IntegerField(
        label=_("How many shares?"),
        min_value=1,
        max_value=LARGEST_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Please enter how many shares you would like."),
            "invalid": _("Please enter a whole number of shares, like 50."),
            "min_value": _("Please enter a whole number of shares, one at least."),
            "max_value": _("That is more shares than the society could ever issue."),
        },
    )

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "shares" in cleaned and "kind" in cleaned:
            try:
                limits.require_holding(kind=cleaned["kind"], already=0, shares=cleaned["shares"], on=self.on)
            except limits.AgainstTheRules as error:
                self.add_error("shares", str(error))
        return cleaned


class ParticularsForm(forms.Form):
    """What the register of members needs."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it is to stand in the register and on the certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please enter your full name.")},
    )
    address = forms.CharField(
        label=_("Postal address"),
        max_length=500,
        help_text=_("The law asks for a postal address in the register of members."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        error_messages={"required": _("The register of members needs a postal address.")},
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": _("Please enter the postcode.")},
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"],
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please enter the date like 31/01/1980.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("For your certificate, and for the code by which you come into your account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Please enter your e-mail address.")},
    )
    notices_by_email = forms.BooleanField(
        label=_("Notices of meetings may be sent to this address instead of by post."), required=False
    )

    def __init__(self, *args: Any, kind: str, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        if kind == PersonKind.ORGANISATION:
            del self.fields["born_on"]
            self.fields["name"].label = _("The organisation’s name")
            self.fields["name"].error_messages["required"] = _("Please enter the organisation’s name.")
        else:
            self.fields["born_on"].required = True
            self.fields["born_on"].error_messages["required"] = _("Please enter your date of birth.")

    def clean_born_on(self) -> dt.date:
        born_on: dt.date = self.cleaned_data["born_on"]
        if not 0 <= limits.age(born_on, self.on) <= 130:
            raise forms.ValidationError(_("Please check the date of birth."))
        try:
            limits.require_age(born_on=born_on, on=self.on)
        except limits.AgainstTheRules as error:
            raise forms.ValidationError(str(error)) from error
        return born_on


class RulesForm(forms.Form):
    """The rules accepted and the risk read."""

    accepts_rules = forms.BooleanField(
        label=_("I have read the rules and will keep to them."),
        error_messages={"required": _("A member keeps to the society’s rules: please read and accept them.")},
    )
    has_read_risk = forms.BooleanField(
        label=_("I have read what I risk, and can afford to lose this money."),
        error_messages={"required": _("Please read what you risk and say that you have.")},
    )


STEPS = ((1, _("Your shares")), (2, _("Your particulars")), (3, _("Rules and risk")), (4, _("Check and pay")))
CHECK = 4
FIELDS = {
    1: ("kind", "shares"),
    2: ("name", "address", "postcode", "born_on", "email", "notices_by_email"),
    3: ("accepts_rules", "has_read_risk"),
}


class Answers:
    """All that was answered so far, as it was typed, and the id of the application that comes of it."""

    def __init__(self, typed: dict[int, dict[str, str]], intent: uuid.UUID, drawn_at: dt.datetime) -> None:
        self.typed, self.intent, self.drawn_at = typed, intent, drawn_at

    @classmethod
    def none_yet(cls) -> "Answers":
        """This method will begin with nothing answered."""
        return cls({}, uuid.uuid4(), timezone.now())

    def drawn_again(self) -> "Answers":
        """This method will give the same answers for a new application."""
        return Answers(self.typed, uuid.uuid4(), timezone.now())

    @classmethod
    def opened(cls, sealed: str) -> "Answers":
        """This method will read the answers back from their field. Raises: signing.BadSignature."""
        kept = signing.loads(sealed, salt=_SALT, max_age=PAGE_VIEW_SECONDS)
        typed = {int(step): answers for step, answers in kept["typed"].items()}
        return cls(typed, uuid.UUID(kept["intent"]), dt.datetime.fromisoformat(kept["drawn_at"]))

    def sealed(self) -> str:
        """This method will write the answers for their field, signed."""
        kept = {"typed": self.typed, "intent": str(self.intent), "drawn_at": self.drawn_at.isoformat()}
        return signing.dumps(kept, salt=_SALT, compress=True)

    def caller(self, address: str) -> Caller:
        """This method will say who tries to pay for this application, from a network address."""
        return Caller(address, self.intent, self._as_typed(), self.drawn_at)

    def _as_typed(self) -> uuid.UUID:
        # An application that was changed after it was sent is another one, and needs a page view of its own.
        return uuid.uuid5(self.intent, repr(sorted(self.typed.items())))

    def take(self, step: int, posted: QueryDict) -> None:
        """This method will note what was typed at a step, whether or not it can stand."""
        self.typed[step] = {name: str(posted[name])[:1000] for name in FIELDS[step] if name in posted}

    def form(self, step: int, *, on: dt.date, bound: bool) -> forms.Form:
        """This method will give a step's form with what was typed: `bound` to be checked, else to be shown."""
        typed = self.typed.get(step)
        facts: dict[str, Any] = {"data": typed or {}} if bound else {"initial": typed}
        match step:
            case 1:
                return SharesForm(**facts, on=on)
            case 2:
                kind = self.typed.get(1, {}).get("kind", PersonKind.INDIVIDUAL)
                return ParticularsForm(**facts, kind=kind, on=on)
            case _third:
                return RulesForm(**facts)

    def checked(self, *, on: dt.date, until: int = 3) -> tuple[int, forms.Form] | None:
        """This method will check the steps up to `until`, and give the first that cannot stand, or None if all do."""
        for step in range(1, until + 1):
            form = self.form(step, on=on, bound=True)
            if not form.is_valid():
                return step, form
        return None

    def facts(self, *, on: dt.date) -> dict[str, Any]:
        """This method will give the answers of all steps, checked, in the domain's names."""
        gathered: dict[str, Any] = {"born_on": None}
        for step in FIELDS:
            form = self.form(step, on=on, bound=True)
            form.is_valid()
            gathered.update(form.cleaned_data)
        return gathered
