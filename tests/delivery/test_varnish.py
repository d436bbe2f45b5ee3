"""The real Varnish with our VCL in front of the real page store: composing, purging, staying up, and telling nobody apart."""

import time

import pytest

from tests.delivery import caches
from tests.delivery.conftest import Answer, ScriptedPaper
from tests.delivery.scripted_reader import ask

pytestmark = pytest.mark.skipif(not caches.is_there("varnishd"), reason=caches.HOW.format("varnish"))

WHOLE = '<p>before</p><esi:include src="/fragments/{0}/"/><p>after</p>'


@pytest.fixture(scope="module")
def varnish(shared_paper, tmp_path_factory):
    shared_paper.publish("/robots.txt", "yes")
    with caches.varnish(tmp_path_factory.mktemp("varnish"), caches.vcl(shared_paper.port)) as cache:
        yield cache


def get(cache, path: str, **more) -> Answer:
    return ask(cache.port, path, **more)


def publish_with_fragment(paper: ScriptedPaper, name: str) -> str:
    paper.publish(f"/fragments/{name}/", "<b>meter {n}</b>", tags=f"meter-{name}")
    paper.publish(f"/{name}/", WHOLE.format(name) + "{n}", tags=f"page-{name}")
    return f"/{name}/"


def test_a_page_composed_by_varnish_equals_the_one_composed_by_the_page_store(paper, varnish):
    path = publish_with_fragment(paper, "same")

    by_varnish, by_the_store = get(varnish, path), paper.get(path)

    assert by_varnish.text == by_the_store.text == "<p>before</p><b>meter 1</b><p>after</p>1"
    assert "surrogate-control" not in by_varnish.headers
    assert "surrogate-key" not in by_varnish.headers


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_it_equals_it_compressed_as_well(paper, varnish, encoding):
    path = publish_with_fragment(paper, f"compressed-{encoding or 'not'}")

    assert get(varnish, path, Accept_Encoding=encoding or "identity").text == paper.get(path).text


def test_a_fragment_that_is_not_there_leaves_nothing(paper, varnish):
    paper.publish("/lonely/", WHOLE.format("nobody"), tags="lonely")

    assert get(varnish, "/lonely/").text == "<p>before</p><p>after</p>"


def test_a_page_is_asked_for_once(paper, varnish):
    paper.publish("/often/", "number {n}")

    assert {get(varnish, "/often/").text for _ in range(5)} == {"number 1"}


def test_a_purged_tag_ends_what_carries_it_and_nothing_else(paper, varnish):
    for name, tags in {"one": "article-1 front", "eleven": "article-11 front", "other": "article-2"}.items():
        paper.publish(f"/tagged/{name}/", "number {n}", tags=tags)
        get(varnish, f"/tagged/{name}/")
    paper.purge("article-1")

    assert varnish.purge("article-1") == 200

    assert [get(varnish, f"/tagged/{name}/").text[-1] for name in ("one", "eleven", "other")] == ["2", "1", "1"]


def test_many_tags_are_purged_at_once(paper, varnish):
    paper.publish("/many/", "number {n}", tags="article-77")
    get(varnish, "/many/")
    paper.purge("article-77")

    assert varnish.purge(*(f"article-{number}" for number in range(100))) == 200

    assert get(varnish, "/many/").text == "number 2"


def test_a_purged_fragment_is_made_anew_and_the_page_around_it_is_not(paper, varnish):
    path = publish_with_fragment(paper, "moved")
    get(varnish, path)
    paper.purge("meter-moved")
    until = time.monotonic() + 10
    while paper.made("/fragments/moved/") < 2 and time.monotonic() < until:
        time.sleep(0.02)

    varnish.purge("meter-moved")

    assert get(varnish, path).text == "<p>before</p><b>meter 2</b><p>after</p>1"


def test_a_composed_page_is_never_said_to_be_unchanged(paper, varnish):
    path = publish_with_fragment(paper, "etag")

    assert "etag" not in get(varnish, path).headers


