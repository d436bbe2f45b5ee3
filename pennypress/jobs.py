"""Asking the worker for something, where it was not asked already."""

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


def ask_for(task: str, *, lock: str = "", **about: Any) -> None:
    """This function will queue a task under a lock, its own name if none is given, unless one waits under that lock.

    Writes at most one row. Within a transaction one that waits already would break that off: call it on commit.
    """
    try:
        app.configure_task(task, queueing_lock=lock or task).defer(**about)
    except AlreadyEnqueued:
        return
