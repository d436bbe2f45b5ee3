"""The meter tells the truth: after each of many money events every surface says what a count apart from it says."""

import json
import random
import re

import pytest
from django.utils import timezone

from pennypress.settlement import settle
from tests.attacks.money_events import Month
from tests.builders import an_appeal

pytestmark = pytest.mark.django_db
EVENTS = 60


def shown(client):
    """What each surface says is raised, in minor units."""
    surfaces = [json.loads(client.get("/appeal.json").content)["raised_minor"]]
    for path in ("/fragments/appeal/", "/appeal/"):
        surfaces += [
            int(minor) for minor in re.findall(r'data-raised-minor="(\d+)"', client.get(path).content.decode())
        ]
    return surfaces


def a_month(seed):
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    return Month(random.Random(seed), opens_on=today)


def test_every_surface_says_what_the_events_add_up_to(client):
    month = a_month(1)

    for _event in range(EVENTS):
        kind = month.event()
        surfaces = shown(client)
        assert len(surfaces) >= 3
        assert set(surfaces) == {month.raised}, kind

    assert month.happened > EVENTS // 2


def test_without_the_rule_of_taking_back_a_surface_lies(client, monkeypatch):
    monkeypatch.setattr(settle, "taken_back", lambda **_facts: [])
    month = a_month(1)
    for _event in range(EVENTS):
        month.event()

    assert set(shown(client)) != {month.raised}
