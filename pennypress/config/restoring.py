"""Restoring a backup: checked whole before anything is touched, and put back as it was when anything fails."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from pennypress import laws
from pennypress.config import backups, lawbook, pgtools, pictures
from pennypress.config.backups import Manifest

ASIDE = "before_restoring"


class CannotRestore(RuntimeError):
    """The backup was not restored; what stood before stands again."""


def restore(file: Path, *, replace: bool, say: Callable[[str], None]) -> Manifest:
    """This function will put a backup's database and pictures in place of nothing, or with `replace` of what is there.

    Raises: backups.DamagedBackup before anything is touched; CannotRestore, pgtools.ToolFailed with all as it was.
    """
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR, prefix=".restoring-") as scratch:
        say("Checking the backup…")
        manifest = backups.unpack(file, Path(scratch))
        _require_known(manifest)
        connections.close_all()
        with pgtools.owner() as owner:
            _require_pictures(manifest)
            _require_room(owner, replace, has_pictures=not manifest.pictures_in)
            with _schema_aside(owner):
                say("Restoring the database…")
                dump = str(Path(scratch) / backups.DATABASE)
                pgtools.run(
                    "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", dump
                )
                _bring_up_to_date()
                say("Checking the laws…")
                _require_lawful(manifest)
                if manifest.pictures_in:
                    say(f"The pictures are in the bucket {manifest.pictures_in}, and stay there.")
                else:
                    say("Restoring the pictures…")
                    _place_pictures(Path(scratch) / backups.MEDIA)
                connections.close_all()
    return manifest


def _require_known(manifest: Manifest) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations or {}}
    replaced = {f"{app}.{name}" for one in (loader.disk_migrations or {}).values() for app, name in one.replaces}
    if unknown := sorted(set(manifest.migrations) - known - replaced):
        raise CannotRestore(f"This backup was made by a newer Pennypress: it knows {unknown[0]}. Update first.")
    if manifest.postgresql > (server := pgtools.server_major()):
        raise CannotRestore(f"This backup was made on PostgreSQL {manifest.postgresql}; this server is {server}.")


def _require_pictures(manifest: Manifest) -> None:
    if manifest.pictures_in and manifest.pictures_in != getattr(default_storage, "bucket_name", ""):
        where = f"The pictures of this backup were left in the bucket {manifest.pictures_in}"
        raise CannotRestore(f"{where}; name it in PENNYPRESS_MEDIA_BUCKET.")


def _require_room(owner: psycopg.Connection, replace: bool, *, has_pictures: bool) -> None:
    others = owner.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    if others and others[0]:
        raise CannotRestore("Somebody else is connected to the database: stop `pennypress serve` and `work` first.")
    tables = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    is_full = bool(tables and tables[0]) or (has_pictures and next(pictures.names(), None) is not None)
    if not replace and is_full:
        raise CannotRestore("There is a paper here already. To put the backup in its place, say --replace.")


@contextmanager
def _schema_aside(owner: psycopg.Connection) -> Iterator[None]:
    """Moves what is there aside for the time of the restoring, and back if anything goes wrong."""
    owner.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")
    owner.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
    owner.execute("CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        connections.close_all()
        with owner.transaction():
            owner.execute("DROP SCHEMA public CASCADE")
            owner.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")
        raise
    owner.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _bring_up_to_date() -> None:
    """Migrates a backup of an older Pennypress, and grants the application's role what it needs."""
    command = [sys.executable, "-m", "pennypress", "migrate", "--verbosity", "0"]
    done = subprocess.run(
        command, cwd=settings.ROOT, env={**os.environ, **pgtools.urls()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotRestore(f"The restored database could not be migrated: {done.stderr.strip()[-500:]}")


def _require_lawful(manifest: Manifest) -> None:
    broken = [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]
    if unexpected := sorted(set(broken) - set(manifest.laws_broken)):
        raise CannotRestore(f"After restoring, these laws are broken: {', '.join(unexpected)}.")
    connection.close()


def _place_pictures(unpacked: Path) -> None:
    """Swaps the folders of pictures, the last act: all that could fail has been done.

    In a bucket they are written first, beside what is there, and then what does not belong to the backup is deleted.
    """
    unpacked.mkdir(exist_ok=True)
    if not pictures.are_here():
        pictures.bring(unpacked)
        pictures.leave_only({path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()})
        return
    media = Path(settings.MEDIA_ROOT)
    aside = media.with_name(f"{media.name}.{ASIDE}")
    shutil.rmtree(aside, ignore_errors=True)
    media.parent.mkdir(parents=True, exist_ok=True)
    if media.exists():
        media.rename(aside)
    shutil.move(unpacked, media)
    shutil.rmtree(aside, ignore_errors=True)
