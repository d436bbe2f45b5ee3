"""The worker's part in payments: the sandbox's webhooks and its passing time, and mandates to be ended at providers."""

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pennypress.payments import attempts, breaker, held, mandates, refund_orders
from pennypress.payments.providers import sandbox, sandbox_webhooks


@app.task(name=sandbox_webhooks.DELIVERY, retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def deliver_sandbox_event(event: str) -> None:
    """This function will deliver one of the sandbox's webhooks, again after 2, 4, 8… seconds where it was refused."""
    if sandbox.Sandbox.name in settings.PAYMENT_PROVIDERS:
        sandbox_webhooks.deliver(event_ref=event, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="payments.advance_sandbox", queueing_lock="payments.advance_sandbox")
def advance_sandbox(timestamp: int) -> None:
    """This function will let a minute pass at the sandbox."""
    if sandbox.Sandbox.name in settings.PAYMENT_PROVIDERS:
        sandbox.advance(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="payments.release_mandates", queueing_lock="payments.release_mandates")
def release_mandates(timestamp: int) -> None:
    """This function will end at the providers what was cancelled here while they were out of reach."""
    mandates.release_due(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="payments.watch_breaker", queueing_lock="payments.watch_breaker")
def watch_breaker(timestamp: int) -> None:
    """This function will move the breaker where the latest payments say so, though nobody tries to pay just now."""
    breaker.watch(now=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="payments.prune_attempts", queueing_lock="payments.prune_attempts")
def prune_attempts(timestamp: int) -> None:
    """This function will throw away counters that no window needs, and held offers that nobody came back for."""
    attempts.prune(now=timezone.now())
    held.prune(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name=refund_orders.SEND, queueing_lock=refund_orders.SEND)
def send_refunds(timestamp: int) -> None:
    """This function will send approved refunds to their providers, again those that were out of reach."""
    refund_orders.send_due(now=timezone.now())
