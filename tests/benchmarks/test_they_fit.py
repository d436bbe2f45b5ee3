"""Benchmarks write rows by SQL of their own: each is run here in small, so that it still fits when it is wanted."""

import argparse
import datetime as dt
import shutil

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks import collection, meter, settling, statement
from pennypress.giving import collecting
from pennypress.payments.providers import sandbox_webhooks
from tests import databases

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def owner(committed):
    address = databases._conninfo(settings.DATABASE_OWNER_URL, connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as conn:
        yield conn


def test_a_gift_settles_and_the_ceiling_writes_the_same_rows(owner, tmp_path, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    if not shutil.which(settling.program()):
        pytest.skip("pgbench is not installed (Debian: postgresql-contrib)")
    settling.found()
    bench = settling.Bench(owner)
    at = dt.datetime.now(tz=dt.UTC)
    before = _rows(owner)
    for number in bench.fill("path", 3):
        head, _, body = settling.told_of(number, at).partition(b"\r\n\r\n")
        signature = head.rpartition(b": ")[2].decode()
        sent = Client().post(
            "/gateway/sandbox/events",
            body,
            content_type="application/json",
            headers={sandbox_webhooks.HEADER: signature},
        )
        assert sent.status_code == 200
    ours = _rows(owner) - before
    bench.fill("raw", 20_000)
    script = tmp_path / "raw.sql"
    script.write_text(settling.raw_script(bench), encoding="utf-8")
    before = _rows(owner)
    assert settling.ceiling(script, 1, 1) > 0
    raw = bench.one("SELECT count(*) FROM giving_gift WHERE state = 'received' AND email LIKE 'raw%'")
    assert (_rows(owner) - before) / raw == ours / 3
    assert settling.laws_broken() == []


def _rows(owner: psycopg.Connection) -> int:
    """Rows of every table that the two sides write to for a gift that was offered already."""
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in settling.WRITTEN)
    row = owner.execute(f"SELECT {counts}").fetchone()
    assert row is not None
    return int(row[0])


def test_the_meter_is_read_from_its_checkpoint(owner, monkeypatch, capsys):
    settling.found()
    monkeypatch.setattr(meter, "GIVERS", 50)
    monkeypatch.setattr(meter, "WANTED_MS", 10_000)
    meter.measure(argparse.Namespace(gifts=500, readings=2, above=7), owner)
    assert "checkpoint, 7 sums above it" in capsys.readouterr().out


def test_a_collection_run_asks_once(owner, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    collection.found()
    collection.stand(owner, 5)
    assert len(collecting.collect_due(on=timezone.localdate(), now=timezone.now())) == 5
    assert collection.again(owner, 5) == 0
    assert collection.standing(owner) == (5, 0)


def test_a_statement_is_matched(capsys):
    statement.measure(argparse.Namespace(lines=30, orders=30, months=2, times=1))
    said = capsys.readouterr().out
    assert "30 lines, 27 with a proposal" in said
    assert "broken laws: none" in said
