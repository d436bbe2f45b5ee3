"""Payouts: what a provider sent to the bank, booked so that its clearing account holds just what it has not paid out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.ledger import chart, posting
from pennypress.ledger.models import Entry
from pennypress.money import Money
from pennypress.payments import receipts
from pennypress.payments.models import (
    Allocation,
    LineKind,
    Method,
    Payment,
    Payout,
    PayoutLine,
    PayoutMove,
    PayoutState,
    Receipt,
    Refund,
)
from pennypress.payments.providers import protocol

# Whoever pays out what a card terminal took has no name of its own here: its payouts are told apart by the bank's.
TERMINAL = "terminal"


class CannotPayOut(ValueError):
    """The payout cannot be booked as the provider tells it: its lines do not add up, or one is of money unknown to us."""


def bring_up(*, provider: str, snapshot: protocol.PayoutSnapshot, now: dt.datetime) -> Payout:
    """This function will bring our row of a payout up to what the provider says of it, however often it is told.

    What its lines are of is booked before: call `settlement.paying_out` where it may not be. Locks the payout; writes it
    with its lines and moves; posts its entry when it is paid, dated with the day of arrival, and that entry's reversal
    when it came back. Raises: CannotPayOut, ledger.posting.CannotPost, with nothing written.
    """
    with transaction.atomic():
        payout = _ours(provider, snapshot.provider_ref) or _record(provider, snapshot, now)
        if payout.amount != snapshot.amount:
            raise CannotPayOut(
                _("The provider paid out %(theirs)s, and before said %(ours)s.")
                % {"theirs": snapshot.amount, "ours": payout.amount}
            )
        match (payout.state, snapshot.state):
            case (PayoutState.PENDING, "paid"):
                _move(payout, PayoutState.PAID, now, arrives_on=snapshot.arrives_on)
                _post(payout, now)
            case (PayoutState.PENDING, "failed"):
                _move(payout, PayoutState.FAILED, now)
            case (PayoutState.PAID, "failed"):
                _move(payout, PayoutState.FAILED, now)
                _reverse(payout, now)
    return payout


def _ours(provider: str, ref: str) -> Payout | None:
    return Payout.objects.select_for_update().filter(provider=provider, provider_ref=ref).first()


def waiting_by_hand(currency: str) -> QuerySet[Receipt]:
    """This function will list card money that was entered by hand and not paid out yet, the eldest first.

    What was taken back of it, wholly or in part, went another way and is not among it.
    """
    went_out = PayoutLine.objects.filter(receipt=OuterRef("pk")).exclude(payout__state=PayoutState.FAILED)
    taken = Refund.objects.filter(allocation__receipt=OuterRef("pk"))
    cards = Receipt.objects.filter(
        payment=None,
        corrects=None,
        is_brought_forward=False,
        bank_account=None,
        currency=currency,
        method__in=[Method.CARD, Method.CARD_BY_PHONE],
    )
    return cards.exclude(Exists(went_out)).exclude(Exists(taken)).order_by("received_on", "id")


def kept_of(chosen: Sequence[Receipt], *, arrived: Money) -> list[tuple[Receipt, Money]]:
    """This function will say what was kept of each receipt when so much of them all arrived: shared by their amounts.

    Raises: CannotPayOut.
    """
    if not chosen:
        raise CannotPayOut(_("Please tick the payments that this payout is of."))
    gross = money.total([one.amount for one in chosen], arrived.currency)
    if not 0 < arrived.minor <= gross.minor:
        raise CannotPayOut(
            _(
                "The payments that you ticked add up to %(gross)s: no more than that can have arrived, and something must have."
            )
            % {"gross": gross}
        )
    shares = money.split(gross - arrived, [one.amount_minor for one in chosen])
    return list(zip(chosen, shares, strict=True))


def by_hand(
    *,
    provider: str,
    provider_ref: str,
    kept: Sequence[tuple[Receipt, Money]],
    arrives_on: dt.date,
    now: dt.datetime,
) -> Payout:
    """This function will write down a payout of card money that was entered by hand: at a terminal, or by telephone.

    `kept` says of each receipt what its provider kept of it. Locks the receipts; writes the payout, paid, with its lines
    and its entry. Raises: CannotPayOut, with nothing written, where there is none, one is not held as card money or was
    paid out, or a payout of this name stands; ledger.posting.CannotPost.
    """
    with transaction.atomic():
        _require_waiting([one for one, _fee in kept])
        if _ours(provider, provider_ref) is not None:
            raise CannotPayOut(_("A payout of this name is written down already."))
        lines = [
            PayoutLine(
                key=f"receipt-{one.pk}",
                kind=LineKind.PAYMENT,
                amount_minor=one.amount_minor,
                fee_minor=fee.minor,
                receipt=one,
            )
            for one, fee in kept
        ]
        net = money.total([one.amount - fee for one, fee in kept], kept[0][0].currency)
        payout = _write(provider, provider_ref, net, arrives_on, lines, now)
        _move(payout, PayoutState.PAID, now)
        _post(payout, now)
    return payout


def _require_waiting(chosen: Sequence[Receipt]) -> None:
    """Locks the receipts in their order: of two payouts of one receipt the second waits, and is refused."""
    numbers = [one.pk for one in chosen]
    list(Receipt.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk", flat=True))
    elsewhere = [one for one in chosen if one.payment_id or receipts.held(one) != chart.CARD_CLEARING]
    standing = PayoutLine.objects.filter(receipt__in=numbers).exclude(payout__state=PayoutState.FAILED)
    if not chosen or elsewhere or standing.exists():
        raise CannotPayOut(_("Only card money that was entered by hand and not paid out yet is paid out by hand."))


def _record(provider: str, snapshot: protocol.PayoutSnapshot, now: dt.datetime) -> Payout:
    require_sum(snapshot)
    lines = _lines(provider, snapshot.lines)
    try:
        with transaction.atomic():
            return _write(provider, snapshot.provider_ref, snapshot.amount, snapshot.arrives_on, lines, now)
    except IntegrityError:
        # Another told of it at the same moment, and has committed.
        return Payout.objects.select_for_update().get(provider=provider, provider_ref=snapshot.provider_ref)


def _write(
    provider: str, ref: str, amount: Money, arrives_on: dt.date, lines: Sequence[PayoutLine], now: dt.datetime
) -> Payout:
    payout = Payout.objects.create(
        provider=provider,
        provider_ref=ref,
        amount_minor=amount.minor,
        currency=amount.currency,
        arrives_on=arrives_on,
        line_count=len(lines),
        recorded_at=now,
    )
    for number, line in enumerate(lines, 1):
        line.payout, line.number = payout, number
    PayoutLine.objects.bulk_create(lines)
    PayoutMove.objects.create(payout=payout, from_state="", to_state=PayoutState.PENDING, moved_at=now)
    return payout


def require_sum(snapshot: protocol.PayoutSnapshot) -> None:
    """This function will check that a payout is the sum of its lines less their fees. Raises: CannotPayOut."""
    currency = snapshot.amount.currency
    nets = [line.amount - line.fee for line in snapshot.lines]
    summed = money.total(nets, currency)
    if summed != snapshot.amount:
        raise CannotPayOut(
            _("The lines of the payout add up to %(lines)s, and it is of %(whole)s.")
            % {"lines": summed, "whole": snapshot.amount}
        )


def _lines(provider: str, told: Iterable[protocol.PayoutLine]) -> list[PayoutLine]:
    told = list(told)
    refs = {line.payment_ref for line in told} - {""}
    ours = {
        receipt.payment.provider_ref: receipt
        for receipt in Receipt.objects.filter(
            payment__provider=provider, payment__provider_ref__in=refs
        ).select_related("payment")
        if receipt.payment
    }
    came_back = {
        payout.provider_ref: payout
        for payout in Payout.objects.filter(provider=provider, provider_ref__in=refs, state=PayoutState.FAILED)
    }
    return [_line(line, ours, came_back) for line in told]


def _line(line: protocol.PayoutLine, ours: Mapping[str, Receipt], came_back: Mapping[str, Payout]) -> PayoutLine:
    kind = LineKind(line.kind)
    receipt = None if kind in (LineKind.FEE, LineKind.OTHER) else ours.get(line.payment_ref)
    if receipt is None and kind not in (LineKind.FEE, LineKind.OTHER):
        raise CannotPayOut(_("The payout has a line of a payment that is not in our books: %s.") % line.payment_ref)
    return PayoutLine(
        key=line.key,
        kind=kind,
        amount_minor=line.amount.minor,
        fee_minor=line.fee.minor,
        receipt=receipt,
        returned=came_back.get(line.payment_ref) if kind == LineKind.OTHER else None,
        reason=line.reason[:300],
    )


def _move(payout: Payout, to: PayoutState, now: dt.datetime, *, arrives_on: dt.date | None = None) -> None:
    PayoutMove.objects.create(payout=payout, from_state=payout.state, to_state=to, moved_at=now)
    payout.state = to
    payout.arrives_on = arrives_on or payout.arrives_on
    payout.save(update_fields=["state", "arrives_on"])


def entry_key(payout: Payout) -> str:
    """This function will give the key of a payout's entry in the books."""
    return f"payout-{payout.provider}-{payout.provider_ref}"


