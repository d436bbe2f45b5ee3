"""What the browser fetches ahead and what it keeps: stories and sections, never a page that does something or is private."""

import json
import time

import pytest
from playwright.sync_api import expect

from pennypress.newsroom import ahead

pytestmark = pytest.mark.browser
READY = "navigator.serviceWorker.ready.then(() => true)"
CONTROLLED = "navigator.serviceWorker.controller !== null"
GONE = """Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()]).then(
    (left) => left.flat().length === 0)"""
CACHED = """caches.keys().then(async (names) => (await Promise.all(names.map(async (name) =>
    (await (await caches.open(name)).keys()).map((kept) => new URL(kept.url).pathname)))).flat())"""


@pytest.fixture
def kept_offline(settings):
    settings.OFFLINE = True


@pytest.fixture
def reads(visitor):
    """Reads the story with the worker in charge, as on a second visit."""

    def read(*paths):
        visitor.open("/")
        visitor.page.evaluate(READY)
        visitor.page.wait_for_function(CONTROLLED)
        for path in paths:
            visitor.open(path)

    return read


def test_what_was_read_can_be_read_without_a_network(kept_offline, reads, visitor):
    story = visitor.paper.story.specific.url
    reads(story, "/")

    visitor.page.context.set_offline(True)
    visitor.open(story)

    expect(visitor.page.locator("h1.headline")).to_be_visible()
    expect(visitor.page.locator(".as-of").first).to_contain_text("There is no network")
    expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(255, 253, 247)")
    visitor.open("/")
    expect(visitor.page.locator(".masthead")).to_be_visible()
    visitor.page.context.set_offline(False)
    visitor.troubles[:] = [said for said in visitor.troubles if "ERR_INTERNET_DISCONNECTED" not in said]


def test_a_private_page_and_a_form_are_never_kept(kept_offline, reads, visitor):
    reads("/give/", "/support/", "/join/", "/login/", "/search/?q=dockers", visitor.paper.story.specific.url)

    kept = visitor.page.evaluate(CACHED)

    assert visitor.paper.story.specific.url in kept
    assert [path for path in kept if path.startswith(("/give", "/support", "/join", "/login", "/account"))] == []
    visitor.page.context.set_offline(True)
    visitor.open("/give/")
    expect(visitor.page.locator("main")).to_contain_text("There is no network")
    visitor.page.context.set_offline(False)
    visitor.troubles.clear()


def test_switched_off_it_clears_what_it_kept_and_leaves(kept_offline, reads, visitor, settings):
    reads(visitor.paper.story.specific.url)
    settings.OFFLINE = False

    visitor.page.evaluate("navigator.serviceWorker.getRegistration().then((held) => held.update())")
    until = time.monotonic() + 15
    while not visitor.page.evaluate(GONE):
        assert time.monotonic() < until
        visitor.page.wait_for_timeout(100)
    visitor.open(visitor.paper.story.specific.url)

    assert visitor.page.evaluate(CACHED) == []
    assert not visitor.page.evaluate(CONTROLLED)


def test_where_it_is_not_wanted_no_worker_comes(visitor):
    visitor.open("/")

    assert visitor.page.evaluate("navigator.serviceWorker.getRegistrations().then((held) => held.length)") == 0


def test_a_story_is_fetched_ahead_and_the_page_to_give_is_not(visitor):
    asked = []
    visitor.page.context.on("request", lambda request: asked.append(request.url))
    visitor.open("/")
    rules = json.loads(visitor.page.request.get(visitor.paper.url + ahead.RULES_PATH).text())
    heads = visitor.page.evaluate(
        "(links) => [...document.querySelectorAll(links)].map((link) => new URL(link.href).pathname)", ahead.LINKS
    )

    assert visitor.page.request.get(visitor.paper.url + "/").headers["speculation-rules"] == f'"{ahead.RULES_PATH}"'
    assert set(rules) == {"prefetch", "prerender"}
    assert visitor.paper.story.specific.url in heads
    assert [path for path in heads if path.split("/")[1] in ("give", "support", "join", "account", "pay")] == []


def test_the_browser_takes_the_rules_under_our_own_policy(visitor):
    told = visitor.page.context.new_cdp_session(visitor.page)
    rules = []
    told.on("Preload.ruleSetUpdated", lambda event: rules.append(event["ruleSet"]))
    told.send("Preload.enable")

    answer = visitor.open("/")

    assert "script-src 'self'" in answer.headers["content-security-policy"]
    until = time.monotonic() + 10
    while not rules and time.monotonic() < until:
        visitor.page.wait_for_timeout(100)
    assert [rule["url"] for rule in rules] == [visitor.paper.url + ahead.RULES_PATH]
    assert [rule.get("errorType") for rule in rules] == [None]
