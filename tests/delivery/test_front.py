"""The page store as a reader meets it: a real server, a real front, and an application that does as it is told."""

import http.client
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.delivery.conftest import DECODERS, PUBLIC, ScriptedPaper

LONG = "number {n} " + "of a story that is told at length, " * 60


def test_a_page_is_made_once_and_says_how_old_it_is(paper):
    paper.publish("/once/")
    first, second = paper.get("/once/"), paper.get("/once/")
    assert first.text == second.text == "number 1"
    assert second.headers["age"] == "0"
    assert second.headers["etag"] == first.headers["etag"]
    assert paper.made("/once/") == 1


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("unmarked", {"rule": ""}),
        ("private", {"rule": "private, no-store"}),
        ("both", {"rule": "public, private, s-maxage=60"}),
        ("browsers-only", {"rule": "public, max-age=60"}),
        ("never-fresh", {"rule": "public, s-maxage=0"}),
        ("cookie", {"headers": {"Set-Cookie": "who=me"}}),
        ("varies", {"headers": {"Vary": "Accept-Language, Cookie"}}),
        ("broken", {"status": 500}),
        ("refused", {"status": 403}),
        ("too-many", {"status": 429}),
    ],
)
def test_only_what_its_view_opted_in_is_stored(paper, name, answer):
    path = f"/not-stored/{name}/"
    paper.publish(path, **answer)
    assert paper.get(path).text == "number 1"
    assert paper.get(path).text == "number 2"
    assert "age" not in paper.get(path).headers


@pytest.mark.parametrize("status", [200, 301, 302, 404])
def test_moved_and_missing_pages_are_stored_too(paper, status):
    paper.publish(f"/{status}/", status=status, headers={"Location": "/elsewhere/"})
    answers = [paper.get(f"/{status}/") for _ in range(2)]
    assert [answer.status for answer in answers] == [status, status]
    assert answers[1].headers["location"] == "/elsewhere/"
    assert paper.made(f"/{status}/") == 1


@pytest.mark.parametrize("encoding", list(DECODERS))
def test_each_encoding_is_sent_to_whoever_takes_it(paper, encoding):
    paper.publish("/encoded/", LONG)
    answer = paper.get("/encoded/", Accept_Encoding=encoding or "identity")
    assert answer.headers.get("content-encoding", "") == encoding
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.text.startswith("number 1 of a story")
    assert answer.text.endswith("at length, ")
    assert not encoding or len(answer.raw) < 300
    assert int(answer.headers["content-length"]) == len(answer.raw)
    assert paper.made("/encoded/") == 1


def test_the_best_that_a_browser_takes_is_sent(paper):
    paper.publish("/best/", LONG)
    for accepted, sent in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, br;q=0, zstd", "zstd"),
        ("GZIP;q=0.5", "gzip"),
        ("*;q=0", None),
    ]:
        assert paper.get("/best/", Accept_Encoding=accepted).headers.get("content-encoding") == sent


def test_a_browser_that_has_the_page_is_told_so(paper):
    paper.publish("/known/", LONG)
    etags = {encoding: paper.get("/known/", Accept_Encoding=encoding).headers["etag"] for encoding in ("br", "gzip")}
    assert etags["br"] != etags["gzip"]
    for told in (etags["br"], f'"another", W/{etags["br"]}', "*"):
        answer = paper.get("/known/", Accept_Encoding="br", If_None_Match=told)
        assert (answer.status, answer.raw) == (304, b"")
        assert answer.headers["etag"] == etags["br"]
    assert paper.get("/known/", Accept_Encoding="br", If_None_Match=etags["gzip"]).status == 200


def test_head_answers_as_get_without_the_page(paper):
    paper.publish("/head/")
    head, get = paper.get("/head/", method="HEAD"), paper.get("/head/")
    assert head.raw == b""
    assert head.status == 200
    assert head.headers["content-length"] == str(len(get.raw))
    assert head.headers["etag"] == get.headers["etag"]
    assert paper.made("/head/") == 1


def test_only_named_parts_of_the_query_tell_pages_apart(paper):
    paper.publish("/query/", "page {query}", headers={"Store-Query": "page"})
    assert paper.get("/query/?page=2").text == "page page=2"
    assert paper.get("/query/?utm_source=x&page=2").text == "page page=2"
    assert paper.get("/query/?page=9&page=2").text == "page page=2"
    assert paper.get("/query/?page=3").text == "page page=3"
    assert paper.get("/query/?fbclid=1").text == paper.get("/query/").text == "page "
    assert paper.made("/query/") == 3


