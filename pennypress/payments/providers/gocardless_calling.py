"""Calling GoCardless: the client, and what becomes of GoCardless' errors. Knows no payment."""

import contextlib
from collections.abc import Iterator
from typing import Any

import gocardless_pro
import requests
from django.conf import settings
from gocardless_pro import errors

from pennypress.payments.providers import failures
from pennypress.payments.providers.protocol import KeysRefused, ProviderRefused, ProviderUnavailable, UnknownAtProvider

# Seconds to connect, and to wait for an answer.
TIMEOUT = (5, 20)
_NO_ENTRY = "token_refused"


def client() -> gocardless_pro.Client:
    """This function will give the client for this deployment's token. Raises: KeysRefused where it has none."""
    if not settings.GOCARDLESS_ACCESS_TOKEN:
        raise _keys_refused(are_missing=True)
    return gocardless_pro.Client(
        access_token=settings.GOCARDLESS_ACCESS_TOKEN,
        environment=settings.GOCARDLESS_ENVIRONMENT,
        base_url=settings.GOCARDLESS_API_BASE or None,
        timeout=TIMEOUT,
    )


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """This block will turn what GoCardless refuses into ours. Raises: ProviderUnavailable, ProviderRefused,
    UnknownAtProvider."""
    try:
        yield
    except (errors.GoCardlessProError, requests.RequestException) as error:
        raise refusal(error) from error


def refusal(error: Exception) -> Exception:
    """This function will say which of our errors one of GoCardless' is."""
    if isinstance(error, errors.ApiError) and error.code in (404, 410):
        return UnknownAtProvider("GoCardless does not know it")
    code = code_of(error)
    if code == _NO_ENTRY:
        return _keys_refused()
    told = failures.told(failures.GOCARDLESS, code, otherwise="validation_failed")
    if failures.GOCARDLESS.get(code, failures.GOCARDLESS["validation_failed"]).again is failures.Again.US:
        return ProviderUnavailable(told)
    return ProviderRefused(told, code=code)


def _keys_refused(*, are_missing: bool = False) -> KeysRefused:
    told = failures.told(failures.GOCARDLESS, _NO_ENTRY, otherwise="no_answer")
    return KeysRefused(told, setting="GOCARDLESS_ACCESS_TOKEN", are_missing=are_missing)


def code_of(error: Exception) -> str:
    """This function will give the word under which an error stands in the table, or GoCardless' own for one that does
    not."""
    if isinstance(error, requests.RequestException | errors.MalformedResponseError):
        return "no_answer"
    if isinstance(error, errors.AuthenticationError | errors.PermissionsError):
        return _NO_ENTRY
    if isinstance(error, errors.RateLimitError):
        return "rate_limit_exceeded"
    if isinstance(error, errors.GoCardlessInternalError):
        return "gocardless"
    if not isinstance(error, errors.ApiError):
        return "validation_failed"
    reasons = [each.get("reason") for each in error.errors or [] if isinstance(each, dict) and each.get("reason")]
    return str(next(iter(reasons), error.type or "validation_failed"))


def plain(answer: Any) -> dict[str, Any]:
    """This function will give an answer of the SDK as a plain dict, whatever fields it has or lacks."""
    return answer.attributes


def key(ours: str) -> dict[str, str]:
    """This function will give the header that makes asking twice one thing, by our own key."""
    return {"Idempotency-Key": ours}