def state_of(*, provider: str, provider_ref: str) -> str:
    """This function will say how a payout stands here, "" where nobody told of it yet."""
    found = Payout.objects.filter(provider=provider, provider_ref=provider_ref).values_list("state", flat=True)
    return found.first() or ""


def entry_keys(payout: Payout) -> list[str]:
    """This function will give the keys of all entries that a payout may have in the books."""
    return [entry_key(payout), f"payout-failed-{payout.pk}"]


def last_entry_key(payout: Payout) -> str:
    """This function will give the key of the entry that a payout's present state was booked with."""
    return f"payout-failed-{payout.pk}" if payout.state == PayoutState.FAILED else entry_key(payout)


def _post(payout: Payout, now: dt.datetime) -> None:
    sums: dict[str, int] = {chart.BANK: payout.amount_minor}
    for account, minor in _against(payout):
        sums[account] = sums.get(account, 0) + minor
    sides = [posting.Side(account, Money(minor, payout.currency)) for account, minor in sums.items()]
    if not any(side.amount for side in sides):
        return
    memo = _("Paid out by %(provider)s") % {"provider": payout.provider}
    posting.post(key=entry_key(payout), on=payout.arrives_on, memo=memo, sides=sides, now=now)


def _against(payout: Payout) -> Iterable[tuple[str, int]]:
    """What the bank's side of a payout stands against: account and minor units, debits above zero."""
    for line in payout.lines.select_related("receipt__payment", "returned"):
        yield chart.PROVIDER_FEES, line.fee_minor
        if line.receipt is not None:
            yield receipts.held(line.receipt), -line.amount_minor
        elif line.kind == LineKind.FEE:
            yield chart.PROVIDER_FEES, -line.amount_minor
        elif line.returned is not None:
            # Its entry was reversed when it came back: what it had settled is settled now.
            yield from _against(line.returned)
        else:
            # An adjustment of the provider's own: its reason stands on the line.
            yield chart.PROVIDER_FEES, -line.amount_minor


