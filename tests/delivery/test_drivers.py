"""What Fastly and Cloudflare are asked, against a server that records it, and what becomes of their refusals."""

import doctest

import pytest

from pennypress.delivery import calling, drivers
from pennypress.delivery.drivers import Cloudflare, Fastly, Varnish
from pennypress.delivery.relaying import Relay
from tests.delivery.recording import recorder

TOKEN = "canary-of-a-token"


@pytest.fixture
def api():
    with recorder() as kept:
        yield kept


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(calling.make, "__kwdefaults__", {"wait": waited.append})
    return waited


def tell(driver, *tags: str) -> None:
    """Tells a cache at once, as the relay would in a moment."""
    relay = Relay(driver, clock=lambda: now[0])
    now = [100.0]
    relay.tell(tags)
    now[0] += 0.2
    relay.work()


def fastly(api) -> Fastly:
    return Fastly("SU1Z0isxPaozGVKXdv0eY", TOKEN, base=api.base)


def cloudflare(api) -> Cloudflare:
    return Cloudflare("023e105f4ecef8ad9ca31a8372d0c353", TOKEN, base=api.base)


def test_fastly_is_asked_by_surrogate_key(api):
    tell(fastly(api), "article-12", "front")

    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge")
    assert asked.headers["fastly-key"] == TOKEN
    assert asked.headers["surrogate-key"] == "article-12 front"
    assert asked.body is None


def test_cloudflare_is_asked_by_cache_tag(api):
    tell(cloudflare(api), "article-12", "front")

    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", "/client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/purge_cache")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == {"tags": ["article-12", "front"]}


@pytest.mark.parametrize(("make", "calls", "most"), [(fastly, 3, 256), (cloudflare, 20, 30)])
def test_a_call_holds_no_more_tags_than_it_may(api, make, calls, most):
    tell(make(api), *(f"article-{number}" for number in range(600)))

    held = [asked.body["tags"] if asked.body else asked.headers["surrogate-key"].split() for asked in api.asked]
    assert len(held) == calls
    assert max(map(len, held)) == most
    assert sorted(tag for call in held for tag in call) == sorted(f"article-{number}" for number in range(600))


def test_more_than_a_thousand_tags_end_everything(api):
    tell(cloudflare(api), *(f"article-{number}" for number in range(1_001)))

    assert [asked.body for asked in api.asked] == [{"tags": ["everything"]}]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_may_help_is_tried_again(api, waits, status):
    api.answers = [(status, {}), (status, {"Retry-After": "7"})]

    tell(fastly(api), "front")

    assert [asked.headers["surrogate-key"] for asked in api.asked] == ["front"] * 3
    assert waits == [1.0, 7.0]


def test_nobody_waits_for_longer_than_a_minute_at_a_time(api, waits):
    api.answers = [(429, {"Retry-After": "86400"})]

    tell(fastly(api), "front")

    assert waits == [60.0]


def test_an_address_that_does_not_answer_is_tried_again_and_given_up(api, waits):
    with pytest.raises(calling.CannotPurge, match="no answer"):
        calling.make(Varnish("http://127.0.0.1:9").ending(["front"]))

    assert waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(("status", "tries"), [(401, 1), (403, 1), (500, 5)])
def test_a_refusal_is_told_without_the_token_and_everything_is_owed(api, waits, caplog, status, tries):
    api.answers = [(status, {})] * tries
    now = [100.0]
    relay = Relay(cloudflare(api), clock=lambda: now[0])
    relay.tell(["front"])
    now[0] += 0.2
    relay.work()
    now[0] += 31.0
    relay.work()

    assert len(api.asked) == tries + 1
    assert api.asked[-1].body == {"tags": ["everything"]}
    assert f"cloudflare was not told what changed: POST {api.base}" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("make", [fastly, cloudflare])
def test_no_token_is_shown_with_a_driver_or_a_call(api, make):
    assert TOKEN not in f"{make(api)!r} {make(api).ending(['front'])!r}"


def test_a_redirect_is_not_followed_with_the_token(api, waits):
    api.answers = [(302, {"Location": f"{api.base}/elsewhere"})]

    with pytest.raises(calling.CannotPurge, match="302"):
        calling.make(fastly(api).ending(["front"]))

    assert len(api.asked) == 1


def test_the_examples_of_the_drivers_are_true():
    assert doctest.testmod(drivers).failed == 0