def test_an_unknown_query_is_never_stored_for_those_who_did_not_ask_it(paper):
    paper.publish("/poison/", "asked {query}", headers={"Store-Query": "page"})
    paper.get("/poison/?evil=1&page=2")
    assert paper.get("/poison/?page=2").text == "asked page=2"
    assert paper.get("/poison/").text == "asked "
    assert paper.stored("/poison/?evil=1&page=2") is False


def test_a_question_mark_in_a_path_is_no_query(paper):
    paper.publish("/mark/", "page {query}", headers={"Store-Query": "page"})
    paper.get("/mark/")
    assert paper.get("/mark/%3Fpage=2").status == 404
    assert paper.get("/mark/%3Fpage=9?page=2").status == 404
    assert paper.get("/mark/?page=2").text == "page page=2"


def test_of_whoever_asks_first_the_page_knows_nothing(paper):
    paper.publish("/unkeyed/")
    said = {
        "User_Agent": "canary",
        "Accept_Language": "canary",
        "X_Forwarded_Host": "canary.test",
        "X_Forwarded_Proto": "canary",
        "X_Original_URL": "/canary/",
        "X_HTTP_Method_Override": "canary",
        "Referer": "canary",
        "Forwarded": "host=canary",
    }
    paper.get("/unkeyed/", **said)
    (seen,) = paper.seen("/unkeyed/")
    assert "canary" not in str(seen)


def test_a_reader_with_a_name_gets_the_page_that_everybody_gets(paper):
    paper.publish("/named/", "for [{cookie}]")
    assert paper.get("/named/").text == "for []"
    assert paper.get("/named/", Cookie="session=a").text == "for []"
    assert paper.made("/named/") == 1


def test_a_reader_with_a_name_who_asks_first_gets_it_as_well(paper):
    paper.publish("/named-first/", "for [{cookie}]")
    assert paper.get("/named-first/", Cookie="session=a").text == "for []"
    assert paper.get("/named-first/").text == "for []"


def test_a_private_page_is_made_for_each_reader(paper):
    paper.publish("/private/", "for [{cookie}]", rule="private, no-store")
    assert paper.get("/private/").text == "for []"
    assert [paper.get("/private/", Cookie=f"s={who}").text for who in "ab"] == ["for [s=a]", "for [s=b]"]


def test_many_who_ask_at_once_for_a_private_page_have_one_each(paper):
    paper.publish("/own-token/", "token {n}", rule="private", delay=0.3, headers={"Set-Cookie": "token=x"})
    with ThreadPoolExecutor(4) as readers:
        texts = set(readers.map(lambda _: paper.get("/own-token/").text, range(4)))
    assert len(texts) == 4


def test_a_page_that_becomes_private_is_made_for_each_reader(paper):
    paper.publish("/turned/", "for [{cookie}]", tags="turned")
    paper.get("/turned/")
    paper.publish("/turned/", "for [{cookie}]", rule="private")
    paper.purge("turned")
    assert [paper.get("/turned/", Cookie=f"s={who}").text for who in "ab"] == ["for [s=a]", "for [s=b]"]


def test_what_is_posted_is_passed_on_and_never_stored(paper):
    paper.publish("/form/", "sent {sent}")
    assert paper.get("/form/", method="POST", body=b"amount=5").text == "sent amount=5"
    assert paper.get("/form/").text == "sent "


def test_another_host_is_answered_but_never_stored(paper):
    paper.publish("/host/")
    assert [paper.get("/host/", host=host).text for host in ("evil.test", "evil.test")] == ["number 1", "number 2"]
    assert [paper.get("/host/", host="paper.test:99").text for _ in range(2)] == ["number 3", "number 4"]
    assert [paper.get("/host/").text for _ in range(2)] == ["number 5", "number 5"]


def test_many_who_ask_at_once_have_a_page_made_once(paper):
    paper.publish("/flight/", delay=0.4)
    with ThreadPoolExecutor(20) as readers:
        texts = list(readers.map(lambda _: paper.get("/flight/").text, range(20)))
    assert texts == ["number 1"] * 20
    assert paper.made("/flight/") == 1


