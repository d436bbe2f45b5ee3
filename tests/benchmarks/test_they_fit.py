"""Benchmarks write rows by SQL of their own: each is run here in small, so that it still fits when it is wanted."""

import argparse
import datetime as dt
import os
import shutil

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from benchmarks import (
    answering,
    collection,
    growth,
    large_paper,
    many_members,
    meter,
    settling,
    starting,
    statement,
    uncached,
)
from pennypress.giving import collecting
from pennypress.giving import meter as reading_meter
from pennypress.giving.models import Gift
from pennypress.newsroom import context, preparing
from pennypress.newsroom.models import ArticlePage, PreparedArticle
from pennypress.payments.providers import sandbox_webhooks
from pennypress.shares.models import Member
from tests import builders, databases

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


@pytest.fixture
def small_paper(owner, monkeypatch, settings):
    settings.PAPER_SECONDS = 600
    context.forget()
    for name, number in {
        "TOPICS": 9,
        "PEOPLE": 2,
        "PICTURES": 1,
        "WORDS": 400,
        "PARAGRAPHS": 50,
        "HEADLINES": 50,
    }.items():
        monkeypatch.setattr(large_paper, name, number)
    settling.found()
    large_paper.write(owner, 30)
    yield
    context.forget()


def test_a_large_paper_is_one_that_the_newsroom_could_have_written(owner, small_paper):
    large_paper.write(owner, 45)

    story = ArticlePage.objects.order_by("-first_published_at").first()
    written = story.prepared
    assert settling.laws_broken() == []
    assert ArticlePage.objects.live().count() == PreparedArticle.objects.count() == 45
    assert Page.find_problems() == ([], [], [], [], [])
    assert Client().get(story.local_path()).status_code == 200
    again = preparing.store(story)
    assert [again.byline, again.topics, again.folded_headline] == [
        written.byline,
        written.topics,
        written.folded_headline,
    ]
    assert timezone.now() - story.first_published_at < dt.timedelta(hours=1)


def test_every_page_of_a_large_paper_is_asked_for(small_paper):
    asked = answering.Asked()
    asked.answer("front", 0)  # Reads the paper's furniture.

    told = [asked.answer(page, turn) for page in (*growth.PAGES, "search") for turn in range(6)]

    assert all(0 < answer["queries"] <= 8 for answer in told)
    assert all(answer["ms"] > 0 for answer in told)


def test_uncached_pages_are_made(small_paper, capsys):
    pages = uncached.addresses(5)

    uncached.in_process(pages, 2)

    assert len(pages["article"]) == 5
    assert "article            3" in capsys.readouterr().out


def test_memory_is_counted():
    assert starting._shared_memory(os.getpid()) > 10


def test_members_and_gifts_are_multiplied_and_every_law_holds(owner, capsys):
    before = _rows(owner)
    many_members.write(owner, 4)

    assert settling.laws_broken() == []
    assert Member.objects.count() == 4
    assert Gift.objects.filter(state="received").count() == 40
    assert _rows(owner) > before
    assert "4 members and 40 gifts" in capsys.readouterr().out
    assert reading_meter.read(now=builders.NOW).raised.minor == 40 * 25_00
