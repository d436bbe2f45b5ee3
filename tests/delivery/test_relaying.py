"""The relay from a committed purge to the caches in front: gathered, repeated once, by one worker at a time."""

import os
import subprocess
import sys
import time

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from pennypress.config import caches
from pennypress.delivery import caching, listening, purging, relaying
from pennypress.delivery.drivers import Cloudflare, Fastly, Varnish
from pennypress.delivery.relaying import Relay
from tests.delivery.recording import recorder

PATIENCE_SECONDS = 10


class Told:
    """A relay whose clock a test turns, and the tags of each call that it made."""

    def __init__(self) -> None:
        self.now, self.calls = 100.0, []
        driver = Varnish("http://varnish.test")
        self.relay = Relay(
            driver, call=lambda call: self.calls.append(call.headers["Surrogate-Key"]), clock=lambda: self.now
        )

    def after(self, seconds: float) -> list[str]:
        self.now += seconds
        before = len(self.calls)
        self.relay.work()
        return self.calls[before:]


def test_the_purges_of_a_moment_are_one_call():
    told = Told()
    told.relay.tell(["appeal"])
    told.relay.tell(["appeal", "front"])

    assert told.after(0.05) == []
    assert told.after(0.06) == ["appeal front"]


def test_each_is_told_once_more_a_second_later_and_then_no_more():
    told = Told()
    told.relay.tell(["front"])

    assert told.after(0.1) == ["front"]
    assert told.after(0.5) == []
    assert told.after(0.5) == ["front"]
    assert told.after(5.0) == []


def test_what_was_purged_again_meanwhile_is_told_again():
    told = Told()
    told.relay.tell(["front"])
    told.after(0.1)
    told.relay.tell(["front"])

    assert told.after(0.1) == ["front"]


@pytest.fixture
def api():
    with recorder() as kept:
        yield kept


def asked_until(api, wanted: int, tag: str) -> list[str]:
    """The tags of each call, once as many as are wanted held the tag; or what there is when patience ends."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        told = [asked.headers["surrogate-key"] for asked in list(api.asked)]
        if sum(tag in tags.split() for tags in told) >= wanted:
            break
        time.sleep(0.02)
    return told


def test_what_is_committed_reaches_the_cache_and_what_is_rolled_back_does_not(committed, api):
    relaying.begin(listening.reached(), [Varnish(api.base)])
    assert asked_until(api, 1, "everything") == ["everything"]

    with transaction.atomic():
        purging.purge("never")
        transaction.set_rollback(True)
    with transaction.atomic():
        purging.purge("article-5")

    told = asked_until(api, 1, "article-5")
    assert not any("never" in tags for tags in told)


def test_one_worker_relays_and_the_next_takes_over_when_it_is_gone(committed, api, monkeypatch):
    monkeypatch.setattr(relaying, "ASKED_SECONDS", 0.2)
    relaying.begin(listening.reached(), [Varnish(api.base)])
    asked_until(api, 1, "everything")
    with recorder() as second:
        relaying.begin(listening.reached(), [Varnish(second.base)])
        time.sleep(0.5)
        purging.purge("front")
        asked_until(api, 1, "front")
        assert second.asked == []

        _lose(connection)

        # Either may be the next; whichever it is has everything ended, for what it did not hear.
        until = time.monotonic() + PATIENCE_SECONDS
        while len(_everything(api)) + len(_everything(second)) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(_everything(api)) >= 3 or _everything(second)


def _lose(connection) -> None:
    """Ends the connection that holds the relay's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted",
            [relaying.LOCK],
        )


def _everything(api) -> list[str]:
    return [asked for asked in api.asked if asked.headers["surrogate-key"] == "everything"]


def test_without_caches_in_front_no_thread_is_begun():
    assert relaying.begin({}, []) == []


def test_the_settings_name_the_caches(settings):
    assert caches.drivers() == []
    settings.VARNISH = ["http://127.0.0.1:6086", "http://10.0.0.2:6086"]
    settings.FASTLY_SERVICE, settings.FASTLY_TOKEN = "service", "token"
    settings.CLOUDFLARE_ZONE, settings.CLOUDFLARE_TOKEN = "zone", "token"

    assert [type(driver) for driver in caches.drivers()] == [Varnish, Varnish, Fastly, Cloudflare]


def test_the_caches_that_are_told_what_a_page_shows_are_those_that_are_purged():
    asked = "from pennypress.config import settings; print(*sorted(settings.CACHES_IN_FRONT))"
    given = {"PENNYPRESS_NGINX_CACHE": "1"}
    for more, told in (({}, ""), ({"PENNYPRESS_VARNISH": "http://127.0.0.1:9"}, "varnish")):
        environment = {**os.environ, **given, **more}
        done = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, check=True, text=True
        )
        assert done.stdout.strip() == told


def shown(settings, *in_front: str) -> HttpResponse:
    settings.CACHES_IN_FRONT = frozenset(in_front)
    view = caching.public(tags=("front", "article-12"))(lambda request: HttpResponse("page"))
    return caching.PrivateByDefault(view)(RequestFactory().get("/"))


def test_a_page_carries_its_tags_in_the_words_of_each_cache(settings):
    assert shown(settings)["Surrogate-Key"] == "front article-12"
    assert shown(settings, "varnish")["Surrogate-Key"] == "front article-12 everything"
    assert not shown(settings, "fastly").has_header("Cache-Tag")
    assert shown(settings, "cloudflare")["Cache-Tag"] == "front,article-12,everything"
