"""Past gifts: what was given to the fund before the paper moved in, one row each."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pennypress.giving import appeals
from pennypress.giving.models import Appeal
from pennypress.ledger import periods
from pennypress.money import Money
from pennypress.moving import fields, persons
from pennypress.moving.fates import BAD, NEW, Fate
from pennypress.moving.fields import CannotTell
from pennypress.moving.models import Consignment
from pennypress.moving.reading import Row
from pennypress.people.models import User
from pennypress.settlement import brought_forward

ALIASES = {
    "date": ("received", "received on", "date received", "day", "gift date", "donation date"),
    "amount": ("sum", "value", "gift", "gross", "donation", "total"),
    "method": ("how", "paid by", "payment method", "type", "payment type"),
    "name": ("payer", "donor", "giver", "from", "full name", "donor name", "contact"),
    "email": ("e-mail", "e-mail address", "email address", "mail"),
    "place": ("town", "city"),
    "thanks": ("thanked as", "thanks as", "acknowledgement", "acknowledge"),
    "appeal": ("fund", "campaign"),
    "reference": ("ref", "cheque number", "cheque no", "number", "transaction"),
}
REQUIRED = ("date", "amount", "method")


@dataclass(frozen=True, slots=True)
class Told:
    """A past gift as its row tells it."""

    on: dt.date
    amount: Money
    method: str
    name: str
    email: str
    place: str
    thanks_as: str
    appeal: Appeal | None
    reference: str

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes it this gift and no other."""
        return ("gift", self.on, self.amount.minor, self.amount.currency, self.method, self.name.casefold(), self.email,
                self.place.casefold(), self.reference.casefold())  # fmt: skip


def judge(row: Row, *, currency: str, on: dt.date) -> Fate:
    """This function will say what becomes of a row. Writes nothing."""
    try:
        told = _read(row, currency, on)
    except (CannotTell, periods.ClosedPeriod) as error:
        return Fate(row.line, BAD, str(error))
    whom = persons.find(name=told.name, email=told.email, place=told.place).says if told.name else _("nobody named")
    counted = told.appeal.name if told.appeal else _("no appeal")
    says = _("gift of %(amount)s on %(day)s; giver: %(whom)s; %(appeal)s") % {
        "amount": told.amount,
        "day": f"{told.on:%d/%m/%Y}",
        "whom": whom,
        "appeal": counted,
    }
    sorts = ((_("Year"), str(told.on.year)), (_("Method"), str(told.method.label)), (_("Appeal"), counted))  # type: ignore[attr-defined]
    return Fate(row.line, NEW, says, told.amount, sorts, told)


def _read(row: Row, currency: str, on: dt.date) -> Told:
    received_on = fields.day(row["date"], until=on)
    periods.require_open(received_on)
    name = fields.short(row["name"], 200, _("name"))
    thanks_as = fields.thanks(row["thanks"])
    told = Told(
        on=received_on,
        amount=fields.amount(row["amount"], currency),
        method=fields.method(row["method"]),
        name=name,
        email=fields.email(row["email"]),
        place=fields.short(row["place"], 80, _("place")),
        thanks_as=thanks_as,
        appeal=_appeal(row["appeal"], received_on, currency),
        reference=fields.short(row["reference"], 100, _("reference")),
    )
    if told.email and not name:
        raise CannotTell(_("there is an e-mail address and no name"))
    return told


def _appeal(named: str, on: dt.date, currency: str) -> Appeal | None:
    if not named:
        running = appeals.running(on)
        return running if running and running.currency == currency else None
    found = Appeal.objects.filter(slug__iexact=named).first() or Appeal.objects.filter(name__iexact=named).first()
    if found is None:
        raise CannotTell(_("there is no appeal “%(name)s”: open it first, or leave the cell empty") % {"name": named})
    if found.currency != currency:
        raise CannotTell(_("the appeal “%(name)s” is in another currency") % {"name": named})
    return found


def carry_out(fate: Fate, consignment: Consignment, *, by: User | None, now: dt.datetime) -> None:
    """This function will write one past gift. No letter is sent."""
    told: Told = fate.told
    person = None
    if told.name:
        person = persons.record(consignment, name=told.name, email=told.email, place=told.place, now=now)
    brought_forward.gift(
        amount=told.amount,
        method=told.method,
        received_on=told.on,
        payer=person,
        name=told.name,
        email=told.email,
        place=told.place,
        thanks_as=told.thanks_as,
        appeal=told.appeal,
        reference=told.reference,
        key=f"moved-in-{fate.key}",
        recorded_by=by,
        now=now,
    )
