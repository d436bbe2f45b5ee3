"""The limits hold for attempts made at once; with counting that looks first and writes afterwards, they do not."""

import threading
import time

from django.db import connections
from django.test import Client
from django.utils import timezone

from pennypress.payments import attempts
from pennypress.payments.models import Attempt
from pennypress.payments.sandbox_tables import SandboxPayment
from tests import builders
from tests.reader.sending import sent

FILLED = {"tile": "25", "own": "", "often": "once", "name": "", "email": "", "thanks_as": "not"}
AT_ONCE = 8


def tried_at_once():
    """Sends eight forms from one address, all let go together; gives their answers."""
    today = timezone.localdate()
    builders.an_appeal(opens_on=today, closes_on=today)
    barrier, answers = threading.Barrier(AT_ONCE), []

    def try_it():
        barrier.wait()
        answers.append(sent(Client(), "/give/", FILLED, REMOTE_ADDR="192.0.2.1").status_code)
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_of_eight_attempts_at_once_from_one_address_five_get_through(committed):
    assert tried_at_once() == [302] * 5 + [429] * 3
    assert SandboxPayment.objects.count() == 5


def test_counting_that_looks_first_lets_more_through(committed, monkeypatch):
    def look_first(caller, intent, *, hour):
        key = attempts._digest("address", caller.address, hour)
        counted = Attempt.objects.filter(scope="address", key=key, starts_at=hour)
        row = counted.first()
        time.sleep(0.2)
        if row is None:
            new = Attempt(scope="address", key=key, starts_at=hour)
            Attempt.objects.bulk_create([new], ignore_conflicts=True)
            return 1, intent, 1
        counted.update(number=row.number + 1)
        return 1, intent, row.number + 1

    monkeypatch.setattr(attempts, "_count_sent", look_first)

    assert tried_at_once().count(302) > 5
