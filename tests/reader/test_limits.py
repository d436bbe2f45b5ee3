"""Limits on asking are counted for each visitor, also where all of them come through one proxy of ours."""

import pytest
from django.test import Client

from pennypress.reader import receipts

pytestmark = pytest.mark.django_db
MANY = 40
# The form again, which says that there were too many attempts.
LED_ON, REFUSED = 302, 200


@pytest.fixture
def proxied(settings):
    settings.TRUSTED_HOPS = 1
    settings.CACHES = {
        "default": {"BACKEND": "pennypress.config.counting.SharedCache", "LOCATION": "config_shared_count"}
    }


def _ask_for_receipts(client, visitor: str) -> int:
    sent = {"email": "nobody@example.org"}
    return client.post("/receipts/", sent, headers={"X-Forwarded-For": visitor}).status_code


def _ask_for_a_code(visitor: str, number: int) -> int:
    """Each in a browser of its own: one that has asked is led on to where the code is typed in."""
    sent = {"email": f"nobody{number}@example.org"}
    return Client().post("/login/code/", sent, headers={"X-Forwarded-For": visitor}).status_code


def test_one_visitor_asking_for_receipts_shuts_nobody_else_out(client, proxied):
    answers = [_ask_for_receipts(client, "192.0.2.1") for _time in range(receipts.MOST + 1)]

    assert answers[-1] == 429
    assert _ask_for_receipts(client, "192.0.2.2") == 302


def test_one_visitor_asking_for_codes_shuts_nobody_else_out(proxied):
    answers = [_ask_for_a_code("192.0.2.1", number) for number in range(MANY)]

    assert (answers[0], answers[-1]) == (LED_ON, REFUSED)
    assert _ask_for_a_code("192.0.2.2", MANY) == LED_ON


def test_control_without_a_proxy_of_ours_what_a_visitor_writes_is_not_believed(proxied, settings):
    settings.TRUSTED_HOPS = 0
    for number in range(MANY):
        _ask_for_a_code(f"192.0.2.{number}", number)

    assert _ask_for_a_code("198.51.100.1", MANY) == REFUSED
