"""Closing: an appeal's figures are frozen, once, and whatever comes afterwards is told apart from them to the penny."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.delivery import purging
from pennypress.giving import checkpoints, folding, terms
from pennypress.giving.folding import Change, Marks
from pennypress.giving.models import Appeal, AppealClosing, ClosingMethod, Unit
from pennypress.money import Money
from pennypress.payments.models import Method
from pennypress.people.models import User

# So many days after its last an appeal is closed by the worker, where nobody has closed it: the post of the last days
# has been opened by then.
DAYS_AFTER = 5


class CannotClose(ValueError):
    """The appeal cannot be closed now; the text says why, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One sum that came or changed after the close."""

    on: dt.date
    receipt_id: int
    label: str
    is_new: bool
    amount: Money


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What an appeal was closed with, what came and went since, and what it stands at. Law: the first two sums and the
    changes are the last."""

    frozen: Money
    came: Money
    went: Money
    living: Money
    changes: list[Change]

    @property
    def listed(self) -> list["Listed"]:
        """The changes as they are shown, in money and words."""
        currency = self.frozen.currency
        return [
            Listed(
                change.on,
                change.receipt_id,
                str(Method(change.method).label),
                change.is_new,
                Money(change.gross_minor, currency),
            )
            for change in self.changes
        ]

    @property
    def went_shown(self) -> Money:
        """What went back, with its minus."""
        return -self.went


@transaction.atomic
def close(*, appeal: Appeal, on: dt.date, now: dt.datetime, by: User | None) -> AppealClosing:
    """This function will freeze the figures of an appeal whose last day is over, and what it hands on to the next.

    Locks the appeal and, for a moment, whoever writes money. Writes the closing and a row for each method; closing
    again gives what stands. Raises: CannotClose.
    """
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if hasattr(appeal, "closing"):
        return appeal.closing
    if on <= appeal.closes_on:
        raise CannotClose(_("An appeal is closed after its last day, %(day)s.") % {"day": appeal.closes_on})
    _require_order(appeal)
    try:
        marks = checkpoints.marks()
    except checkpoints.Busy as error:
        raise CannotClose(_("Money is being entered at this moment. Please try again.")) from error
    appeal = terms.found(appeal, on=on)
    closing = _frozen(appeal, marks, on=on, now=now, by=by)
    by_method = _by_method(checkpoints.days(appeal, to=marks))
    ClosingMethod.objects.bulk_create(
        ClosingMethod(closing=closing, method=method, **sums) for method, sums in by_method
    )
    purging.purge("appeal")
    return closing


def _require_order(appeal: Appeal) -> None:
    """What is carried is handed on from one to the next, so they are closed in their order."""
    earlier = Appeal.objects.filter(series=appeal.series_id, opens_on__lt=appeal.opens_on, closing=None).first()
    if earlier is not None:
        raise CannotClose(_("%(name)s comes before it and is not closed yet.") % {"name": earlier.name})


def _frozen(appeal: Appeal, marks: Marks, *, on: dt.date, now: dt.datetime, by: User | None) -> AppealClosing:
    asked = terms.of(appeal, on=on)
    figures = checkpoints.figures(appeal, to=marks)
    counts_givers = appeal.series.unit == Unit.GIVERS
    handed_on = terms.handed_on(appeal.series, goal=asked.goal, raised=terms.raised(appeal.series, figures))
    return AppealClosing.objects.create(
        appeal=appeal,
        closed_on=on,
        raised_minor=figures.gross_minor,
        net_minor=figures.net_minor,
        givers=figures.givers,
        target_minor=None if counts_givers else asked.target,
        target_givers=asked.target if counts_givers else None,
        carried_in_minor=asked.carried_in,
        carried_out_minor=handed_on,
        allocation_mark=marks.allocation,
        refund_mark=marks.refund,
        fee_mark=marks.fee,
        closed_by=by,
        closed_at=now,
    )


def _by_method(days: list[folding.Day]) -> list[tuple[str, dict[str, int]]]:
    sums: dict[str, dict[str, int]] = {}
    for day in days:
        known = sums.setdefault(day.method, {"count": 0, "amount_minor": 0, "net_minor": 0})
        known["count"] += day.count
        known["amount_minor"] += day.gross_minor
        known["net_minor"] += day.net_minor
    return sorted(sums.items(), key=lambda item: -item[1]["amount_minor"])


def close_due(*, on: dt.date, now: dt.datetime) -> int:
    """This function will close every appeal whose last day is `DAYS_AFTER` days over, the eldest first; how many it closed.

    Call it outside any transaction. What is busy waits for the next round.
    """
    over = Appeal.objects.filter(closing=None, closes_on__lt=on - dt.timedelta(days=DAYS_AFTER)).order_by("opens_on")
    return sum(_closed(appeal, on, now) for appeal in over)


def _closed(appeal: Appeal, on: dt.date, now: dt.datetime) -> bool:
    try:
        close(appeal=appeal, on=on, now=now, by=None)
    except CannotClose:
        return False
    return True


def marks_of(closing: AppealClosing) -> Marks:
    """This function will give the marks up to which a closing counted."""
    return Marks(closing.allocation_mark, closing.refund_mark, closing.fee_mark)


def reconcile(closing: AppealClosing) -> Reconciliation:
    """This function will explain the difference between what an appeal was closed with and what the books say of it now.

    In money before fees. One query for what changed since, and the meter's for the living figure.
    """
    appeal, currency = closing.appeal, closing.appeal.currency
    changes = [change for change in folding.changes(appeal, since=marks_of(closing)) if change.gross_minor]
    return Reconciliation(
        frozen=Money(closing.raised_minor, currency),
        came=Money(sum(change.gross_minor for change in changes if change.gross_minor > 0), currency),
        went=Money(sum(-change.gross_minor for change in changes if change.gross_minor < 0), currency),
        living=Money(checkpoints.figures(appeal).gross_minor, currency),
        changes=changes,
    )
