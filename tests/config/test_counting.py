"""The cache that all servers share: what one counts the others see, and nothing is lost between two."""

import threading

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, connections

from pennypress.config import settings as deployed
from pennypress.config.counting import SharedCache

TABLE = "config_shared_count"


def _cache(kind=SharedCache):
    return kind(TABLE, {})


@pytest.mark.django_db
def test_what_one_server_counted_another_sees():
    _cache().set("tries", 1, 60)

    assert _cache().incr("tries") == 2
    assert _cache().get("tries") == 2


@pytest.mark.django_db
def test_counting_does_not_put_off_the_end():
    _cache().set("tries", 1, 3600)
    ends = _ends()

    _cache().incr("tries")

    assert _ends() == ends


def _ends():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT expires FROM {TABLE}")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_what_is_not_counted_cannot_be_added_to():
    with pytest.raises(ValueError, match="tries"):
        _cache().incr("tries")


def _count_together(kind) -> int:
    """Eight threads add ten each, and wait for each other before every one; gives what was counted."""
    _cache().set("together", 0, 60)
    together = threading.Barrier(8)

    def add() -> None:
        cache = _cache(kind)
        for _time in range(10):
            together.wait()
            cache.incr("together")
        connections.close_all()

    threads = [threading.Thread(target=add) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _cache().get("together")


def test_nothing_is_lost_when_many_count_at_the_same_moment(committed):
    assert _count_together(SharedCache) == 80


def test_control_djangos_own_counting_loses_some(committed):
    assert _count_together(DatabaseCache) < 80


def test_the_paper_counts_in_the_database():
    assert deployed.CACHES["default"]["BACKEND"] == f"{SharedCache.__module__}.{SharedCache.__name__}"
    assert "Dummy" in deployed.CACHES["renditions"]["BACKEND"]
