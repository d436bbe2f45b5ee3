"""Moves of a pledge: each is written down, and told to whoever pays by a letter with the address of their pledge.

Owns the row that says what moved, and the letters' common words. Called inside the caller's transaction.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from pennypress import days
from pennypress.delivery import purging
from pennypress.giving import links
from pennypress.giving.models import Pledge, PledgeMove
from pennypress.letters import outbox


class CannotChange(ValueError):
    """The pledge cannot be changed as asked; the text is fit for its supporter."""


def locked(pledge_id: int) -> Pledge:
    """This function will lock a pledge until the transaction ends, and give it as it stands with its mandate.

    It waits for a collection that is being handed to a provider at this moment: what the caller decides counts from now
    on, and nothing is handed over afterwards that it forbids.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('giving.pledge'), %s)", [pledge_id % 2**31])
    return Pledge.objects.select_related("mandate").select_for_update(of=("self",)).get(pk=pledge_id)


def note(pledge: Pledge, change: str, now: dt.datetime) -> PledgeMove:
    """This function will write down that a pledge has moved, and what stands from now. Purges the count of supporters."""
    purging.purge("supporters")
    return PledgeMove.objects.create(
        pledge=pledge,
        change=change,
        amount_minor=pledge.amount_minor,
        interval_months=pledge.interval_months,
        anchor_day=pledge.anchor_day,
        mandate_id=pledge.mandate_id,
        moved_at=now,
    )


def write_to(pledge: Pledge, *, kind: str, key: str, now: dt.datetime, more: Mapping[str, Any] | None = None) -> None:
    """This function will queue a letter about a pledge to whoever pays it, with the addresses at which to look after it.

    Once for a key.
    """
    outbox.queue(
        key=key,
        kind=kind,
        to_name=pledge.name,
        to_email=pledge.email,
        context={
            "pledge": pledge,
            "amount": pledge.amount,
            "a_period": pledge.a_period,
            "next_on": pledge.next_on,
            "manage_path": links.manage_path(pledge),
            "card_path": links.card_path(pledge),
            **(more or {}),
        },
        now=now,
        person=pledge.person,
    )


def day_of(now: dt.datetime) -> dt.date:
    """This function will give the paper's day of a moment."""
    return days.day_of(now, timezone.get_default_timezone())
