"""The sandbox's webhooks: signed as a real provider signs, delivered over HTTP by the worker, and faulty on demand."""

import datetime as dt
import hashlib
import hmac
import json
import urllib.request

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from pennypress.payments.providers.protocol import BadWebhook, Event
from pennypress.payments.sandbox_tables import SandboxEvent, SandboxPayment

HEADER = "Sandbox-Signature"
# Signatures are good for so long, in either direction of the clock.
TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = 10
DELIVERY = "payments.deliver_sandbox_event"
FAULTS = {
    "lose": gettext_lazy("lost"),
    "repeat": gettext_lazy("delivered three times"),
    "delay": gettext_lazy("half a minute late"),
    "reorder": gettext_lazy("out of order"),
}


def tell(payment: SandboxPayment, kind: str) -> SandboxEvent:
    """This function will write an event down and have the worker deliver it, or not, as the payment's fault says.

    The job is written in the same transaction as the event.
    """
    is_first = not payment.events.exists()
    event = SandboxEvent(payment=payment, kind=kind, created_at=timezone.now())
    event.body = json.dumps({"id": event.ref, "type": kind, "data": {"payment": payment.ref}})
    event.save()
    for delay in _delays(payment.fault, is_first=is_first):
        app.configure_task(DELIVERY, schedule_in={"seconds": delay}).defer(event=event.ref)
    return event


def _delays(fault: str, *, is_first: bool) -> list[int]:
    match fault:
        case "lose":
            return []
        case "repeat":
            return [0, 0, 5]
        case "delay":
            return [30]
        case "reorder":
            return [20 if is_first else 0]
        case _none:
            return [0]


def sign(body: bytes, *, at: dt.datetime, secret: str = "") -> str:
    """This function will sign a body: HMAC-SHA256 over the time and the body, so that neither can be changed."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_digest(body, str(moment), secret or settings.SANDBOX_WEBHOOK_SECRET)}"


def _digest(body: bytes, moment: str, secret: str) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(*, body: bytes, signature: str, now: dt.datetime) -> Event:
    """This function will check who sent a webhook and when, before a byte of it is read. Raises: BadWebhook."""
    pairs = [part.partition("=") for part in signature.split(",")]
    moment = next((value for name, _sep, value in pairs if name == "t"), "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        raise BadWebhook("no time in the signature")
    wanted = _digest(body, moment, settings.SANDBOX_WEBHOOK_SECRET)
    given = [value for name, _sep, value in pairs if name == "v1"]
    if not any(hmac.compare_digest(wanted.encode(), value.encode()) for value in given):
        raise BadWebhook("the signature is not the sandbox's")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise BadWebhook("signed too long ago, or in the future")
    return _event(body)


def _event(body: bytes) -> Event:
    try:
        told = json.loads(body)
        event = Event(event_id=told["id"], kind=told["type"], provider_ref=told["data"]["payment"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadWebhook("not an event") from error
    if not all(
        isinstance(value, str) and 0 < len(value) <= 100 for value in (event.event_id, event.kind, event.provider_ref)
    ):
        raise BadWebhook("not an event")
    return event


def deliver(*, event_ref: str, now: dt.datetime) -> None:
    """This function will post an event to the paper, signed at `now`. A refusal raises, and the worker tries again.

    Writes when it was delivered.
    """
    event = SandboxEvent.objects.get(ref=event_ref)
    body = event.body.encode()
    request = urllib.request.Request(  # noqa: S310 - the paper's own address, from the settings
        f"{settings.SITE_URL}/gateway/sandbox/events",
        data=body,
        headers={"Content-Type": "application/json", HEADER: sign(body, at=now)},
        method="POST",
    )
    # A proxy of the environment is for the outside world.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=TIMEOUT_SECONDS):
        SandboxEvent.objects.filter(pk=event.pk).update(delivered_at=now)
