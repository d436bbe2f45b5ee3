"""Two workers at once: nobody is charged twice, and no more goes back than came in. The controls take a guard away."""

import contextlib
import dataclasses
import datetime as dt
import threading
import uuid

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.models import QuerySet

from pennypress.giving import collecting as collecting_of_pledges
from pennypress.giving import pledges
from pennypress.giving.models import Collection
from pennypress.money import Money
from pennypress.payments import payouts, refunds, taking
from pennypress.payments.models import PayoutLine, Purpose, Refund
from pennypress.payments.parts import Part
from tests import databases
from tests.builders import NOW, TODAY, a_receipt, an_active_pledge, an_appeal, by_post, pounds

DUE = dt.date(2026, 12, 7)
ROUNDS = 6


def at_once(*acts):
    """Lets each act go in a thread of its own, together; what they raise is theirs."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            act()
        except (refunds.CannotTakeBack, payouts.CannotPayOut, ValueError):
            return
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def as_owner(statement):
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(statement)


def taking_back(allocation, key):
    return lambda: refunds.take_back(
        allocation=allocation, kind="refund", amount=pounds(15), key=key, on=TODAY, reason="", now=NOW
    )


def refunded_twice_at_once(number):
    """Two refunds of £15 of one gift of £25, at once; how many of them went through."""
    allocation = a_receipt().allocations.get()
    at_once(taking_back(allocation, f"a{number}"), taking_back(allocation, f"b{number}"))
    return Refund.objects.filter(allocation=allocation).count()


def test_two_refunds_at_once_never_exceed_what_came_in(committed):
    assert [refunded_twice_at_once(number) for number in range(ROUNDS)] == [1] * ROUNDS


def test_without_the_guard_they_do(committed):
    as_owner("DROP TRIGGER refund_within_allocation ON payments_refund")

    assert sum(refunded_twice_at_once(number) for number in range(ROUNDS)) > ROUNDS


def collecting():
    pledges.collect_due(on=DUE, now=NOW)


def test_two_workers_ask_for_each_due_date_once(committed):
    an_appeal()
    for number in range(ROUNDS):
        an_active_pledge(email=f"supporter{number}@example.org")

    at_once(collecting, collecting, collecting)

    assert Collection.objects.filter(due_on=DUE).count() == ROUNDS


def test_without_its_law_its_lock_and_its_number_a_due_date_is_asked_for_twice(committed, monkeypatch):
    an_appeal()
    pledge = an_active_pledge()
    as_owner("DROP INDEX collection_once_per_due_date")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **_how: found)
    met = threading.Barrier(2)
    prepare = taking.prepare_charges

    def at_the_same_moment(*, charges, now):
        met.wait(5)
        return prepare(charges=[dataclasses.replace(one, public_id=uuid.uuid4()) for one in charges], now=now)

    monkeypatch.setattr(taking, "prepare_charges", at_the_same_moment)

    at_once(collecting, collecting)

    assert pledge.collections.filter(due_on=DUE).count() == 2


def paid_out_twice_at_once(number):
    """Two payouts of one receipt from a terminal, at once; how many of them have it."""
    receipt = by_post(Part(Purpose.GIFT, pounds(25)), method="card")

    def paying_out(ref):
        kept = [(receipt, Money(45, "GBP"))]
        return lambda: payouts.by_hand(provider="terminal", provider_ref=ref, kept=kept, arrives_on=TODAY, now=NOW)

    at_once(paying_out(f"a{number}"), paying_out(f"b{number}"))
    return PayoutLine.objects.filter(receipt=receipt).count()


def test_two_payouts_at_once_never_pay_out_one_receipt_twice(committed):
    an_appeal()

    assert [paid_out_twice_at_once(number) for number in range(ROUNDS)] == [1] * ROUNDS


def test_without_locking_the_receipts_they_do(committed, monkeypatch):
    an_appeal()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **_how: found)
    met, require = threading.Barrier(2), payouts._require_waiting

    def at_the_same_moment(chosen):
        require(chosen)
        met.wait(5)

    monkeypatch.setattr(payouts, "_require_waiting", at_the_same_moment)

    assert paid_out_twice_at_once(0) == 2


def asked_after_the_end(monkeypatch):
    """Ends a pledge while its collection is on its way to the provider; whether the provider is asked afterwards."""
    an_appeal()
    pledge = an_active_pledge()
    reached, ended, order = threading.Event(), threading.Event(), []
    charge = taking.charge

    def slowly(**facts):
        reached.set()
        ended.wait(1)
        order.append("asked")
        return charge(**facts)

    def ending():
        reached.wait(5)
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)
        order.append("ended")
        ended.set()

    monkeypatch.setattr(taking, "charge", slowly)
    at_once(collecting, ending)
    return order == ["ended", "asked"]


def test_nothing_is_asked_of_a_provider_once_a_pledge_has_ended(committed, monkeypatch):
    assert not asked_after_the_end(monkeypatch)


def test_without_waiting_for_what_is_on_its_way_it_is(committed, monkeypatch):
    monkeypatch.setattr(collecting_of_pledges, "_held", lambda _pledge: contextlib.nullcontext())

    assert asked_after_the_end(monkeypatch)
