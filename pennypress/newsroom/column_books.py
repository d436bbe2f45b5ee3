"""What the books say to a column: each of its figures by name, each sum it thanks for, and what has come since.

Live until the column is published; from then on the figures it was frozen with. Of givers it knows the words chosen for
print alone (`giving.printable`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress import days
from pennypress.giving import meter, printable
from pennypress.giving.models import Appeal
from pennypress.giving.printable import Printable
from pennypress.money import Money, display, total
from pennypress.newsroom.figures import Figure
from pennypress.newsroom.models.columns import Column, ColumnGift

# The sums in a column's figures whose parts are named one by one.
DAY, REST = "day", "rest"


@dataclass(frozen=True, slots=True)
class Line:
    """A sum that the column thanks for: as it was when it was drafted, and as it is."""

    number: int
    words: str
    method: str
    is_grouped: bool
    drafted: Money
    now: Money

    @property
    def figure(self) -> str:
        """The name under which the text refers to it."""
        return REST if self.is_grouped else gift_figure(self.number)


@dataclass(frozen=True, slots=True)
class Books:
    """The books as a column sees them. `missing` came in its days and is in no column; none once it is frozen."""

    currency: str
    figures: dict[str, Figure]
    lines: Sequence[Line]
    missing: Sequence[Printable] = field(default_factory=tuple)
    is_frozen: bool = False

    def money(self, name: str) -> Money:
        """This method will give the amount of a figure that is one."""
        return Money(self.figures[name].minor or 0, self.currency)


def gift_figure(number: int) -> str:
    """This function will name the figure of a column's gift."""
    return f"gift-{number}"


def correction_figure(number: int) -> str:
    """This function will name the figure of a column's correction: what stands of a sum now."""
    return f"correction-{number}"


def read(column: Column, *, on: dt.date, now: dt.datetime) -> Books:
    """This function will read the books for a column on the paper's day `on`, or give what it was frozen with.

    Law: the lines and what is missing add up to the figure of the day.
    """
    if column.frozen_at is not None:
        return _frozen(column)
    counted = printable.counted(column.appeal)
    gifts = list(column.gifts.all())
    known = {row.allocation_id: row for row in counted}
    away = [gift.allocation_id for gift in gifts if gift.allocation_id not in known]
    known |= printable.of(away) if away else {}
    lines = [_line(gift, known.get(gift.allocation_id), column.appeal.currency) for gift in gifts]
    missing = tuple(row for row in unthanked(column.appeal, counted, column) if row.left)
    figures = _of_the_column(column, lines, missing) | _of_the_appeal(column, counted, on=on, now=now)
    return Books(column.appeal.currency, figures, lines, missing)


def unthanked(appeal: Appeal, counted: Sequence[Printable], span: Column) -> list[Printable]:
    """This function will list the sums of the span's days that no column thanks for. One query."""
    in_span = [row for row in counted if span.first_on <= row.on <= span.last_on]
    thanked = ColumnGift.objects.filter(column__appeal=appeal).values_list("allocation_id", flat=True)
    taken = set(thanked)
    return [row for row in in_span if row.allocation_id not in taken]


def _frozen(column: Column) -> Books:
    figures = {name: Figure(told["text"], told["minor"]) for name, told in column.figures.items()}
    currency = column.appeal.currency
    lines = [
        Line(gift.number, gift.words, gift.method, gift.is_grouped, printed, printed)
        for gift in column.gifts.all()
        for printed in [Money(gift.printed_minor or 0, currency)]
    ]
    return Books(currency, figures, lines, is_frozen=True)


def _line(gift: ColumnGift, row: Printable | None, currency: str) -> Line:
    now = row.left if row else Money(0, currency)
    drafted = Money(gift.drafted_minor, currency)
    return Line(gift.number, gift.words, gift.method, gift.is_grouped, drafted, now)


def _of_the_column(column: Column, lines: Sequence[Line], missing: Sequence[Printable]) -> dict[str, Figure]:
    currency = column.appeal.currency
    rest = [line.now for line in lines if line.is_grouped and line.now]
    came = [line.now for line in lines if line.now] + [row.left for row in missing]
    corrections = list(column.corrections.all())
    figures = {
        DAY: money(total(came, currency)),
        "gifts": _gifts(len(came)),
        REST: money(total(rest, currency)),
        "rest_gifts": _gifts(len(rest)),
        "taken_back": money(Money(sum(one.from_minor - one.to_minor for one in corrections), currency)),
    }
    figures |= {line.figure: money(line.now) for line in lines if not line.is_grouped}
    return figures | {correction_figure(one.number): money(Money(one.to_minor, currency)) for one in corrections}


def _of_the_appeal(column: Column, counted: Sequence[Printable], *, on: dt.date, now: dt.datetime) -> dict[str, Figure]:
    """The appeal's own figures, as at the end of the column's last day; the days left are counted from `on`."""
    appeal = column.appeal
    fund = meter.of(appeal, on=on, now=now)
    assert fund.raised is not None
    later = total([row.left for row in counted if row.on > column.last_on], appeal.currency)
    figures = {"raised": money(fund.raised - later), "days_left": Figure(_days(fund.days_left))}
    if fund.target is None or fund.needed is None or fund.surplus is None:
        return figures
    # What was carried over is in what the meter says is needed; above zero it was missing, below it was there already.
    carried = fund.carried_in or Money(0, appeal.currency)
    short = fund.needed - fund.surplus + later
    nothing = Money(0, appeal.currency)
    return figures | {
        "target": money(fund.target),
        "carried_over": money(max(carried, -carried)),
        "needed": money(max(short, nothing)),
        "surplus": money(max(-short, nothing)),
    }


def money(amount: Money) -> Figure:
    """This function will write an amount as a column prints it."""
    return Figure(display(amount, pence=False), amount.minor)


def _gifts(count: int) -> Figure:
    return Figure(ngettext("%(count)s gift", "%(count)s gifts", count) % {"count": in_words(count)})


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": in_words(count)}


def in_words(count: int) -> str:
    """This function will write a small number as newspapers do: "nine", "10".

    >>> in_words(9), in_words(10)
    ('nine', '10')
    """
    words = (
        _("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"),
    )  # fmt: skip
    return str(words[count]) if 0 <= count < len(words) else str(count)


def day_of(now: dt.datetime) -> dt.date:
    """This function will say which of the paper's days it is."""
    return days.day_of(now, timezone.get_default_timezone())
