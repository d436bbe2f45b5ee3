"""Supporters: those who give regularly already, by a mandate at a provider or by a standing order of their own."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pennypress.giving import known_references, limits, taking_over
from pennypress.money import Money
from pennypress.moving import fields, persons
from pennypress.moving.fates import BAD, NEW, Fate
from pennypress.moving.fields import CannotTell
from pennypress.moving.models import Consignment
from pennypress.moving.reading import Row
from pennypress.payments import mandates, providers
from pennypress.payments.models import Method
from pennypress.payments.providers.protocol import ProviderRefused, ProviderUnavailable, UnknownAtProvider
from pennypress.people.models import User

ALIASES = {
    "name": ("supporter", "payer", "full name"),
    "email": ("e-mail", "e-mail address", "email address"),
    "place": ("town", "city"),
    "thanks": ("thanked as", "thanks as"),
    "amount": ("sum", "value"),
    "every": ("interval", "frequency", "how often"),
    "method": ("how", "paid by", "payment method", "type"),
    "provider": ("payment provider", "processor"),
    "mandate": ("mandate reference", "mandate id", "token"),
    "reference": ("bank reference", "standing order reference"),
    "next": ("next on", "next collection", "next payment", "next date"),
}
REQUIRED = ("name", "amount", "method", "next")
_EVERY = {"": 1, "month": 1, "monthly": 1, "1": 1, "quarter": 3, "quarterly": 3, "3": 3, "year": 12, "yearly": 12,
          "annual": 12, "annually": 12, "12": 12}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A supporter as their row tells it. With a mandate, `provider` and `mandate`; otherwise their `reference`."""

    name: str
    email: str
    place: str
    thanks_as: str
    amount: Money
    interval_months: int
    method: Method
    provider: str
    mandate: str
    reference: str
    next_on: dt.date

    @property
    def facts(self) -> tuple[object, ...]:
        """A mandate or a reference is one supporter's, whatever else is said of them."""
        which = (
            ("mandate", self.provider, self.mandate)
            if self.mandate
            else ("reference", known_references.plain(self.reference))
        )
        return ("supporter", *which)


def read(row: Row, *, currency: str, on: dt.date) -> Told | Fate:
    """This function will read a row, or say why it is bad. Writes nothing."""
    try:
        return _read(row, currency, on)
    except (CannotTell, limits.CannotGive) as error:
        return Fate(row.line, BAD, str(error))


def judge(line: int, told: Told) -> Fate:
    """This function will say what becomes of a supporter: it asks the provider for the mandate. Writes nothing."""
    try:
        says = _mandated(told) if told.mandate else _referred(told)
    except (CannotTell, known_references.CannotKeep) as error:
        return Fate(line, BAD, str(error))
    whom = persons.find(name=told.name, email=told.email, place=told.place).says
    words = _("%(amount)s, next on %(day)s; supporter: %(whom)s; %(says)s") % {
        "amount": told.amount,
        "day": f"{told.next_on:%d/%m/%Y}",
        "whom": whom,
        "says": says,
    }
    sorts = ((_("Method"), str(told.method.label)), (_("Year"), str(told.next_on.year)))
    return Fate(line, NEW, words, told.amount, sorts, told)


def carry_out(fate: Fate, consignment: Consignment, *, by: User | None, now: dt.datetime, on: dt.date) -> None:
    """This function will write one supporter, with the pledge or the reference. No letter is sent."""
    told: Told = fate.told
    person = persons.record(consignment, name=told.name, email=told.email, place=told.place, now=now)
    if not told.mandate:
        known_references.keep(
            reference=told.reference,
            person=person,
            place=told.place,
            thanks_as=told.thanks_as,
            amount=told.amount,
            interval_months=told.interval_months,
            usual_day=told.next_on.day,
            first_on=told.next_on,
            on=on,
            now=now,
            by=by,
        )
        return
    taking_over.pledge(
        person=person,
        name=told.name,
        email=told.email,
        place=told.place,
        thanks_as=told.thanks_as,
        amount=told.amount,
        provider=told.provider,
        mandate_ref=told.mandate,
        method=told.method,
        next_on=told.next_on,
        began_on=on,
        interval_months=told.interval_months,
        now=now,
    )


def _read(row: Row, currency: str, on: dt.date) -> Told:
    every = re.sub(r"[^a-z0-9]", "", row["every"].casefold())
    if every not in _EVERY:
        raise CannotTell(_("“%(text)s” is no interval: month, quarter or year") % {"text": row["every"]})
    told = Told(
        name=fields.short(row["name"], 200, _("name")),
        email=fields.email(row["email"]),
        place=fields.short(row["place"], 80, _("place")),
        thanks_as=fields.thanks(row["thanks"]),
        amount=fields.amount(row["amount"], currency),
        interval_months=_EVERY[every],
        method=fields.method(row["method"]),
        provider=row["provider"].casefold(),
        mandate=fields.short(row["mandate"], 100, _("mandate")),
        reference=fields.short(row["reference"], 40, _("reference")),
        next_on=fields.day(row["next"]),
    )
    if told.next_on < on:
        raise CannotTell(_("the next day %(day)s is past") % {"day": f"{told.next_on:%d/%m/%Y}"})
    if not told.name:
        raise CannotTell(_("the name is missing"))
    _require_way(told)
    taking_over.require(
        amount=told.amount, name=told.name, email=told.email, place=told.place, thanks_as=told.thanks_as, on=on
    )
    return told


def _require_way(told: Told) -> None:
    if told.method == Method.STANDING_ORDER:
        if told.mandate or not told.reference:
            raise CannotTell(_("a standing order has the reference that its supporter always used, and no mandate"))
        return
    if told.method not in (Method.CARD, Method.DIRECT_DEBIT):
        raise CannotTell(_("a supporter gives by card, by Direct Debit or by standing order"))
    if not told.provider or not told.mandate:
        raise CannotTell(_("a card or Direct Debit has its provider and its mandate there"))
    if not told.email:
        raise CannotTell(_("a supporter by card or Direct Debit needs an e-mail address, by which to change or end it"))


def _mandated(told: Told) -> str:
    if told.provider not in providers.known():
        raise CannotTell(_("there is no provider “%(name)s”") % {"name": told.provider})
    if mandates.is_known(provider=told.provider, provider_ref=told.mandate):
        raise CannotTell(_("the mandate %(name)s is known already") % {"name": told.mandate})
    try:
        found = providers.get(told.provider).fetch_mandate(told.mandate)
    except providers.NoSuchProvider:
        return _("mandate not verified: this paper does not offer %(name)s yet") % {"name": told.provider}
    except UnknownAtProvider as error:
        raise CannotTell(_("the provider does not know the mandate %(name)s") % {"name": told.mandate}) from error
    except (ProviderUnavailable, ProviderRefused) as error:
        raise CannotTell(_("the mandate could not be verified: %(why)s") % {"why": error}) from error
    if found.state != "active":
        raise CannotTell(_("the mandate %(name)s is not active at the provider") % {"name": told.mandate})
    return _("mandate verified: %(says)s") % {"says": found.says or told.mandate}


def _referred(told: Told) -> str:
    known_references.require_free(told.reference)
    return _("standing order with the reference %(name)s") % {"name": told.reference}
