"""The worker and the house's own rounds: what is done does not stay, and what a killed worker left is taken up."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress import jobs
from pennypress.config.management.commands import work

LATER = dt.timedelta(hours=1)
TASK = "letters.send_due"


@pytest.fixture
def worked(committed, monkeypatch):
    """Has a real worker do what waits, and end. What one round queues, the next does."""
    monkeypatch.setattr(work.relaying, "begin", lambda *told: None)
    monkeypatch.setattr(work, "call_command", lambda *told: call_command(*told, "--one-shot"))

    def do():
        # In a thread of its own: where a browser is open, this one has a loop already.
        for _round in range(2):
            with ThreadPoolExecutor(1) as beside:
                beside.submit(call_command, "work").result()

    return do


def _left_by_a_killed_worker(*locks, ago="1 minute"):
    """Jobs that a worker was doing which was heard of last so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [ago]
        )
        (worker,) = cursor.fetchone()
        for lock in locks:
            jobs.ask_for(TASK, lock=lock)
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE queueing_lock = ANY(%s)",
            [worker, list(locks)],
        )


def _jobs():
    """Those of ours: what happens by the clock may be asked for meanwhile."""
    ours = ProcrastinateJob.objects.filter(queueing_lock__in=["one", "two", "three"])
    return list(ours.order_by("queueing_lock", "id").values_list("queueing_lock", "status"))


def test_what_the_worker_has_done_does_not_stay(worked):
    jobs.ask_for(TASK, lock="one")

    worked()

    assert _jobs() == []


def test_what_a_killed_worker_left_is_done(worked):
    _left_by_a_killed_worker("one")
    jobs.ask_for("config.take_up_stalled")

    worked()

    assert _jobs() == []


def test_what_is_asked_for_again_already_is_given_up_and_holds_up_none_of_the_others(worked):
    _left_by_a_killed_worker("one", "two", "three")
    for lock in ("one", "two"):
        jobs.ask_for(TASK, lock=lock, after=LATER)
    jobs.ask_for("config.take_up_stalled")

    worked()

    assert _jobs() == [("one", "todo"), ("two", "todo")]


def test_what_a_worker_that_lives_is_doing_is_left_to_it(worked):
    _left_by_a_killed_worker("one", ago="1 second")
    jobs.ask_for("config.take_up_stalled")

    worked()

    assert _jobs() == [("one", "doing")]
