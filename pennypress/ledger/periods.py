"""Periods: the days that are closed. The database refuses an entry on any of them; closing only ever goes forward.

What the system posts of itself (money from a provider, a refund, a correction) falls to the first open day and keeps its
own; what a person dates on a closed day is refused with `require_open`, in words.
"""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext as _

from pennypress.ledger.models import Entry, PeriodClose


class ClosedPeriod(ValueError):
    """The day is closed; the text says to when, and which day is the first that is open."""


class CannotClose(ValueError):
    """The books cannot be closed to that day."""


def closed_through() -> dt.date | None:
    """This function will give the last day that is closed, or None while no period was."""
    closed: dt.date | None = PeriodClose.objects.aggregate(last=Max("closed_through"))["last"]
    return closed


def first_open(on: dt.date) -> dt.date:
    """This function will give `on` itself, or the first open day where it is closed."""
    closed = closed_through()
    return max(on, closed + dt.timedelta(days=1)) if closed else on


def next_to_close(*, today: dt.date) -> dt.date | None:
    """This function will give the last day of the month that is to be closed next; None while none of them is over.

    That is the month of the first open day, or last month where nothing was closed before.

    >>> _month_end(dt.date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    closed = closed_through()
    last_month = today.replace(day=1) - dt.timedelta(days=1)
    through = _month_end(closed + dt.timedelta(days=1)) if closed else last_month
    return through if through < today else None


def _month_end(on: dt.date) -> dt.date:
    in_the_next = on.replace(day=1) + dt.timedelta(days=31)
    return in_the_next.replace(day=1) - dt.timedelta(days=1)


def require_open(on: dt.date) -> None:
    """This function will refuse a day that is closed. Raises: ClosedPeriod, in words for the treasurer."""
    opened = first_open(on)
    if opened != on:
        words = _(
            "The books are closed to the end of %(closed)s, so nothing can be dated %(day)s. The first open day is %(open)s."
        )
        closed = opened - dt.timedelta(days=1)
        raise ClosedPeriod(words % {"closed": _day(closed), "day": _day(on), "open": _day(opened)})


@transaction.atomic
def close(*, through: dt.date, by: str, note: str, today: dt.date, now: dt.datetime) -> PeriodClose:
    """This function will close the books to the end of the day `through`, before `today`: from now on nothing is dated there.

    `by` is the name of who closes. Waits for what is being posted, and lets nothing be posted meanwhile. Writes one row.
    Raises: CannotClose, with nothing written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.close'))")
    if through >= today:
        raise CannotClose(_("Only days that are over can be closed."))
    before = closed_through()
    if before is not None and through <= before:
        words = _("The books are closed to the end of %(day)s already. Closing goes forward only.")
        raise CannotClose(words % {"day": _day(before)})
    last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    return PeriodClose.objects.create(
        closed_through=through, closed_by=by[:200], closed_at=now, note=note.strip()[:300], last_entry=last
    )


def _day(on: dt.date) -> str:
    return formats.date_format(on, "j F Y")
