"""The outage, as one film: a paper is read, loses its database, is started again without it, and comes back by itself.

Real processes, a real browser. PENNYPRESS_PICTURES=folder keeps what was on the screen.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pennypress.config import embedded
from tests.attacks import papers
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
BUILT = """
from tests.attacks import founding
from tests.newsroom import builders as press
founding.found()
made = press.a_paper()
story = press.a_story(made.section, headline="Dockers vote to stay out", contributors=[made.writer])
print(story.url)
"""
SCREENS = {"390": PHONE, "1280": DESKTOP}
TYPED = {"Your name": "Ada Reed", "Your e-mail address": "ada@example.org", "A word to the paper": "For the dockers"}


class Film:
    """The paper, its story, and the pages of a phone and of a desk that stay open throughout."""

    def __init__(self, paper, story, new_context):
        self.paper, self.story = paper, story
        self.pages = {name: new_context(**facts).new_page() for name, facts in SCREENS.items()}
        self.shots = 0

    def open(self, path):
        """Opens an address on both screens; gives the last answer."""
        for page in self.pages.values():
            answer = page.goto(self.paper.address + path)
        return answer

    def sees(self, words):
        for page in self.pages.values():
            expect(page.locator("body")).to_contain_text(words)

    def shoot(self, scene, pages=None):
        folder = os.environ.get("PENNYPRESS_PICTURES")
        self.shots += 1
        for name, page in (pages or self.pages).items() if folder else ():
            page.screenshot(path=Path(folder) / f"{self.shots}-{scene}-{name}.png", full_page=True)

    def printed(self):
        return len(list((self.paper.var / "spool" / "pages").glob("*/*")))

    def ages(self, *, by):
        """Makes what is printed older than it is, and the purges that it knows of as well."""
        spool = self.paper.var / "spool"
        for file in (spool / "pages").glob("*/*"):
            head, _, body = file.read_bytes().partition(b"\n")
            facts = json.loads(head)
            file.write_bytes(json.dumps({**facts, "made_at": facts["made_at"] - by}).encode() + b"\n" + body)
        for file in (spool / "ended").glob("*/*"):
            file.write_text(repr(float(file.read_text()) - by))


@pytest.fixture
def stopped_and_started():
    """A database that is somebody else's: the paper is told its address, and cannot start it."""
    with papers.a_paper() as database:
        yield database


@pytest.fixture
def film(stopped_and_started, new_context):
    database = stopped_and_started
    story = _built(database)
    address = embedded.url(database.var, embedded.APP_ROLE)
    paper = papers.Paper(database.var / "paper", DATABASE_URL=address, PENNYPRESS_LOG="WARNING")
    paper.var.mkdir()
    paper.serve("--workers", "1")
    try:
        yield Film(paper, story, new_context)
    finally:
        paper.stop()


def _built(database):
    made = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{BUILT}"],
        env={**database.environment, "DJANGO_SETTINGS_MODULE": "pennypress.config.settings"},
        cwd=papers.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-3000:]
    return made.stdout.split()[-1]


def _until(true, patience=30.0):
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, "It did not come to that."
        time.sleep(0.2)


def test_the_outage(film, stopped_and_started):
    paper, var = film.paper, stopped_and_started.var

    # The paper is read.
    assert film.open("/").status == 200
    film.open("/give/")
    assert film.open(film.story).status == 200
    film.sees("Dockers vote to stay out")
    film.shoot("read")
    _until(lambda: film.printed() >= 5)

    # The database stops. What was printed is read on, with its age.
    embedded.stop(var)
    answer = film.open(film.story)
    assert answer.status == 200
    assert int(answer.headers["age"]) >= 0
    film.sees("Dockers vote to stay out")

    # Giving is closed, says so at once, and keeps what is typed.
    began = time.monotonic()
    answer = film.open("/give/")
    assert time.monotonic() - began < 10
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    film.sees("Giving is closed for the moment")
    for page in film.pages.values():
        _type(page)
        page.get_by_role("button", name="Go on to payment").click()
    film.sees("What you typed is still here")
    film.shoot("give-closed")
    for page in film.pages.values():
        _has_typed(page)

    # The server is started again, and nobody answers for the database. What is printed is an hour old by now.
    paper.stop("serve")
    film.ages(by=3600)
    paper.start("serve", "serve", "--workers", "1")
    _until(lambda: _is_open(paper), patience=90)
    assert "served as it was last printed" in paper.said()
    beside = {name: page.context.new_page() for name, page in film.pages.items()}
    for page in beside.values():
        answer = page.goto(paper.address + film.story)
        assert answer.status == 200
        assert int(answer.headers["age"]) >= 3600
        expect(page.locator("main")).to_contain_text("Dockers vote to stay out")
        expect(page.locator("main > .as-of")).to_contain_text("This page is as it stood at")
        expect(page.locator(".strip .as-of")).to_contain_text("Figures as of")
        page.goto(paper.address + "/")
        expect(page.locator("body")).to_contain_text("Dockers vote to stay out")
    film.shoot("as-it-stood", beside)
    for page in beside.values():
        page.goto(paper.address + "/no/such-page/")
        expect(page.locator("body")).to_contain_text("The presses are stopped")

    # Sent again meanwhile it comes back as it was; the page that is open knows nothing of the server's new life.
    for page in film.pages.values():
        page.get_by_role("button", name="Send it again").click()
        _has_typed(page)

    # The database starts, and all heals by itself.
    embedded.start(var)
    _until(lambda: "The database is back" in paper.said())
    for page in beside.values():
        _until(lambda page=page: page.goto(paper.address + film.story).ok and not page.locator(".as-of").count())
    for page in film.pages.values():
        page.get_by_role("button", name="Send it again").click()
        page.wait_for_url("**/sandbox/pay/**")
    film.shoot("goes-on-to-payment")


def _type(page):
    page.locator("label.tile", has=page.get_by_role("radio", name="£50", exact=True)).click()
    for label, typed in TYPED.items():
        page.get_by_label(label).fill(typed)


def _has_typed(page):
    expect(page.get_by_role("radio", name="£50", exact=True)).to_be_checked()
    for label, typed in TYPED.items():
        expect(page.get_by_label(label)).to_have_value(typed)


def _is_open(paper):
    try:
        with urllib.request.urlopen(f"{paper.address}/", timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False
