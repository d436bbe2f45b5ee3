"""Finding things at GoCardless by whatever name an event or a row of ours gives. Reads only."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from pennypress.payments.providers.gocardless_calling import client, plain
from pennypress.payments.providers.gocardless_translation import KEY, ORDER, is_instant, link, moment, note
from pennypress.payments.providers.protocol import UnknownAtProvider

_AT_ONCE = 500
# A page is good for a week; a payment of no known page is looked for among the pages of so many days before it.
_PAGE_LASTS = dt.timedelta(days=30)


def order(ref: str) -> dict[str, Any]:
    """This function will find a billing request by its name."""
    return plain(client().billing_requests.get(ref))


def payment(ref: str) -> dict[str, Any]:
    """This function will find a payment by its own name, or that of its refund. Raises: UnknownAtProvider."""
    if ref.startswith("RF"):
        return payment(link(plain(client().refunds.get(ref)), "payment"))
    if not ref.startswith("PM"):
        raise UnknownAtProvider(ref)
    return plain(client().payments.get(ref))


def name_of(found: dict[str, Any]) -> str:
    """This function will give the one name under which we know a payment."""
    if named := note(found, ORDER):
        return named
    if note(found, KEY) or not is_instant(found):
        return found["id"]
    page = next(
        (each for each in _orders(moment(found["created_at"]) - _PAGE_LASTS) if _paid(each) == found["id"]), None
    )
    return page["id"] if page else found["id"]


def payment_of(page: dict[str, Any]) -> dict[str, Any] | None:
    """This function will find the payment that a billing request led to; None while there is none."""
    paid = _paid(page)
    return plain(client().payments.get(paid)) if paid else None


def _paid(page: dict[str, Any]) -> str:
    return link(page, "payment_request_payment") or link(page.get("payment_request"), "payment")


def under(mandate: str, name: str, value: str) -> dict[str, Any] | None:
    """This function will find the payment under a mandate that bears a note of ours; None where there is none."""
    payments = client().payments.all({"mandate": mandate, "limit": _AT_ONCE})
    return next((each for each in map(plain, payments) if note(each, name) == value), None)


def events_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """This function will list what happened to a payment."""
    return [plain(event) for event in client().events.all({"payment": found["id"], "limit": _AT_ONCE})]


def refunds_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """This function will list the refunds of a payment, the newest first."""
    return [plain(refund) for refund in client().refunds.all({"payment": found["id"], "limit": _AT_ONCE})]


def mandate(ref: str) -> dict[str, Any]:
    """This function will find a mandate by its name. Raises: UnknownAtProvider."""
    if not ref.startswith("MD"):
        raise UnknownAtProvider(ref)
    return plain(client().mandates.get(ref))


def account_of(found: dict[str, Any]) -> dict[str, Any] | None:
    """This function will find the bank account that a mandate is of."""
    named = link(found, "customer_bank_account")
    return plain(client().customer_bank_accounts.get(named)) if named else None


def payments_since(since: dt.datetime) -> Iterator[dict[str, Any]]:
    """This function will give every payment made at or after a moment, ours or not."""
    yield from map(plain, client().payments.all({"created_at[gte]": _said(since), "limit": _AT_ONCE}))


def unpaid_since(since: dt.datetime) -> Iterator[dict[str, Any]]:
    """This function will give every page begun at or after a moment that has led to nothing yet."""
    for page in _orders(since):
        if not _paid(page):
            yield page


def _orders(since: dt.datetime) -> Iterator[dict[str, Any]]:
    # The newest come first.
    for page in map(plain, client().billing_requests.all({"limit": _AT_ONCE})):
        if moment(page["created_at"]) < since:
            return
        yield page


def payouts_since(since: dt.datetime) -> Iterator[dict[str, Any]]:
    """This function will give every payout made at or after a moment."""
    yield from map(plain, client().payouts.all({"created_at[gte]": _said(since), "limit": _AT_ONCE}))


def _said(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
