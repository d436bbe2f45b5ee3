"""The real nginx with our cache rules in front of the real page store: it holds what the store gave out, for a second."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.delivery import caches
from tests.delivery.scripted_reader import ask, at_the_start_of_a_second

pytestmark = pytest.mark.skipif(not caches.is_there("nginx"), reason=caches.HOW.format("nginx"))


def twice_is_once(text: str) -> str:
    """Our rules, but for waiting until a page is asked for the second time before it is kept."""
    assert "proxy_cache_min_uses 2;" in text
    return text.replace("proxy_cache_min_uses 2;", "add_header X-Cache $upstream_cache_status;")


@pytest.fixture
def paper(own_paper):
    for told in ("behind-nginx", "alone"):
        (own_paper.folder / told).touch()
    own_paper.start()
    return own_paper


@pytest.fixture
def nginx(paper, tmp_path):
    with caches.nginx(tmp_path / "nginx", paper.port, twice_is_once) as cache:
        yield cache


def test_a_page_of_the_store_is_held_for_the_rest_of_the_second_and_no_longer(paper, nginx):
    paper.publish("/held/", "number {n}", tags="held")
    paper.get("/held/")
    at_the_start_of_a_second()

    first, second = ask(nginx.port, "/held/"), ask(nginx.port, "/held/")
    paper.purge("held")
    at_the_start_of_a_second()
    later = ask(nginx.port, "/held/")

    assert [answer.headers["x-cache"] for answer in (first, second)] == ["MISS", "HIT"]
    assert later.text == "number 2"
    assert "surrogate-key" not in first.headers
    assert "x-accel-expires" not in first.headers


def test_what_a_page_shows_reaches_a_cache_before_nginx(own_paper, tmp_path):
    own_paper.start()
    own_paper.publish("/told/", tags="article-1")

    with caches.nginx(tmp_path / "nginx", own_paper.port) as nginx:
        assert ask(nginx.port, "/told/").headers["surrogate-key"] == "article-1"


def test_a_storm_of_gifts_does_not_empty_it(paper, nginx):
    paper.publish("/sum/", "{n}", tags="sum")
    paper.publish("/of-the-storm/", 'sum <esi:include src="/sum/"/>.')
    paper.get("/of-the-storm/")
    at_the_start_of_a_second()
    told = []
    until = time.monotonic() + 3
    while time.monotonic() < until:
        paper.purge("sum")
        told += [ask(nginx.port, "/of-the-storm/") for _ in range(10)]

    held = sum(answer.headers["x-cache"] == "HIT" for answer in told)

    assert held > 0.7 * len(told)
    assert 3 <= len({answer.text for answer in told}) <= 6


def test_readers_of_what_is_never_held_do_not_wait_for_one_another(paper, nginx):
    paper.publish("/form/", "form {n}", rule="private, no-store", delay=0.05)
    ask(nginx.port, "/form/")
    told, took = set(), []
    with ThreadPoolExecutor(4) as readers:
        for _round in range(4):
            began = time.monotonic()
            told |= {answer.text for answer in readers.map(lambda _: ask(nginx.port, "/form/"), range(4))}
            took.append(time.monotonic() - began)

    # One who waits for another looks again after half a second, in every round; a slow machine is slow in some.
    assert min(took) < 0.45
    assert len(told) == 16


def test_what_is_still_so_is_not_sent_again(paper, nginx):
    paper.publish("/unchanged/", "number {n}")
    ask(nginx.port, "/unchanged/")
    at_the_start_of_a_second()

    assert ask(nginx.port, "/unchanged/").headers["x-cache"] == "REVALIDATED"


@pytest.mark.parametrize("rule", ["private, no-store", "public, max-age=600", "", "public, s-maxage=0"])
def test_what_the_page_store_did_not_give_out_is_never_held(paper, nginx, rule):
    paper.publish("/mine/", "you are {cookie}", rule=rule, headers={"Expires": "Fri, 01 Jan 2100 00:00:00 GMT"})

    told = [ask(nginx.port, "/mine/", Cookie=f"who={name}").text for name in ("ann", "bo")]

    assert told == ["you are who=ann", "you are who=bo"]


def test_a_public_page_is_the_same_with_a_cookie_and_without(paper, nginx):
    paper.publish("/everybodys/", "you are {cookie}")
    paper.get("/everybodys/")

    assert {ask(nginx.port, "/everybodys/", Cookie=f"who={name}").text for name in ("ann", "bo")} == {"you are "}


def test_queries_that_the_paper_tells_apart_are_told_apart(paper, nginx):
    paper.publish("/pages/", "asked {query}", headers={"Store-Query": "page"})
    paper.get("/pages/")
    at_the_start_of_a_second()

    told = [ask(nginx.port, f"/pages/?{query}").text for query in ("page=1&page=2", "page=1", "p%61ge=3", "", "page=2")]

    assert told == ["asked page=2", "asked page=1", "asked page=3", "asked ", "asked page=2"]


def test_with_the_server_down_what_was_held_is_shown(paper, nginx):
    paper.publish("/up/", "number {n}")
    before = ask(nginx.port, "/up/").text
    paper.stop()
    at_the_start_of_a_second()

    assert ask(nginx.port, "/up/").text == before


def test_includes_are_composed_whatever_a_reader_says_of_themselves(paper, nginx):
    paper.publish("/fragments/in/", "<b>{n}</b>")
    paper.publish("/whole/", '<p><esi:include src="/fragments/in/"/></p>')

    assert ask(nginx.port, "/whole/", Surrogate_Capability='me="ESI/1.0"').text == "<p><b>1</b></p>"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, identity", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("", "")],
)
def test_a_copy_for_each_encoding(paper, nginx, accepted, encoding):
    paper.publish("/long/", "a long story, " * 200)

    assert ask(nginx.port, "/long/", Accept_Encoding=accepted).headers.get("content-encoding", "") == encoding


def test_without_waiting_for_the_second_reader_the_rules_are_the_ones_we_ship(paper, tmp_path):
    with caches.nginx(tmp_path / "shipped", paper.port) as cache:
        paper.publish("/shipped/", "number {n}")

        assert {ask(cache.port, "/shipped/").text for _ in range(4)} == {"number 1"}
