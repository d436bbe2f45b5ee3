"""Histories: what may happen to payments at a provider, told in any order and any number of times, and what must come of it.

Canonical is the fold in order: each thing happens, is told once, at once. Every other telling must end in the same books.
"""

import contextlib
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.gateway import events, inbox
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.giving import meter
from pennypress.giving.models import Gift
from pennypress.ledger.models import Line
from pennypress.letters.models import Letter
from pennypress.payments import providers
from pennypress.payments.models import Payment, Receipt, Refund
from pennypress.settlement import asking, effects, reconciling
from tests.builders import NOW, an_appeal, an_offered_gift, pounds
from tests.settlement.twin import BEGAN, Told, Twin

# One payment each. What cannot happen any more when its turn comes does not, in every telling alike.
TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("succeed",),
    ("fail", "succeed"),
    ("challenge", "succeed"),
    ("challenge", "fail", "succeed"),
    ("succeed", "refund_part", "refund_all"),
    ("succeed", "refund_all", "payout"),
    ("succeed", "dispute", "win"),
    ("succeed", "dispute", "lose", "payout"),
    ("succeed", "refund_part", "dispute", "win"),
    ("wait", "succeed", "bounce"),
    ("fail", "succeed", "refund_part", "dispute"),
    ("challenge", "succeed", "payout", "refund_part"),
    ("wait", "fail", "succeed", "dispute", "win"),
    ("challenge", "succeed", "refund_part", "dispute", "win", "refund_all"),
    ("succeed", "dispute", "win", "dispute", "lose", "payout"),
    ("succeed", "refund_part", "refund_part", "dispute", "win", "bounce"),
)
RANDOM_STEPS = (
    "challenge", "wait", "succeed", "succeed", "succeed", "fail", "refund_part", "refund_part", "refund_all", "dispute",
    "dispute", "win", "win", "lose", "bounce", "payout",
)  # fmt: skip
TAKING_STEPS = ("refund_part", "refund_part", "refund_all", "dispute", "dispute", "win", "win", "lose", "bounce")


class Killed(BaseException):
    """The worker is gone. No `except Exception` of ours sees it."""


@dataclass(frozen=True)
class Digest:
    """The books by business keys, what was thanked for, and what the fund says."""

    lines: tuple[tuple[str, str, int], ...]
    refunds: tuple[tuple[str, str, int], ...]
    gifts: tuple[tuple[str, int], ...]
    letters: int
    raised: int


@contextlib.contextmanager
def a_world() -> Iterator[Twin]:
    """A twin as the paper's only provider over a paper with an appeal; afterwards nothing of it is left."""
    twin = Twin()
    before_known, before_offered = dict(providers._KNOWN), settings.PAYMENT_PROVIDERS
    providers._KNOWN[twin.name] = lambda: twin  # type: ignore[assignment]
    settings.PAYMENT_PROVIDERS = [twin.name]
    try:
        with transaction.atomic():
            an_appeal()
            yield twin
            transaction.set_rollback(True)
    finally:
        providers._KNOWN.clear()
        providers._KNOWN.update(before_known)
        settings.PAYMENT_PROVIDERS = before_offered


def offered(number: int) -> list[str]:
    """The provider's names of so many gifts that were offered, each of another sum."""
    sums = [pounds(25 + which) for which in range(number)]
    payments = [an_offered_gift(amount=amount).gift.payment for amount in sums]
    return [payment.provider_ref for payment in payments]


def tell(twin: Twin, told: Told, *, as_it_stood: bool) -> None:
    """Posts one event; asked about it, the twin answers how the payment stood then, or how it stands."""
    if as_it_stood:
        twin.answers[told.snapshot.provider_ref] = told.snapshot
    events.take(provider=twin.name, body=told.body, headers={}, now=NOW)
    twin.answers.pop(told.snapshot.provider_ref, None)


def digest(twin: Twin) -> Digest:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    # Random ids stand for payments in keys; the books are compared by the order in which they were asked for.
    names: dict[str, str] = {}
    for number, payment in enumerate(Payment.objects.order_by("id"), start=1):
        names |= {str(payment.public_id): f"p{number}", payment.provider_ref: f"p{number}"}

    def named(key: str) -> str:
        for ref in sorted(names, key=len, reverse=True):
            key = key.replace(ref, names[ref]) if ref else key
        return key

    return Digest(
        lines=tuple(
            sorted(
                (named(key), code, minor)
                for key, code, minor in Line.objects.values_list("entry__key", "account__code", "amount_minor")
            )
        ),
        refunds=tuple(
            sorted(
                (named(key), kind, minor)
                for key, kind, minor in Refund.objects.values_list("key", "kind", "amount_minor")
            )
        ),
        gifts=tuple(Gift.objects.order_by("id").values_list("state", "amount_minor")),
        letters=Letter.objects.filter(kind="gift-receipt").count(),
        raised=meter.read(now=NOW).raised.minor,
    )


def require_all(twin: Twin, wanted: Digest | None, *, of: str) -> None:
    """Whatever was told how: the same books, one letter for a payment, no event left, no more out than in."""
    found = digest(twin)
    paid = sum(payment.state == "succeeded" for payment in twin.payments.values())
    assert wanted in (None, found), f"{of}: {found} is not {wanted}"
    assert found.letters == paid == Receipt.objects.count(), f"{of}: {found.letters} letters for {paid} payments"
    assert found.raised == twin.kept(), f"{of}: the meter says {found.raised}, the provider {twin.kept()}"
    assert not ProviderEvent.objects.filter(state=EventState.RECEIVED).exists(), f"{of}: an event waits"
    _require_no_more_out_than_in(of)


def _require_no_more_out_than_in(of: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.id FROM payments_allocation a JOIN payments_refund f ON f.allocation_id = a.id
               GROUP BY a.id HAVING sum(f.amount_minor) NOT BETWEEN 0 AND a.amount_minor"""
        )
        assert cursor.fetchall() == [], f"{of}: more went out than came in"


def broken_laws() -> list[str]:
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


@dataclass(frozen=True)
class Step:
    """One thing to happen: to which payment, what, and of how much."""

    payment: int
    what: str
    minor: int = 500


def in_order(steps: Sequence[Step]) -> Digest:
    """What the books say when each thing is told once, when it happens."""
    with a_world() as twin:
        refs = offered(max(step.payment for step in steps) + 1)
        for step in steps:
            if twin.step(refs[step.payment], step.what, step.minor):
                asking.ask(provider=twin.name, provider_ref=refs[step.payment], on=NOW.date(), now=NOW)
        return digest(twin)


def permuted(template: Sequence[str], orders: Sequence[Sequence[int]], wanted: Digest) -> int:
    """Tells of one template in each of the orders, every event twice and each time as the payment stood then."""
    for order in orders:
        with a_world() as twin:
            (ref,) = offered(1)
            for what in template:
                twin.step(ref, what)
            for which in order:
                for as_it_stood in (True, False) if which % 2 else (False, True):
                    tell(twin, twin.told[which], as_it_stood=as_it_stood)
            require_all(twin, wanted, of=f"{template} told as {list(order)}")
    return len(orders)


def every_order(template: Sequence[str]) -> list[tuple[int, ...]]:
    return list(itertools.permutations(range(len(template))))


def happens(template: Sequence[str]) -> bool:
    """Whether everything in a template can happen, so that its events can be counted."""
    with a_world() as twin:
        (ref,) = offered(1)
        return all(twin.step(ref, what) for what in template)


def drawn(rng: random.Random, *, taking: bool = False) -> list[Step]:
    """A long history of up to three payments; `taking`: of money that goes back and forth."""
    payments = rng.randint(1, 1 if taking else 3)
    steps = [Step(which, "succeed") for which in range(payments)] if taking else []
    kinds = TAKING_STEPS if taking else RANDOM_STEPS
    steps += [
        Step(rng.randrange(payments), rng.choice(kinds), rng.randint(1, 2_700)) for _each in range(rng.randint(5, 12))
    ]
    return steps


def badly_told(seed: int, *, taking: bool = False) -> None:
    """One long history, told with everything that can go wrong: lost, repeated, late, out of order, workers killed.

    `taking` is of money that goes back and forth, and is held against the provider's own books alone. Every tenth is
    held against all the laws.
    """
    rng = random.Random(seed)
    steps = drawn(rng, taking=taking)
    wanted = None if taking else in_order(steps)
    with a_world() as twin:
        refs = offered(max(step.payment for step in steps) + 1)
        late: list[Told] = []
        for step in steps:
            if twin.step(refs[step.payment], step.what, step.minor):
                late += [twin.told[-1]] * rng.choice((0, 1, 1, 1, 2, 3, 5))
            rng.shuffle(late)
            while late and rng.random() < 0.4:
                _told_or_killed(twin, late.pop(), rng)
        rng.shuffle(late)
        while late:
            _told_or_killed(twin, late.pop(), rng)
        mend(twin)
        require_all(twin, wanted, of=f"seed {seed}")
        if seed % 10 == 0:
            assert broken_laws() == [], f"seed {seed}"


def _told_or_killed(twin: Twin, told: Told, rng: random.Random) -> None:
    as_it_stood = rng.random() < 0.5
    if rng.random() > 0.25:
        tell(twin, told, as_it_stood=as_it_stood)
        return
    with contextlib.suppress(Killed), rng.choice(KILLS)():
        tell(twin, told, as_it_stood=as_it_stood)
    twin.answers.clear()


def mend(twin: Twin) -> None:
    """What the worker does later: events that wait are settled, and the provider is asked about what was lost."""
    for event in events.waiting():
        events.settle(event_id=event, now=NOW)
    reconcile(twin)


def reconcile(twin: Twin) -> int:
    """Compares the twin's books with ours and repairs ours; gives how many differences there were."""
    made = reconciling.run(provider=twin.name, since=BEGAN, on=NOW.date(), now=NOW)
    return made.differences.count()


def difference(twin: Twin) -> int:
    return reconciling.difference(provider=twin.name, since=BEGAN, currency="GBP").minor


def partly_lost(seed: int, percent: int) -> tuple[int, int]:
    """A history of which so much of the news is lost: the difference before reconciling, and the repairs it took.

    Afterwards there is no difference, the books are the fold in order, and doing it again changes nothing.
    """
    rng = random.Random(seed)
    steps = [Step(which, "succeed") for which in range(2)] + drawn(rng)
    wanted = in_order(steps)
    with a_world() as twin:
        refs = offered(max(step.payment for step in steps) + 1)
        for step in steps:
            if twin.step(refs[step.payment], step.what, step.minor) and rng.randrange(100) >= percent:
                tell(twin, twin.told[-1], as_it_stood=False)
        before, repairs = difference(twin), reconcile(twin)
        assert difference(twin) == 0, f"seed {seed}: {difference(twin)} after reconciling"
        found = digest(twin)
        assert found.raised == twin.kept(), f"seed {seed}: the meter says {found.raised}, the provider {twin.kept()}"
        assert found == wanted, f"seed {seed}: {found} is not {wanted}"
        assert reconcile(twin) == 0, f"seed {seed}: reconciling again found something"
        assert digest(twin) == found, f"seed {seed}: reconciling again changed something"
    return before, repairs


@contextlib.contextmanager
def _instead(module: object, name: str, function: Callable[..., object]) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, before)


def _dies(*_args: object, **_facts: object) -> None:
    raise Killed


def _after(function: Callable[..., object]) -> Callable[..., object]:
    def done_and_dead(*args: object, **facts: object) -> object:
        function(*args, **facts)
        raise Killed

    return done_and_dead


# Where a worker may die: with the event stored, having asked, just before the books commit, just after, having noted it.
KILLS: tuple[Callable[[], contextlib.AbstractContextManager[None]], ...] = (
    lambda: _instead(events, "settle", _dies),
    lambda: _instead(asking, "bring_up", _dies),
    lambda: _instead(effects, "purge_meter", _dies),
    lambda: _instead(asking, "bring_up", _after(asking.bring_up)),
    lambda: _instead(inbox, "handled", _dies),
    lambda: _instead(events, "_settle", _after(events._settle)),
)
