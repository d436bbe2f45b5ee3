"""How the database is reached: the budget of connections, a pooler, several servers in one address."""

import os
import subprocess
import sys
from pathlib import Path

from pennypress.config import connecting

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_servers_connections_are_counted_by_what_they_are_for():
    budget = connecting.Budget(processes=2, reading=1, writing=3)

    assert budget.whole == 14
    assert str(budget).startswith("at most 14 connections to the database: 2 processes, each 1 for reading")


def test_behind_a_pooler_nothing_stays_on_the_server_between_transactions():
    found = connecting.database("postgresql://app@pooler:6432/paper", is_pooled=True)

    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert found["OPTIONS"]["prepare_threshold"] is None


def test_several_servers_in_one_address_reach_the_driver():
    url = "postgresql://app@/paper?host=one,two&port=5432,5433&target_session_attrs=read-write"

    found = connecting.database(url, is_pooled=False)

    assert found["HOST"] == ""
    assert found["OPTIONS"]["host"] == "one,two"
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"


def test_a_server_that_is_cut_off_is_given_up_soon():
    found = connecting.database("postgresql://app@host/paper", is_pooled=False)

    assert found["OPTIONS"]["tcp_user_timeout"] <= 10_000
    assert found["OPTIONS"]["connect_timeout"] <= 5


def _port_of(command: str, **environment: str) -> str:
    asked = (
        "import sys; sys.argv = ['pennypress', {!r}]; from pennypress.config import settings as s;"
        "print(s.DATABASES['default']['PORT'], s.DATABASES['default'].get('DISABLE_SERVER_SIDE_CURSORS', False))"
    )
    known = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "PENNYPRESS"))}
    done = subprocess.run(
        [sys.executable, "-c", asked.format(command)],
        env={**known, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_server_goes_through_the_pooler_and_the_worker_past_it(tmp_path):
    urls = {
        "PENNYPRESS_VAR": str(tmp_path),
        "DATABASE_URL": "postgresql://app@host:6432/paper",
        "DATABASE_DIRECT_URL": "postgresql://app@host:5432/paper",
        "DATABASE_OWNER_URL": "postgresql://owner@host:5433/paper",
    }

    assert _port_of("serve", **urls) == "6432 True"
    assert _port_of("work", **urls) == "5432 False"
    assert _port_of("migrate", **urls) == "5433 False"
