"""Real events of Stripe, of several versions of its API, are taken in without an error: stored, and settled or parked."""

import json
from pathlib import Path

import pytest

from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.payments.models import Receipt
from tests.gateway.at_providers import post
from tests.payments.fakes.fixtures import at_stripe

__all__ = ["at_stripe"]
FOLDER = next(
    (
        parent / "shared" / "cases" / "stripe"
        for parent in Path(__file__).resolve().parents
        if (parent / "shared" / "cases" / "stripe").is_dir()
    ),
    None,
)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(FOLDER is None, reason="../shared/cases/stripe is not beside this repository"),
]
FILES = sorted(FOLDER.glob("*.json")) if FOLDER else []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_event_is_taken_in_and_nothing_is_booked(client, at_stripe, file):
    event = json.loads(file.read_text(encoding="utf-8"))

    answer = post(client, "/gateway/stripe/events", *at_stripe.signed(event))

    stored = ProviderEvent.objects.get()
    assert (answer, stored.event_id, stored.kind) == (200, event["id"], event["type"])
    assert stored.state in (EventState.SETTLED, EventState.PARKED)
    assert Receipt.objects.count() == 0


def test_there_are_some():
    assert len(FILES) >= 6
