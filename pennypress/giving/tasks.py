"""The worker's part in giving: pledges that fall due, letters that go by the calendar, appeals that are over, and the
meter's checkpoints."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress import jobs
from pennypress.giving import (
    beneficiaries,
    checkpoints,
    closing,
    collecting,
    dunning,
    expiring,
    moves,
    pledges,
    receipts_again,
    statements,
)

# So many pledges make one job: several workers share a run, and a worker that dies leaves the rest to the others.
BATCH = 100


# Each hour rather than each day: a worker that was down catches up soon after it is back, and asking twice is harmless.
@app.periodic(cron="20 * * * *")
@app.task(name="giving.collect_due", queueing_lock="giving.collect_due")
def collect_due(timestamp: int | None = None) -> None:
    """This function will have everything asked for that is due today by the paper's calendar, in batches."""
    now = timezone.now()
    on = moves.day_of(now)
    pledges.resume_due(on=on, now=now)
    waiting = collecting.due(on=on)
    for start in range(0, len(waiting), BATCH):
        _enqueue(waiting[start : start + BATCH], on)


def _enqueue(batch: Sequence[int], on: dt.date) -> None:
    # A batch that still waits from an earlier round is not queued twice.
    lock = f"giving.collect_some-{batch[0]}-{batch[-1]}"
    jobs.ask_for("giving.collect_some", lock=lock, pledges=[*batch], on=on.isoformat())


@app.task(name="giving.collect_some")
def collect_some(pledges: list[int], on: str) -> None:
    """This function will ask for what is due of one batch of pledges."""
    collecting.collect_some(pledges=pledges, on=dt.date.fromisoformat(on), now=timezone.now())


@app.periodic(cron="40 * * * *")
@app.task(name="giving.write_due", queueing_lock="giving.write_due")
def write_due(timestamp: int | None = None) -> None:
    """This function will write the letters of the day: reminders, new cards, and to those something was given for."""
    now = timezone.now()
    on = moves.day_of(now)
    dunning.remind_due(on=on, now=now)
    expiring.ask_for_new_cards(on=on, now=now)
    beneficiaries.tell_due(on=on, now=now)


@app.periodic(cron="40 * * * *")
@app.task(name="giving.close_due", queueing_lock="giving.close_due")
def close_due(timestamp: int) -> None:
    """This function will close the appeals whose last day is some days over."""
    now = timezone.now()
    closing.close_due(on=moves.day_of(now), now=now)


@app.periodic(cron="* * * * *")
@app.task(name=checkpoints.TASK, queueing_lock=checkpoints.TASK)
def take_checkpoints(timestamp: int | None = None) -> None:
    """This function will take the meter's checkpoints anew where enough has come since the last."""
    checkpoints.take_due(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="giving.write_asked", queueing_lock="giving.write_asked")
def write_asked(timestamp: int | None = None) -> None:
    """This function will write the letters that somebody asked for: receipts once more, statements of a year."""
    now = timezone.now()
    receipts_again.answer_due(on=moves.day_of(now), now=now)
    statements.send_due(now=now)
