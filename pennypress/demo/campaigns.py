"""The demo's appeals as series: eighteen months and the running one, a target that changed, an extension, a deficit that
was carried on once, and an appeal for the roof beside them."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import history
from pennypress.demo.history import PlannedAppeal
from pennypress.giving import appeals, closing, series
from pennypress.giving.models import Appeal, CarryOver, OverTarget
from pennypress.money import Money

PITCH = (
    "The Lantern has no proprietor and little advertising. The fund pays for the reporting that the cover price cannot."
)
ROOF_PITCH = "Rain comes in above the page-one desk. New slates before the winter, and a gutter that holds."
# Of the eighteen: the one that went on for some days longer, and the one in whose middle the target was raised.
EXTENDED, RAISED = 5, 8
EXTRA_DAYS = 3


def open_all(planned: Sequence[PlannedAppeal], *, today: dt.date, zone: ZoneInfo) -> None:
    """This function will begin the fund and the appeal for the roof, and open every appeal with what changed of it."""
    began = days.start_of(planned[0].opens_on, zone)
    fund = series.begin(name="Fighting fund", slug="fighting-fund", currency="GBP", now=began)
    for place, plan in enumerate(planned):
        shortened = dt.timedelta(days=EXTRA_DAYS if place == EXTENDED else 0)
        target = history.EARLIER_TARGET_MINOR if place == RAISED else plan.target_minor
        appeal = appeals.open_appeal(
            series=fund,
            name=plan.name,
            slug=plan.slug,
            opens_on=plan.opens_on,
            closes_on=plan.closes_on - shortened,
            target=Money(target, "GBP"),
            pitch=PITCH,
            now=days.start_of(plan.opens_on, zone),
        )
        if place == EXTENDED:
            _extend(appeal, plan, zone)
        if place == RAISED:
            _raise_target(appeal, plan, zone)
    _open_the_roof(today, zone)


def _extend(appeal: Appeal, plan: PlannedAppeal, zone: ZoneInfo) -> None:
    on = appeal.closes_on - dt.timedelta(days=1)
    appeals.extend(
        appeal=appeal,
        to_on=plan.closes_on,
        reason="The post was not delivered for three days, and the branches’ cheques are in it.",
        on=on,
        now=days.start_of(on, zone),
        by=None,
    )


def _raise_target(appeal: Appeal, plan: PlannedAppeal, zone: ZoneInfo) -> None:
    on = plan.opens_on + dt.timedelta(days=9)
    appeals.change_target(
        appeal=appeal,
        target=Money(plan.target_minor, "GBP"),
        from_on=on,
        reason="The printer’s price of paper has gone up by a ninth.",
        on=on,
        now=days.start_of(on, zone),
        by=None,
    )


def _open_the_roof(today: dt.date, zone: ZoneInfo) -> None:
    opens_on = today - dt.timedelta(days=history.ROOF_DAYS)
    now = days.start_of(opens_on, zone)
    roof = series.begin(
        name="Roof appeal",
        slug="roof",
        currency="GBP",
        now=now,
        over_target=OverTarget.STOP,
        counts_pledges=False,
        words_running="{raised} of {target} for the roof, with {days} days to go.",
        words_met="The roof is paid for. Thank you.",
    )
    appeals.open_appeal(
        series=roof,
        name="A roof over page one",
        slug=history.ROOF,
        opens_on=opens_on,
        closes_on=today + dt.timedelta(days=40),
        target=Money(600_000, "GBP"),
        pitch=ROOF_PITCH,
        now=now,
    )


def close_all(planned: Sequence[PlannedAppeal], *, zone: ZoneInfo) -> None:
    """This function will close every appeal that is over, in their order; the worst of its deficits is carried on."""
    carried = min(range(9, 17), key=lambda place: _share(planned[place]))
    for place, plan in enumerate(planned[:-1]):
        appeal = Appeal.objects.select_related("series").get(slug=plan.slug)
        policy = CarryOver.SHORTFALL if place == carried else CarryOver.NONE
        if appeal.series.carry_over != policy:
            series.change(series=appeal.series, carry_over=policy)
        on = plan.closes_on + dt.timedelta(days=closing.DAYS_AFTER)
        closing.close(appeal=appeal, on=on, now=days.start_of(on, zone), by=None)


def _share(plan: PlannedAppeal) -> float:
    return sum(taking.minor for taking in plan.takings) / plan.target_minor
