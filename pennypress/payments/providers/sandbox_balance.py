"""The sandbox's balance: what came in and went out of it, the fees it keeps, and what it pays out to the paper's bank.

Its fees are those that such providers take: 1.4 % and 20 pence of a payment by card, 1 % and at most £2.00 of one from
a bank account, £15.00 for a dispute. A fee is kept even where the payment goes back.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from pennypress import days, prepared
from pennypress.money import Money
from pennypress.payments.providers import sandbox_webhooks
from pennypress.payments.providers.protocol import PayoutLine, PayoutSnapshot, UnknownAtProvider
from pennypress.payments.providers.sandbox_cards import LATER
from pennypress.payments.sandbox_tables import SandboxMovement, SandboxPayment, SandboxPayout

DISPUTE_FEE = 1_500
LARGEST_DEBIT_FEE = 200
# Money is held for two of the sandbox's days before it is paid out by itself.
HELD_FOR = LATER * 2
_OUT = ("refund", "dispute", "bounced")


def fee(kind: str, method: str, minor: int) -> int:
    """This function will say what the sandbox keeps of a movement of `minor`, rounded half up.

    >>> fee("payment", "card", 2500), fee("payment", "direct_debit", 1000), fee("dispute", "card", 2500)
    (55, 10, 1500)
    """
    if kind == "payment" and method == "card":
        return (minor * 14 + 500) // 1000 + 20
    if kind == "payment":
        return min((minor + 50) // 100, LARGEST_DEBIT_FEE)
    return DISPUTE_FEE if kind == "dispute" else 0


def move(payment: SandboxPayment, kind: str, minor: int, *, key: str, reason: str = "") -> None:
    """This function will write a movement of `minor` (above zero) down, in or out as its kind says, with its fee."""
    prepared.written(
        SandboxMovement(
            key=key,
            payment=payment,
            kind=kind,
            amount_minor=-minor if kind in _OUT else minor,
            fee_minor=fee(kind, payment.method, minor),
            currency=payment.currency,
            reason=reason,
            available_at=timezone.now() + HELD_FOR,
        )
    )


@transaction.atomic
def pay_out(*, now: dt.datetime, on_demand: bool = True, at_once: bool = True) -> list[SandboxPayout]:
    """This function will pay out the balance of each currency that is above zero, and tell of it by webhook.

    On demand all of it goes; by itself only what was held long enough. It arrives at once or on the sandbox's next day.
    """
    waiting = SandboxMovement.objects.filter(is_paid_out=False)
    if not on_demand:
        # What goes out is taken from the balance at once.
        waiting = waiting.filter(Q(available_at__lte=now) | Q(amount_minor__lt=0))
    currencies = waiting.order_by().values_list("currency", flat=True).distinct()
    made = [_pay_out(waiting, currency, now) for currency in sorted(set(currencies))]
    payouts = [payout for payout in made if payout is not None]
    for payout in payouts:
        if at_once:
            _arrive(payout)
    return payouts


def _pay_out(waiting, currency: str, now: dt.datetime) -> SandboxPayout | None:  # type: ignore[no-untyped-def]
    movements = list(waiting.filter(currency=currency).select_for_update())
    amount = sum(movement.amount_minor - movement.fee_minor for movement in movements)
    if amount <= 0:
        return None
    payout = SandboxPayout.objects.create(
        amount_minor=amount,
        currency=currency,
        arrives_on=days.day_of(now + LATER, timezone.get_default_timezone()),
        next_at=now + LATER,
        created_at=now,
    )
    payout.movements.set(movements)
    SandboxMovement.objects.filter(pk__in=[movement.pk for movement in movements]).update(is_paid_out=True)
    sandbox_webhooks.tell_of("payout", ref=payout.ref, kind="payout.created")
    return payout


def _arrive(payout: SandboxPayout) -> None:
    payout.state, payout.next_at = "paid", None
    payout.save(update_fields=["state", "next_at"])
    sandbox_webhooks.tell_of("payout", ref=payout.ref, kind="payout.paid")


@transaction.atomic
def fail_payout(*, ref: str) -> SandboxPayout:
    """This function will have a payout come back from the bank, paid before or not: its money is in the balance again."""
    payout = SandboxPayout.objects.select_for_update().get(ref=ref)
    if payout.state != "failed":
        payout.state, payout.next_at = "failed", None
        payout.save(update_fields=["state", "next_at"])
        payout.movements.update(is_paid_out=False)
        sandbox_webhooks.tell_of("payout", ref=payout.ref, kind="payout.failed")
    return payout


def advance(*, now: dt.datetime) -> int:
    """This function will have payouts arrive that are due by `now`, and make new ones of what was held long enough."""
    due = list(SandboxPayout.objects.filter(state="pending", next_at__lte=now).values_list("pk", flat=True))
    for number in due:
        with transaction.atomic():
            payout = SandboxPayout.objects.select_for_update().get(pk=number)
            if payout.state == "pending":
                _arrive(payout)
    return len(due) + len(pay_out(now=now, on_demand=False, at_once=False))


def fetch(ref: str) -> PayoutSnapshot:
    """This function will tell how a payout stands, with its lines. Raises: UnknownAtProvider."""
    payout = SandboxPayout.objects.filter(ref=ref).first()
    if payout is None:
        raise UnknownAtProvider(ref)
    return _snapshot(payout)


def since(moment: dt.datetime) -> Iterator[PayoutSnapshot]:
    """This function will tell of every payout made at or after `moment`, the oldest first."""
    for payout in SandboxPayout.objects.filter(created_at__gte=moment).order_by("id").iterator(chunk_size=100):
        yield _snapshot(payout)


def held(currency: str) -> Money:
    """This function will say what stands in the balance and was not paid out, the fees taken off."""
    summed = SandboxMovement.objects.filter(is_paid_out=False, currency=currency).aggregate(
        amount=Sum("amount_minor"), fees=Sum("fee_minor")
    )
    return Money((summed["amount"] or 0) - (summed["fees"] or 0), currency)


def _snapshot(payout: SandboxPayout) -> PayoutSnapshot:
    movements = payout.movements.select_related("payment").order_by("id")
    return PayoutSnapshot(
        provider_ref=payout.ref,
        state=payout.state,
        amount=Money(payout.amount_minor, payout.currency),
        arrives_on=payout.arrives_on,
        lines=tuple(_line(movement) for movement in movements),
        created_at=payout.created_at,
    )


def _line(movement: SandboxMovement) -> PayoutLine:
    return PayoutLine(
        key=movement.key,
        kind=movement.kind,
        amount=Money(movement.amount_minor, movement.currency),
        fee=Money(movement.fee_minor, movement.currency),
        payment_ref=movement.payment.ref if movement.payment else "",
        reason=movement.reason,
    )