def test_a_page_that_is_no_longer_fresh_is_shown_while_a_new_one_is_made(paper):
    paper.publish("/lease/", rule="public, s-maxage=1")
    paper.get("/lease/")
    paper.publish("/lease/", rule="public, s-maxage=1", delay=0.5)
    time.sleep(1.05)
    began = time.monotonic()
    stale = paper.get("/lease/")
    assert time.monotonic() - began < 0.3
    assert stale.text == "number 1"
    assert stale.headers["age"] == "1"
    time.sleep(0.7)
    assert paper.get("/lease/").text == "number 2"


def test_a_page_that_cannot_be_made_is_shown_as_it_was(paper):
    paper.publish("/broken/", tags="broken", rule="public, s-maxage=1")
    paper.get("/broken/")
    paper.flush()
    paper.publish("/broken/", "no {n}", tags="broken", status=500, rule="")
    assert [paper.get("/broken/").text for _ in range(20)] == ["number 1"] * 20
    assert paper.made("/broken/") < 6, "what cannot be made is not tried for each reader"
    paper.publish("/broken/", tags="broken")
    time.sleep(0.3)
    paper.get("/broken/")
    time.sleep(0.2)
    assert paper.get("/broken/").text.startswith("number")
    assert paper.get("/broken/").text != "number 1"


def test_nobody_waits_long_for_what_hangs(paper):
    paper.publish("/hanging/")
    paper.get("/hanging/")
    paper.flush()
    paper.publish("/hanging/", delay=3)
    began = time.monotonic()
    assert paper.get("/hanging/").text == "number 1"
    assert time.monotonic() - began < 2


def test_a_purge_ends_what_shows_a_tag_and_nothing_else(paper):
    paper.publish("/a/", tags="article-1 section-9")
    paper.publish("/b/", tags="article-2 section-9")
    for path in ("/a/", "/b/"):
        paper.get(path)
    paper.purge("article-1", "article-77")
    assert (paper.get("/a/").text, paper.get("/b/").text) == ("number 2", "number 1")
    paper.purge("section-9")
    assert (paper.get("/a/").text, paper.get("/b/").text) == ("number 3", "number 2")


def test_a_page_begun_before_a_purge_is_not_stored_after_it(paper):
    paper.publish("/in-flight/", tags="x", delay=0.5)
    reader = threading.Thread(target=paper.get, args=("/in-flight/",))
    reader.start()
    time.sleep(0.2)
    paper.purge("x")
    reader.join()
    assert paper.get("/in-flight/").text == "number 2"


def test_fragments_are_put_in_place_and_made_anew_without_their_page(paper):
    paper.publish("/meter/", "meter {n}", tags="appeal")
    paper.publish("/with-meter/", 'page {n}: <esi:include src="/meter/"/>, <esi:include src="/none/" />.', tags="front")
    assert paper.get("/with-meter/").text == "page 1: meter 1, ."
    time.sleep(1.1)
    paper.purge("appeal")
    time.sleep(0.5)
    assert paper.get("/with-meter/").text == "page 1: meter 2, ."
    assert paper.made("/with-meter/") == 1


def test_a_storm_of_gifts_makes_few_fragments_and_shows_the_last(paper):
    paper.publish("/storm/", "meter {n}", tags="storm", delay=0.05)
    paper.publish("/stormy/", 'page {n}: <esi:include src="/storm/"/>')
    paper.get("/stormy/")
    seen = set()
    for _ in range(100):
        paper.purge("storm")
        seen.add(paper.get("/stormy/").text)
    made = paper.made("/storm/")
    time.sleep(1.2)
    last = paper.get("/stormy/").text
    assert made < 20
    assert len(seen) < 10
    assert last == f"page 1: meter {paper.made('/storm/')}"


def test_a_fragment_that_cannot_be_made_is_shown_as_it_was(paper):
    paper.publish("/frail/", "meter {n}", tags="frail")
    paper.publish("/around/", 'page {n}: <esi:include src="/frail/"/>')
    paper.get("/around/")
    paper.publish("/frail/", status=500, rule="")
    paper.purge("frail")
    time.sleep(1.3)
    assert paper.get("/around/").text == "page 1: meter 1"


def test_a_cache_in_front_that_composes_gets_the_includes(paper):
    paper.publish("/composed/", 'page: <esi:include src="/meter/"/>')
    answer = paper.get("/composed/", Surrogate_Capability='varnish="ESI/1.0"', Accept_Encoding="br")
    assert answer.text == 'page: <esi:include src="/meter/"/>'
    assert answer.headers["surrogate-control"] == 'content="ESI/1.0"'
    assert "vary" not in answer.headers
    assert "surrogate-control" not in paper.get("/composed/").headers


