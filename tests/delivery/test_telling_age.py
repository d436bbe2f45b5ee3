"""A page that is shown for want of a newer one says of when it is, and stops saying so when there is one."""

import time

from pennypress.delivery import front, rendering
from pennypress.delivery.front import MARK, TOLD_SECONDS, Front
from pennypress.delivery.rendering import Lane, Lanes
from pennypress.delivery.store import Page, Store

BODY = b"<main>" + MARK + b"<p>News</p></main>"


def a_front():
    lane = Lane(lambda _environ, _start: [], name="test", threads=1, waiting=1)
    lanes = Lanes(reading=lane, writing=lane, files=lane, for_writing=(), for_files=("/static/",))
    return Front(lanes=lanes, store=Store(10_000_000), hosts=frozenset(["paper"]), tell_age=lambda _page: b"<i>Old</i>")


def a_page(made, *, age):
    now = time.monotonic()
    page = Page(
        key="paper/", status=200, headers=[], body=BODY, tags=frozenset(), made_at=time.time() - age,
        begun_at=now, fresh_until=now, stale_until=now,
    )  # fmt: skip
    made.store.put(page)
    return page


def test_an_old_page_says_of_when_it_is():
    made = a_front()
    page = a_page(made, age=TOLD_SECONDS + 1)
    etag = made.store.variant(page, "").etag

    made._mark(page)

    assert page.body == b"<main><i>Old</i><p>News</p></main>"
    assert made.store.variant(page, "").etag != etag
    assert made.store.bytes == page.size


def test_a_page_of_just_now_says_nothing():
    made = a_front()
    page = a_page(made, age=1)

    made._mark(page)

    assert page.body == BODY


def test_a_fragment_that_says_so_is_put_anew_into_its_pages():
    made = a_front()
    page = a_page(made, age=TOLD_SECONDS + 1)
    number = page.number

    made._mark(page)

    assert page.number != number


def test_what_breaks_django_itself_is_answered_too():
    broken = rendering.Answer(503, [("retry-after", "60")], b"Stopped.")

    def breaks(_environ, _start):
        raise RuntimeError("no template can be found")

    lane = Lane(breaks, name="test", threads=1, waiting=1, broken=broken)

    assert lane._answer({}) is broken
    assert front.store_seconds(dict(broken.headers)) is None
