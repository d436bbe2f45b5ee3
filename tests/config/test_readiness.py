"""What must be so before the server opens."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pennypress.config import readiness


def test_migrations_are_found_by_name_as_django_finds_them():
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations

    assert readiness._migrations_on_disk() == set(loaded)


@pytest.mark.django_db
def test_a_migration_that_the_database_lacks_is_pending():
    assert readiness.pending_migrations() == 0

    MigrationRecorder(connection).record_unapplied("newsroom", max(name for _, name in _of("newsroom")))

    assert readiness.pending_migrations() == 1


def _of(label):
    return {(app, name) for app, name in readiness._migrations_on_disk() if app == label}


@pytest.mark.django_db
def test_no_migration_is_loaded_where_none_is_missing(monkeypatch):
    def loaded(_connection):
        raise AssertionError("They were loaded.")

    monkeypatch.setattr(readiness, "MigrationExecutor", loaded)

    assert readiness.pending_migrations() == 0
