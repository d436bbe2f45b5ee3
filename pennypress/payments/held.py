"""Held offers: what a reader typed while a letter comes first, kept until they open its link, a day at most."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from pennypress.money import Money
from pennypress.payments.models import HeldOffer

KEPT = dt.timedelta(days=1)


class NoLongerHeld(LookupError):
    """The link is older than a day, or was never given out."""


def hold(*, kind: str, facts: Mapping[str, Any], amount: Money, now: dt.datetime) -> HeldOffer:
    """This function will keep what was typed. Nothing of it is a gift, a person or an application yet."""
    return HeldOffer.objects.create(
        kind=kind, facts=dict(facts), amount_minor=amount.minor, currency=amount.currency, held_at=now
    )


def find(*, public_id: uuid.UUID, now: dt.datetime) -> HeldOffer:
    """This function will give what a link stands for. Raises: NoLongerHeld."""
    found = HeldOffer.objects.filter(public_id=public_id, held_at__gt=now - KEPT).first()
    if found is None:
        raise NoLongerHeld(str(public_id))
    return found


def path(held: HeldOffer) -> str:
    """This function will give the address of a held offer, for its reader's letter and nobody else."""
    return f"/pay/{held.public_id}/"


def prune(*, now: dt.datetime) -> int:
    """This function will throw away what nobody came back for."""
    return HeldOffer.objects.filter(held_at__lt=now - KEPT).delete()[0]
