"""Limits of search: how many one address may ask for in a minute, counted by all servers together, and how long one may take.

A search is the dearest question that anybody can put to the paper. Whoever is over the limit costs one look into memory.
"""

import contextlib
import hashlib
import hmac
import time
from collections.abc import Iterator

import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connections, router, transaction

from pennypress.newsroom.models import PreparedArticle

MINUTE = 60
# A search that takes longer is broken off by the database.
SECONDS = 1.0
_MOST_REMEMBERED = 10_000

# Whoever was over the limit in this minute, as this process knows.
_over: set[str] = set()


class CannotSearch(Exception):
    """This is not searched for now; it may be in `seconds`."""

    seconds = 10


class TooManySearches(CannotSearch):
    """So many searches came from one address in this minute that the next one waits."""

    def __init__(self, seconds: int) -> None:
        self.seconds = max(seconds, 1)
        super().__init__(f"{self.seconds} seconds are left of the minute.")


class TookTooLong(CannotSearch):
    """The database broke the search off."""


@contextlib.contextmanager
def turn(address: str, *, now: float) -> Iterator[None]:
    """This function will count a search from a network address at a moment of the clock, and bound what is done meanwhile.

    Raises: TooManySearches, before anything is done; TookTooLong.
    """
    require_turn(address, now=now)
    with _bounded():
        yield


def require_turn(address: str, *, now: float) -> None:
    """This function will count a search from a network address at a moment of the clock. Raises: TooManySearches."""
    minute, spent = divmod(int(now), MINUTE)
    left = MINUTE - spent
    key = _key(address, minute)
    if key in _over:
        raise TooManySearches(left)
    if _count(key) > settings.SEARCHES_PER_MINUTE:
        if len(_over) >= _MOST_REMEMBERED:
            _over.clear()
        _over.add(key)
        raise TooManySearches(left)


def _key(address: str, minute: int) -> str:
    # Of the address nothing can be read from it, and in the next minute it is another.
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{minute} {address}".encode(), hashlib.sha256).hexdigest()
    return f"search-{digest[:32]}"


def _count(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key))


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Has the database break off what takes longer than SECONDS. Raises: TookTooLong."""
    alias = router.db_for_read(PreparedArticle)
    began = time.monotonic()
    try:
        with transaction.atomic(using=alias):
            with connections[alias].cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [int(SECONDS * 1000)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise TookTooLong(f"It took {time.monotonic() - began:.1f} s.") from error
        raise
