"""Terms: what an appeal asks for on a day, and what was carried into it from the one before. Derived, stored nowhere.

Carried is a shortfall where it is above zero and a surplus where below: needed is target plus carried less raised, and
never below nothing. Once the appeal before is closed, what it hands on is its closing figure and does not move again;
between its end and its closing it is what the books say; while it still runs it is not known, and nothing is carried.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from pennypress import prepared
from pennypress.giving import checkpoints
from pennypress.giving.folding import Figures
from pennypress.giving.models import Appeal, AppealClosing, AppealSeries, Basis, CarryOver, MeterCheckpoint, Unit
from pennypress.money import Money


@dataclass(frozen=True, slots=True)
class Terms:
    """An appeal's target in its own unit, and what was carried in; not `is_final` until the appeal before is closed."""

    target: int
    carried_in: int
    is_final: bool

    @property
    def goal(self) -> int:
        return self.target + self.carried_in


# In plain SQL, since a reading of the meter is dominated by what it takes to write the query. The target of the day, the
# appeal before, and what that handed on when it was closed stand beside each appeal.
_FIND = """
SELECT {columns}, target.amount_minor, target.givers, earlier.id, handed.carried_out_minor
FROM giving_appeal appeal
JOIN giving_appealseries series ON series.id = appeal.series_id
LEFT JOIN giving_metercheckpoint checkpoint ON checkpoint.appeal_id = appeal.id
LEFT JOIN giving_appealclosing closing ON closing.appeal_id = appeal.id
LEFT JOIN LATERAL (
    SELECT t.amount_minor, t.givers FROM giving_appealtarget t
    WHERE t.appeal_id = appeal.id AND t.from_on <= greatest(%(on)s, appeal.opens_on)
    ORDER BY t.from_on DESC, t.id DESC LIMIT 1) target ON true
LEFT JOIN LATERAL (
    SELECT e.id FROM giving_appeal e WHERE e.series_id = appeal.series_id AND e.opens_on < appeal.opens_on
    ORDER BY e.opens_on DESC LIMIT 1) earlier ON true
LEFT JOIN giving_appealclosing handed ON handed.appeal_id = earlier.id
WHERE {where} ORDER BY appeal.opens_on
"""
# A checkpoint's days are not needed for its figures, and are fetched when they are asked for.
_PARTS: dict[str, tuple[type[models.Model], list[str]]] = {
    name: (model, [field.attname for field in model._meta.concrete_fields if field.attname != "days"])
    for name, model in (
        ("appeal", Appeal),
        ("series", AppealSeries),
        ("checkpoint", MeterCheckpoint),
        ("closing", AppealClosing),
    )
}
_COLUMNS = ", ".join(f"{name}.{column}" for name, (_model, columns) in _PARTS.items() for column in columns)


def find(where: str, *, on: dt.date, **facts: Any) -> list[Appeal]:
    """This function will give the appeals of which the condition `where` (SQL of our own) is true, the eldest first, with
    all that `of` and a meter ask for on the day `on`. One query."""
    rows = prepared.rows(connection, _FIND.format(columns=_COLUMNS, where=where), {"on": on, **facts})
    return [_made(row) for row in rows]


def found(appeal: Appeal, *, on: dt.date) -> Appeal:
    """This function will give an appeal again as `find` gives it."""
    return find("appeal.id = %(id)s", on=on, id=appeal.pk)[0]


def _made(row: tuple[Any, ...]) -> Appeal:
    made: dict[str, Any] = {}
    at = 0
    for name, (model, columns) in _PARTS.items():
        values = row[at : at + len(columns)]
        made[name] = model.from_db("default", columns, list(values)) if values[0] is not None else None
        at += len(columns)
    appeal: Any = made.pop("appeal")
    appeal._state.fields_cache.update(made)
    for one in (made["checkpoint"], made["closing"]):
        if one is not None:
            one._state.fields_cache["appeal"] = appeal
    appeal.target_now = row[at] or row[at + 1]
    appeal.earlier_id, appeal.earlier_carried = row[at + 2 :]
    return appeal  # type: ignore[no-any-return]


def of(appeal: Appeal, *, on: dt.date) -> Terms:
    """This function will give the terms of an appeal on the paper's day `on`. It asks the books only while the appeal
    before has ended and is not closed."""
    if not hasattr(appeal, "earlier_id"):
        appeal = found(appeal, on=on)
    carried, is_final = _carried_in(appeal, on)
    return Terms(appeal.target_now, carried, is_final)  # type: ignore[attr-defined]


def _carried_in(appeal: Appeal, on: dt.date) -> tuple[int, bool]:
    if hasattr(appeal, "closing"):
        return appeal.closing.carried_in_minor, True
    if appeal.earlier_carried is not None:  # type: ignore[attr-defined]
        return appeal.earlier_carried, True  # type: ignore[attr-defined]
    if appeal.earlier_id is None or appeal.series.carry_over == CarryOver.NONE:  # type: ignore[attr-defined]
        return 0, True
    earlier = find("appeal.id = %(id)s", on=on, id=appeal.earlier_id)[0]  # type: ignore[attr-defined]
    if earlier.closes_on >= on:
        return 0, False
    figures = checkpoints.figures(earlier)
    return handed_on(earlier.series, goal=of(earlier, on=on).goal, raised=raised(earlier.series, figures)), False


@dataclass(frozen=True, slots=True)
class ToCarry:
    """What an appeal would hand on to the next as things stand; final once it is closed."""

    shortfall: Money | None
    surplus: Money | None
    is_final: bool


def to_carry(appeal: Appeal, *, on: dt.date) -> ToCarry:
    """This function will say what an appeal hands on to the next of its series, or would if it ended as it stands now."""
    appeal = found(appeal, on=on)
    is_final = hasattr(appeal, "closing")
    carried = (
        appeal.closing.carried_out_minor
        if is_final
        else handed_on(
            appeal.series,
            goal=of(appeal, on=on).goal,
            raised=raised(appeal.series, checkpoints.figures(appeal)),
        )
    )
    return ToCarry(
        Money(carried, appeal.currency) if carried > 0 else None,
        Money(-carried, appeal.currency) if carried < 0 else None,
        is_final,
    )


def raised(series: AppealSeries, figures: Figures) -> int:
    """This function will give the figure that a series counts, in its own unit: givers, or money before or after fees.

    Never below nothing, though fees may have been more than what was left after refunds.
    """
    if series.unit == Unit.GIVERS:
        return figures.givers
    return max(figures.net_minor if series.basis == Basis.NET else figures.gross_minor, 0)


def handed_on(series: AppealSeries, *, goal: int, raised: int) -> int:
    """This function will say what an appeal that raised so much of its goal carries into the next, by the series' policy."""
    short = goal - raised
    carries_shortfall = series.carry_over in (CarryOver.SHORTFALL, CarryOver.BOTH)
    carries_surplus = series.carry_over in (CarryOver.SURPLUS, CarryOver.BOTH)
    return short if (short > 0 and carries_shortfall) or (short < 0 and carries_surplus) else 0
