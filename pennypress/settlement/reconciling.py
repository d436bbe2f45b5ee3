"""Reconciling: a provider's books beside ours, in both directions, and each difference repaired by an entry of its own.

The provider's word for its own money stands: our books follow it, by the same functions that a webhook would have set
off, or by a balanced entry that names the cause. Each repair is one transaction with the row that tells of it, so that
running it twice changes nothing the second time, and stopping it halfway loses nothing.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.ledger.posting import CannotPost
from pennypress.money import Money
from pennypress.payments import payouts, providers, receipts, reconciliation
from pennypress.payments.models import Cause, Difference, Payment, PaymentState, Reconciliation, RefundKind
from pennypress.payments.providers.protocol import (
    PayoutSnapshot,
    Provider,
    ProviderRefused,
    Snapshot,
    UnknownAtProvider,
)
from pennypress.settlement import asking, finding, paying_out, settle

# How far back a daily run looks: longer than any provider repeats its webhooks, and a dispute of last month is in it.
LOOKS_BACK = dt.timedelta(days=120)
AT_ONCE = 500


def run(*, provider: str, since: dt.datetime, on: dt.date, now: dt.datetime) -> Reconciliation:
    """This function will compare all that was begun at a provider since `since` with our books, and repair what differs.

    Call it outside any transaction. Writes the comparison, and a row and an entry for each difference. Raises:
    ProviderUnavailable, with what was repaired until then kept.
    """
    theirs = providers.get(provider)
    made = Reconciliation.objects.create(provider=provider, since=since, started_at=now)
    comparison = _Comparison(made, on, now)
    seen = comparison.payments(theirs.payments_since(since))
    comparison.not_seen(theirs, seen)
    paid_out = comparison.payouts(theirs.payouts_since(since)) if theirs.capabilities.payouts else 0
    made.finished_at, made.payments, made.payouts = now, len(seen), paid_out
    made.save(update_fields=["finished_at", "payments", "payouts"])
    return made


def require_reachable(*, provider: str, now: dt.datetime) -> None:
    """This function will ask a provider for nothing in particular, to see that it answers to our keys. Reads only.

    Raises: ProviderUnavailable, KeysRefused among them; ProviderRefused.
    """
    next(iter(providers.get(provider).payments_since(now)), None)


class _Comparison:
    """One run of it: what is compared, on which day its repairs are booked, and where they are told of."""

    def __init__(self, made: Reconciliation, on: dt.date, now: dt.datetime) -> None:
        self.made, self.provider, self.on, self.now = made, made.provider, on, now

    def payments(self, snapshots: Iterator[Snapshot]) -> set[str]:
        seen: set[str] = set()
        while batch := list(islice(snapshots, AT_ONCE)):
            seen |= {snapshot.provider_ref for snapshot in batch}
            for snapshot in reconciliation.differing(provider=self.provider, snapshots=batch):
                self._repair(snapshot)
        return seen

    def not_seen(self, theirs: Provider, seen: set[str]) -> None:
        """Payments that the books have and the provider's list has not: each is asked about by itself."""
        for payment in reconciliation.received_since(provider=self.provider, since=self.made.since):
            if payment.provider_ref in seen or reconciliation.is_of_another(payment):
                continue
            try:
                snapshot = theirs.fetch(payment.provider_ref)
            except UnknownAtProvider:
                self._take_back_unpaid(payment, Cause.UNKNOWN_THERE, _("Unknown at the provider"))
            else:
                for differing in reconciliation.differing(provider=self.provider, snapshots=[snapshot]):
                    self._repair(differing)

    def payouts(self, snapshots: Iterable[PayoutSnapshot]) -> int:
        count = 0
        for snapshot in snapshots:
            count += 1
            if not reconciliation.is_paid_out(provider=self.provider, snapshot=snapshot):
                self._repair_payout(snapshot)
        return count

    def _repair(self, snapshot: Snapshot) -> None:
        try:
            with transaction.atomic():
                self._bring_up(snapshot)
        except (settle.CannotSettle, CannotPost) as error:
            # Where the sums agree there is nothing to be repaired: what was not heard of cannot be told apart any more.
            if reconciliation.gap(provider=self.provider, snapshot=snapshot):
                self._leave(snapshot.provider_ref, reconciliation.net_there(snapshot), str(error))

    def _bring_up(self, snapshot: Snapshot) -> None:
        """Our books follow: first what a webhook would have told, then whatever still differs by an entry of its own."""
        payment = asking.ours(self.provider, snapshot)
        if payment is None:
            payment = finding.found(provider=self.provider, snapshot=snapshot, on=self.on, now=self.now)
            self._tell(payment, Cause.NEVER_ASKED, payment.amount, receipts.entry_key(payment.receipt))
            return
        if snapshot.state != "succeeded" and payment.state == PaymentState.SUCCEEDED:
            self._take_back_unpaid(payment, Cause.FAILED_THERE, snapshot.failure or _("Not paid at the provider"))
            return
        was_paid = payment.state == PaymentState.SUCCEEDED
        asking.apply(payment=payment, snapshot=dataclasses.replace(snapshot, taken_back=()), on=self.on, now=self.now)
        payment.refresh_from_db()
        if snapshot.state != "succeeded":
            return
        if not was_paid:
            self._tell(payment, Cause.PAID_THERE, payment.amount, receipts.entry_key(payment.receipt))
        self._even_amount(payment, snapshot)
        self._even_taken_back(payment, snapshot)

    def _even_amount(self, payment: Payment, snapshot: Snapshot) -> None:
        """The provider took another sum than was asked for: the rest is not yet allocated, or taken back."""
        over = snapshot.amount - payment.amount
        if over.minor > 0:
            more = finding.record(
                provider=self.provider,
                snapshot=snapshot,
                ref=reconciliation.ref_of_more(payment),
                amount=over,
                now=self.now,
            )
            if more.state != PaymentState.SUCCEEDED:
                receipt = settle.payment_succeeded(
                    payment_id=more.pk, provider_ref=more.provider_ref, on=self.on, now=self.now
                )
                self._tell(payment, Cause.MORE_THERE, over, receipts.entry_key(receipt))
        elif over.minor < 0:
            reason = _("The provider took %(theirs)s of %(ours)s") % {"theirs": snapshot.amount, "ours": payment.amount}
            key = f"{self.provider}-{payment.provider_ref}-less"
            self._take(payment, RefundKind.BOUNCED, -over, key, reason, Cause.LESS_THERE)

    def _even_taken_back(self, payment: Payment, snapshot: Snapshot) -> None:
        for item in snapshot.taken_back:
            key = f"{self.provider}-{item.key}"
            claimed = asking.by_the_bank(item)
            self._take(payment, item.kind, item.amount, key, item.reason, Cause.TAKEN_BACK_THERE, claimed=claimed)
        over = reconciliation.net_there(snapshot) - reconciliation.net_here(payment)
        if not over:
            return
        # Our books say more, or less, was taken back than the provider does, and under no key of its own.
        kind = RefundKind.REINSTATEMENT if over.minor > 0 else RefundKind.BOUNCED
        cause = Cause.GIVEN_BACK_THERE if over.minor > 0 else Cause.TAKEN_BACK_THERE
        key = f"{self.provider}-{payment.provider_ref}-evened-{self.made.pk}"
        self._take(payment, kind, over if over.minor > 0 else -over, key, _("As the provider has it"), cause)

    def _take_back_unpaid(self, payment: Payment, cause: Cause, reason: str) -> None:
        left = reconciliation.net_here(payment)
        key = f"{self.provider}-{payment.provider_ref}-unpaid-{self.made.pk}"
        if left:
            self._take(payment, RefundKind.BOUNCED, left, key, reason, cause)

    def _take(
        self,
        payment: Payment,
        kind: str,
        amount: Money,
        key: str,
        reason: str,
        cause: Cause,
        *,
        claimed: bool | None = None,
    ) -> None:
        with transaction.atomic():
            before = reconciliation.net_here(payment)
            taken = settle.taken_back(
                payment_id=payment.pk,
                kind=kind,
                amount=amount,
                key=key,
                on=self.on,
                reason=reason,
                now=self.now,
                is_claimed=claimed,
            )
            moved = reconciliation.net_here(payment) - before
            if moved:
                self._tell(payment, cause, moved, taken[0].key, reason)

    def _repair_payout(self, snapshot: PayoutSnapshot) -> None:
        stood = payouts.state_of(provider=self.provider, provider_ref=snapshot.provider_ref)
        try:
            payout = paying_out.bring_up(provider=self.provider, snapshot=snapshot, on=self.on, now=self.now)
        except (
            payouts.CannotPayOut,
            settle.CannotSettle,
            asking.NoSuchPayment,
            CannotPost,
            ProviderRefused,
            UnknownAtProvider,
        ) as error:
            self._leave(snapshot.provider_ref, snapshot.amount, str(error))
            return
        if payout.state in ("pending", stood):
            return
        self._write(snapshot.provider_ref, Cause.PAYOUT, snapshot.amount, payouts.last_entry_key(payout))

    def _tell(self, payment: Payment, cause: Cause, amount: Money, entry_key: str, says: str = "") -> None:
        self._write(payment.provider_ref, cause, amount, entry_key, says)

    def _leave(self, provider_ref: str, amount: Money, says: str) -> None:
        self._write(provider_ref, Cause.UNREPAIRED, amount, "", says)

    def _write(self, provider_ref: str, cause: Cause, amount: Money, entry_key: str, says: str = "") -> None:
        Difference.objects.create(
            reconciliation=self.made,
            provider_ref=provider_ref,
            cause=cause,
            amount_minor=amount.minor,
            currency=amount.currency,
            entry_key=entry_key,
            says=says[:300],
            found_at=self.now,
        )


def difference(*, provider: str, since: dt.datetime, currency: str) -> Money:
    """This function will say by how much our books of a provider differ from its own, all differences above zero added,
    without repairing any. It writes nothing. Raises: ProviderUnavailable."""
    theirs = providers.get(provider)
    total, seen = 0, set()
    for snapshot in theirs.payments_since(since):
        seen.add(snapshot.provider_ref)
        if snapshot.amount.currency == currency:
            total += abs(reconciliation.gap(provider=provider, snapshot=snapshot))
    for payment in reconciliation.received_since(provider=provider, since=since):
        if payment.provider_ref not in seen and not reconciliation.is_of_another(payment):
            total += abs(reconciliation.net_here(payment).minor)
    told = theirs.payouts_since(since) if theirs.capabilities.payouts else ()
    total += sum(
        abs(snapshot.amount.minor)
        for snapshot in told
        if not reconciliation.is_paid_out(provider=provider, snapshot=snapshot)
    )
    return Money(total, currency)
