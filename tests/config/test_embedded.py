"""The embedded PostgreSQL: quick, private, shared by those who hold it, and no burglar of closed homes."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from pennypress.config import embedded, lodgings

ROOT = Path(__file__).resolve().parent.parent.parent
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


@pytest.fixture
def open_folder():
    """A folder that every account may pass, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="pennypress-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def shelter(open_folder, monkeypatch):
    monkeypatch.setattr(lodgings, "SHELTER", open_folder / "shelter")
    return open_folder / "shelter"


@pytest.fixture
def var(open_folder, shelter):
    yield open_folder / "var"
    embedded.stop(open_folder / "var")


def _ask(var: Path, role: str, question: str):
    with psycopg.connect(embedded.url(var, role)) as connection:
        return connection.execute(question).fetchone()[0]


def test_two_roles_find_one_database_which_the_owner_owns(var):
    embedded.start(var)

    assert _ask(var, embedded.APP_ROLE, "SELECT current_user") == "pennypress_app"
    assert _ask(var, embedded.APP_ROLE, "SELECT usesuper OR usecreatedb FROM pg_user WHERE usename = user") is False
    assert _ask(var, embedded.OWNER_ROLE, "SELECT usecreatedb FROM pg_user WHERE usename = user") is True
    whose = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert _ask(var, embedded.OWNER_ROLE, whose) == "pennypress_owner"


def test_it_is_heard_on_no_network_and_writes_safely(var):
    embedded.start(var)

    assert _ask(var, embedded.APP_ROLE, "SHOW listen_addresses") == ""
    assert _ask(var, embedded.APP_ROLE, "SHOW fsync") == "on"
    assert stat.S_IMODE(lodgings.of(var).sockets.stat().st_mode) == 0o700


def test_starting_again_is_quick_and_keeps_what_was_written(var):
    embedded.start(var)
    with psycopg.connect(embedded.url(var, embedded.OWNER_ROLE)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    embedded.stop(var)
    assert not embedded.is_running(var)

    began = time.monotonic()
    embedded.start(var)
    embedded.start(var)

    assert time.monotonic() - began < 2
    assert _ask(var, embedded.OWNER_ROLE, "SELECT one FROM kept") == 1


def test_the_last_holder_turns_it_off(var):
    with embedded.held(var):
        with embedded.held(var):
            pass
        assert embedded.is_running(var)

    assert not embedded.is_running(var)


def test_a_server_that_was_started_to_stay_outlives_its_holders(var):
    embedded.start(var)

    with embedded.held(var):
        pass

    assert embedded.is_running(var)


def test_two_that_start_it_at_once_share_it(var):
    script = f"from pathlib import Path; from pennypress.config import embedded; embedded.start(Path({str(var)!r}))"
    both = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) for _ in range(2)]

    assert [one.wait(60) for one in both] == [0, 0]
    assert embedded.is_running(var)


def test_a_long_path_gets_a_short_private_folder_for_its_socket(open_folder, shelter):
    var = open_folder / ("a-very-long-name-" * 6) / "var"
    try:
        embedded.start(var)

        lodging = lodgings.of(var)
        assert len(str(lodging.socket)) <= lodgings.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(lodging.sockets.stat().st_mode) == 0o700
        assert _ask(var, embedded.APP_ROLE, "SELECT 1") == 1
    finally:
        embedded.stop(var)
        if lodging.sockets.parent != shelter:
            lodging.sockets.rmdir()


@as_root
def test_below_a_closed_home_the_data_go_where_the_account_reaches_and_the_home_stays_closed(open_folder, shelter):
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    var = home / "clone" / "var"
    try:
        embedded.start(var)

        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert lodgings.of(var).home.parent == shelter
        assert (var / "postgres" / "elsewhere").read_text().startswith(str(lodgings.of(var).home))
        assert _ask(var, embedded.APP_ROLE, "SELECT 1") == 1
    finally:
        embedded.stop(var)


@as_root
def test_data_stay_where_they_are_when_the_home_is_opened_later(open_folder, shelter):
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    lodgings.make_notes(lodgings.of(home / "var"))
    lodgings.prepare(lodgings.of(home / "var"))
    before = lodgings.of(home / "var").home

    home.chmod(0o755)

    assert lodgings.of(home / "var").home == before


@as_root
def test_programs_in_a_closed_folder_are_copied_and_the_folder_stays_closed(open_folder, shelter, monkeypatch):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    original = lodgings._package()
    (closed / original.name).symlink_to(original)
    (closed / f"{original.name}.libs").symlink_to(original.with_name(f"{original.name}.libs"))
    monkeypatch.setattr(lodgings, "_package", lambda: closed / original.name)
    account = lodgings.of(open_folder / "var").account

    programs = lodgings.programs(account)

    assert shelter in programs.parents
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    said = subprocess.run(
        [programs / "postgres", "--version"],
        user=account.uid,
        group=account.gid,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert said.stdout.startswith("postgres (PostgreSQL) 18")


@as_root
def test_another_accounts_folder_is_not_used(open_folder, shelter):
    var = open_folder / "var"
    (var / "postgres" / "run").mkdir(parents=True)

    with pytest.raises(lodgings.CannotLodge, match="belongs to root"):
        embedded.start(var)

    assert not (var / "postgres" / "data").exists()
