"""Asking the worker: once under a lock, however many ask at once, and again once it has begun."""

import datetime as dt

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress import jobs

TASK = "letters.send_due"


@pytest.mark.django_db
class TestAsking:
    def test_what_waits_already_is_not_asked_for_again(self):
        jobs.ask_for(TASK)
        jobs.ask_for(TASK, after=dt.timedelta(seconds=5))

        assert [(job.queueing_lock, job.status) for job in ProcrastinateJob.objects.all()] == [(TASK, "todo")]

    def test_what_has_begun_is_asked_for_again(self):
        jobs.ask_for(TASK)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")

        jobs.ask_for(TASK)

        assert sorted(ProcrastinateJob.objects.values_list("status", flat=True)) == ["doing", "todo"]

    def test_each_lock_is_asked_under_by_itself(self):
        jobs.ask_for("gateway.settle_event", lock="event-1", event=1)
        jobs.ask_for("gateway.settle_event", lock="event-2", event=2)

        assert [job.args for job in ProcrastinateJob.objects.order_by("id")] == [{"event": 1}, {"event": 2}]


def test_one_that_was_asked_for_since_it_was_looked_for_is_no_error(committed, monkeypatch):
    jobs.ask_for(TASK)
    monkeypatch.setattr(jobs.prepared, "rows", lambda *asked: [])

    jobs.ask_for(TASK)

    assert ProcrastinateJob.objects.filter(queueing_lock=TASK, status="todo").count() == 1
