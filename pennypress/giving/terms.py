"""Terms: what an appeal asks for on a day, and what was carried into it from the one before. Derived, stored nowhere.

Carried is a shortfall where it is above zero and a surplus where below: needed is target plus carried less raised, and
never below nothing. Once the appeal before is closed, what it hands on is its closing figure and does not move again;
between its end and its closing it is what the books say; while it still runs it is not known, and nothing is carried.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from pennypress.giving import checkpoints
from pennypress.giving.folding import Figures
from pennypress.giving.models import Appeal, AppealClosing, AppealSeries, AppealTarget, Basis, CarryOver, Unit


@dataclass(frozen=True, slots=True)
class Terms:
    """An appeal's target in its own unit, and what was carried in; not `is_final` until the appeal before is closed."""

    target: int
    carried_in: int
    is_final: bool

    @property
    def goal(self) -> int:
        return self.target + self.carried_in


def with_terms(appeals: QuerySet[Appeal], on: dt.date) -> QuerySet[Appeal]:
    """This function will let `of` answer for these appeals, on the day `on`, mostly without a query of its own."""
    targets = AppealTarget.objects.filter(appeal=OuterRef("pk"), from_on__lte=Greatest(on, OuterRef("opens_on")))
    targets = targets.order_by("-from_on", "-id")
    earlier = Appeal.objects.filter(series=OuterRef("series"), opens_on__lt=OuterRef("opens_on")).order_by("-opens_on")
    return appeals.select_related("series", "checkpoint", "closing").annotate(
        target_now_minor=Subquery(targets.values("amount_minor")[:1]),
        target_now_givers=Subquery(targets.values("givers")[:1]),
        earlier_id=Subquery(earlier.values("pk")[:1]),
        earlier_carried=Subquery(
            AppealClosing.objects.filter(appeal=OuterRef("earlier_id")).values("carried_out_minor")[:1]
        ),
    )


def of(appeal: Appeal, *, on: dt.date) -> Terms:
    """This function will give the terms of an appeal on the paper's day `on`. It asks the books only while the appeal
    before has ended and is not closed."""
    if not hasattr(appeal, "earlier_id"):
        appeal = with_terms(Appeal.objects.filter(pk=appeal.pk), on).get()
    target = appeal.target_now_minor or appeal.target_now_givers  # type: ignore[attr-defined]
    carried, is_final = _carried_in(appeal, on)
    return Terms(target, carried, is_final)


def _carried_in(appeal: Appeal, on: dt.date) -> tuple[int, bool]:
    if hasattr(appeal, "closing"):
        return appeal.closing.carried_in_minor, True
    if appeal.earlier_carried is not None:  # type: ignore[attr-defined]
        return appeal.earlier_carried, True  # type: ignore[attr-defined]
    if appeal.earlier_id is None or appeal.series.carry_over == CarryOver.NONE:  # type: ignore[attr-defined]
        return 0, True
    earlier = with_terms(Appeal.objects.filter(pk=appeal.earlier_id), on).get()  # type: ignore[attr-defined]
    if earlier.closes_on >= on:
        return 0, False
    figures = checkpoints.figures(earlier)
    return handed_on(earlier.series, goal=of(earlier, on=on).goal, raised=raised(earlier.series, figures)), False


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
