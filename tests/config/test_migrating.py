"""Migrating a paper that is being read: no table is waited for long, and what was not to be had is tried again."""

import threading
import time
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

BACK = ("config", "zero")


@pytest.fixture
def as_owner(committed):
    """Django works as the owner meanwhile, as `migrate` does."""
    known = connection.settings_dict
    before = known["USER"]
    connection.close()
    known["USER"] = "pennypress_owner"
    yield
    connections.close_all()
    known["USER"] = before


def _reader() -> psycopg.Connection:
    """Somebody who holds the table, as a long report does, until they are let go."""
    reader = psycopg.connect(make_conninfo(settings.DATABASE_APP_URL, dbname=connection.settings_dict["NAME"]))
    reader.execute("SELECT count(*) FROM config_shared_count")
    return reader


def _migrate(*where: str, **options) -> str:
    said = StringIO()
    call_command("migrate", *where, stdout=said, **options)
    return said.getvalue()


def _is_there() -> bool:
    return "config_shared_count" in connection.introspection.table_names()


def test_a_table_in_use_is_given_up_and_tried_again(as_owner):
    reader = _reader()
    let_go = threading.Timer(1.5, reader.close)
    let_go.start()

    said = _migrate(*BACK, lock_timeout=0.3, tries=10)

    assert "A table is in use, try 1 of 10" in said
    assert not _is_there()
    let_go.join()


def test_whoever_comes_after_is_not_held_up_for_longer_than_the_timeout(as_owner):
    reader = _reader()
    migrating = threading.Thread(target=_give_up_quietly)
    migrating.start()
    time.sleep(0.2)

    began = time.monotonic()
    with _reader():
        waited = time.monotonic() - began
    migrating.join()
    reader.close()

    assert waited < 1.5


def _give_up_quietly() -> None:
    connection.settings_dict["USER"] = "pennypress_owner"
    with pytest.raises(CommandError):
        _migrate(*BACK, lock_timeout=0.5, tries=1)
    connections.close_all()


def test_it_gives_up_in_words_and_nothing_is_half_done(as_owner):
    reader = _reader()

    with pytest.raises(CommandError, match="in use at each of 2 tries"):
        _migrate(*BACK, lock_timeout=0.2, tries=2)

    reader.close()
    assert _is_there()


def test_an_index_that_was_left_half_made_is_taken_away_before_the_next_try(as_owner):
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX half_made ON people_person (name)")
    _spoil("half_made")
    reader = _reader()
    threading.Timer(1.0, reader.close).start()

    _migrate(*BACK, lock_timeout=0.3, tries=10)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('half_made')")
        assert cursor.fetchone() == (None,)


def _spoil(index: str) -> None:
    """Makes an index what a broken-off CONCURRENTLY leaves; only the superuser may."""
    owner = settings.DATABASE_OWNER_URL.replace("pennypress_owner@", "postgres@")
    with psycopg.connect(make_conninfo(owner, dbname=connection.settings_dict["NAME"]), autocommit=True) as root:
        root.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [index])
