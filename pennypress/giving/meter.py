"""The meter: what an appeal has raised, and what it still needs. Derived from allocations, never a total of record."""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format

from pennypress import days
from pennypress.giving import checkpoints, terms, wording
from pennypress.giving.models import Appeal, AppealSeries, Basis, OverTarget, Unit
from pennypress.money import Money, display

# How long before its opening and after its closing an appeal is shown when none runs.
SHOWN_DAYS = 14
_NEAR = "appeal.opens_on <= %(latest)s AND appeal.closes_on >= %(earliest)s AND "


@dataclass(frozen=True, slots=True)
class Meter:
    """What the fund strip shows. `state` is none, before, running, met or closed; the money is None when it is none.

    `raised` is before the providers' fees or after them, as `basis` says. `carried_in` is what the appeal before handed
    on: a shortfall above zero, a surplus below. Where the `unit` is givers, target, needed and surplus stand in the
    fields that end so, and as money are None. `asks` is False once the target is met and the series then stops asking.
    `words` are the series' own for the state, or empty.
    """

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
    slug: str = ""
    series: str = ""
    is_principal: bool = True
    unit: str = Unit.MONEY
    basis: str = Basis.GROSS
    carried_in: Money | None = None
    is_carried_final: bool = True
    target_givers: int | None = None
    needed_givers: int | None = None
    surplus_givers: int | None = None
    asks: bool = True
    words: str = ""

    @property
    def shortfall(self) -> Money | None:
        """What was carried in to be raised on top of the target, or None."""
        return self.carried_in if self.carried_in and self.carried_in.minor > 0 else None

    @property
    def credit(self) -> Money | None:
        """What was carried in to be taken off the target, or None."""
        return -self.carried_in if self.carried_in and self.carried_in.minor < 0 else None


def read(*, now: dt.datetime, series: AppealSeries | None = None) -> Meter:
    """This function will read the meter of the appeal to be shown at `now`: the principal fund's, or of another `series`.

    Shown is the running appeal; else the next to open within a fortnight; else the last that closed within one. Two
    queries, and more only while an appeal that hands something on has ended and is not closed. It writes nothing.
    Law: needed is max(target + carried − raised, 0), surplus is max of its contrary and 0, and raised is what the books
    say.
    """
    on = days.day_of(now, timezone.get_default_timezone())
    appeal = shown(on, series)
    return of(appeal, on=on, now=now) if appeal else _none(now)


def shown(on: dt.date, series: AppealSeries | None = None) -> Appeal | None:
    """This function will choose the appeal that a meter shows on the paper's day `on`."""
    margin = dt.timedelta(days=SHOWN_DAYS)
    near = terms.find(
        _NEAR + ("series.is_principal" if series is None else "appeal.series_id = %(series)s"),
        on=on,
        latest=on + margin,
        earliest=on - margin,
        series=series.pk if series else None,
    )
    running = [appeal for appeal in near if appeal.opens_on <= on <= appeal.closes_on]
    coming = [appeal for appeal in near if appeal.opens_on > on]
    over = [appeal for appeal in near if appeal.closes_on < on]
    return next(iter(running + coming + over[::-1]), None)


def of(appeal: Appeal, *, on: dt.date, now: dt.datetime) -> Meter:
    """This function will read the meter of one appeal as it stands on the paper's day `on`."""
    if not hasattr(appeal, "earlier_id"):
        appeal = terms.found(appeal, on=on)
    asked = terms.of(appeal, on=on)
    figures = checkpoints.figures(appeal)
    series = appeal.series
    short = asked.goal - terms.raised(series, figures)
    state = _state(appeal, on, short)
    meter = Meter(
        state=state,
        name=appeal.name,
        currency=appeal.currency,
        target=None,
        raised=Money(max(figures.net_minor if series.basis == Basis.NET else figures.gross_minor, 0), appeal.currency),
        needed=None,
        surplus=None,
        givers=figures.givers,
        days_left=days.days_left(max(on, appeal.opens_on), appeal.closes_on),
        is_last_day=on == appeal.closes_on,
        opens_on=appeal.opens_on,
        closes_on=appeal.closes_on,
        as_of=now,
        percent=_share(asked.goal - short, asked.goal),
        pace_percent=_pace(appeal, on),
        slug=appeal.slug,
        series=series.slug,
        is_principal=series.is_principal,
        unit=series.unit,
        basis=series.basis,
        is_carried_final=asked.is_final,
        asks=not (state == "met" and series.over_target == OverTarget.STOP),
    )
    return _worded(_in_its_unit(meter, asked, short), series)


def _in_its_unit(meter: Meter, asked: terms.Terms, short: int) -> Meter:
    needed, surplus = max(short, 0), max(-short, 0)
    if meter.unit == Unit.GIVERS:
        return replace(meter, target_givers=asked.target, needed_givers=needed, surplus_givers=surplus)
    return replace(
        meter,
        target=Money(asked.target, meter.currency),
        needed=Money(needed, meter.currency),
        surplus=Money(surplus, meter.currency),
        carried_in=Money(asked.carried_in, meter.currency),
    )


def _worded(meter: Meter, series: AppealSeries) -> Meter:
    words: str = getattr(series, f"words_{meter.state}")
    if not words:
        return meter
    assert meter.raised is not None
    assert meter.opens_on is not None
    assert meter.closes_on is not None
    figures = {
        "name": meter.name,
        "target": _figure(meter.target, meter.target_givers),
        "raised": display(meter.raised, pence=False),
        "needed": _figure(meter.needed, meter.needed_givers),
        "surplus": _figure(meter.surplus, meter.surplus_givers),
        "carried": _figure(meter.shortfall or meter.credit, None),
        "givers": str(meter.givers),
        "days": str(meter.days_left),
        "opens": date_format(meter.opens_on, "j F"),
        "closes": date_format(meter.closes_on, "j F"),
    }
    return replace(meter, words=wording.fill(words, figures))


def _figure(amount: Money | None, givers: int | None) -> str:
    return display(amount, pence=False) if amount is not None else str(givers or 0)


def _state(appeal: Appeal, on: dt.date, short: int) -> str:
    if on < appeal.opens_on:
        return "before"
    if on > appeal.closes_on:
        return "closed"
    return "met" if short <= 0 else "running"


def _share(part: int, whole: int) -> int:
    # A surplus carried in may be the whole target and more.
    return max(min(part * 100 // whole, 100), 0) if whole > 0 else 100


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


def as_json(meter: Meter) -> dict[str, str | int | bool | None]:
    """This function will give the meter as `/appeal.json` answers it; amounts are None where no appeal is shown."""
    return {
        "name": meter.name,
        "slug": meter.slug,
        "series": meter.series,
        "currency": meter.currency,
        "unit": meter.unit,
        "basis": meter.basis,
        "target_minor": _minor(meter.target),
        "raised_minor": _minor(meter.raised),
        "needed_minor": _minor(meter.needed),
        "surplus_minor": _minor(meter.surplus),
        "carried_in_minor": _minor(meter.carried_in),
        "target_givers": meter.target_givers,
        "needed_givers": meter.needed_givers,
        "surplus_givers": meter.surplus_givers,
        "givers": meter.givers,
        "days_left": meter.days_left,
        "opens_on": _day(meter.opens_on),
        "closes_on": _day(meter.closes_on),
        "state": meter.state,
        "asks": meter.asks,
        "words": meter.words,
        "as_of": meter.as_of.isoformat(),
    }


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
