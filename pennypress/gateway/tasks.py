"""The worker's part at the door: events that still wait, and payments whose webhooks never came. One job for each, so
that one in trouble holds up no other."""

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pennypress.gateway import events


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


def _enqueue(task: str, **about: int) -> None:
    lock = f"{task}-{next(iter(about.values()))}"
    try:
        app.configure_task(task, queueing_lock=lock).defer(**about)
    except AlreadyEnqueued:
        return
