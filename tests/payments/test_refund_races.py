"""Two treasurers at the same moment: one payment goes back once. With each protection taken away, it goes back twice."""

import threading
import uuid
from dataclasses import dataclass, field

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from pennypress.payments import refund_orders
from pennypress.payments.models import RefundOrder, RefundOrderMove
from pennypress.payments.providers import sandbox
from pennypress.people import roles
from tests import databases
from tests.builders import NOW, TODAY, an_appeal, an_offered_gift, paid, pounds
from tests.desk.cast import a_member_of_staff

# How long whoever is first keeps their transaction open for the other to come as far.
TOGETHER = 1.5


@dataclass
class Race:
    """Two acts, each in a transaction and on a connection of its own, that end only when both have acted, or one waits."""

    meet: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))
    outcomes: list[str] = field(default_factory=list)

    def run(self, *acts):
        threads = [threading.Thread(target=self._in_turn, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(self.outcomes)

    def _in_turn(self, act):
        try:
            with transaction.atomic():
                act()
                self._wait()
            self.outcomes.append("done")
        except refund_orders.CannotOrder as refusal:
            self.outcomes.append(str(refusal))
        finally:
            connections.close_all()

    def _wait(self):
        try:
            self.meet.wait(TOGETHER)
        except threading.BrokenBarrierError:
            return


@pytest.fixture
def treasurers(committed):
    an_appeal()
    return [a_member_of_staff(roles.TREASURER, f"{name}@example.org") for name in ("first", "second", "third")]


def a_paid_gift(amount):
    return paid(an_offered_gift(amount=amount).gift.payment).receipt


def asking_for(receipt, amount, by):
    parts = {receipt.allocations.get().pk: amount}
    return lambda: refund_orders.ask(receipt=receipt, parts=parts, reason="Twice", by=by, on=TODAY, now=NOW)


def two_ask_for_all(treasurers):
    receipt = a_paid_gift(pounds(50))
    return Race().run(*(asking_for(receipt, pounds(50), by) for by in treasurers[:2]))


def two_agree(treasurers):
    order = asking_for(a_paid_gift(pounds(500)), pounds(500), treasurers[0])()
    others = treasurers[1:]
    return Race().run(*(lambda by=by: refund_orders.approve(order=order, by=by, now=NOW) for by in others))


def two_workers_send(treasurers):
    """Both took the order from the list while it was approved, as two rounds of the worker might."""
    order = asking_for(a_paid_gift(pounds(50)), pounds(20), treasurers[0])()
    threads = [threading.Thread(target=_send, args=[order]) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(sandbox.Sandbox().fetch(order.payment.provider_ref).taken_back)


def _send(order):
    refund_orders.send(order=order, now=NOW)
    connections.close_all()


def without_its_lock():
    """Rewrites, as the tables' owner, the database's function so that it reads without locking."""
    url = databases._conninfo(settings.DATABASE_OWNER_URL, connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as owner:
        (body,) = owner.execute("SELECT pg_get_functiondef('refund_order_within'::regproc)").fetchone()
        assert " FOR UPDATE" in body
        owner.execute(body.replace(" FOR UPDATE", ""))


def approvals():
    return RefundOrderMove.objects.filter(to_state="approved").count()


def test_two_orders_for_one_payment_are_one_and_a_refusal(treasurers):
    outcomes = two_ask_for_all(treasurers)

    assert outcomes == ["That is more than is left of it, refunds on their way counted.", "done"]
    assert [order.amount for order in RefundOrder.objects.all()] == [pounds(50)]


def test_without_the_databases_lock_one_payment_is_ordered_back_twice(treasurers):
    without_its_lock()

    assert two_ask_for_all(treasurers) == ["done", "done"]
    assert RefundOrder.objects.count() == 2


def test_two_orders_that_fit_into_one_payment_are_both_written(treasurers):
    receipt = a_paid_gift(pounds(50))

    outcomes = Race().run(*(asking_for(receipt, pounds(25), by) for by in treasurers[:2]))

    assert outcomes == ["done", "done"]
    assert not refund_orders.may_go_back(receipt.allocations.get())


def test_two_who_agree_at_once_are_one_approval_and_a_refusal(treasurers):
    outcomes = two_agree(treasurers)

    assert outcomes == ["This refund does not wait for anybody's agreement.", "done"]
    assert approvals() == 1


def test_without_its_lock_an_order_is_approved_twice(treasurers, monkeypatch):
    both_have_read = threading.Barrier(2)

    def read_only(order):
        found = RefundOrder.objects.get(pk=order.pk)
        both_have_read.wait(TOGETHER)
        return found

    monkeypatch.setattr(refund_orders, "_locked", read_only)

    assert two_agree(treasurers) == ["done", "done"]
    assert approvals() == 2


def test_two_workers_send_an_order_once(treasurers):
    assert two_workers_send(treasurers) == 1


def test_without_the_orders_key_it_would_be_sent_twice(treasurers, monkeypatch):
    monkeypatch.setattr(refund_orders, "key", lambda _order: f"refund-{uuid.uuid4()}")

    assert two_workers_send(treasurers) == 2