def _reverse(payout: Payout, now: dt.datetime) -> None:
    entry = Entry.objects.filter(key=entry_key(payout)).first()
    if entry is None:
        return
    memo = _("Payout by %(provider)s came back") % {"provider": payout.provider}
    posting.reverse(entry=entry, key=f"payout-failed-{payout.pk}", on=payout.arrives_on, memo=memo, now=now)


def fees_of_receipts(receipt_ids: Iterable[int]) -> dict[int, Money]:
    """This function will say what providers kept of each of these receipts; one that is in no payout yet is left out."""
    lines = (
        PayoutLine.objects.filter(receipt__in=list(receipt_ids))
        .exclude(payout__state=PayoutState.FAILED)
        .values_list("receipt_id", "fee_minor", "payout__currency")
    )
    fees: dict[int, Money] = {}
    for receipt_id, minor, currency in lines:
        assert receipt_id is not None
        fees[receipt_id] = fees.get(receipt_id, money.zero(currency)) + Money(minor, currency)
    return fees


def fees_of(allocation_ids: Iterable[int]) -> dict[int, Money]:
    """This function will say what providers kept of each of these allocations: its share of its receipt's fee.

    Law: the shares of all allocations of a receipt sum exactly to its fee. Those in no payout yet are left out.
    """
    wanted = set(allocation_ids)
    receipt_ids = set(Allocation.objects.filter(pk__in=wanted).values_list("receipt_id", flat=True))
    fees = fees_of_receipts(receipt_ids) | _fees_of_corrections(receipt_ids)
    parts: dict[int, list[Allocation]] = {}
    for allocation in Allocation.objects.filter(receipt__in=fees.keys()).order_by("id"):
        parts.setdefault(allocation.receipt_id, []).append(allocation)
    return {
        allocation.pk: share
        for receipt_id, allocations in parts.items()
        for allocation, share in zip(
            allocations, money.split(fees[receipt_id], [part.amount_minor for part in allocations]), strict=True
        )
        if allocation.pk in wanted
    }


def _fees_of_corrections(receipt_ids: Iterable[int]) -> dict[int, Money]:
    """The fees of receipts that correct another stand at the one that first told of the money."""
    anew = Receipt.objects.filter(pk__in=list(receipt_ids), corrects__isnull=False)
    firsts: dict[int, int] = {}
    for receipt in anew:
        payment = receipts.came_by(receipt)
        if payment is not None:
            firsts[receipt.pk] = payment.receipt.pk
    fees = fees_of_receipts(firsts.values())
    return {number: fees[first] for number, first in firsts.items() if first in fees}


def of_payment(payment: Payment) -> list[PayoutLine]:
    """This function will list the lines of all payouts that a payment stands in, the oldest first."""
    return list(PayoutLine.objects.filter(receipt__payment=payment).select_related("payout").order_by("id"))
