"""Checking a file before anything is written: what becomes of each of its rows, and what they add up to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from pennypress.moving import balances, gifts, reading, supporters
from pennypress.moving.fates import BAD, KNOWN, NEW, Fate, Plan, keys
from pennypress.moving.models import Kind, MovedRow
from pennypress.moving.reading import Row

_ALIASES: dict[str, Any] = {Kind.BALANCES: balances, Kind.GIFTS: gifts, Kind.SUPPORTERS: supporters}


def check(*, kind: str, content: bytes, currency: str, as_at: dt.date | None, on: dt.date) -> Plan:
    """This function will read a file and say what would become of it. Writes nothing; it asks providers for mandates.

    A row that was moved in before is known, and not moved in again. Raises: reading.CannotRead.
    """
    rows = reading.rows(content, aliases=_ALIASES[kind].ALIASES, required=_ALIASES[kind].REQUIRED)
    judged = [Fate(row.line, BAD, row.trouble) if row.trouble else _judge(kind, row, currency, on) for row in rows]
    fates = _asked(kind, _keyed(kind, judged, as_at))
    plan = Plan(currency, fates)
    if kind == Kind.BALANCES:
        return replace(plan, trouble=tuple(balances.whole(plan, as_at=as_at, on=on)))
    return plan


def _judge(kind: str, row: Row, currency: str, on: dt.date) -> Fate:
    if kind == Kind.BALANCES:
        return balances.judge(row, currency=currency)
    if kind == Kind.GIFTS:
        return gifts.judge(row, currency=currency, on=on)
    told = supporters.read(row, currency=currency, on=on)
    return told if isinstance(told, Fate) else Fate(row.line, NEW, "", told.amount, (), told)


def _keyed(kind: str, judged: Sequence[Fate], as_at: dt.date | None) -> list[Fate]:
    """Gives each good row its key, and finds those that were moved in before."""
    good = [fate for fate in judged if fate.state == NEW]
    facts = [(*fate.told.facts, as_at) if kind == Kind.BALANCES else fate.told.facts for fate in good]
    key_of = dict(zip((fate.line for fate in good), keys(facts), strict=True))
    before = set(MovedRow.objects.filter(key__in=key_of.values()).values_list("key", flat=True))
    twice = (
        {facts[place] for place in range(len(facts)) if facts.count(facts[place]) > 1}
        if kind == Kind.SUPPORTERS
        else set()
    )
    found = []
    for fate in judged:
        key = key_of.get(fate.line, "")
        if key in before:
            fate = Fate(fate.line, KNOWN, _("moved in before"), fate.amount, (), fate.told, key)
        elif key and twice and fate.told.facts in twice:
            fate = Fate(fate.line, BAD, _("its mandate or reference stands in two rows"))
        found.append(replace(fate, key=key))
    return found


def _asked(kind: str, fates: list[Fate]) -> list[Fate]:
    """Asks providers for the mandates of the supporters who are new."""
    if kind != Kind.SUPPORTERS:
        return fates
    return [
        replace(supporters.judge(fate.line, fate.told), key=fate.key) if fate.state == NEW else fate for fate in fates
    ]