def test_nobody_purges_from_where_readers_come(paper, varnish):
    paper.publish("/safe/", "number {n}", tags="safe")
    get(varnish, "/safe/")

    answer = get(varnish, "/safe/", method="PURGE", Surrogate_Key="safe")

    assert answer.status == 405
    assert get(varnish, "/safe/").text == "number 1"


@pytest.mark.parametrize("told", ["front || obj.status == 200", "a)|(b", "", ".*", "a\tb"])
def test_a_purge_holds_tags_and_nothing_else(varnish, told):
    assert varnish.purge(told) == 400


def test_a_readers_cookie_never_reaches_what_is_stored(paper, varnish):
    paper.publish("/cookies/", "you are {cookie}")

    answers = [get(varnish, "/cookies/", Cookie=cookie).text for cookie in ("who=ann", "who=bo")]

    assert answers == ["you are ", "you are "]
    assert not any("HTTP_COOKIE" in asked for asked in paper.seen("/cookies/"))


def test_a_private_page_reaches_its_reader_by_name_and_nobody_else(paper, varnish):
    paper.publish("/mine/", "you are {cookie}", rule="private, no-store")

    told = [get(varnish, "/mine/?a=1", Cookie=f"who={name}").text for name in ("ann", "bo", "ann")]

    assert told == ["you are who=ann", "you are who=bo", "you are who=ann"]
    assert get(varnish, "/mine/").text == "you are "
    assert paper.seen("/mine/")[-2]["QUERY_STRING"] == "a=1"


def test_an_answer_that_sets_a_cookie_is_not_stored(paper, varnish):
    paper.publish("/sets/", "number {n}", headers={"Set-Cookie": "who=me"})

    first, second = get(varnish, "/sets/"), get(varnish, "/sets/")

    assert first.headers["set-cookie"] == "who=me"
    assert first.text != second.text


def test_a_post_is_passed_on_with_its_cookie(paper, varnish):
    paper.publish("/write/here/", "{cookie} sent {sent}", rule="private, no-store")

    assert get(varnish, "/write/here/", method="POST", body=b"a=1", Cookie="who=ann").text == "who=ann sent a=1"


def test_what_no_page_knows_of_a_query_neither_splits_nor_reaches_it(paper, varnish):
    paper.publish("/asked/", "number {n}, asked {query}", headers={"Store-Query": "page"})
    get(varnish, "/asked/?page=2")

    answers = {get(varnish, f"/asked/?utm=x{number}&page=2&p%61ge=3").text for number in range(5)}

    assert answers == {"number 1, asked page=2"}


def test_the_vcl_keeps_every_name_that_a_page_of_ours_differs_by():
    assert caches.names_kept() == {"page", "q"}


def test_a_stale_page_is_not_held_as_if_it_were_new(paper, varnish):
    paper.publish("/stale/", "number {n}", rule="public, s-maxage=1")
    get(varnish, "/stale/")
    time.sleep(1.5)

    until = time.monotonic() + 10
    while (last := get(varnish, "/stale/").text) == "number 1" and time.monotonic() < until:
        time.sleep(0.05)

    assert last != "number 1"


def test_with_the_server_down_what_was_stored_is_shown(own_paper, tmp_path):
    own_paper.start()
    own_paper.publish("/robots.txt", "yes")
    own_paper.publish("/fragments/up/", "<b>meter</b>", rule="public, s-maxage=1")
    own_paper.publish("/up/", WHOLE.format("up"), rule="public, s-maxage=1", tags="up")
    with caches.varnish(tmp_path / "varnish", caches.vcl(own_paper.port)) as varnish:
        before = get(varnish, "/up/").text
        own_paper.stop()
        time.sleep(2.5)

        during, unknown = get(varnish, "/up/"), get(varnish, "/never-seen/")

        own_paper.start()
        time.sleep(1.5)
        after = get(varnish, "/up/")

    assert (during.status, during.text) == (200, before)
    assert unknown.status == 503
    assert after.status == 200
