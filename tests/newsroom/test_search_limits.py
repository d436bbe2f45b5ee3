"""Who floods the search is told to wait, before the database is asked for anything dear; and no search takes long."""

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pennypress.newsroom import search_limits, searching
from tests.builders import a_society
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    a_society()
    builders.a_paper()
    search_limits._over.clear()
    cache.clear()
    settings.SEARCHES_PER_MINUTE = 3


def asked(times, address="192.0.2.7", path="/search/?q=dockers+{}"):
    client = Client()
    return [client.get(path.format(number), REMOTE_ADDR=address) for number in range(times)]


def test_one_address_is_answered_so_often_and_then_told_to_wait():
    *answered, refused = asked(4)

    assert [answer.status_code for answer in answered] == [200] * 3
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Cache-Control"] == "private, no-store"
    assert 'value="dockers 3"' in refused.content.decode()


def test_another_address_is_answered_meanwhile():
    asked(4)

    assert asked(1, address="192.0.2.8")[0].status_code == 200


def test_without_the_limit_all_are_answered(settings):
    settings.SEARCHES_PER_MINUTE = 10**6

    assert {answer.status_code for answer in asked(12)} == {200}


def test_whoever_is_over_it_costs_no_query():
    asked(4)

    with CaptureQueriesContext(connection) as queries, pytest.raises(search_limits.TooManySearches):
        search_limits.require_turn("192.0.2.7", now=time.time())

    assert len(queries) == 0


def test_all_processes_count_together():
    asked(3)
    search_limits._over.clear()  # As another process, which has seen none of it.

    assert asked(1)[0].status_code == 429


def test_in_the_next_minute_one_may_search_again():
    for _each in range(3):
        search_limits.require_turn("192.0.2.7", now=120.0)
    with pytest.raises(search_limits.TooManySearches) as refused:
        search_limits.require_turn("192.0.2.7", now=179.0)

    search_limits.require_turn("192.0.2.7", now=180.0)

    assert refused.value.seconds == 1


def test_opening_the_page_is_no_search():
    assert {answer.status_code for answer in asked(9, path="/search/")} == {200}


def test_an_address_that_leads_nowhere_is_answered_but_no_longer_searched_for(monkeypatch):
    searched = []
    monkeypatch.setattr(searching, "meant", lambda path: searched.append(path) or [])

    answers = asked(9, path="/no/such-page-{}/")

    assert {answer.status_code for answer in answers} == {404}
    assert len(searched) == 3


def test_a_search_that_takes_too_long_is_broken_off(monkeypatch):
    def slow(*_asked):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(search_limits, "SECONDS", 0.05)
    monkeypatch.setattr(searching, "stories", slow)

    (answer,) = asked(1)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "too large" in answer.content.decode()


def test_the_counter_names_nobody():
    key = search_limits._key("192.0.2.7", 5)

    assert "192" not in key
    assert key != search_limits._key("192.0.2.7", 6)