def test_a_page_for_one_reader_has_the_stored_fragments_in_place(paper):
    paper.publish("/near/", "meter {n}", tags="near")
    told = {"Surrogate-Control": 'content="ESI/1.0"', "Set-Cookie": "token=x"}
    paper.publish("/mine/", 'for [{cookie}]: <esi:include src="/near/"/>.', rule="private, no-store", headers=told)
    answers = [paper.get("/mine/", Cookie=f"s={who}") for who in "ab"]
    assert [answer.text for answer in answers] == ["for [s=a]: meter 1.", "for [s=b]: meter 1."]
    assert all("surrogate-control" not in answer.headers for answer in answers)
    assert int(answers[0].headers["content-length"]) == len(answers[0].text)
    assert paper.made("/near/") == 1
    paper.purge("near")
    time.sleep(0.5)
    assert paper.get("/mine/", Cookie="s=a").text == "for [s=a]: meter 2."


def test_the_first_reader_of_what_is_not_stored_has_them_in_place_as_well(paper):
    paper.publish("/beside-a-form/", "meter {n}")
    told = {"Surrogate-Control": 'content="ESI/1.0"'}
    body = 'form {n}: <esi:include src="/beside-a-form/"/>'
    paper.publish("/first-form/", body, rule="private, no-store", headers=told)
    answers = [paper.get("/first-form/") for _ in range(2)]
    assert [answer.text for answer in answers] == ["form 1: meter 1", "form 2: meter 1"]
    assert "surrogate-control" not in answers[0].headers
    paper.publish("/second-form/", body, rule="private, no-store", headers=told)
    by_a_cache = paper.get("/second-form/", Surrogate_Capability='varnish="ESI/1.0"')
    assert (by_a_cache.text, "surrogate-control" in by_a_cache.headers) == (body.format(n=1), True)


def test_a_very_long_page_for_one_reader_has_them_in_place_as_well(paper):
    paper.publish("/near-a-long-one/", "meter {n}")
    told = {"Surrogate-Control": 'content="ESI/1.0"'}
    body = '<esi:include src="/near-a-long-one/"/>' + "x" * 1_100_000
    paper.publish("/my-year/", body, rule="private, no-store", headers=told)
    assert paper.get("/my-year/", Cookie="s=a").text == "meter 1" + "x" * 1_100_000


def test_a_page_for_one_reader_is_shown_without_a_fragment_that_there_is_not(paper):
    told = {"Surrogate-Control": 'content="ESI/1.0"'}
    paper.publish("/lonely/", 'a<esi:include src="/nowhere/"/>b', rule="private, no-store", headers=told)
    assert paper.get("/lonely/", Cookie="s=a").text == "ab"


def test_what_a_reader_wrote_has_fragments_put_in_place_as_well(paper):
    paper.publish("/beside/", "meter {n}")
    told = {"Surrogate-Control": 'content="ESI/1.0"'}
    paper.publish("/write/form/", 'wrong: <esi:include src="/beside/"/>', status=422, rule="private", headers=told)
    answer = paper.get("/write/form/", method="POST", body=b"typed")
    assert (answer.status, answer.text) == (422, "wrong: meter 1")


def test_readers_are_refused_before_writers_are(own_paper):
    paper = own_paper  # Nothing that a test before asked for stands in its lanes.
    paper.start()
    for number in range(8):
        paper.publish(f"/slow/{number}/", delay=1.0, rule="private")
    paper.publish("/write/", "written")
    with ThreadPoolExecutor(8) as readers:
        asked = [readers.submit(paper.get, f"/slow/{number}/") for number in range(8)]
        time.sleep(0.3)
        began = time.monotonic()
        assert paper.get("/write/").text == "written"
        assert time.monotonic() - began < 0.5
        answers = [one.result() for one in asked]
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) == 2
    assert all(answer.headers["retry-after"] == "2" for answer in refused)


