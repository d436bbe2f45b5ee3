"""What caches in front are told of how long they may hold a page, and of what it shows."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.delivery.conftest import PUBLIC

NOT_AT_ALL = "public, max-age=0, s-maxage=0"


def test_a_fresh_page_may_be_held_for_its_lease(paper):
    paper.publish("/lease/", tags="lease")
    assert [paper.get("/lease/").headers["cache-control"] for _ in range(2)] == [PUBLIC, PUBLIC]


def test_a_stale_page_may_not_be_held(paper):
    paper.publish("/old/", rule="public, max-age=0, s-maxage=1")
    paper.get("/old/")
    paper.publish("/old/", rule="public, max-age=0, s-maxage=1", delay=0.5)
    time.sleep(1.1)

    stale = paper.get("/old/")

    assert (stale.text, stale.headers["cache-control"]) == ("number 1", NOT_AT_ALL)


def test_a_page_put_together_tells_what_its_fragments_show(paper):
    paper.publish("/fragments/told/", "<b>{n}</b>", tags="meter everything")
    paper.publish("/told/", '<esi:include src="/fragments/told/"/>', tags="article-1 everything")

    whole, parts = paper.get("/told/"), paper.get("/told/", Surrogate_Capability='test="ESI/1.0"')

    assert whole.headers["surrogate-key"] == "article-1 everything meter"
    assert parts.headers["surrogate-key"] == "article-1 everything"


def test_a_page_whose_fragment_has_moved_may_not_be_held_until_it_shows_it(paper):
    paper.publish("/fragments/gift/", "<b>{n}</b>", tags="gift")
    paper.publish("/given/", '<esi:include src="/fragments/gift/"/>', tags="given")
    paper.get("/given/")
    paper.publish("/fragments/gift/", "<b>{n}</b>", tags="gift", delay=0.3)
    paper.purge("gift")
    time.sleep(0.1)

    before = paper.get("/given/")
    until = time.monotonic() + 10
    while (after := paper.get("/given/")).text != "<b>2</b>" and time.monotonic() < until:
        assert after.headers["cache-control"] == NOT_AT_ALL
        time.sleep(0.06)

    assert (before.text, before.headers["cache-control"]) == ("<b>1</b>", NOT_AT_ALL)
    assert (after.text, after.headers["cache-control"]) == ("<b>2</b>", PUBLIC)


def test_what_was_asked_for_with_a_name_is_everybodys_page(paper):
    paper.publish("/named/", "you are {cookie}.")

    answer = paper.get("/named/", Cookie="who=ann")

    assert (answer.text, answer.headers["cache-control"]) == ("you are .", PUBLIC)


def test_what_was_made_for_a_name_may_not_be_held_where_everybodys_page_cannot_be_made(paper):
    paper.publish("/for-one/", "you are {cookie}.", delay=0.5)
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(paper.get, "/for-one/", Cookie="who=ann")
        time.sleep(0.2)
        paper.publish("/for-one/", status=500)
        answer = asked.result()

    assert (answer.text, answer.headers["cache-control"]) == ("you are who=ann.", NOT_AT_ALL)
