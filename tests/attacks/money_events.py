"""Random money events of a paper's month, each done by the domain, with a fold of their own of what the fund must say."""

import contextlib
import datetime as dt
import random
from dataclasses import dataclass, field

from django.utils import timezone

from pennypress.giving import gifts
from pennypress.money import Money
from pennypress.payments.models import Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import CannotRefund
from pennypress.settlement import asking, by_hand
from pennypress.settlement.came import Came

KINDS = (
    "card",
    "card",
    "card",
    "declined",
    "cheque",
    "cheque",
    "split",
    "last_month",
    "refund",
    "dispute",
    "win",
    "bounce",
)


@dataclass
class Month:
    """What has happened so far: `raised` is what the running appeal has, counted apart from the paper's own count."""

    rng: random.Random
    opens_on: dt.date
    raised: int = 0
    happened: int = 0
    paid: dict[str, int] = field(default_factory=dict)
    disputed: dict[str, int] = field(default_factory=dict)
    cheques: dict[int, int] = field(default_factory=dict)

    def event(self) -> str:
        """Lets one thing happen, in one commit of the domain's, and counts it."""
        kind = self.rng.choice(KINDS)
        before = self.raised
        getattr(self, f"_{kind}")()
        self.happened += self.raised != before
        return kind

    def _amount(self) -> Money:
        return Money(self.rng.randint(100, 20_000), "GBP")

    def _offered(self) -> str:
        now = timezone.now()
        offered = gifts.offer(
            amount=self._amount(),
            name="",
            email="",
            place="",
            thanks_as="not",
            message="",
            now=now,
            on=timezone.localdate(now),
            appeal=gifts.offered_to("", on=timezone.localdate(now)),
        )
        assert offered.gift.payment is not None
        return offered.gift.payment.provider_ref

    def _told(self, ref: str) -> None:
        now = timezone.now()
        asking.ask(provider="sandbox", provider_ref=ref, on=timezone.localdate(now), now=now)

    def _card(self) -> None:
        ref = self._offered()
        payment = sandbox.pay(ref=ref, card="succeeds", fault="lose")
        self.paid[ref] = payment.amount_minor
        self.raised += payment.amount_minor
        self._told(ref)

    def _declined(self) -> None:
        ref = self._offered()
        sandbox.pay(ref=ref, card="declined", fault="lose")
        self._told(ref)

    def _by_post(self, parts: list[Part], received_on: dt.date) -> Receipt:
        amount = Money(sum(part.amount.minor for part in parts), "GBP")
        return by_hand.received(
            came=Came(
                method="cheque",
                amount=amount,
                parts=parts,
                payer_name="",
                payer_email="",
                place="",
                thanks_as="not",
                reference="",
                received_on=received_on,
            ),
            recorded_by=None,
            now=timezone.now(),
        )

    def _cheque(self) -> None:
        amount = self._amount()
        self.raised += amount.minor
        receipt = self._by_post([Part(Purpose.GIFT, amount)], timezone.localdate())
        self.cheques[receipt.pk] = amount.minor

    def _split(self) -> None:
        gift, other = self._amount(), self._amount()
        self.raised += gift.minor
        receipt = self._by_post([Part(Purpose.GIFT, gift), Part(Purpose.OTHER, other)], timezone.localdate())
        self.cheques[receipt.pk] = gift.minor

    def _last_month(self) -> None:
        """A cheque that came on the last day before the appeal: it is entered now, and is not the appeal's."""
        self._by_post([Part(Purpose.GIFT, self._amount())], self.opens_on - dt.timedelta(days=1))

    def _refund(self) -> None:
        ref = self._one_paid()
        if ref is None:
            return
        minor = self.rng.randint(1, self.paid[ref])
        with contextlib.suppress(CannotRefund):
            sandbox.Sandbox().refund(provider_ref=ref, amount=Money(minor, "GBP"), key=f"{ref}-{self.rng.random()}")
            self.paid[ref] -= minor
            self.raised -= minor
            self._told(ref)

    def _dispute(self) -> None:
        ref = self._one_paid()
        if ref is None:
            return
        with contextlib.suppress(CannotRefund):
            sandbox.dispute(ref)
            self.disputed[ref] = self.paid.pop(ref)
            self.raised -= self.disputed[ref]
            self._told(ref)

    def _win(self) -> None:
        if not self.disputed:
            return
        ref = self.rng.choice(sorted(self.disputed))
        with contextlib.suppress(CannotRefund):
            sandbox.reinstate(ref)
            self.paid[ref] = self.disputed.pop(ref)
            self.raised += self.paid[ref]
            self._told(ref)

    def _bounce(self) -> None:
        if not self.cheques:
            return
        number = self.rng.choice(sorted(self.cheques))
        receipt = Receipt.objects.get(pk=number)
        self.raised -= self.cheques.pop(number)
        by_hand.taken_back(
            receipt=receipt, kind="bounced", on=timezone.localdate(), reason="Returned", now=timezone.now()
        )

    def _one_paid(self) -> str | None:
        alive = sorted(ref for ref, left in self.paid.items() if left > 0)
        return self.rng.choice(alive) if alive else None
