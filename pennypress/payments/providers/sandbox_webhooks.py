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

from pennypress import prepared
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
# A proxy of the environment is for the outside world.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_SUBJECTS = ("payment", "mandate", "payout")


def tell(payment: SandboxPayment, kind: str) -> SandboxEvent:
    """This function will write an event about a payment down and have the worker deliver it, or not, as the payment's
    fault says. The job is written in the same transaction as the event."""
    is_first = payment.fault == "reorder" and not payment.events.exists()
    return _tell(kind, "payment", payment.ref, payment.fault, payment=payment, is_first=is_first)


def tell_of(subject: str, *, ref: str, kind: str, fault: str = "") -> SandboxEvent:
    """This function will write an event about a mandate or a payout down and have the worker deliver it."""
    return _tell(kind, subject, ref, fault)


def _tell(
    kind: str, subject: str, ref: str, fault: str, *, payment: SandboxPayment | None = None, is_first: bool = False
) -> SandboxEvent:
    event = SandboxEvent(payment=payment, kind=kind, created_at=timezone.now())
    event.body = json.dumps({"id": event.ref, "type": kind, "data": {subject: ref}})
    prepared.written(event)
    for delay in _delays(fault, is_first=is_first):
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
        event_id, kind, about = told["id"], told["type"], told["data"]
        subject = next((name for name in _SUBJECTS if name in about), "")
        ref = about[subject] if subject else ""
    except (ValueError, KeyError, TypeError) as error:
        raise BadWebhook("not an event") from error
    if not (_is_name(event_id) and _is_name(kind) and (_is_name(ref) or not subject)):
        raise BadWebhook("not an event")
    return Event(event_id=event_id, kind=kind, provider_ref=ref, subject=subject)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100


def deliver(*, event_ref: str, now: dt.datetime) -> None:
    """This function will post an event to the paper, signed at `now`. A refusal raises, and the worker tries again.

    Writes when it was delivered.
    """
    event = prepared.first(SandboxEvent, "WHERE ref = %(ref)s", ref=event_ref)
    if event is None:
        raise SandboxEvent.DoesNotExist(event_ref)
    body = event.body.encode()
    request = urllib.request.Request(  # noqa: S310 - the paper's own address, from the settings
        f"{settings.SITE_URL}/gateway/sandbox/events",
        data=body,
        headers={"Content-Type": "application/json", HEADER: sign(body, at=now)},
        method="POST",
    )
    with _OPENER.open(request, timeout=TIMEOUT_SECONDS):
        event.delivered_at = now
        prepared.saved(event, "delivered_at")
