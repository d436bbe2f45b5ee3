"""The worker's part in giving: pledges that fall due, appeals that are over, and the meter's checkpoints."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress import days
from pennypress.giving import checkpoints, closing, pledges


# Each hour rather than each day: a worker that was down catches up soon after it is back, and asking twice is harmless.
@app.periodic(cron="20 * * * *")
@app.task(name="giving.collect_due", queueing_lock="giving.collect_due")
def collect_due(timestamp: int) -> None:
    """This function will ask for the pledges that are due today by the paper's calendar."""
    now = timezone.now()
    pledges.collect_due(on=days.day_of(now, timezone.get_default_timezone()), now=now)


@app.periodic(cron="40 * * * *")
@app.task(name="giving.close_due", queueing_lock="giving.close_due")
def close_due(timestamp: int) -> None:
    """This function will close the appeals whose last day is some days over."""
    now = timezone.now()
    closing.close_due(on=days.day_of(now, timezone.get_default_timezone()), now=now)


@app.periodic(cron="* * * * *")
@app.task(name="giving.take_checkpoints", queueing_lock="giving.take_checkpoints")
def take_checkpoints(timestamp: int) -> None:
    """This function will take the meter's checkpoints anew where enough has come since the last."""
    checkpoints.take_due(now=timezone.now())
