"""Databases for tests: a template migrated once and kept until a migration changes, and clones of it."""

import contextlib
import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parent.parent


def _conninfo(url: str, database: str) -> str:
    return make_conninfo(**{**conninfo_to_dict(url), "dbname": database})


def _owner() -> psycopg.Connection:
    return psycopg.connect(_conninfo(settings.DATABASE_OWNER_URL, "postgres"), autocommit=True)


def _template_name() -> str:
    digest = hashlib.sha256()
    house = ROOT / "pennypress"
    granting = [house / "guards.py", house / "tables.py", house / "config" / "roles.py", house / "desk" / "staff.py"]
    for path in sorted(house.glob("**/migrations/*.py")) + granting:
        digest.update(path.read_bytes())
    for package in ("django", "wagtail", "procrastinate", "django-allauth"):
        digest.update(metadata.version(package).encode())
    return f"pennypress_template_{digest.hexdigest()[:16]}"


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def template() -> str:
    """The name of the migrated template, building it when a migration has changed. Safe for several runs at once."""
    name = _template_name()
    with _owner() as connection:
        connection.execute("SELECT pg_advisory_lock(711)")
        if not _exists(connection, name):
            _drop_older(connection)
            building = f"{name}_building"
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
            _migrate(building)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
            )
    return name


def _drop_older(connection: psycopg.Connection) -> None:
    """In a server of our own, the templates of older migrations; in a shared one they may be another branch's."""
    if os.environ.get("DATABASE_URL"):
        return
    older = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'pennypress\\_template\\_%'"
    ).fetchall()
    for (name,) in older:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrate(database: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_OWNER_URL": _as_url(settings.DATABASE_OWNER_URL, database),
        "DATABASE_URL": _as_url(settings.DATABASE_APP_URL, database),
    }
    print(f"Building the test template {database} (about a quarter of a minute, once)…", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "pennypress", "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, env=environment, cwd=ROOT)


def _as_url(url: str, database: str) -> str:
    head, _, tail = url.partition("://")
    host, _, _old = tail.rpartition("/")
    return f"{head}://{host}/{database}"


@contextlib.contextmanager
def clone_in_use() -> Iterator[str]:
    """Points Django's connection, as the application's role, at a fresh clone; drops the clone afterwards."""
    name = f"pennypress_test_{uuid.uuid4().hex[:12]}"
    source = template()
    with _owner() as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
    connection = connections["default"]
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
        _drop(name)


def _drop(name: str) -> None:
    # A connection that a thread has just closed may still be on its way out, and the owner cannot end the application's.
    patience = 50
    while True:
        try:
            with _owner() as owner:
                owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            patience -= 1
            if not patience:
                raise
            time.sleep(0.1)
