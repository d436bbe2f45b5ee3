"""Opening balances: what each account stood at when the paper moved in, as one entry for a day."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress import money
from pennypress.ledger import chart, periods, posting
from pennypress.ledger.models import Account, Entry
from pennypress.money import Money
from pennypress.moving import fields
from pennypress.moving.fates import BAD, NEW, Fate, Plan
from pennypress.moving.fields import CannotTell
from pennypress.moving.reading import Row

ALIASES = {
    "account": ("code", "account code", "nominal", "nominal code", "number"),
    "debit": ("dr", "debits"),
    "credit": ("cr", "credits"),
    "name": ("account name", "description"),
}
REQUIRED = ("account", "debit", "credit")
# What these stand at is the sum of rows of ours, and laws compare the two.
_NOT_HERE = {
    chart.GIFTS: gettext_lazy("past gifts are moved in one by one; leave this account out, its sum is in 3990"),
    chart.SHARE_CAPITAL: gettext_lazy(
        "share capital is what the register says; put it into 3990 until the register is moved in"
    ),
    chart.SHARE_APPLICATIONS: gettext_lazy("application money is held for applications; put it into 3990"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One account's balance: above zero is debit."""

    account: str
    amount: Money

    @property
    def facts(self) -> tuple[object, ...]:
        return ("balance", self.account, self.amount.minor, self.amount.currency)


def judge(row: Row, *, currency: str) -> Fate:
    """This function will say what becomes of a row. Writes nothing."""
    try:
        told = _read(row, currency)
    except CannotTell as error:
        return Fate(row.line, BAD, str(error))
    side = _("Debit") if told.amount.minor > 0 else _("Credit")
    amount = told.amount if told.amount.minor > 0 else -told.amount
    says = _("%(side)s %(account)s with %(amount)s") % {"side": side, "account": told.account, "amount": amount}
    return Fate(row.line, NEW, says, amount, ((_("Side"), side),), told)


def _read(row: Row, currency: str) -> Told:
    account = row["account"].removesuffix(".0")
    if not Account.objects.filter(code=account).exists():
        raise CannotTell(_("there is no account %(code)s in the chart: open it first") % {"code": account or "–"})
    if account in _NOT_HERE:
        raise CannotTell(str(_NOT_HERE[account]))
    debit, credit = (row[side] if row[side] not in ("0", "0.00", "-", "–") else "" for side in ("debit", "credit"))
    if bool(debit) == bool(credit):
        raise CannotTell(_("a row has either a debit or a credit, above zero"))
    amount = fields.amount(debit or credit, currency)
    return Told(account, amount if debit else -amount)


def whole(plan: Plan, *, as_at: dt.date | None, on: dt.date) -> list[str]:
    """This function will say what is wrong with the balances taken together. Writes nothing."""
    if as_at is None:
        return [_("Say for the end of which day the balances stand.")]
    trouble = []
    if as_at > on:
        trouble.append(_("The day %(day)s has not come yet.") % {"day": f"{as_at:%d/%m/%Y}"})
    try:
        periods.require_open(as_at)
    except periods.ClosedPeriod as error:
        trouble.append(str(error))
    if plan.new and Entry.objects.filter(key=entry_key(as_at, plan.currency)).exists():
        trouble.append(_("Opening balances as at %(day)s stand in the books already.") % {"day": f"{as_at:%d/%m/%Y}"})
    told: list[Told] = [fate.told for fate in plan.new]
    accounts = [one.account for one in told]
    for code in sorted({code for code in accounts if accounts.count(code) > 1}):
        trouble.append(_("Account %(code)s stands in two rows.") % {"code": code})
    debits, credits = sides(plan)
    if debits and credits and debits != credits:
        words = _("The debits add up to %(debits)s and the credits to %(credits)s: opening balances must balance.")
        trouble.append(words % {"debits": debits, "credits": credits})
    if plan.bad:
        trouble.append(_("Opening balances are moved in whole or not at all: mend the rows that are bad."))
    return trouble


def sides(plan: Plan) -> tuple[Money, Money]:
    """This function will add up the debits and the credits of the new rows."""
    amounts = [fate.told.amount for fate in plan.new]
    debits = money.total([amount for amount in amounts if amount.minor > 0], plan.currency)
    credits = money.total([-amount for amount in amounts if amount.minor < 0], plan.currency)
    return debits, credits


def entry_key(as_at: dt.date, currency: str) -> str:
    """This function will give the key of the entry: one for each day and currency."""
    return f"opening-balances-{as_at}-{currency}"


def carry_out(plan: Plan, *, as_at: dt.date, now: dt.datetime) -> Entry:
    """This function will post the balances as one entry of the day. Where they have one side only, the other is 3990."""
    debits, credits = sides(plan)
    lines = [posting.Side(fate.told.account, fate.told.amount) for fate in plan.new]
    if debits != credits:
        lines.append(posting.Side(chart.BROUGHT_FORWARD, credits - debits))
    key = entry_key(as_at, plan.currency)
    return posting.post(key=key, on=as_at, memo=_("Opening balances"), sides=lines, now=now)
