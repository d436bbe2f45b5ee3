"""Advance notice of Direct Debits: the payer is told what is taken, from which day and how often, before it is.

A notice stands for the collections that follow until the amount, the day, the interval or the mandate changes.
Source: the Direct Debit Guarantee: notice of the amount and the date, ten working days unless the bank agrees to fewer.
"""

import datetime as dt

from pennypress.giving import bank_days, moves
from pennypress.giving.models import AdvanceNotice, Pledge
from pennypress.payments import providers
from pennypress.payments.models import Mandate, Method

# Where the provider cannot be asked how many it needs.
USUAL_WORKING_DAYS = 10


def are_needed(mandate: Mandate | None) -> bool:
    """This function will say whether collections under a mandate are announced."""
    return mandate is not None and mandate.method == Method.DIRECT_DEBIT


def first_day(mandate: Mandate, *, on: dt.date) -> dt.date:
    """This function will give the first day on which may be debited what is announced `on` this day."""
    try:
        number = providers.get(mandate.provider).capabilities.notice_working_days
    except providers.NoSuchProvider:
        number = USUAL_WORKING_DAYS
    return bank_days.after(on, number)


def give(*, pledge: Pledge, on: dt.date, now: dt.datetime) -> AdvanceNotice:
    """This function will announce what a pledge's next collections take. Writes the notice and its letter."""
    assert pledge.mandate is not None
    assert pledge.next_on is not None
    notice = AdvanceNotice.objects.create(
        pledge=pledge,
        mandate=pledge.mandate,
        amount_minor=pledge.amount_minor,
        interval_months=pledge.interval_months,
        anchor_day=pledge.anchor_day,
        given_on=on,
        first_on=max(pledge.next_on, first_day(pledge.mandate, on=on)),
    )
    moves.write_to(
        pledge,
        kind="debit-notice",
        key=f"debit-notice-{notice.pk}",
        now=now,
        more={"first_on": notice.first_on, "reference": reference(pledge)},
    )
    return notice


def cleared(*, pledge: Pledge, due_on: dt.date, on: dt.date, now: dt.datetime) -> dt.date | None:
    """This function will give the day before which a collection is not to be taken; None where none is announced.

    Announces now what was not, or was announced otherwise. Writes at most the notice and its letter.
    """
    if not are_needed(pledge.mandate):
        return None
    notice = AdvanceNotice.objects.filter(pledge=pledge).order_by("-id").first()
    if notice is None or not _says(notice, pledge):
        notice = give(pledge=pledge, on=on, now=now)
    return max(due_on, notice.first_on)


def _says(notice: AdvanceNotice, pledge: Pledge) -> bool:
    stands = (pledge.mandate_id, pledge.amount_minor, pledge.interval_months, pledge.anchor_day)
    return (notice.mandate_id, notice.amount_minor, notice.interval_months, notice.anchor_day) == stands


def reference(pledge: Pledge) -> str:
    """This function will give the reference by which a supporter may name their pledge to us."""
    return str(pledge.public_id)[:8].upper()