def test_files_that_never_change_are_stored_small_and_wait_for_no_page(paper):
    forever = "max-age=315360000, public, immutable"
    paper.publish("/static/style.css", LONG, rule=forever, headers={"Content-Type": "text/css"})
    paper.publish("/static/picture.jpg", "x" * 300_000, rule=forever, headers={"Content-Type": "image/jpeg"})
    for number in range(4):
        paper.publish(f"/slow-page/{number}/", delay=0.7, rule="private")
    with ThreadPoolExecutor(4) as readers:
        asked = [readers.submit(paper.get, f"/slow-page/{number}/") for number in range(4)]
        time.sleep(0.2)
        began = time.monotonic()
        style = [paper.get("/static/style.css", Accept_Encoding="br") for _ in range(2)]
        assert time.monotonic() - began < 0.4
        assert all(one.result().status == 200 for one in asked)
    assert style[1].text.startswith("number 1 of a story")
    assert len(paper.get("/static/picture.jpg").raw) == len(paper.get("/static/picture.jpg").raw) == 300_000
    assert (paper.made("/static/style.css"), paper.made("/static/picture.jpg")) == (1, 2)


def test_what_is_too_large_or_too_slow_is_refused(paper):
    paper.publish("/upload/", "got it", rule="private")
    assert paper.get("/upload/", method="POST", body=b"x" * 90_000).text == "got it"
    assert paper.get("/upload/", method="POST", body=b"x" * 110_000).status == 413
    connection = http.client.HTTPConnection("127.0.0.1", paper.port, timeout=10)
    connection.putrequest("POST", "/upload/")
    connection.putheader("Content-Length", "100")
    connection.endheaders()
    connection.send(b"half")
    assert connection.getresponse().status == 408
    connection.close()


def test_the_figures_are_told_to_this_machine_alone(paper):
    paper.publish("/figures/")
    paper.get("/figures/")
    figures = paper.get("/metrics").text
    assert 'answered="hits"' in figures
    assert "pennypress_store_pages" in figures
    assert paper.get("/metrics", X_Forwarded_For="192.0.2.1").status == 404


def test_what_was_stored_is_shown_after_a_new_start_when_nothing_can_be_made(own_paper):
    own_paper.start()
    own_paper.publish("/meter/", "meter {n}")
    own_paper.publish("/kept/", 'page {n}: <esi:include src="/meter/"/>', tags="kept")
    own_paper.publish("/ended/", tags="ended")
    own_paper.publish("/gone/", rule="public, s-maxage=1")
    for path in ("/kept/", "/ended/", "/gone/"):
        own_paper.get(path)
    own_paper.purge("ended")
    own_paper.publish("/gone/", status=404)
    time.sleep(1.1)
    own_paper.get("/gone/")
    time.sleep(0.5)
    own_paper.stop()
    own_paper.start()
    for path in ("/kept/", "/ended/", "/gone/", "/meter/"):
        own_paper.publish(path, status=500, rule="")
    kept = own_paper.get("/kept/")
    assert kept.text == "page 1: meter 1"
    assert int(kept.headers["age"]) >= 1
    assert own_paper.get("/kept/", Cookie="s=1").text == "page 1: meter 1"
    assert [own_paper.get(path).status for path in ("/ended/", "/gone/")] == [500, 500]


def test_what_a_purge_ended_is_not_shown_while_its_mark_is_still_being_written(own_paper):
    own_paper.start()
    own_paper.publish("/killed/", tags="killed")
    own_paper.get("/killed/")
    own_paper.publish("/killed/", status=500, rule="")
    time.sleep(0.3)
    own_paper.purge("killed")
    time.sleep(0.3)
    shutil.rmtree(own_paper.folder / "spool" / "ended")
    assert own_paper.get("/killed/").status == 500


def test_what_a_page_shows_is_told_to_caches_in_front_alone(paper, own_paper):
    (own_paper.folder / "alone").touch()
    own_paper.start()
    for each in (paper, own_paper):
        each.publish("/told/", tags="article-1")
        each.publish("/not-stored/", tags="article-1", rule="private")
    for path in ("/told/", "/not-stored/"):
        assert paper.get(path).headers["surrogate-key"] == "article-1"
        assert "surrogate-key" not in own_paper.get(path).headers
    own_paper.purge("article-1")
    assert own_paper.get("/told/").text == "number 2"


def test_a_paper_by_https_stores_only_what_came_by_https(tmp_path):
    (tmp_path / "secure").touch()
    paper = ScriptedPaper(tmp_path)
    paper.start()
    try:
        paper.publish("/", rule=PUBLIC)
        assert [paper.get("/", X_Forwarded_Proto="https").text for _ in range(2)] == ["number 1", "number 1"]
        assert [paper.get("/").text for _ in range(2)] == ["number 2", "number 3"]
        assert paper.seen("/")[0]["HTTP_X_FORWARDED_PROTO"] == "https"
    finally:
        paper.stop()
