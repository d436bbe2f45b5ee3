"""The house's own rounds: what a killed worker left undone."""

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress import jobs
from pennypress.config import tasks
from pennypress.config.management.commands import work


@pytest.fixture
def killed(committed):
    """A worker that was heard of last a minute ago, and what it was doing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        (worker,) = cursor.fetchone()

    def doing(lock):
        jobs.ask_for("gateway.settle_event", lock=lock, event=1)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE queueing_lock = %s",
                [worker, lock],
            )

    return doing


def _jobs():
    return list(ProcrastinateJob.objects.order_by("queueing_lock", "id").values_list("queueing_lock", "status"))


def test_what_a_killed_worker_left_is_queued_again(killed):
    killed("one")

    async_to_sync(tasks.take_up_stalled.func)()

    assert _jobs() == [("one", "todo")]


def test_what_is_asked_for_again_already_is_given_up_and_holds_up_none_of_the_others(killed):
    for lock in ("one", "two", "three"):
        killed(lock)
    for lock in ("one", "two"):
        jobs.ask_for("gateway.settle_event", lock=lock, event=1)

    async_to_sync(tasks.take_up_stalled.func)()

    assert _jobs() == [("one", "todo"), ("three", "todo"), ("two", "todo")]


def test_what_a_worker_that_lives_is_doing_is_left_to_it(killed):
    killed("one")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")

    async_to_sync(tasks.take_up_stalled.func)()

    assert _jobs() == [("one", "doing")]


def test_what_the_worker_has_done_does_not_stay(committed, monkeypatch):
    jobs.ask_for("letters.send_due")
    monkeypatch.setattr(work.relaying, "begin", lambda *told: None)
    monkeypatch.setattr(work, "call_command", lambda *told: call_command(*told, "--one-shot"))

    call_command("work")

    assert not ProcrastinateJob.objects.filter(task_name="letters.send_due").exists()
    assert not ProcrastinateJob.objects.filter(status="succeeded").exists()
