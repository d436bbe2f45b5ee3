"""Paying out: a provider's payout comes into the books after all money that it is of has."""

import datetime as dt

from pennypress.payments import payouts, providers
from pennypress.payments.models import Payment, PaymentState, Payout, Refund
from pennypress.payments.payouts import CannotPayOut
from pennypress.payments.providers.protocol import PayoutLine, PayoutSnapshot
from pennypress.settlement import finding

__all__ = ["CannotPayOut", "ask", "bring_up"]


def ask(*, provider: str, provider_ref: str, on: dt.date, now: dt.datetime) -> Payout:
    """This function will ask the provider how a payout stands, and book what we did not know yet.

    Asks outside any transaction. Raises: ProviderUnavailable, UnknownAtProvider, CannotPayOut, CannotSettle.
    """
    snapshot = providers.get(provider).fetch_payout(provider_ref)
    return bring_up(provider=provider, snapshot=snapshot, on=on, now=now)


def bring_up(*, provider: str, snapshot: PayoutSnapshot, on: dt.date, now: dt.datetime) -> Payout:
    """This function will book a payout as its provider tells it, and first, each by itself, whatever in it is not booked
    here yet: a payment whose webhook was lost, or one that was taken back."""
    for provider_ref in _behind(provider, snapshot):
        finding.settled(provider=provider, provider_ref=provider_ref, on=on, now=now)
    return payouts.bring_up(provider=provider, snapshot=snapshot, now=now)


def _behind(provider: str, snapshot: PayoutSnapshot) -> list[str]:
    """The payments in a payout of which our books do not know all that the payout says, in the order of its lines."""
    of_payments = [line for line in snapshot.lines if line.payment_ref and line.kind not in ("fee", "other")]
    refs = {line.payment_ref for line in of_payments}
    paid = set(
        Payment.objects.filter(provider=provider, provider_ref__in=refs, state=PaymentState.SUCCEEDED).values_list(
            "provider_ref", flat=True
        )
    )
    taken_back = {line.payment_ref for line in of_payments if not _is_booked(provider, line)}
    return list(dict.fromkeys(line.payment_ref for line in of_payments if line.payment_ref not in paid - taken_back))


def _is_booked(provider: str, line: PayoutLine) -> bool:
    # A payment of several parts has a refund for each, under the provider's key and the part's number.
    return line.kind == "payment" or Refund.objects.filter(key__startswith=f"{provider}-{line.key}").exists()
