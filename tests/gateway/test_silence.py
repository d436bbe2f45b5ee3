"""A provider that falls silent for longer than it ever was is told of; one that is only slow is not."""

import datetime as dt
import logging

import pytest

from pennypress.gateway import inbox, silence, tasks
from pennypress.payments.providers.protocol import Event
from tests.builders import NOW, an_appeal, an_offered_gift

pytestmark = pytest.mark.django_db


def heard(*hours_ago):
    for number, hours in enumerate(hours_ago):
        at = NOW - dt.timedelta(hours=hours)
        inbox.store(provider="sandbox", body=b"{}", told=[Event(f"e{number}", "k", "r")], now=at)


@pytest.mark.parametrize(
    ("hours_ago", "is_silent"),
    [
        ((16, 15, 14, 13), True),
        ((14, 13, 12, 11), False),
        ((300, 200, 151), True),
        ((300, 200, 149), False),
        ((), False),
    ],
)
def test_silence_is_measured_by_what_is_usual(hours_ago, is_silent):
    heard(*hours_ago)

    assert bool(silence.found(now=NOW)) == is_silent


def test_one_that_was_asked_and_never_told_anything_is_silent():
    an_appeal()
    an_offered_gift(now=NOW - dt.timedelta(hours=13))

    (silent,) = silence.found(now=NOW)

    assert silent.since == NOW - dt.timedelta(hours=13)


def test_it_is_logged_as_an_error(caplog):
    an_appeal()
    an_offered_gift()

    with caplog.at_level(logging.ERROR):
        tasks.listen_for_silence(timestamp=0)

    assert "Nothing was heard of sandbox" in caplog.text
