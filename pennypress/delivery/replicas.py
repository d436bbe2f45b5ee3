"""Replicas: pages that are the same for everybody may be made from a copy of the database, as far as the copy has come.

Whoever listens for purges tells how far the database itself had come when it heard one. A replica that has not come so far
yet, or is gone, or was made the primary, is not asked. So a page that is made after a purge shows what was purged for,
whoever it is made from; and whoever has a name, and may have just written, is answered from the primary alone.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse

ALIAS = "replica"
# A replica that could not be asked is left alone for so long.
GONE_SECONDS = 5.0
# That a replica has come far enough is known for so long, unless it has to come further.
KNOWN_SECONDS = 1.0
_HAS_COME = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)


@dataclass(slots=True)
class Standing:
    """How far the primary has come, as last heard, and what is known of the replica."""

    came_to: str = ""
    passed: str = ""
    passed_at: float = 0.0
    gone_until: float = 0.0


standing = Standing()


def came_to(position: str) -> None:
    """This function will note how far the primary has come: no page is made any longer from what is older."""
    standing.came_to = position


class Router:
    """Reads from the replica while a page is made that may be; writes, and everything else, on the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return ALIAS if _reading.get() and model._meta.app_label != "django_cache" else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


class ReadFromReplica:
    """Middleware that lets the pages of `settings.READ_FROM_REPLICA` be made from the replica, for readers without a name.

    The innermost of all: what the others ask, they ask the primary. A page that fails on the replica is made again from
    the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            _reading.set(False)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if ALIAS in connections.settings and name in settings.READ_FROM_REPLICA and _is_nameless(request):
            _reading.set(_is_fit())

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not (_reading.get() and isinstance(exception, (DatabaseError, InterfaceError))):
            return None
        _give_up()
        _reading.set(False)
        match = request.resolver_match
        assert match is not None
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response


def _is_nameless(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD") and not request.COOKIES and "HTTP_AUTHORIZATION" not in request.META


def _is_fit() -> bool:
    now, wanted = time.monotonic(), standing.came_to
    if not wanted or now < standing.gone_until:
        return False
    if standing.passed == wanted and now < standing.passed_at + KNOWN_SECONDS:
        return True
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_HAS_COME, [wanted])
            has_come = bool(cursor.fetchone()[0])
    except (DatabaseError, InterfaceError):
        _give_up()
        return False
    if has_come:
        standing.passed, standing.passed_at = wanted, now
    return has_come


def _give_up() -> None:
    standing.gone_until = time.monotonic() + GONE_SECONDS
    connections[ALIAS].close()
