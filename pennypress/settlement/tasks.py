"""The worker's part in settling: each night the providers' books are compared with ours."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pennypress import days
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.settlement import reconciling

logger = logging.getLogger(__name__)
_AGAIN = RetryStrategy(max_attempts=6, exponential_wait=5, retry_exceptions=[ProviderUnavailable])


@app.periodic(cron="40 3 * * *")
@app.task(name="settlement.reconcile_all", queueing_lock="settlement.reconcile_all")
def reconcile_all(timestamp: int) -> None:
    """This function will have each provider that the paper offers reconciled each night."""
    ask_for_all()


def ask_for_all() -> None:
    """This function will have each provider that the paper offers reconciled soon, each in a job of its own."""
    for provider in settings.PAYMENT_PROVIDERS:
        app.configure_task("settlement.reconcile", lock=f"reconcile-{provider}").defer(provider=provider)


@app.task(name="settlement.reconcile", retry=_AGAIN)
def reconcile(provider: str) -> None:
    """This function will reconcile one provider, and log as an error what it could not repair."""
    now = timezone.now()
    made = reconciling.run(
        provider=provider,
        since=now - reconciling.LOOKS_BACK,
        on=days.day_of(now, timezone.get_default_timezone()),  # type: ignore[arg-type]
        now=now,
    )
    for difference in made.differences.filter(entry_key=""):
        logger.error("A difference with %s was not repaired: %s.", provider, difference.provider_ref)
