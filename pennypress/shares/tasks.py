"""The worker's part: applications that nobody paid for lapse."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress import days
from pennypress.shares import applying


@app.periodic(cron="17 4 * * *")
@app.task(name="shares.lapse_unpaid", queueing_lock="shares.lapse_unpaid")
def lapse_unpaid(timestamp: int) -> None:
    """This function will withdraw what nobody paid for in time. `timestamp` is the scheduler's and is not used."""
    now = timezone.now()
    applying.lapse_unpaid(on=days.day_of(now, timezone.get_default_timezone()), now=now)
