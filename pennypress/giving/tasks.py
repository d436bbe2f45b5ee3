"""The worker's part in giving: pledges that fall due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress import days
from pennypress.giving import pledges


# Each hour rather than each day: a worker that was down catches up soon after it is back, and asking twice is harmless.
@app.periodic(cron="20 * * * *")
@app.task(name="giving.collect_due", queueing_lock="giving.collect_due")
def collect_due(timestamp: int) -> None:
    """This function will ask for the pledges that are due today by the paper's calendar."""
    now = timezone.now()
    pledges.collect_due(on=days.day_of(now, timezone.get_default_timezone()), now=now)
