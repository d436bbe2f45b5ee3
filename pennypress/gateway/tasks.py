"""The worker's part at the door: events that still wait, and payments whose webhooks never came. One job for each, so
that one in trouble holds up no other."""

import logging
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress import days, jobs
from pennypress.gateway import events, silence
from pennypress.payments import mandates
from pennypress.payments.models import Mandate
from pennypress.payments.providers.protocol import ProviderUnavailable, UnknownAtProvider
from pennypress.settlement import mandates as settling_mandates

logger = logging.getLogger(__name__)


@app.task(name="gateway.settle_event")
def settle_event(event: int) -> None:
    """This function will settle one event that waits."""
    events.settle(event_id=event, now=timezone.now())


@app.task(name="gateway.chase_payment")
def chase_payment(payment: int) -> None:
    """This function will ask about one payment of which nothing was heard."""
    events.chase(payment_id=payment, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="gateway.settle_waiting", queueing_lock="gateway.settle_waiting")
def settle_waiting(timestamp: int) -> None:
    """This function will have each event settled that is stored and still waits."""
    for event in events.waiting():
        _enqueue("gateway.settle_event", event=event)


@app.periodic(cron="*/10 * * * *")
@app.task(name="gateway.chase_unheard", queueing_lock="gateway.chase_unheard")
def chase_unheard(timestamp: int) -> None:
    """This function will have each payment asked about whose webhook may be lost."""
    for payment in events.unheard(now=timezone.now()):
        _enqueue("gateway.chase_payment", payment=payment.pk)


@app.periodic(cron="*/5 * * * *")
@app.task(name="gateway.learn_mandates", queueing_lock="gateway.learn_mandates")
def learn_mandates(timestamp: int) -> None:
    """This function will have each new mandate asked about: what its holder knows it by, and when its card runs out."""
    for mandate in mandates.untold(now=timezone.now()):
        _enqueue("gateway.learn_mandate", mandate=mandate.pk)


@app.task(name="gateway.learn_mandate")
def learn_mandate(mandate: int) -> None:
    """This function will ask about one mandate; a provider that does not know it, or is away, is asked again later."""
    now = timezone.now()
    held = Mandate.objects.get(pk=mandate)
    on = days.day_of(now, timezone.get_default_timezone())
    try:
        settling_mandates.ask(provider=held.provider, provider_ref=held.provider_ref, on=on, now=now)
    except (ProviderUnavailable, UnknownAtProvider) as error:
        logger.info("Mandate %d was not told of: %s", mandate, type(error).__name__)


@app.periodic(cron="31 * * * *")
@app.task(name="gateway.listen_for_silence", queueing_lock="gateway.listen_for_silence")
def listen_for_silence(timestamp: int) -> None:
    """This function will log, as an error, each provider that has told us nothing for longer than usual."""
    for silent in silence.found(now=timezone.now()):
        logger.error("Nothing was heard of %s since %s: are its webhooks lost?", silent.provider, silent.since)


def _enqueue(task: str, **about: Any) -> None:
    jobs.ask_for(task, lock=f"{task}-{next(iter(about.values()))}", **about)
