"""Backup and restore: what comes back is what was, and a damaged file or a full house is left untouched."""

import datetime as dt
import json
import tarfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pennypress.config import pgtools
from pennypress.giving import checkpoints
from pennypress.giving.models import Appeal, MeterCheckpoint
from pennypress.people import persons
from pennypress.people.models import Person
from tests import builders
from tests.config.test_unpacking import rewritten as _rewritten

NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def paper(committed, settings, tmp_path):
    """A paper with one person, one booked entry and one picture; commits in a database of its own."""
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    (settings.MEDIA_ROOT / "pictures").mkdir(parents=True)
    (settings.MEDIA_ROOT / "pictures" / "harbour.jpg").write_bytes(b"a harbour")
    persons.recorded(name="Nan Orchard", email="nan@example.org", now=NOW)
    return settings


@pytest.fixture
def backup(paper, tmp_path) -> Path:
    call_command("backup", tmp_path / "backups", stdout=StringIO())
    return next((tmp_path / "backups").glob("*.tar"))


def _restore(file: Path, **options) -> None:
    call_command("restore", file, stdout=StringIO(), **options)


def _names() -> list[str]:
    return list(Person.objects.values_list("name", flat=True))


def test_what_was_lost_comes_back(backup, paper):
    persons.recorded(name="Somebody Later", email="later@example.org", now=NOW)
    (paper.MEDIA_ROOT / "pictures" / "harbour.jpg").unlink()
    (paper.MEDIA_ROOT / "pictures" / "later.jpg").write_bytes(b"later")

    _restore(backup, replace=True)

    assert _names() == ["Nan Orchard"]
    assert (paper.MEDIA_ROOT / "pictures" / "harbour.jpg").read_bytes() == b"a harbour"
    assert not (paper.MEDIA_ROOT / "pictures" / "later.jpg").exists()


def test_the_meters_checkpoints_are_left_out_and_the_meter_says_the_same(paper, tmp_path):
    fund = builders.an_appeal()
    builders.a_received_gift()
    checkpoints.take(appeal=fund, now=NOW)
    call_command("backup", tmp_path / "backups", stdout=StringIO())

    _restore(next((tmp_path / "backups").glob("*.tar")), replace=True)

    assert not MeterCheckpoint.objects.exists()
    assert checkpoints.figures(Appeal.objects.get()).gross_minor == 2_500


def test_it_comes_back_into_an_empty_database_with_its_guards_and_grants(backup, paper):
    with pgtools.owner() as owner:
        connection.close()
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    (paper.MEDIA_ROOT / "pictures" / "harbour.jpg").unlink()
    (paper.MEDIA_ROOT / "pictures").rmdir()

    _restore(backup)

    assert _names() == ["Nan Orchard"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege(current_user, 'ledger_line', 'DELETE')")
        assert cursor.fetchone()[1] is False
    persons.recorded(name="Life Goes On", email="on@example.org", now=NOW)


def test_a_paper_that_is_there_is_not_overwritten_unasked(backup, paper):
    persons.recorded(name="Somebody Later", email="later@example.org", now=NOW)

    with pytest.raises(CommandError, match="--replace"):
        _restore(backup)

    assert sorted(_names()) == ["Nan Orchard", "Somebody Later"]


def test_a_tampered_backup_is_refused_and_nothing_is_changed(backup, paper):
    persons.recorded(name="Somebody Later", email="later@example.org", now=NOW)
    tampered = _rewritten(backup, instead={"media/pictures/harbour.jpg": b"a harbuor"})

    with pytest.raises(CommandError, match="is not as it was written") as refusal:
        _restore(tampered, replace=True)

    assert "Nothing was changed" in str(refusal.value)
    assert sorted(_names()) == ["Nan Orchard", "Somebody Later"]
    assert (paper.MEDIA_ROOT / "pictures" / "harbour.jpg").exists()


def test_a_backup_of_a_newer_pennypress_is_refused(backup, paper):
    with tarfile.open(backup) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())
    manifest["migrations"].append("people.9999_of_the_future")

    with pytest.raises(CommandError, match="newer Pennypress"):
        _restore(_rewritten(backup, instead={"manifest.json": json.dumps(manifest).encode()}), replace=True)

    assert _names() == ["Nan Orchard"]


def test_when_restoring_fails_half_way_what_was_there_stands_again(backup, paper, monkeypatch):
    persons.recorded(name="Somebody Later", email="later@example.org", now=NOW)
    monkeypatch.setattr("pennypress.config.restoring._place_pictures", _fail)

    with pytest.raises(CommandError, match="on purpose"):
        _restore(backup, replace=True)

    assert sorted(_names()) == ["Nan Orchard", "Somebody Later"]


def _fail(_folder: Path) -> None:
    raise pgtools.ToolFailed("on purpose")


def test_nobody_else_may_be_at_work_while_it_restores(backup, paper):
    with pgtools.owner(), pytest.raises(CommandError, match="connected"):
        _restore(backup, replace=True)

    assert _names() == ["Nan Orchard"]


def test_the_file_is_for_its_owner_alone(backup):
    assert backup.stat().st_mode & 0o077 == 0
    assert not list(backup.parent.glob("*.part"))
