"""Eighteen months of a fighting fund and the owners of the paper, drawn up as plain data.

Pure and the same for the same day: who gave what, when and how, who holds how many shares. The figures of the running
appeal are fixed (£3,821 of £18,000, 24 days left); the months before it follow the season and the habits of real givers:
standing orders cluster in the first days and the third week, branches send cheques, meetings pass a bucket round.
"""

import calendar
import datetime as dt
import random
from dataclasses import dataclass, field

from pennypress import days

RUNNING_RAISED_MINOR = 382_100
TARGET_MINOR = 1_800_000
EARLIER_TARGET_MINOR = 1_600_000
DAYS_LEFT = 24
APPEALS_BEFORE = 18
SEED = 31877
# The special appeal that runs beside the fund, by its address, and for how long it has run.
ROOF, ROOF_DAYS = "roof-over-page-one", 19

# How a month of the year gives, against an even year: December well, August badly.
SEASON = {1: 0.97, 2: 0.94, 3: 0.98, 4: 1.0, 5: 1.03, 6: 0.99, 7: 0.92, 8: 0.87, 9: 0.97, 10: 1.02, 11: 1.04, 12: 1.16}
# Habit by method: how many in an appeal, and the amounts they choose from, in pounds.
HABITS: dict[str, tuple[int, tuple[int, ...]]] = {
    "standing_order": (52, (3, 5, 5, 8, 10, 10, 15, 20, 25)),
    "card": (44, (5, 10, 10, 15, 20, 20, 25, 25, 50, 100)),
    "cheque": (30, (10, 20, 20, 25, 30, 50, 60, 100, 120)),
    "bank_transfer": (12, (10, 20, 25, 40, 50, 100, 150)),
    "cash": (6, (2, 5, 10, 10, 20)),
    "card_by_phone": (5, (10, 20, 25, 30, 50)),
    "collection": (4, (34, 61, 87, 112, 146, 205)),
}
BRANCHES = (
    "Leeds Trades Council",
    "Hull Dockers’ Retired Members",
    "Sheffield Bus Workers’ Branch",
    "Bradford Teachers’ Association",
    "Swansea Health Workers’ Branch",
    "Clydeside Engineers’ Branch",
    "Norwich Print Workers’ Chapel",
    "Tyneside Tenants’ Federation",
    "Cardiff Rail Workers’ Branch",
    "Kirklees Firefighters’ Branch",
    "Leicester Garment Workers’ Branch",
    "Preston Bakers’ Branch",
)


@dataclass(frozen=True)
class Taking:
    """One receipt of the fund: `giver` is a place in the list of givers, or None where a branch or a bucket gave."""

    on: dt.date
    method: str
    minor: int
    giver: int | None
    name: str = ""
    reference: str = ""
    # The address of the appeal that it was given to; empty: the fund's.
    appeal: str = ""


@dataclass(frozen=True)
class PlannedAppeal:
    name: str
    slug: str
    opens_on: dt.date
    closes_on: dt.date
    target_minor: int
    takings: list[Taking] = field(default_factory=list)


def appeals(today: dt.date, givers: int) -> list[PlannedAppeal]:
    """This function will draw up the eighteen past appeals and the running one, the eldest first.

    `givers` is the number of persons to draw from. Law: the running appeal's takings are exactly RUNNING_RAISED_MINOR.
    """
    rng = random.Random(SEED)
    opened = today - dt.timedelta(days=6)
    opens = [days.months_after(opened, -back, opened.day) for back in range(APPEALS_BEFORE, -1, -1)]
    planned = []
    for index, opens_on in enumerate(opens[:-1]):
        closes_on = opens[index + 1] - dt.timedelta(days=1)
        target = EARLIER_TARGET_MINOR if index < 8 else TARGET_MINOR
        goal = round(target * SEASON[opens_on.month] * rng.uniform(0.94, 1.05) / 100) * 100
        planned.append(_appeal(rng, opens_on, closes_on, closes_on, target, goal, givers))
    return [*planned, running(today, givers)]


def running(today: dt.date, givers: int, *, less_minor: int = 0) -> PlannedAppeal:
    """This function will draw up the running appeal, its takings `less_minor` short of RUNNING_RAISED_MINOR."""
    rng = random.Random(SEED + 2)
    opens_on = today - dt.timedelta(days=6)
    closes_on = today + dt.timedelta(days=DAYS_LEFT - 1)
    return _appeal(rng, opens_on, closes_on, today, TARGET_MINOR, RUNNING_RAISED_MINOR - less_minor, givers)


