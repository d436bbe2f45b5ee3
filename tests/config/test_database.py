"""A silent server costs one request its patience, and not each of all that come after it. A connection that stands is not
asked whether it does."""

import socket
import time
from unittest import mock

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from pennypress.config.database import base


@pytest.fixture
def silent():
    """A server that takes connections and never says a word."""
    base._silent.clear()
    with socket.create_server(("127.0.0.1", 0)) as door:
        facts = {**connections["default"].settings_dict, "HOST": "127.0.0.1", "PORT": str(door.getsockname()[1])}
        yield base.DatabaseWrapper(facts, "default")
    base._silent.clear()


def _seconds(database):
    began = time.monotonic()
    with pytest.raises(OperationalError):
        database.ensure_connection()
    return time.monotonic() - began


def test_it_is_noticed_soon_and_then_at_once(silent, django_db_blocker):
    with django_db_blocker.unblock():
        first, second = _seconds(silent), _seconds(silent)

    assert first < 8
    assert second < 0.5


def test_without_the_silence_each_waits(silent, django_db_blocker, monkeypatch):
    monkeypatch.setattr(base, "SILENT_SECONDS", 0.0)
    with django_db_blocker.unblock():
        _seconds(silent)

        assert _seconds(silent) > 1


def test_one_that_refuses_is_asked_each_time(silent, django_db_blocker):
    with socket.create_server(("127.0.0.1", 0)) as door:
        silent.settings_dict["PORT"] = str(door.getsockname()[1])
    with django_db_blocker.unblock():
        _seconds(silent)

        assert base._silent == {}


@pytest.fixture
def line(db):
    """A connection of its own, as a request finds it that comes after another."""
    own = connection.copy()
    own.ensure_connection()
    own.health_check_enabled = True
    yield own
    own.close()


def begin_request(line):
    """What Django does before each request, and how it then asks for a cursor."""
    line.health_check_done = False
    line.close_if_unusable_or_obsolete()
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_stands_is_not_asked(line):
    begin_request(line)
    with mock.patch.object(base.base.DatabaseWrapper, "is_usable") as asked:
        begin_request(line)

    assert not asked.called


def test_one_that_the_server_has_closed_is_laid_anew(line):
    first = begin_request(line)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])

    assert begin_request(line) != first


def test_after_an_error_it_is_asked(line):
    begin_request(line)
    line.errors_occurred = True
    with mock.patch.object(base.base.DatabaseWrapper, "is_usable", return_value=True) as asked:
        begin_request(line)

    assert asked.called
