"""The pictures of an appeal on the reader's pages: drawn from its progress, with what each shows said in words."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress import charts
from pennypress.giving.meter import Meter
from pennypress.giving.models import Appeal
from pennypress.giving.progress import Ended, Progress
from pennypress.money import EXPONENTS, Money, display


@dataclass(frozen=True, slots=True)
class Pictures:
    """The sum as it grew, and what came each day by each method."""

    line: SafeString
    strips: SafeString


def of(appeal: Appeal, progress: Progress, meter: Meter) -> Pictures:
    """This function will draw an appeal's days. `meter` is read at the same moment."""
    return Pictures(_line(appeal, progress, meter), _strips(appeal, progress))


def _short(amount: Money) -> str:
    return display(amount, pence=False)


def _line(appeal: Appeal, progress: Progress, meter: Meter) -> SafeString:
    raised, goal = progress.raised, progress.goals[-1] if progress.goals else 0
    unit = 10 ** EXPONENTS[appeal.currency]
    most = max([goal, *(row.total.minor for row in progress.days)])
    says = _("%(raised)s raised by %(last)s, day %(day)s of %(length)s.") % {
        "raised": _short(raised),
        "last": date_format(progress.days[-1].on, "j F") if progress.days else date_format(appeal.opens_on, "j F"),
        "day": len(progress.days),
        "length": progress.length,
    }
    if goal:
        says += " " + _("The target is %(goal)s.") % {"goal": _short(Money(goal, appeal.currency))}
    return charts.line(
        [row.total.minor for row in progress.days],
        length=progress.length,
        targets=progress.goals,
        name=f"sum-{appeal.slug}",
        title=_("%(name)s: the sum as it grew") % {"name": appeal.name},
        says=says,
        shown=_("%(raised)s raised") % {"raised": _short(progress.days[-1].total if progress.days else raised)},
        target_shown=_("%(goal)s wanted") % {"goal": _short(Money(goal, appeal.currency))} if goal else "",
        pace_shown=_("an even pace") if goal and meter.state in ("running", "met") else "",
        scale=[
            (value * unit, _short(Money(value * unit, appeal.currency)))
            for value in charts.scale(most * 4 // 5 // unit)
        ],
        ticks=_ticks(appeal, progress),
    )


def _strips(appeal: Appeal, progress: Progress) -> SafeString:
    whole = [0] * len(progress.days)
    for place, row in enumerate(progress.days):
        whole[place] = row.amount.minor
    rows = [_strip(_("All together"), whole, progress.raised, progress, appeal)]
    rows += [
        _strip(
            ngettext("%(label)s, %(count)d sum", "%(label)s, %(count)d sums", row.count)
            % {"label": row.label, "count": row.count},
            row.by_day,
            row.amount,
            progress,
            appeal,
        )
        for row in progress.methods
    ]
    return charts.strips(
        rows,
        name=f"days-{appeal.slug}",
        title=_("%(name)s: what came each day") % {"name": appeal.name},
        says=", ".join(f"{row.label} {_short(row.amount)}" for row in progress.methods) + ".",
        ticks=_ticks(appeal, progress),
    )


def _strip(label: str, by_day: Sequence[int], amount: Money, progress: Progress, appeal: Appeal) -> charts.Strip:
    values = [*by_day, *[0] * (progress.length - len(by_day))]
    highest = max([*values, 0])
    return charts.Strip(
        label, values, _short(amount), _short(Money(highest, appeal.currency)) if 0 < highest < amount.minor else ""
    )


def _ticks(appeal: Appeal, progress: Progress) -> list[charts.Tick]:
    """The first day and the last, and between them the start of each week that has room beside them."""
    first = date_format(appeal.opens_on, "j M")
    weeks = [
        (place, date_format(appeal.opens_on + dt.timedelta(days=place), "j"))
        for place in range(7, progress.length - 4, 7)
    ]
    return [(0, first), *weeks, (progress.length, date_format(appeal.closes_on, "j M"))]


def ends(rows: Sequence[Ended], *, name: str) -> SafeString:
    """This function will draw how past appeals ended: a bar for what was raised, a mark for what was wanted.

    Of appeals of one name each is told by its year.
    """
    named = Counter(row.appeal.name for row in rows)
    return charts.bars(
        [
            charts.Bar(
                f"{row.appeal.name} {row.appeal.closes_on:%Y}" if named[row.appeal.name] > 1 else row.appeal.name,
                row.raised.minor if row.goal is not None else row.givers,
                _ended(row),
                mark=row.goal.minor if row.goal is not None else row.goal_givers,
            )
            for row in rows
        ],
        name=name,
        title=_("How past appeals ended"),
        says=_("A bar for what was raised, a mark for what was wanted."),
    )


def _ended(row: Ended) -> str:
    if row.goal is None:
        return _("%(givers)s of %(goal)s givers") % {"givers": row.givers, "goal": row.goal_givers}
    return _("%(raised)s of %(goal)s") % {"raised": _short(row.raised), "goal": _short(row.goal)}
