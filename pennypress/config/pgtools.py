"""PostgreSQL's own tools, of the version that the server speaks, run as the owner of the paper's database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pennypress.config import lodgings

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class NoSuchTool(RuntimeError):
    """There is no tool of the server's version on this machine."""


class ToolFailed(RuntimeError):
    """A tool of PostgreSQL ended with an error; the text is its own."""


def owner() -> psycopg.Connection:
    """This function will open the paper's database as its owner."""
    url = make_conninfo(settings.DATABASE_OWNER_URL, dbname=_name())
    return psycopg.connect(url, autocommit=True)


def urls() -> dict[str, str]:
    """This function will give the addresses of the paper's database as the environment of one of our own commands."""
    return {
        "DATABASE_URL": urlsplit(settings.DATABASE_APP_URL)._replace(path=f"/{_name()}").geturl(),
        "DATABASE_OWNER_URL": urlsplit(settings.DATABASE_OWNER_URL)._replace(path=f"/{_name()}").geturl(),
    }


def server_major() -> int:
    """This function will give the server's major version, such as 18."""
    with owner() as asked:
        return asked.info.server_version // 10_000


def run(tool: str, *arguments: str) -> None:
    """This function will run a tool against the paper's database as its owner; no password is seen in a list of processes.

    Raises: NoSuchTool, ToolFailed.
    """
    given = conninfo_to_dict(settings.DATABASE_OWNER_URL)
    environment = {variable: str(given[name]) for name, variable in _VARIABLES.items() if given.get(name)}
    done = subprocess.run(
        [str(find(tool, server_major())), *arguments, "--dbname", _name()],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(f"{tool}: {done.stderr.strip() or done.returncode}")


def find(tool: str, major: int) -> Path:
    """This function will find the tool of the major version. Raises: NoSuchTool."""
    for place in _places(tool, major):
        if place.exists() and _major(place) == major:
            return place
    raise NoSuchTool(f"There is no {tool} {major} here; install it: apt-get install postgresql-client-{major}")


def _places(tool: str, major: int) -> Iterator[Path]:
    yield Path(f"/usr/lib/postgresql/{major}/bin") / tool
    if on_path := shutil.which(tool):
        yield Path(on_path)
    try:
        yield lodgings.programs(lodgings.Account(os.geteuid(), os.getegid())) / tool
    except lodgings.CannotLodge:
        return


def _major(place: Path) -> int:
    said = subprocess.run([str(place), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def _name() -> str:
    return str(connection.settings_dict["NAME"])
