"""Money is counted once: every order of the news, and long histories told badly. `python -m tests.long` runs many more."""

import threading

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from pennypress.gateway import events
from pennypress.payments import moving, providers
from pennypress.payments.models import Payment, Receipt
from pennypress.settlement import asking, settle
from tests import databases
from tests.builders import an_appeal, an_offered_gift
from tests.settlement import histories
from tests.settlement.histories import Step
from tests.settlement.twin import Twin

SHORT = [template for template in histories.TEMPLATES if len(template) <= 4]
LONG_ONES, TAKING_ONES = 200, 200
AT_ONCE = 8


@pytest.mark.django_db
@pytest.mark.parametrize("template", histories.TEMPLATES, ids="-".join)
def test_everything_in_a_template_happens(template):
    assert histories.happens(template)


@pytest.mark.django_db
@pytest.mark.parametrize("template", SHORT, ids="-".join)
def test_every_order_of_a_short_history_ends_in_the_same_books(template):
    wanted = histories.in_order([Step(0, what) for what in template])

    assert histories.permuted(template, histories.every_order(template), wanted) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("tens", range(0, LONG_ONES, 20))
def test_long_histories_told_badly_end_in_the_same_books(tens):
    for seed in range(tens, tens + 20):
        histories.badly_told(seed)


@pytest.mark.django_db
@pytest.mark.parametrize("tens", range(0, TAKING_ONES, 20))
def test_refunds_and_disputes_in_any_order_never_pay_out_more_than_came_in(tens):
    for seed in range(10_000 + tens, 10_020 + tens):
        histories.badly_told(seed, taking=True)


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [0, 20, 100])
def test_whatever_share_of_the_news_is_lost_reconciling_brings_the_books_to_the_providers(percent):
    found = [histories.partly_lost(seed, percent) for seed in range(20_000, 20_005)]

    if percent == 0:
        assert found == [(0, 0)] * 5
    if percent == 100:  # Without reconciling there is a difference: what the test would not see is not there to repair.
        assert any(before != 0 for before, _repairs in found)
        assert all(repairs > 0 for _before, repairs in found)


@pytest.mark.django_db
def test_without_the_rule_of_taking_back_the_books_differ(monkeypatch):
    steps = [Step(0, "succeed"), Step(0, "refund_part")]
    wanted = histories.in_order(steps)
    monkeypatch.setattr(settle, "taken_back", lambda **_facts: [])

    with pytest.raises(AssertionError, match="is not"):
        histories.permuted([step.what for step in steps], [(0, 1)], wanted)


@pytest.fixture
def twin(committed, monkeypatch, settings):
    """A twin over a database that commits, for threads."""
    found = Twin()
    monkeypatch.setitem(providers._KNOWN, found.name, lambda: found)
    settings.PAYMENT_PROVIDERS = [found.name]
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    return found


def told_at_once(twin):
    """The same event, told to eight threads that are let go together."""
    ref = an_offered_gift(now=timezone.now(), on=timezone.localdate()).gift.payment.provider_ref
    twin.step(ref, "succeed")
    body, barrier = twin.told[-1].body, threading.Barrier(AT_ONCE)

    def tell():
        barrier.wait()
        try:
            events.take(provider=twin.name, body=body, headers={}, now=timezone.now())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tell) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def without(constraint, table):
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def doubles(twin, *, rounds):
    """How many rounds it takes until a payment has two receipts; None where none has after all of them."""
    for number in range(1, rounds + 1):
        told_at_once(twin)
        if Receipt.objects.count() > number:
            return number
    return None


def test_the_same_event_to_eight_threads_at_once_is_counted_once(twin):
    assert doubles(twin, rounds=10) is None


@pytest.fixture
def unlocked(monkeypatch):
    """Settling without its lock on the payment."""
    monkeypatch.setattr(moving, "locked", lambda payment_id: Payment.objects.get(pk=payment_id))
    found = asking.ours
    monkeypatch.setattr(asking, "ours", lambda provider, snapshot, lock: found(provider, snapshot))


def test_the_unique_constraint_alone_counts_once(twin, unlocked):

    assert doubles(twin, rounds=5) is None


def test_without_the_unique_constraint_a_double_is_found_within_fifty_runs(twin, unlocked):
    without("payments_receipt_payment_id_key", "payments_receipt")

    assert doubles(twin, rounds=50) is not None
