"""One paper for all browser tests, behind a real server on a database of its own, and the readers who visit it."""

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import expect

from pennypress.newsroom import writing
from pennypress.newsroom.writing import Asserted, Block
from pennypress.payments.providers import sandbox_webhooks
from pennypress.payments.sandbox_tables import SandboxEvent
from tests import builders, databases
from tests.newsroom import builders as press

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
READERS = [
    pytest.param({**DESKTOP, "java_script_enabled": True}, id="desktop"),
    pytest.param({**DESKTOP, "java_script_enabled": False}, id="desktop-without-js"),
    pytest.param({**PHONE, "java_script_enabled": True}, id="phone"),
    pytest.param({**PHONE, "java_script_enabled": False}, id="phone-without-js"),
]


@pytest.fixture(scope="package")
def paper(django_db_setup, plain_settings, django_db_blocker):
    """The small paper, open: its address, and what stands in it."""
    with (
        django_db_blocker.unblock(),
        databases.clone_in_use(),
        override_settings(PAYMENT_PROVIDERS=["sandbox"], TRIES_PER_ADDRESS=1_000),
    ):
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        with override_settings(PORT=server.port, SITE_URL=f"http://localhost:{server.port}"):
            yield _built(f"http://localhost:{server.port}")
        server.terminate()


def _built(url):
    today = timezone.localdate()
    builders.an_offer()
    owner = builders.an_owner(shares=1_250)
    builders.an_appeal(opens_on=today - dt.timedelta(days=6), closes_on=today + dt.timedelta(days=23))
    builders.a_received_gift(amount=builders.pounds(3_821), name="Many readers", received_on=today)
    return SimpleNamespace(url=url, owner=owner, **vars(_press()))


def _press():
    made = press.a_paper()
    pictured = press.a_picture()
    source = writing.make_source(name="Ruth Calder", affiliation="Dockers’ Union")
    story = press.a_story(
        made.section,
        standfirst="A month on strike ends with a vote.",
        kicker="Docks",
        contributors=[made.writer],
        topics=[made.topic],
        picture=pictured,
        caption="The gates this morning",
        credit="A. Photographer",
        body=[
            Block("text", "DOCKERS voted yesterday to accept a rise. Ruth Calder said nine in ten were for it."),
            Block("crosshead", "A month"),
            Block("text", "The strike had lasted a month."),
        ],
        claims=[Asserted(says="Nine in ten voted for it", source=source, at="nine in ten were for it")],
    )
    for number in range(6):
        press.a_story(made.section, f"Story number {number} of the day", contributors=[made.writer])
    standing = writing.make_standing_page(title="Privacy", text="We keep little and sell nothing.")
    return SimpleNamespace(story=story, claim=story.claims.get(), standing=standing, **vars(made))


@dataclass
class Visit:
    """A reader's browser with one page open. It remembers what the console complained of."""

    page: object
    paper: object
    troubles: list = field(default_factory=list)

    def open(self, path):
        return self.page.goto(self.paper.url + path)

    def press(self, words):
        self.page.get_by_role("button", name=words, exact=True).click()

    def choose(self, words):
        self._take(self.page.get_by_role("radio", name=words, exact=True))

    def _take(self, radio):
        """Clicks the tile around a radio button, as a reader does, once it has come to rest."""
        self.page.locator("label.tile", has=radio).click()
        expect(radio).to_be_checked()

    def fill(self, label, typed):
        self.page.get_by_label(label).fill(typed)

    def meter(self):
        element = self.page.locator(".appeal-meter").first
        return int(element.get_attribute("data-raised-minor")), int(element.get_attribute("data-needed-minor"))

    def pay(self, card="4242"):
        self._take(self.page.get_by_role("radio", name=card))
        self.page.get_by_role("button", name="Pay £").click()


@pytest.fixture(params=READERS)
def reader(request, paper, new_context):
    """A visit by each of four readers: on a desk and on a phone, with JavaScript and without."""
    yield from _visit(paper, new_context(**request.param))


@pytest.fixture
def visitor(paper, new_context):
    """A visit on a desk with JavaScript."""
    yield from _visit(paper, new_context(**DESKTOP))


def _visit(paper, context):
    cache.clear()
    page = context.new_page()
    visit = Visit(page, paper)
    page.on("console", lambda said: visit.troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.troubles.append(str(error)))
    page.set_default_timeout(10_000)
    yield visit
    assert visit.troubles == []


@pytest.fixture
def post_arrives(paper):
    """Delivers the sandbox's webhooks that wait, over HTTP to the running paper; `again` delivers all of them once more."""

    def deliver(*, again=False):
        waiting = SandboxEvent.objects.all() if again else SandboxEvent.objects.filter(delivered_at=None)
        for event in waiting:
            sandbox_webhooks.deliver(event_ref=event.ref, now=timezone.now())

    return deliver
