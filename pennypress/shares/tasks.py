"""The worker's part: money of refused applications goes back, and applications that nobody paid for lapse."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pennypress import days
from pennypress.payments.taking import ProviderUnavailable
from pennypress.shares import applying
from pennypress.shares.models import Application

# Rises to about a day between attempts: a provider that is away comes back.
_AGAIN = RetryStrategy(max_attempts=12, exponential_wait=4, retry_exceptions=[ProviderUnavailable])


@app.task(name=applying.GIVE_BACK, retry=_AGAIN)
def give_back(public_id: str) -> None:
    """This function will ask the provider to give an application's money back, again while the provider is away."""
    applying.give_back(application=Application.objects.get(public_id=public_id))


@app.periodic(cron="17 4 * * *")
@app.task(name="shares.lapse_unpaid", queueing_lock="shares.lapse_unpaid")
def lapse_unpaid(timestamp: int) -> None:
    """This function will withdraw what nobody paid for in time. `timestamp` is the scheduler's and is not used."""
    now = timezone.now()
    applying.lapse_unpaid(on=days.day_of(now, timezone.get_default_timezone()), now=now)
