"""The same news, told many times at once, settles once; with its protection taken away, it does not."""

import threading

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from pennypress.gateway.models import ProviderEvent
from pennypress.payments import moving
from pennypress.payments.models import Payment, Receipt
from pennypress.payments.providers import sandbox, sandbox_webhooks
from pennypress.payments.sandbox_tables import SandboxEvent
from pennypress.settlement import asking
from tests import databases
from tests.builders import an_appeal, an_offered_gift

AT_ONCE = 8
ROUNDS = 5


@pytest.fixture
def open_appeal(committed):
    today = timezone.localdate()
    return an_appeal(opens_on=today, closes_on=today)


def as_owner(statement):
    """Runs a statement on this test's own database as the owner of its tables."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(statement)


def a_told_payment():
    payment = an_offered_gift(now=timezone.now(), on=timezone.localdate()).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")
    sandbox_payment = sandbox.find(payment.provider_ref)
    return SandboxEvent.objects.get(payment=sandbox_payment).body.encode()


def told_at_once(body):
    """Posts one webhook from as many threads as AT_ONCE, all let go together; gives their answers."""
    barrier, answers = threading.Barrier(AT_ONCE), []

    def tell():
        signature = sandbox_webhooks.sign(body, at=timezone.now())
        client = Client(raise_request_exception=False)
        barrier.wait()
        answer = client.post(
            "/gateway/sandbox/events", body, content_type="application/json", headers={"Sandbox-Signature": signature}
        )
        answers.append(answer.status_code)
        connections.close_all()

    threads = [threading.Thread(target=tell) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_same_webhook_eight_times_at_once_settles_once(open_appeal):
    answers = [told_at_once(a_told_payment()) for _round in range(ROUNDS)]

    assert answers == [[200] * AT_ONCE] * ROUNDS
    assert (ProviderEvent.objects.count(), Receipt.objects.count()) == (ROUNDS, ROUNDS)


def test_without_its_lock_and_its_law_a_double_is_found(open_appeal, monkeypatch):
    as_owner("ALTER TABLE payments_receipt DROP CONSTRAINT payments_receipt_payment_id_key")
    monkeypatch.setattr(moving, "locked", lambda payment_id: Payment.objects.get(pk=payment_id))
    found = asking.ours
    monkeypatch.setattr(asking, "ours", lambda provider, snapshot, lock: found(provider, snapshot))

    for _round in range(ROUNDS):
        told_at_once(a_told_payment())

    assert Receipt.objects.count() > ROUNDS


def test_without_its_law_an_event_is_stored_more_than_once(open_appeal):
    as_owner("ALTER TABLE gateway_providerevent DROP CONSTRAINT event_once_from_provider")

    for _round in range(ROUNDS):
        told_at_once(a_told_payment())

    assert ProviderEvent.objects.count() > ROUNDS
    assert Receipt.objects.count() == ROUNDS
