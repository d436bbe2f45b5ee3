import doctest
import random

from pennypress.delivery import compression, front, purging, store
from pennypress.delivery.spool import Spool
from pennypress.delivery.store import Page, Store


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def page(key: str, *tags: str, body: bytes = b"x" * 1000, begun_at: float = 100.0, **more) -> Page:
    times = {"made_at": 0.0, "begun_at": begun_at, "fresh_until": begun_at + 60, "stale_until": begun_at + 70}
    return Page(key=key, status=200, headers=[], body=body, tags=frozenset(tags), **{**times, **more})


def in_it(held: Store) -> int:
    return sum(one.size for one in held.pages.values())


def test_the_examples_in_the_docstrings_hold():
    assert [doctest.testmod(module).failed for module in (store, compression, front, purging)] == [0, 0, 0, 0]


def test_memory_stays_within_its_bound_whatever_is_asked():
    clock = Clock()
    held, rng = Store(100_000, clock=clock), random.Random(4)
    for number in range(5_000):
        clock.now += 0.1
        began = clock.now - rng.choice([0, 0, 0, 5])
        held.put(page(f"h/{number % 300}", f"t{number % 7}", body=b"y" * rng.randint(1, 9_000), begun_at=began + 0.05))
        asked = rng.choice([*held.pages.values(), page("h/never-stored")])
        held.variant(asked, rng.choice(["", "br", "gzip"]))
        if number % 50 == 0:
            held.purge([f"t{rng.randint(0, 7)}"])
        assert held.bytes == in_it(held)
        assert held.bytes <= held.most
    assert {key for keys in held.by_tag.values() for key in keys} == set(held.pages)


def test_a_picture_takes_its_own_bytes_and_no_more_whatever_a_browser_takes():
    held = Store(100_000, clock=Clock())
    picture = page("h/picture", body=b"j" * 10_000, is_textual=False, is_lasting=True)
    held.press(picture)
    held.put(picture)
    variants = {id(held.variant(picture, encoding)) for encoding in ("", "br", "zstd", "gzip")}
    assert len(variants) == 1
    assert held.bytes == store.OVERHEAD + 10_000


def test_what_is_asked_for_outlives_what_is_not():
    held = Store(30_000, clock=Clock())
    held.put(page("h/front"))
    for number in range(200):
        held.pages["h/front"].was_used = True
        held.put(page(f"h/crawled-{number}"))
    assert "h/front" in held.pages
    assert "h/crawled-0" not in held.pages


def test_a_page_too_large_for_the_store_is_not_kept_in_the_place_of_all_others():
    held = Store(30_000, clock=Clock())
    held.put(page("h/small"))
    assert not held.put(page("h/huge", body=b"z" * 20_000))
    assert list(held.pages) == ["h/small"]


def test_a_purge_is_remembered_for_pages_begun_before_it():
    clock = Clock()
    held = Store(100_000, clock=clock)
    clock.now = 105.0
    held.purge(["article-1"])
    assert not held.put(page("h/a", "article-1", begun_at=104.0))
    assert held.put(page("h/b", "article-2", begun_at=104.0))
    assert held.put(page("h/a", "article-1", begun_at=106.0))


def test_a_fragment_begun_before_a_purge_is_shown_but_not_fresh():
    clock = Clock()
    held = Store(100_000, clock=clock)
    held.put(page("h/meter", "appeal", is_fragment=True, begun_at=90.0))
    clock.now = 105.0
    held.purge(["appeal"])
    newer = page("h/meter", "appeal", is_fragment=True, begun_at=104.0)
    assert held.put(newer)
    assert held.pages["h/meter"] is newer
    assert newer.fresh_until == 0.0


def test_after_a_flush_nothing_is_fresh_and_nothing_is_lost():
    held = Store(100_000, clock=Clock())
    held.put(page("h/a", "article-1", begun_at=99.0))
    held.flush()
    assert held.pages["h/a"].fresh_until == held.pages["h/a"].stale_until == 0.0
    assert not held.put(page("h/b", begun_at=99.0))


def test_a_page_is_put_together_anew_once_a_second_at_most():
    clock = Clock()
    held = Store(100_000, clock=clock, wall=clock)
    whole = page("h/", body=b'<p><esi:include src="/meter/"/></p>', includes=("/meter/",))
    held.put(whole)
    shown = []
    for tenth in range(35):
        clock.now = 200 + tenth / 10
        held.put(page("h/meter/", body=b"%d" % tenth, is_fragment=True, begun_at=clock.now))
        held.recompose(whole)
        shown.append(held.variant(whole, "").body)
        assert held.bytes == in_it(held)
    assert len(set(shown)) == 4


def test_the_spool_gives_up_the_oldest_and_never_what_a_purge_ended(tmp_path):
    spool = Spool(tmp_path, most=20_000)
    for number in range(100):
        spool.keep(page(f"h/{number}", f"t{number}", made_at=1.0, body=b"x" * 1_000))
    size = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    assert size < 24_000
    assert spool.find("h/99") is not None
    assert spool.find("h/0") is None
    spool.forget(["t99"])
    assert spool.find("h/99") is None
    assert spool.find("h/98") is not None
    spool.forget_all()
    assert spool.find("h/98") is None


def test_a_spool_that_is_damaged_or_cannot_be_written_is_done_without(tmp_path):
    spool = Spool(tmp_path, most=20_000)
    spool.keep(page("h/a"))
    (file,) = [file for file in (tmp_path / "pages").rglob("*") if file.is_file()]
    for data in (b"", b"{}\n", b"not json\nbody", b'{"key": "h/other"}\nbody'):
        file.write_bytes(data)
        assert spool.find("h/a") is None
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    Spool(in_the_way, most=1).keep(page("h/a"))
