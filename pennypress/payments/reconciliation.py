"""Reconciliation: what our books have of a provider's payments and payouts, beside what the provider says. It only reads.

Everything is compared net: what was paid, less what stands taken back of it.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

from django.db.models import Q, Sum

from pennypress.money import Money
from pennypress.payments.models import (
    Difference,
    Payment,
    PaymentState,
    Payout,
    Receipt,
    Reconciliation,
    Refund,
    RefundKind,
)
from pennypress.payments.providers.protocol import PayoutSnapshot, Snapshot

# More was paid than was asked for: the rest is a payment of its own here, under the same name with this after it.
_MORE = "+more"


def ref_of_more(payment: Payment) -> str:
    """This function will name the payment that holds what a provider took above what was asked for."""
    return f"{payment.provider_ref}{_MORE}"


def is_of_another(payment: Payment) -> bool:
    """This function will say whether a payment is the rest of another one, and has no name of its own at the provider."""
    return payment.provider_ref.endswith(_MORE)


def net_there(snapshot: Snapshot) -> Money:
    """This function will say what a payment brought at its provider, what stands taken back taken off."""
    if snapshot.state != "succeeded":
        return Money(0, snapshot.amount.currency)
    taken = sum(
        -item.amount.minor if item.kind == RefundKind.REINSTATEMENT else item.amount.minor
        for item in snapshot.taken_back
    )
    return Money(snapshot.amount.minor - taken, snapshot.amount.currency)


def net_here(payment: Payment) -> Money:
    """This function will say what a payment brought in our books, with the rest of it where more came than was asked."""
    ours = _nets(payment.provider, [payment.provider_ref]) if payment.provider_ref else {}
    return Money(ours.get(payment.provider_ref, 0), payment.currency)


def _receipts(provider: str, refs: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    """Each receipt of these payments, with the payment's name at the provider and its minor units: corrections as well."""
    named = [*refs, *(f"{ref}{_MORE}" for ref in refs)]
    of_these = Q(payment__provider=provider, payment__provider_ref__in=named)
    found = Receipt.objects.filter(of_these).order_by().values_list("pk", "payment__provider_ref", "amount_minor")
    told = [(number, str(ref).removesuffix(_MORE), minor) for number, ref, minor in found]
    while told:
        yield from told
        # What was entered wrongly was taken back whole, and stands in the receipt that corrects it.
        refs_of = {number: ref for number, ref, _minor in told}
        anew = Receipt.objects.filter(corrects__in=list(refs_of)).order_by()
        told = [
            (number, refs_of[corrected], minor)
            for number, corrected, minor in anew.values_list("pk", "corrects_id", "amount_minor")
            if corrected is not None
        ]


def _nets(provider: str, refs: Sequence[str]) -> dict[str, int]:
    nets: dict[str, int] = {}
    refs_of: dict[int, str] = {}
    for number, ref, minor in _receipts(provider, refs):
        refs_of[number] = ref
        nets[ref] = nets.get(ref, 0) + minor
    taken = (
        Refund.objects.filter(allocation__receipt__in=list(refs_of))
        .order_by()
        .values_list("allocation__receipt")
        .annotate(taken=Sum("amount_minor"))
    )
    for number, minor in taken:
        nets[refs_of[number]] -= minor
    return nets


def _unheard(provider: str, snapshots: Sequence[Snapshot]) -> set[str]:
    """The payments of which something was taken back, or came again, that our books have no row of: a dispute that was won
    before we heard of either leaves the same sum."""
    some = [snapshot for snapshot in snapshots if snapshot.state == "succeeded" and snapshot.taken_back]
    numbers = [number for number, _ref, _minor in _receipts(provider, [snapshot.provider_ref for snapshot in some])]
    rows = Refund.objects.filter(allocation__receipt__in=numbers).order_by().values_list("key", "allocation_id")
    # A part of several bears its allocation's number after the provider's key.
    heard = {name for key, allocation in rows for name in (key, key.removesuffix(f"-{allocation}"))}
    return {
        snapshot.provider_ref
        for snapshot in some
        if any(f"{provider}-{item.key}" not in heard for item in snapshot.taken_back)
    }


def differing(*, provider: str, snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """This function will give those snapshots whose payments are not in our books as they are at the provider."""
    ours = _known(provider, snapshots)
    nets, unheard = _nets(provider, list(ours)), _unheard(provider, snapshots)
    return [snapshot for snapshot in snapshots if _differs(snapshot, ours.get(snapshot.provider_ref), nets, unheard)]


def _known(provider: str, snapshots: Sequence[Snapshot]) -> dict[str, Payment]:
    references = [found for snapshot in snapshots if (found := _uuid(snapshot.reference))]
    refs = [snapshot.provider_ref for snapshot in snapshots]
    rows = Payment.objects.filter(Q(provider_ref__in=refs) | Q(public_id__in=references), provider=provider)
    by_ref = {payment.provider_ref: payment for payment in rows}
    by_reference = {payment.public_id: payment for payment in rows}
    return {
        snapshot.provider_ref: payment
        for snapshot in snapshots
        if (payment := by_ref.get(snapshot.provider_ref) or by_reference.get(_uuid(snapshot.reference)))  # type: ignore[arg-type]
    }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _differs(snapshot: Snapshot, payment: Payment | None, nets: dict[str, int], unheard: set[str]) -> bool:
    if payment is None:
        return snapshot.state == "succeeded"
    if payment.state == PaymentState.SUCCEEDED:
        return nets.get(payment.provider_ref, 0) != net_there(snapshot).minor or payment.provider_ref in unheard
    # What is only begun there may be further on here: a failure that was told, and another card is being tried.
    return snapshot.state not in ("started", payment.state)


def gap(*, provider: str, snapshot: Snapshot) -> int:
    """This function will say by how many minor units our books of a payment stand below the provider's."""
    known = _known(provider, [snapshot]).get(snapshot.provider_ref)
    ours = _nets(provider, [known.provider_ref]).get(known.provider_ref, 0) if known and known.provider_ref else 0
    return net_there(snapshot).minor - ours


def received_since(*, provider: str, since: dt.datetime) -> Iterator[Payment]:
    """This function will give the payments begun since then of which our books have money left."""
    found = Payment.objects.filter(provider=provider, state=PaymentState.SUCCEEDED, started_at__gte=since)
    return found.order_by("id").iterator(chunk_size=1000)


def is_paid_out(*, provider: str, snapshot: PayoutSnapshot) -> bool:
    """This function will say whether a payout stands here as it stands at the provider."""
    return Payout.objects.filter(provider=provider, provider_ref=snapshot.provider_ref, state=snapshot.state).exists()


def last(*, provider: str) -> Reconciliation | None:
    """This function will give the last comparison with a provider that came to its end."""
    return Reconciliation.objects.filter(provider=provider, finished_at__isnull=False).order_by("-id").first()


def unrepaired() -> list[Difference]:
    """This function will list what the last comparison with each provider found and could not repair."""
    lasts = (
        Reconciliation.objects.filter(finished_at__isnull=False)
        .order_by("provider", "-id")
        .distinct("provider")
        .values_list("pk", flat=True)
    )
    return list(Difference.objects.filter(reconciliation__in=list(lasts), cause="unrepaired").order_by("id"))