def _appeal(
    rng: random.Random, opens_on: dt.date, closes_on: dt.date, last_on: dt.date, target: int, goal: int, givers: int
) -> PlannedAppeal:
    span = (last_on - opens_on).days
    share = (span + 1) / ((closes_on - opens_on).days + 1)
    takings = _habitual(rng, opens_on, span, share, goal, givers)
    takings += _branches(rng, opens_on, span, goal - sum(taking.minor for taking in takings))
    takings.sort(key=lambda taking: taking.on)
    month = calendar.month_name[opens_on.month]
    return PlannedAppeal(f"{month} fighting fund", f"{opens_on:%Y-%m}", opens_on, closes_on, target, takings)


def _habitual(rng: random.Random, opens_on: dt.date, span: int, share: float, goal: int, givers: int) -> list[Taking]:
    takings: list[Taking] = []
    left = goal
    for method, (many, amounts) in HABITS.items():
        # Standing orders come early, so that a week into the appeal has more than a week's share of them.
        count = round(many * min(1.0, share * (1.9 if method == "standing_order" else 1.0)))
        for place in range(count):
            minor = rng.choice(amounts) * 100 + (rng.choice((0, 0, 35, 60)) if method == "collection" else 0)
            if minor >= left - 10_000:
                break
            left -= minor
            giver = None if method == "collection" else (place if method == "standing_order" else rng.randrange(givers))
            takings.append(
                Taking(
                    on=opens_on + dt.timedelta(days=_day(rng, method, span)),
                    method=method,
                    minor=minor,
                    giver=giver,
                    name="Collection at a readers’ meeting" if giver is None else "",
                    reference=f"{rng.randrange(100000, 999999)}" if method == "cheque" else "",
                )
            )
    return takings


def _day(rng: random.Random, method: str, span: int) -> int:
    if method == "standing_order":
        window = rng.choices(((0, 3), (14, 20), (0, 30)), (60, 30, 10))[0]
        return min(rng.randint(*window), span)
    return rng.randint(0, span)


def _branches(rng: random.Random, opens_on: dt.date, span: int, left: int) -> list[Taking]:
    """Branches and trades councils make up the rest, the last of them to the penny."""
    takings = []
    while left > 0:
        minor = rng.choice((20_000, 25_000, 50_000, 50_000, 75_000, 100_000, 150_000))
        minor = left if left < minor + 10_000 else minor
        left -= minor
        on = opens_on + dt.timedelta(days=rng.randint(0, span))
        takings.append(Taking(on, "cheque", minor, None, rng.choice(BRANCHES), f"{rng.randrange(100000, 999999)}"))
    return takings


def roof(today: dt.date, givers: int) -> list[Taking]:
    """This function will draw up what has come for the roof, the eldest first."""
    rng = random.Random(SEED + 4)
    opened = today - dt.timedelta(days=ROOF_DAYS)
    takings = [
        Taking(
            on=opened + dt.timedelta(days=rng.randint(0, ROOF_DAYS)),
            method=rng.choice(("cheque", "card_by_phone", "bank_transfer", "cash")),
            minor=rng.choice((20, 25, 50, 50, 100, 150, 200)) * 100,
            giver=rng.randrange(givers),
            appeal=ROOF,
        )
        for _sum in range(28)
    ]
    return sorted(takings, key=lambda taking: taking.on)


@dataclass(frozen=True)
class PlannedOwner:
    """An owner to be: `person` is a place in the list of persons, or None for an organisation of that `name`."""

    person: int | None
    name: str
    shares: int
    joined_on: dt.date


def owners(today: dt.date, count: int) -> list[PlannedOwner]:
    """This function will draw up `count` owners, the eldest first; the first twelve are organisations."""
    rng = random.Random(SEED + 1)
    planned = [
        PlannedOwner(None, name, rng.choice((250, 500, 1000, 2000, 5000)), _joined(rng, today)) for name in BRANCHES
    ]
    planned += [PlannedOwner(place, "", _holding(rng), _joined(rng, today)) for place in range(count - len(planned))]
    return sorted(planned, key=lambda owner: owner.joined_on)


def _joined(rng: random.Random, today: dt.date) -> dt.date:
    return today - dt.timedelta(days=int(rng.triangular(20, 2200, 300)))


def _holding(rng: random.Random) -> int:
    low, high, step = rng.choices(
        ((1, 5, 1), (10, 50, 5), (100, 100, 1), (150, 500, 50), (1000, 5000, 500)), (22, 44, 20, 11, 3)
    )[0]
    return rng.randrange(low, high + 1, step)
