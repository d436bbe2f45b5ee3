"""A return told by several workers at once is presented again once; without the guards a period would count twice."""

import datetime as dt

from pennypress.giving.models import Reminder
from tests.builders import an_appeal
from tests.giving.test_races import as_owner, at_once
from tests.giving.test_returns import DUE, a_debited_pledge, broken_laws, come, day, taken


def told_at_once(rounds=8):
    """A return told by three workers at once; how often it was presented again, of each pledge."""
    from_each = []
    for number in range(rounds):
        pledge = a_debited_pledge(email=f"s{number}@example.org")
        at_once(*[lambda: taken(pledge, on=day(2), key=f"sandbox-{number}")] * 3)  # noqa: B023 - run at once
        from_each.append(pledge.collections.filter(due_on=DUE, again_of__isnull=False).count())
    return from_each


def test_told_by_three_workers_at_once_it_is_presented_once(committed):
    an_appeal(closes_on=dt.date(2026, 12, 31))

    assert told_at_once() == [1] * 8
    assert Reminder.objects.count() == 8
    assert broken_laws() == []


def test_without_its_law_its_lock_and_its_row_a_period_counts_twice(committed, monkeypatch):
    """The control: what the database refuses above does happen once its guards are gone, and the law sees it."""
    an_appeal(closes_on=dt.date(2026, 12, 31))
    pledge = a_debited_pledge()
    taken(pledge, on=day(2))
    come(pledge, on=day(5))
    as_owner("DROP INDEX period_collected_once")
    monkeypatch.setattr("pennypress.giving.returning._give_up_presenting", lambda _collection: None)

    taken(pledge, on=day(6), key="sandbox-r2", kind="reinstatement", is_claimed=None)

    assert pledge.collections.filter(due_on=DUE, state="collected").count() == 2
    assert "giving.each_period_counts_once" in broken_laws()
