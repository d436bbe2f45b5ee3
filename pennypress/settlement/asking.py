"""Asking: how a payment stands at its provider, and settling what has changed. What a webhook says is never believed."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.payments import providers
from pennypress.payments.models import Payment, RefundKind
from pennypress.payments.providers.protocol import Snapshot, TakenBack
from pennypress.settlement import settle
from pennypress.settlement.settle import CannotSettle

__all__ = ["CannotSettle", "NoSuchPayment", "apply", "ask", "bring_up", "ours"]


class NoSuchPayment(LookupError):
    """The provider knows a payment that we never asked for."""


def ask(*, provider: str, provider_ref: str, on: dt.date, now: dt.datetime) -> Payment:
    """This function will ask the provider how a payment stands, and settle what we did not know yet.

    Asks outside any transaction, then settles in one. However often and in whatever order it is called, the end is the
    same. Raises: ProviderUnavailable, UnknownAtProvider, NoSuchPayment, CannotSettle.
    """
    snapshot = providers.get(provider).fetch(provider_ref)
    payment = bring_up(provider=provider, snapshot=snapshot, on=on, now=now)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def bring_up(
    *,
    provider: str,
    snapshot: Snapshot,
    on: dt.date,
    now: dt.datetime,
    then: Callable[[], object] | None = None,
) -> Payment:
    """This function will settle what a provider's snapshot says of a payment of ours that we did not know yet.

    Locks the payment. `then` is done in the same transaction. Raises: NoSuchPayment, CannotSettle, with nothing written.
    """
    payment = ours(provider, snapshot, lock=True)
    if payment is None:
        raise NoSuchPayment(snapshot.reference)
    if payment.amount != snapshot.amount:
        raise CannotSettle(
            _("The provider took %(theirs)s, and %(ours)s was asked for.")
            % {"theirs": snapshot.amount, "ours": payment.amount}
        )
    apply(payment=payment, snapshot=snapshot, on=on, now=now, is_locked=True)
    if then is not None:
        then()
    return payment


def ours(provider: str, snapshot: Snapshot, *, lock: bool = False) -> Payment | None:
    """This function will find our row of a payment, and lock it if asked; None where we never asked for it."""
    its = {"provider": provider, "ref": snapshot.provider_ref}
    held = "FOR UPDATE" if lock else ""
    # By our own reference, which the provider keeps for us: its name for the payment may not be written here yet.
    try:
        its["ours"] = str(uuid.UUID(snapshot.reference))
    except ValueError:
        # Somebody else's reference, or none: money taken in the provider's own screens.
        found = None
    else:
        found = prepared.first(Payment, f"WHERE provider = %(provider)s AND public_id = %(ours)s {held}", **its)
    return found or prepared.first(
        Payment, f"WHERE provider = %(provider)s AND provider_ref = %(ref)s LIMIT 1 {held}", **its
    )


@transaction.atomic(savepoint=False)
def apply(*, payment: Payment, snapshot: Snapshot, on: dt.date, now: dt.datetime, is_locked: bool = False) -> None:
    """This function will bring a payment up to what the provider says of it. A snapshot older than what we know moves
    nothing. Locks the payment, unless the caller has. Raises: CannotSettle, with nothing written."""
    ref = snapshot.provider_ref
    match snapshot.state:
        case "succeeded":
            settle.payment_succeeded(
                payment_id=payment.pk,
                provider_ref=ref,
                on=on,
                now=now,
                mandate_ref=snapshot.mandate_ref,
                locked=payment if is_locked else None,
            )
        case "failed":
            settle.payment_failed(payment_id=payment.pk, provider_ref=ref, reason=snapshot.failure, now=now)
        case "pending":
            settle.payment_pending(payment_id=payment.pk, provider_ref=ref, now=now)
    for item in snapshot.taken_back:
        settle.taken_back(
            payment_id=payment.pk,
            kind=item.kind,
            amount=item.amount,
            key=f"{payment.provider}-{item.key}",
            on=on,
            reason=item.reason,
            now=now,
            is_claimed=by_the_bank(item),
        )


def by_the_bank(item: TakenBack) -> bool | None:
    """This function will say of money that the payer's bank took back whether its payer claimed it; None where we gave it
    back ourselves, or it came again."""
    return item.is_claimed if item.kind in (RefundKind.BOUNCED, RefundKind.DISPUTE) else None
