"""Purges over a real database: heard at commit and not before, and nothing taken on trust after a lost connection."""

import queue

import pytest
from django.db import connection, transaction

from pennypress.delivery import listening, purging

pytestmark = pytest.mark.usefixtures("committed")
SOON, NOTHING_SECONDS = 10, 0.3


@pytest.fixture
def heard(committed):
    told: queue.Queue[frozenset[str] | str] = queue.Queue()
    known = connection.get_connection_params()
    parameters = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)}
    listening.listen(parameters, heard=told.put, missed=lambda: told.put("missed"))
    assert told.get(timeout=SOON) == "missed"
    return told


def test_a_purge_is_heard_when_its_transaction_commits_and_never_if_it_does_not(heard):
    with transaction.atomic():
        purging.purge("front", "article-12")
        with pytest.raises(queue.Empty):
            heard.get(timeout=NOTHING_SECONDS)
    assert heard.get(timeout=SOON) == {"front", "article-12"}
    with pytest.raises(RuntimeError), transaction.atomic():
        purging.purge("front")
        raise RuntimeError
    with pytest.raises(queue.Empty):
        heard.get(timeout=NOTHING_SECONDS)


def test_more_tags_than_a_notice_holds_are_told_in_several(heard):
    tags = {f"article-{number}" for number in range(1_500)}
    purging.purge(*tags)
    found = set()
    while found != tags:
        found |= heard.get(timeout=SOON)


def test_how_far_the_database_had_come_is_told_before_what_was_heard(committed):
    told: queue.Queue[object] = queue.Queue()
    known = connection.get_connection_params()
    parameters = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)}
    listening.listen(parameters, heard=told.put, missed=lambda: None, came_to=told.put)
    first = told.get(timeout=SOON)

    purging.purge("front")

    position, tags = told.get(timeout=SOON), told.get(timeout=SOON)
    assert tags == {"front"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::pg_lsn >= %s::pg_lsn", [position, first])
        assert cursor.fetchone() == (True,)


def test_a_lost_connection_is_told_when_it_is_back(heard):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"""
        )
    assert heard.get(timeout=SOON) == "missed"
    purging.purge("front")
    assert heard.get(timeout=SOON) == {"front"}
