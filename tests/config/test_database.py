"""A silent server costs one request its patience, and not each of all that come after it."""

import socket
import time

import pytest
from django.db import connections
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
