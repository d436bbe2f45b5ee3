"""The demo's columns of the fund: written by hand, with every figure read from the demo's books of their day."""

import contextlib
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import reading
from pennypress.giving import appeals
from pennypress.newsroom import column_drafting, writing
from pennypress.newsroom.models import ContributorPage, SectionPage


def build(*, now: dt.datetime, zone: ZoneInfo, contributors: dict[str, ContributorPage]) -> None:
    """This function will open the fund's section and publish its columns, the oldest first; today's is left to be drafted."""
    section = writing.make_section(
        title="The fund",
        slug="the-fund",
        standfirst="Who keeps this paper going, in the words they chose, and how far there is to go.",
    )
    today = days.day_of(now, zone)
    for told in reading.columns():
        with contextlib.suppress(column_drafting.CannotDraft):  # On some days nothing came.
            _publish(told, section, contributors, today, zone)


def _publish(
    told: dict[str, Any],
    section: SectionPage,
    contributors: dict[str, ContributorPage],
    today: dt.date,
    zone: ZoneInfo,
) -> None:
    last_on = today - dt.timedelta(days=told["until"])
    appeal = appeals.running(last_on)
    assert appeal is not None
    evening = days.start_of(last_on, zone) + dt.timedelta(hours=18, minutes=40)
    article = column_drafting.draft(
        appeal=appeal,
        section=section,
        first_on=today - dt.timedelta(days=told["from"]),
        last_on=last_on,
        now=evening,
        headline=told["headline"],
        prose=[writing.Block("text", text=text.strip()) for text in told["prose"]],
        standfirst=told["standfirst"],
        contributors=[contributors[told["by"]]],
    )
    writing.publish(article, at=evening)
