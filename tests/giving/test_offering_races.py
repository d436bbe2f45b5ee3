"""A form sent many times at once makes one payment."""

import threading
import uuid

import pytest
from django.db import connections

from pennypress.giving import gifts, pledges
from pennypress.payments.models import Payment
from pennypress.payments.sandbox_tables import SandboxPayment
from tests import builders

AT_ONCE = 6
WORDS = {"name": "Ada Reed", "email": "ada@example.org", "place": "", "thanks_as": "not"}


def _offered_at_once(offer, public_ids):
    barrier, urls = threading.Barrier(AT_ONCE), []

    def send(public_id):
        barrier.wait()
        facts = {**WORDS, "now": builders.NOW, "on": builders.TODAY, "public_id": public_id}
        urls.append(offer(amount=builders.pounds(25), **facts).url)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[public_id]) for public_id in public_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return urls


def _gift(**facts):
    return gifts.offer(message="", appeal=gifts.offered_to("", on=builders.TODAY), **facts)


@pytest.fixture(autouse=True)
def open_appeal(committed, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


@pytest.mark.parametrize("offer", [_gift, pledges.offer])
def test_one_id_sent_many_times_at_once_is_one_payment(offer):
    urls = _offered_at_once(offer, [uuid.uuid4()] * AT_ONCE)

    assert len(urls) == AT_ONCE
    assert len(set(urls)) == 1
    assert (Payment.objects.count(), SandboxPayment.objects.count()) == (1, 1)


def test_without_one_id_each_is_a_payment_of_its_own():
    urls = _offered_at_once(_gift, [None] * AT_ONCE)

    assert len(set(urls)) == Payment.objects.count() == AT_ONCE
