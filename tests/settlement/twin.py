"""The twin: a provider in process that keeps its own truth of payments and tells of it badly.

It speaks the protocol of all providers. What it tells can be told late, twice, out of order or never; what it answers
when it is asked can be as old as the event that made us ask, as two workers at once may see it.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pennypress.money import Money
from pennypress.payments.models import Payment
from pennypress.payments.providers.protocol import (
    Begun,
    CannotRefund,
    Capabilities,
    Charge,
    Event,
    MandateOrder,
    MandateSnapshot,
    Order,
    PayoutSnapshot,
    Snapshot,
    TakenBack,
    UnknownAtProvider,
)

NAME = "sandbox"  # Under a name that the paper knows: whose account holds the money is not the twin's to decide.
BEGAN = dt.datetime(2026, 11, 7, 11, tzinfo=dt.UTC)
KINDS = {
    "challenge": "payment.pending",
    "wait": "payment.pending",
    "succeed": "payment.succeeded",
    "fail": "payment.failed",
    "refund_part": "payment.refunded",
    "refund_all": "payment.refunded",
    "dispute": "payment.disputed",
    "win": "payment.reinstated",
    "lose": "payment.disputed",
    "bounce": "payment.disputed",
    "payout": "moon.full",  # A kind that this paper has never heard of.
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event, and how the payment stood when it was sent."""

    event_id: str
    kind: str
    snapshot: Snapshot

    @property
    def body(self) -> bytes:
        return json.dumps({"id": self.event_id, "kind": self.kind, "ref": self.snapshot.provider_ref}).encode()


@dataclass
class Twin:
    """The provider's truth, and what it has told."""

    name: str = NAME
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(methods=frozenset({"card"}), mandates=False, refunds=True)
    )
    page_origins: tuple[str, ...] = ()
    payments: dict[str, Snapshot] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    # What the next question about a payment is answered with: how it stood, not how it stands.
    answers: dict[str, Snapshot] = field(default_factory=dict)

    def start_payment(self, order: Order) -> Begun:
        ref = f"tw_{order.reference}"
        self.payments.setdefault(
            ref,
            Snapshot(ref, order.reference, "started", order.amount, "", "", (), method=order.method, created_at=BEGAN),
        )
        return Begun(ref, f"/twin/{ref}/")

    def start_mandate(self, order: MandateOrder) -> Begun:
        raise NotImplementedError

    def charge_mandate(self, charge: Charge) -> Begun:
        raise NotImplementedError

    def cancel_mandate(self, mandate_ref: str) -> None:
        raise NotImplementedError

    def fetch_mandate(self, provider_ref: str) -> MandateSnapshot:
        raise UnknownAtProvider(provider_ref)

    def fetch_payout(self, provider_ref: str) -> PayoutSnapshot:
        raise UnknownAtProvider(provider_ref)

    def payouts_since(self, since: dt.datetime) -> Iterator[PayoutSnapshot]:
        return iter(())

    def payments_since(self, since: dt.datetime) -> Iterator[Snapshot]:
        return iter(list(self.payments.values()))

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None:
        if not self._take(provider_ref, "refund", amount.minor):
            raise CannotRefund(provider_ref)

    def fetch(self, provider_ref: str) -> Snapshot:
        if provider_ref not in self.payments:
            raise UnknownAtProvider(provider_ref)
        return self.answers.pop(provider_ref, None) or self.payments[provider_ref]

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        told = json.loads(body)
        return [Event(event_id=told["id"], kind=told["kind"], provider_ref=told["ref"])]

    def step(self, ref: str, what: str, minor: int = 500) -> bool:
        """Lets one thing happen to a payment, and tells of it. What cannot happen now does not (False)."""
        happened = getattr(self, f"_{what}")(ref, minor)
        if happened:
            number = len(self.told) + 1
            self.told.append(Told(f"te_{number}", KINDS[what], self.payments[ref]))
        return happened

    def _now(self, ref: str, **changed: object) -> bool:
        self.payments[ref] = replace(self.payments[ref], **changed)  # type: ignore[arg-type]
        return True

    def _challenge(self, ref: str, _minor: int) -> bool:
        return self.payments[ref].state == "started" and self._now(ref, state="pending")

    _wait = _challenge

    def _succeed(self, ref: str, _minor: int) -> bool:
        return self.payments[ref].state != "succeeded" and self._now(ref, state="succeeded", failure="")

    def _fail(self, ref: str, _minor: int) -> bool:
        return self.payments[ref].state in ("started", "pending") and self._now(
            ref, state="failed", failure="Declined."
        )

    def _payout(self, ref: str, _minor: int) -> bool:
        return True

    def _refund_part(self, ref: str, minor: int) -> bool:
        return self._take(ref, "refund", minor)

    def _refund_all(self, ref: str, _minor: int) -> bool:
        return self._take(ref, "refund", self._left(ref))

    def _dispute(self, ref: str, _minor: int) -> bool:
        return self._take(ref, "dispute", self._left(ref))

    def _win(self, ref: str, _minor: int) -> bool:
        return self._take(ref, "reinstatement", self._disputed(ref))

    def _lose(self, ref: str, _minor: int) -> bool:
        return self._disputed(ref) > 0  # Told of, and nothing moves: the money has gone already.

    def _bounce(self, ref: str, _minor: int) -> bool:
        return self._take(ref, "bounced", self._left(ref))

    def _take(self, ref: str, kind: str, minor: int) -> bool:
        payment = self.payments[ref]
        most = self._disputed(ref) if kind == "reinstatement" else self._left(ref)
        if payment.state != "succeeded" or not 0 < minor <= most or (kind == "refund" and self._disputed(ref)):
            return False
        key = f"{ref}-{len(payment.taken_back) + 1}"
        taken = TakenBack(key, kind, Money(minor, payment.amount.currency), "")
        return self._now(ref, taken_back=(*payment.taken_back, taken))

    def _left(self, ref: str) -> int:
        payment = self.payments[ref]
        return payment.amount.minor - sum(_signed(item) for item in payment.taken_back)

    def _disputed(self, ref: str) -> int:
        items = self.payments[ref].taken_back
        return sum(_signed(item) for item in items if item.kind in ("dispute", "reinstatement"))

    def kept(self) -> int:
        """What the provider says is left of all that was paid."""
        return sum(self._left(ref) for ref, payment in self.payments.items() if payment.state == "succeeded")


def _signed(item: TakenBack) -> int:
    return -item.amount.minor if item.kind == "reinstatement" else item.amount.minor


def ours(twin: Twin) -> list[Payment]:
    return list(Payment.objects.filter(provider=twin.name).order_by("id"))
