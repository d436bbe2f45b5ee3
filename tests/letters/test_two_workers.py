"""Two workers send at once, and each letter goes once. The control takes the claim away and must then send twice."""

import threading

import pytest
from django.core import mail
from django.db import connections

from pennypress.letters import outbox
from pennypress.letters.models import Letter
from tests.builders import NOW


def some_letters(count):
    for number in range(count):
        outbox.queue(
            key=f"code-{number}",
            kind="login-code",
            to_name="Rosa Field",
            to_email=f"rosa{number}@example.org",
            context={"code": "493-117"},
            now=NOW,
        )


def two_workers():
    line = threading.Barrier(2)

    def work():
        line.wait(timeout=10)
        try:
            outbox.send_due(now=NOW)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)


@pytest.mark.usefixtures("committed")
def test_each_letter_goes_once():
    some_letters(30)

    two_workers()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        f"Rosa Field <rosa{number}@example.org>" for number in range(30)
    )
    assert set(Letter.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.usefixtures("committed")
def test_control_without_the_claim_a_letter_goes_twice(monkeypatch):
    some_letters(1)
    both_have_it = threading.Barrier(2)

    def take_without_claiming(now):
        letter = Letter.objects.filter(state="queued").first()
        if letter is not None:
            both_have_it.wait(timeout=10)
        return letter

    monkeypatch.setattr(outbox, "_claim", take_without_claiming)

    two_workers()

    assert len(mail.outbox) == 2
