"""GoCardless' webhooks: who sent one, and which of our things each of its events is about. What else they say is not
believed. Its signature bears no time: an old body sent again only makes us ask again.

Source: developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks
"""

from collections.abc import Sequence
from typing import Any

from gocardless_pro import errors, webhooks

from pennypress.payments.providers.gocardless_translation import KIND, link
from pennypress.payments.providers.protocol import BadWebhook, Event

HEADER = "Webhook-Signature"
_LONGEST = 100
# Of all that happens on a page, what ends it.
_OF_A_PAGE = {"fulfilled", "cancelled"}


def read(*, body: bytes, signature: str, secrets: Sequence[str]) -> list[Event]:
    """This function will check a webhook against each secret in use, and say what its events are about.

    Raises: BadWebhook.
    """
    told = next((found for secret in secrets if (found := _signed(body, signature, secret)) is not None), None)
    if told is None:
        raise BadWebhook("the signature is not GoCardless'")
    try:
        return [_event(event.attributes) for event in told]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadWebhook("not an event") from error


def _signed(body: bytes, signature: str, secret: str) -> list[Any] | None:
    """The events, or None where this secret did not sign them. The SDK compares in constant time."""
    # What no digest can be is not compared: the SDK would stumble over it.
    if not signature.isascii():
        return None
    try:
        return list(webhooks.parse(body, secret, signature))
    except errors.InvalidSignatureError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadWebhook("not a body of events") from error


def _event(told: dict[str, Any]) -> Event:
    event_id, kind = told["id"], f"{told['resource_type']}.{told['action']}"
    if not (isinstance(event_id, str) and 0 < len(event_id) <= _LONGEST and len(kind) <= _LONGEST):
        raise BadWebhook("not an event")
    subject, ref = _about(told)
    return Event(event_id, kind, ref, subject) if 0 < len(ref) <= _LONGEST else Event(event_id, kind, "", "")


def _about(told: dict[str, Any]) -> tuple[str, str]:
    match told["resource_type"]:
        case "payments":
            return "payment", link(told, "payment")
        case "refunds":
            return "payment", link(told, "payment") or link(told, "refund")
        case "mandates":
            return "mandate", link(told, "mandate")
        case "payouts":
            return "payout", link(told, "payout")
        case "billing_requests" if told["action"] in _OF_A_PAGE:
            return _of_page(told), link(told, "billing_request")
    return "", ""


def _of_page(told: dict[str, Any]) -> str:
    """A page is for a payment or for a mandate; one that was left bears neither, but our note of which it was."""
    is_signed = link(told, "mandate_request_mandate") or link(told, "mandate_request")
    noted = (told.get("resource_metadata") or {}).get(KIND)
    return "mandate" if is_signed or noted == "mandate" else "payment"
