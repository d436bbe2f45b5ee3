"""Finding things at Stripe by whatever name an event or a row of ours gives. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pennypress.payments.providers.protocol import UnknownAtProvider
from pennypress.payments.providers.stripe_calling import client, plain
from pennypress.payments.providers.stripe_translation import KEY, id_of

# In the metadata of what we collected under a mandate: it has no page, and so no session to look for.
COLLECTED = "pennypress_collected"
_CHARGE = "latest_charge.refunds"
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A payment: the page it was paid on (None for a collection), and its intent (None while nobody tried to pay)."""

    session: dict[str, Any] | None
    intent: dict[str, Any] | None


def payment(ref: str) -> Found:
    """This function will find a payment by the name of its session, intent, charge, refund or dispute.

    Raises: UnknownAtProvider, stripe.StripeError.
    """
    prefix = ref.partition("_")[0]
    match prefix:
        case "cs":
            return _by_session(ref)
        case "pi":
            return _by_intent(ref)
        case "ch" | "py":
            return _by_intent(id_of(plain(client().v1.charges.retrieve(ref)).get("payment_intent")))
        case "re" | "pyr":
            return _by_intent(id_of(plain(client().v1.refunds.retrieve(ref)).get("payment_intent")))
        case "dp" | "du":
            return _by_intent(id_of(plain(client().v1.disputes.retrieve(ref)).get("payment_intent")))
    raise UnknownAtProvider(ref)


def _by_session(ref: str) -> Found:
    found = client().v1.checkout.sessions.retrieve(ref, {"expand": [f"payment_intent.{_CHARGE}"]})
    return of_session(plain(found))


def of_session(session: dict[str, Any]) -> Found:
    """This function will make of a session and its expanded intent what is found. Raises: UnknownAtProvider for a page on
    which nothing is paid."""
    if session["mode"] != "payment":
        raise UnknownAtProvider(session["id"])
    intent = session.get("payment_intent")
    return Found(session, intent if isinstance(intent, dict) else None)


def _by_intent(ref: str) -> Found:
    if not ref:
        raise UnknownAtProvider("a charge that is of no PaymentIntent")
    intent = plain(client().v1.payment_intents.retrieve(ref, {"expand": [_CHARGE]}))
    if COLLECTED in (intent.get("metadata") or {}):
        return Found(None, intent)
    session = session_of(ref)
    return Found(session, intent)


def session_of(intent_ref: str) -> dict[str, Any] | None:
    """This function will find the page on which an intent was paid; None where it has none."""
    pages = client().v1.checkout.sessions.list({"payment_intent": intent_ref, "limit": 1})
    return next((plain(page) for page in pages.data), None)


def refunds(intent: dict[str, Any] | None) -> list[dict[str, Any]]:
    """This function will list all refunds of an intent whose charge came expanded."""
    charge = (intent or {}).get("latest_charge")
    if not isinstance(charge, dict):
        return []
    held = charge.get("refunds") or {}
    if held.get("has_more"):
        found = client().v1.refunds.list({"charge": charge["id"], "limit": _AT_ONCE})
        return [plain(refund) for refund in found.auto_paging_iter()]
    return list(held.get("data") or [])


def disputes(intent: dict[str, Any] | None) -> list[dict[str, Any]]:
    """This function will list all disputes of an intent, asking only where its charge was ever disputed."""
    charge = (intent or {}).get("latest_charge")
    if not isinstance(charge, dict) or not charge.get("disputed"):
        return []
    pages = client().v1.disputes.list({"charge": charge["id"], "limit": _AT_ONCE})
    return [plain(dispute) for dispute in pages.auto_paging_iter()]


def charged_before(*, customer: str, key: str) -> str:
    """This function will give the intent that was made under our key already, "" where there is none.

    Stripe forgets idempotency keys after a day or more; the key also stands in the metadata, and is looked for there.
    Source: docs.stripe.com/api/idempotent_requests
    """
    pages = client().v1.charges.list({"customer": customer, "limit": _AT_ONCE})
    for charge in map(plain, pages.data):
        if (charge.get("metadata") or {}).get(KEY) == key and charge.get("payment_intent"):
            return id_of(charge["payment_intent"])
    return ""


@dataclass(frozen=True, slots=True)
class FoundMandate:
    """A mandate: what was asked by, the saved card or account, the intent that saved it, its page, the bank's own."""

    name: str
    method: dict[str, Any] | None
    setup: dict[str, Any] | None
    session: dict[str, Any] | None
    leave: dict[str, Any] | None


def mandate(ref: str) -> FoundMandate:
    """This function will find a mandate by the name of its method, page, setup or bank's mandate.

    Raises: UnknownAtProvider, stripe.StripeError.
    """
    prefix = ref.partition("_")[0]
    match prefix:
        case "cs":
            session = plain(client().v1.checkout.sessions.retrieve(ref, {"expand": ["setup_intent", "payment_intent"]}))
            saved = session.get("setup_intent") or session.get("payment_intent")
            return _saved(ref, saved if isinstance(saved, dict) else None, session)
        case "seti":
            return _saved(ref, plain(client().v1.setup_intents.retrieve(ref)), None)
        case "mandate":
            leave = plain(client().v1.mandates.retrieve(ref))
            return _of_method(id_of(leave["payment_method"]), leave)
        case "pm" | "card" | "src":
            return _of_method(ref, None)
    raise UnknownAtProvider(ref)


def _saved(name: str, saved: dict[str, Any] | None, session: dict[str, Any] | None) -> FoundMandate:
    setup = saved if saved and saved.get("object") == "setup_intent" else None
    if saved is None or saved["status"] not in ("succeeded", "processing") or not saved.get("payment_method"):
        return FoundMandate(name, None, setup, session, None)
    method = plain(client().v1.payment_methods.retrieve(id_of(saved["payment_method"])))
    # The reference of a payment that also saved a card is the payment's own, not the mandate's.
    return FoundMandate(name, method, setup, session if setup else None, _leave(setup))


def _of_method(ref: str, leave: dict[str, Any] | None) -> FoundMandate:
    method = plain(client().v1.payment_methods.retrieve(ref))
    setup = None
    if method["type"] != "card" or leave is not None:
        setup = _setup_of(ref)
    return FoundMandate(ref, method, setup, None, leave or _leave(setup))


def _setup_of(method_ref: str) -> dict[str, Any] | None:
    pages = client().v1.setup_intents.list({"payment_method": method_ref, "limit": 1})
    return next((plain(setup) for setup in pages.data), None)


def _leave(setup: dict[str, Any] | None) -> dict[str, Any] | None:
    named = id_of((setup or {}).get("mandate"))
    return plain(client().v1.mandates.retrieve(named)) if named else None


def payments_since(stamp: int) -> Iterator[Found]:
    """This function will give every payment whose page or collection was begun at or after a moment, ours or not."""
    seen = set()
    pages = client().v1.checkout.sessions.list(
        {"created": {"gte": stamp}, "limit": _AT_ONCE, "expand": [f"data.payment_intent.{_CHARGE}"]}
    )
    for session in map(plain, pages.auto_paging_iter()):
        if session["mode"] == "payment":
            found = of_session(session)
            seen.add(id_of(session.get("payment_intent")))
            yield found
    intents = client().v1.payment_intents.list(
        {"created": {"gte": stamp}, "limit": _AT_ONCE, "expand": [f"data.{_CHARGE}"]}
    )
    for intent in map(plain, intents.auto_paging_iter()):
        if intent["id"] not in seen:
            is_collected = COLLECTED in (intent.get("metadata") or {})
            yield Found(None if is_collected else session_of(intent["id"]), intent)
