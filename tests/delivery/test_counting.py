"""What is read is counted by the second, under the name that a view gave, and nothing else of it is known."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from pennypress.delivery import counting
from pennypress.delivery.counting import Reads
from tests.delivery.scripted_reader import at_the_start_of_a_second


def test_a_page_counts_once_in_a_second_however_many_ask(paper):
    paper.publish("/read/", headers={"Store-Count": "12"})
    paper.publish("/read-by-nobody-counted/")
    at_the_start_of_a_second()
    for _time in range(20):
        answer = paper.get("/read/")
        paper.get("/read-by-nobody-counted/")
    at_the_start_of_a_second()
    again = paper.get("/read/", If_None_Match=answer.headers["etag"])

    assert again.status == 304
    assert paper.reads() == {"12": 2}
    assert paper.reads() == {}
    assert "store-count" not in answer.headers
    assert "store-count" not in paper.get("/read/", host="elsewhere.test").headers


def test_a_page_made_anew_goes_on_counting_under_its_name(paper):
    paper.publish("/made-anew/", headers={"Store-Count": "13"}, tags="anew")
    at_the_start_of_a_second()
    paper.get("/made-anew/")
    paper.purge("anew")
    paper.get("/made-anew/")
    at_the_start_of_a_second()

    assert paper.get("/made-anew/").text == "number 2"
    assert paper.reads() == {"13": 2}


def test_whoever_reads_an_archive_through_is_let_go_beyond_the_most_read():
    reads = Reads()
    for number in range(counting.MOST + 50):
        reads.note(str(number), 1)
    for second in (1, 2, 3):
        reads.note("much", second)

    taken = reads.take()
    assert len(taken) == counting.MOST
    assert taken["much"] == 3
    assert reads.take() == {}


def handed_on(seconds: list[dict[str, int]], failing: Exception | None = None) -> list[dict[str, int]]:
    """What reaches whoever counts when these are read, one after another; the first time it fails, if told so."""
    reads, told = Reads(), []

    def count(taken: dict[str, int]) -> None:
        told.append(taken)
        if failing is not None and len(told) == 1:
            raise failing

    async def minutes(pool: ThreadPoolExecutor) -> None:
        task = asyncio.ensure_future(counting.hand_on(reads, count, pool))
        for each in seconds:
            reads.seconds.update(each)
            until = time.monotonic() + 5
            while reads.seconds and time.monotonic() < until:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        task.cancel()

    with ThreadPoolExecutor(1) as pool, ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(minutes(pool))).result(20)
    return told


@pytest.mark.parametrize("failing", [None, OperationalError("the database is away")])
def test_what_was_read_is_handed_on_and_goes_on_after_a_failure(monkeypatch, failing):
    monkeypatch.setattr(counting, "EACH_SECONDS", 0.02)

    assert handed_on([{"1": 2}, {"1": 1, "2": 5}], failing) == [{"1": 2}, {"1": 1, "2": 5}]
