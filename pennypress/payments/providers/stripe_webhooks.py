"""Stripe's webhooks: who sent one and when, and which of our things it is about. What else it says is not believed.

Source: docs.stripe.com/webhooks#verify-manually, docs.stripe.com/api/events/types
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import stripe

from pennypress.payments.providers.protocol import BadWebhook, Event
from pennypress.payments.providers.stripe_translation import id_of

HEADER = "Stripe-Signature"
# Signatures are good for so long, in either direction of the clock; the SDK alone would take any time to come.
TOLERANCE_SECONDS = 300
_LONGEST = 100
# By the kind of object the event is about: the field that names our thing, first that is there.
_PAYMENTS = {
    "payment_intent": ("id",),
    "charge": ("payment_intent", "id"),
    "refund": ("payment_intent", "charge"),
    "dispute": ("payment_intent", "charge"),
}
_MANDATES = {"setup_intent": ("id",), "mandate": ("payment_method",), "payment_method": ("id",)}
_PAYOUTS = {"payout": ("id",)}


def read(*, body: bytes, signature: str, secrets: Sequence[str], is_live: bool, now: dt.datetime) -> Event:
    """This function will check a webhook against each secret in use, its time and its mode, and say what it is about.

    Raises: BadWebhook.
    """
    _require_fresh(signature, now)
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise BadWebhook("the signature is not Stripe's")
    try:
        told = json.loads(body)
        return _event(told, is_live=is_live)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadWebhook("not an event") from error


def _require_fresh(signature: str, now: dt.datetime) -> None:
    parts = [part.partition("=") for part in signature.split(",")]
    moments = [value for name, _equals, value in parts if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit() and len(moments[0]) <= 12):
        raise BadWebhook("no time in the signature")
    if abs(now.timestamp() - int(moments[0])) > TOLERANCE_SECONDS:
        raise BadWebhook("signed too long ago, or in the future")


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, signature, secret, None)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False


def _event(told: dict[str, Any], *, is_live: bool) -> Event:
    event_id, kind = told["id"], told["type"]
    if not all(isinstance(word, str) and 0 < len(word) <= _LONGEST for word in (event_id, kind)):
        raise BadWebhook("not an event")
    if bool(told.get("livemode")) is not is_live:
        raise BadWebhook("of test mode where money is real, or of live mode where it is not")
    if told.get("account"):
        raise BadWebhook("of another account than ours")
    subject, ref = _about(kind, (told.get("data") or {}).get("object") or {})
    return Event(event_id, kind, ref, subject)


def _about(kind: str, thing: dict[str, Any]) -> tuple[str, str]:
    name = thing.get("object", "")
    if name == "checkout.session":
        subject = {"payment": "payment", "setup": "mandate"}.get(thing.get("mode", ""), "")
        return (subject, id_of(thing.get("id"))) if subject else ("", "")
    for subject, kinds in (("payment", _PAYMENTS), ("mandate", _MANDATES), ("payout", _PAYOUTS)):
        for field in kinds.get(name, ()):
            ref = id_of(thing.get(field))
            if isinstance(ref, str) and 0 < len(ref) <= _LONGEST:
                return subject, ref
    return "", ""
