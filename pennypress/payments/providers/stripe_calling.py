"""Calling Stripe: the client with its pinned version, and what becomes of Stripe's errors. Knows no payment."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import stripe
from django.conf import settings

from pennypress.payments.providers import failures
from pennypress.payments.providers.protocol import KeysRefused, ProviderRefused, ProviderUnavailable, UnknownAtProvider

# What the answers look like. Raised by hand, with the fakes and docs/run/stripe.md, never by an update of the SDK alone.
VERSION = "2026-10-28.endive"
# Seconds to connect, and to wait for an answer.
TIMEOUT = (5, 20)
RETRIES = 2
_NO_ENTRY = "key_refused"
_ASK_AGAIN = {"rate_limit", "lock_timeout", "idempotency_key_in_use"}


def client() -> stripe.StripeClient:
    """This function will give the client for this deployment's key. Raises: KeysRefused where it has none."""
    if not settings.STRIPE_SECRET_KEY:
        raise _keys_refused(are_missing=True)
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@functools.lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
        base_addresses={"api": base},
    )


def is_live() -> bool:
    """This function will say whether this deployment's key moves real money."""
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """This block will turn what Stripe refuses into ours. Raises: ProviderUnavailable, ProviderRefused,
    UnknownAtProvider."""
    try:
        yield
    except stripe.StripeError as error:
        raise refusal(error) from error


def refusal(error: stripe.StripeError) -> Exception:
    """This function will say which of our errors one of Stripe's is."""
    code = code_of(error)
    if code == _NO_ENTRY:
        return _keys_refused()
    if failures.STRIPE.get(code, failures.STRIPE["invalid_request"]).again is failures.Again.US:
        return ProviderUnavailable(failures.told(failures.STRIPE, code, otherwise="no_answer"))
    if code == "resource_missing":
        return UnknownAtProvider("Stripe does not know it")
    return ProviderRefused(failures.told(failures.STRIPE, code, otherwise="invalid_request"), code=code)


def _keys_refused(*, are_missing: bool = False) -> KeysRefused:
    told = failures.told(failures.STRIPE, _NO_ENTRY, otherwise="invalid_request")
    return KeysRefused(told, setting="STRIPE_SECRET_KEY", are_missing=are_missing)


def code_of(error: stripe.StripeError) -> str:
    """This function will give the word under which an error stands in the table, or Stripe's own for one that does not."""
    status = error.http_status or 0
    if isinstance(error, stripe.APIConnectionError):
        return "no_answer"
    if isinstance(error, stripe.RateLimitError) or status == 429:
        return "rate_limit"
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return _NO_ENTRY
    if error.code in _ASK_AGAIN:
        return str(error.code)
    if status >= 500:
        return "server_error"
    if isinstance(error, stripe.IdempotencyError):
        return "idempotency_error"
    if isinstance(error, stripe.CardError):
        return _decline(error)
    return "resource_missing" if status == 404 else str(error.code or "invalid_request")


def _decline(error: stripe.CardError) -> str:
    said = plain(error.error) if error.error is not None else {}
    return str(said.get("decline_code") or error.code or "card_declined")


def plain(answer: Any) -> dict[str, Any]:
    """This function will give an answer of the SDK as plain dicts and lists, whatever fields it has or lacks."""
    return answer if isinstance(answer, dict) else answer.to_dict()
