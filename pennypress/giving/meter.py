"""The meter: what an appeal has raised, and what it still needs. Derived from allocations each time, never stored."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from pennypress import days
from pennypress.giving.models import Appeal
from pennypress.money import Money

# How long before its opening and after its closing an appeal is shown when none runs.
SHOWN_DAYS = 14

# Gross, settled money only, with what was taken back off. A giver is a known person, however often they gave; a gift
# from nobody we know counts as one giver. Gifts wholly taken back have no giver.
_FIGURES = """
WITH counted AS (
    SELECT gift.allocation_id, coalesce('p' || coalesce(person.merged_into_id, person.id), 'g' || gift.id) AS giver
    FROM giving_gift gift LEFT JOIN people_person person ON person.id = gift.payer_id
    WHERE gift.appeal_id = %(appeal)s AND gift.allocation_id IS NOT NULL
    UNION ALL
    SELECT collection.allocation_id, coalesce('p' || coalesce(person.merged_into_id, person.id), 's' || pledge.id)
    FROM giving_collection collection
    JOIN giving_pledge pledge ON pledge.id = collection.pledge_id
    LEFT JOIN people_person person ON person.id = pledge.person_id
    WHERE collection.appeal_id = %(appeal)s AND collection.allocation_id IS NOT NULL
), kept AS (
    SELECT counted.giver, allocation.amount_minor - coalesce(taken.amount_minor, 0) AS amount_minor
    FROM counted
    JOIN payments_allocation allocation ON allocation.id = counted.allocation_id
    LEFT JOIN LATERAL (
        SELECT sum(refund.amount_minor) AS amount_minor FROM payments_refund refund
        WHERE refund.allocation_id = counted.allocation_id
    ) taken ON true
)
SELECT coalesce(sum(amount_minor), 0)::bigint, count(DISTINCT giver) FILTER (WHERE amount_minor > 0) FROM kept
"""


@dataclass(frozen=True, slots=True)
class Meter:
    """What the fund strip shows. `state` is none, before, running, met or closed; the money is None when it is none."""

    state: str
    name: str
    currency: str
    target: Money | None
    raised: Money | None
    needed: Money | None
    surplus: Money | None
    givers: int
    days_left: int
    is_last_day: bool
    opens_on: dt.date | None
    closes_on: dt.date | None
    as_of: dt.datetime
    percent: int
    pace_percent: int


def read(*, now: dt.datetime) -> Meter:
    """This function will read the meter of the appeal to be shown at `now`. Two queries; it writes nothing.

    Shown is the running appeal; else the next to open within a fortnight; else the last that closed within one.
    Law: needed is max(target − raised, 0), surplus is max(raised − target, 0), and raised is what the books say.
    """
    on = days.day_of(now, timezone.get_default_timezone())
    appeal = shown(on)
    return of(appeal, on=on, now=now) if appeal else _none(now)


def shown(on: dt.date) -> Appeal | None:
    """This function will choose the appeal that a meter shows on the paper's day `on`."""
    margin = dt.timedelta(days=SHOWN_DAYS)
    near = list(
        Appeal.objects.filter(Q(opens_on__lte=on + margin) & Q(closes_on__gte=on - margin)).order_by("opens_on")
    )
    running = [appeal for appeal in near if appeal.opens_on <= on <= appeal.closes_on]
    coming = [appeal for appeal in near if appeal.opens_on > on]
    over = [appeal for appeal in near if appeal.closes_on < on]
    return next(iter(running + coming + over[::-1]), None)


def of(appeal: Appeal, *, on: dt.date, now: dt.datetime) -> Meter:
    """This function will read the meter of one appeal as it stands on the paper's day `on`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"appeal": appeal.pk})
        raised_minor, givers = cursor.fetchone()
    short = appeal.target_minor - raised_minor
    left = days.days_left(max(on, appeal.opens_on), appeal.closes_on)
    return Meter(
        state=_state(appeal, on, short),
        name=appeal.name,
        currency=appeal.currency,
        target=appeal.target,
        raised=Money(raised_minor, appeal.currency),
        needed=Money(max(short, 0), appeal.currency),
        surplus=Money(max(-short, 0), appeal.currency),
        givers=givers,
        days_left=left,
        is_last_day=on == appeal.closes_on,
        opens_on=appeal.opens_on,
        closes_on=appeal.closes_on,
        as_of=now,
        percent=_share(raised_minor, appeal.target_minor),
        pace_percent=_pace(appeal, on),
    )


def _state(appeal: Appeal, on: dt.date, short: int) -> str:
    if on < appeal.opens_on:
        return "before"
    if on > appeal.closes_on:
        return "closed"
    return "met" if short <= 0 else "running"


def _share(part: int, whole: int) -> int:
    return max(min(part * 100 // whole, 100), 0)


def _pace(appeal: Appeal, on: dt.date) -> int:
    length = (appeal.closes_on - appeal.opens_on).days + 1
    return _share((on - appeal.opens_on).days + 1, length)


def _none(now: dt.datetime) -> Meter:
    return Meter(
        state="none",
        name="",
        currency="",
        target=None,
        raised=None,
        needed=None,
        surplus=None,
        givers=0,
        days_left=0,
        is_last_day=False,
        opens_on=None,
        closes_on=None,
        as_of=now,
        percent=0,
        pace_percent=0,
    )


def as_json(meter: Meter) -> dict[str, str | int | None]:
    """This function will give the meter as `/appeal.json` answers it; amounts are None where no appeal is shown."""
    return {
        "name": meter.name,
        "currency": meter.currency,
        "target_minor": _minor(meter.target),
        "raised_minor": _minor(meter.raised),
        "needed_minor": _minor(meter.needed),
        "surplus_minor": _minor(meter.surplus),
        "givers": meter.givers,
        "days_left": meter.days_left,
        "state": meter.state,
        "as_of": meter.as_of.isoformat(),
    }


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor
