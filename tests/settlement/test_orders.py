"""Money is counted once, whatever order the news of it arrives in."""

import itertools

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import meter
from pennypress.giving.models import Gift
from pennypress.ledger.models import Line
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments.models import Receipt, Refund
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import CannotRefund
from pennypress.settlement import asking, settle
from tests.builders import NOW, TODAY, a_received_gift, an_appeal, an_offered_gift, pounds

pytestmark = pytest.mark.django_db


def deliver(snapshot):
    payment = asking.Payment.objects.get(public_id=snapshot.reference)
    asking.apply(payment=payment, snapshot=snapshot, on=TODAY, now=NOW)


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return [finding for finding in laws.run(lawbook.every_law()) if not finding.holds]


def digest():
    lines = Line.objects.values_list("entry__key", "account__code", "amount_minor")
    return (
        sorted((key.split("-")[0], code, minor) for key, code, minor in lines),
        sorted(Refund.objects.values_list("kind", "amount_minor")),
        list(Gift.objects.values_list("state", "amount_minor")),
        Letter.objects.count(),
        meter.read(now=NOW).raised,
    )


def a_history():
    """A gift paid, refunded in part, disputed and won: how it stands at the provider after each step."""
    an_appeal()
    provider = sandbox.Sandbox()
    ref = an_offered_gift(amount=pounds(25)).gift.payment.provider_ref
    steps = [
        lambda: sandbox.pay(ref=ref, card="succeeds", fault="lose"),
        lambda: provider.refund(provider_ref=ref, amount=pounds(5), key="part"),
        lambda: sandbox.dispute(ref),
        lambda: sandbox.reinstate(ref),
    ]
    return [(step(), provider.fetch(ref))[1] for step in steps]


@pytest.fixture
def in_order():
    with transaction.atomic():
        for snapshot in a_history():
            deliver(snapshot)
        canonical = digest()
        transaction.set_rollback(True)
    return canonical


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_every_order_of_the_news_ends_in_the_same_books(order, in_order):
    news = a_history()

    for step in order:
        deliver(news[step])
        deliver(news[step])

    assert digest() == in_order
    assert in_order[-1] == pounds(20)
    assert broken_laws() == []


def test_without_the_rule_of_taking_back_the_meter_is_wrong(in_order, monkeypatch):
    monkeypatch.setattr(settle, "taken_back", lambda **_facts: [])

    for snapshot in a_history():
        deliver(snapshot)

    assert digest() != in_order


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["offer", "pay", "decline", "refund", "dispute", "reinstate", "cheque", "ask"]),
        st.integers(0, 5),
        st.integers(1, 4_000),
    ),
    max_size=25,
)


class World:
    """Gifts at the provider and by post, with a fold of its own of what the meter must say."""

    def __init__(self):
        self.refs, self.paid, self.taken, self.by_hand = [], {}, {}, 0
        self.provider = sandbox.Sandbox()

    def do(self, what, which, minor):
        amount = Money(minor + 100, "GBP")
        if what == "offer":
            self.refs.append(an_offered_gift(amount=amount).gift.payment.provider_ref)
        elif what == "cheque":
            a_received_gift(amount=amount)
            self.by_hand += amount.minor
        elif self.refs:
            getattr(self, what)(self.refs[which % len(self.refs)], minor)

    def pay(self, ref, _minor):
        payment = sandbox.pay(ref=ref, card="succeeds", fault="lose")
        self.paid[ref] = payment.amount_minor

    def decline(self, ref, _minor):
        sandbox.pay(ref=ref, card="declined", fault="lose")

    def refund(self, ref, minor):
        try:
            self.provider.refund(provider_ref=ref, amount=Money(minor, "GBP"), key=f"{ref}-{minor}")
        except CannotRefund:
            return
        self.taken.setdefault(ref, {})[minor] = minor

    def dispute(self, ref, _minor):
        try:
            sandbox.dispute(ref)
        except CannotRefund:
            return
        taken = self.taken.setdefault(ref, {})
        taken["dispute"] = self.paid[ref] - sum(taken.values())

    def reinstate(self, ref, _minor):
        try:
            sandbox.reinstate(ref)
        except CannotRefund:
            return
        self.taken[ref]["dispute"] = 0

    def ask(self, ref, _minor):
        asking.ask(provider="sandbox", provider_ref=ref, on=TODAY, now=NOW)

    def raised(self):
        taken = sum(sum(items.values()) for items in self.taken.values())
        return Money(sum(self.paid.values()) - taken + self.by_hand, "GBP")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_whatever_happens_the_meter_is_an_independent_fold_of_it(operations, sandbox_offered):
    with transaction.atomic():
        an_appeal()
        world = World()
        for operation in operations:
            world.do(*operation)

        for ref in world.refs:
            world.ask(ref, 0)

        assert meter.read(now=NOW).raised == world.raised()
        assert Receipt.objects.filter(payment__isnull=False).count() == len(world.paid)
        assert broken_laws() == []
        transaction.set_rollback(True)
