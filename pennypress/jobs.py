"""Asking the worker for something, where it was not asked already."""

import datetime as dt
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pennypress import prepared

_WAITS = "SELECT true FROM procrastinate_jobs WHERE queueing_lock = %(lock)s AND status = 'todo'"


def ask_for(task: str, *, lock: str = "", after: dt.timedelta = dt.timedelta(), **about: Any) -> None:
    """This function will queue a task under a lock, its own name if none is given, unless one waits under that lock.

    `after` so long, for what is better done for many together than at once for each. Writes at most one row. Within a
    transaction one that waits already might break that off: call it on commit.
    """
    lock = lock or task
    # Most often one waits, and the database need not be made to refuse another.
    if prepared.rows(connection, _WAITS, {"lock": lock}):
        return
    try:
        app.configure_task(task, queueing_lock=lock, schedule_in={"seconds": after.total_seconds()}).defer(**about)
    except AlreadyEnqueued:
        return
