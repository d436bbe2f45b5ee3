"""The page store: finished bytes of public pages, in bounded memory, found again by address and dropped by tag.

It lives in one process and on one thread, the event loop's, and needs no lock. Nothing here waits, and nothing here
knows HTTP beyond a page's own headers. What is put in comes from a response that its view has opted into being stored.
"""

import hashlib
import itertools
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pennypress.delivery.compression import ENCODERS, SMALLEST, THOROUGH

INCLUDE = re.compile(rb'<esi:include src="(/[^"]*)"\s*/>')
# Not an encoding: the page as it is made, for a cache in front that puts the fragments in place itself.
UNCOMPOSED = "esi"
# Purges are remembered for as long as a page may take that was begun before them.
REMEMBERED_SECONDS = 60.0
# What a page costs beside its bytes.
OVERHEAD = 2_000

Headers = list[tuple[str, str]]
# How tags are told to caches in front.
SEPARATORS = {"surrogate-key": " ", "cache-tag": ","}
_number = itertools.count(1).__next__


@dataclass(slots=True)
class Variant:
    """A page's bytes in one content encoding, with the headers of an answer 200 and of an answer 304."""

    body: bytes
    etag: str
    headers: Headers
    aged_at: int = -1


@dataclass(slots=True)
class Page:
    """One stored page. `body` has its includes in place; `variants` are made of it when they are first asked for.

    Times are those of the store's clock, but for `made_at`, which is the wall's. Until `fresh_until` it is as good as new;
    after that it is shown while a new one is made, and after `stale_until` only when none can be made.
    """

    key: str
    status: int
    headers: Headers
    body: bytes
    tags: frozenset[str]
    made_at: float
    begun_at: float
    fresh_until: float
    stale_until: float
    includes: tuple[str, ...] = ()
    is_textual: bool = True
    was_used: bool = False
    is_fragment: bool = False
    is_lasting: bool = False
    variants: dict[str, Variant] = field(default_factory=dict)
    minded_at: float = 0.0
    # The second of the wall's clock in which it was put together last, 0 for never.
    composed_in: int = 0
    composed_of: tuple[int, ...] = ()
    # Whether a fragment is newer than the one in its bytes, or is being made anew.
    is_behind: bool = False
    # The name under which its readings are counted, "" for not at all.
    counted_as: str = ""
    number: int = field(default_factory=_number)

    @property
    def host(self) -> str:
        return self.key.partition("/")[0]

    @property
    def size(self) -> int:
        return OVERHEAD + len(self.body) + self.pressed

    @property
    def pressed(self) -> int:
        """The bytes of what was made of the body; a variant that is the body itself takes none."""
        return sum(len(variant.body) for variant in self.variants.values() if variant.body is not self.body)


class Store:
    """Pages by key, within `most` bytes: the ones not asked for since the hand came by last are given up first."""

    def __init__(
        self, most: int, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        self.most, self.clock, self.wall = most, clock, wall
        self.pages: OrderedDict[str, Page] = OrderedDict()
        self.by_tag: dict[str, set[str]] = {}
        self.bytes = 0
        self.purged: deque[tuple[float, frozenset[str]]] = deque()
        self.flushed_at = 0.0

    def put(self, page: Page) -> bool:
        """This function will store a page, unless something that it shows was purged since its making was begun.

        A fragment is stored even so, since it is newer than the one that is shown, but it does not count as fresh.
        """
        if self.flushed_at >= page.begun_at or self.has_ended(page, since=page.begun_at):
            if not page.is_fragment:
                return False
            page.fresh_until = 0.0
        if page.size > self.most // 4:
            return False
        old = self.pages.get(page.key)
        if old is not None:
            page.was_used, page.is_fragment = old.was_used, page.is_fragment or old.is_fragment
            self.drop(old)
        self.pages[page.key] = page
        self.bytes += page.size
        for tag in page.tags:
            self.by_tag.setdefault(tag, set()).add(page.key)
        self._make_room()
        return page.key in self.pages

    def has_ended(self, page: Page, *, since: float) -> bool:
        """This function will say whether something that a page shows was purged since a moment of the store's clock."""
        return any(at >= since and page.tags & purged for at, purged in self.purged)

    def drop(self, page: Page) -> None:
        """This function will forget a page."""
        if self.pages.get(page.key) is not page:
            return
        del self.pages[page.key]
        self.bytes -= page.size
        for tag in page.tags:
            keys = self.by_tag[tag]
            keys.discard(page.key)
            if not keys:
                del self.by_tag[tag]

    def amend(self, page: Page, body: bytes) -> None:
        """This function will have a stored page say something else from now on."""
        if self.pages.get(page.key) is page:
            self.bytes += len(body) - len(page.body) - page.pressed
        page.body, page.variants, page.number = body, {}, _number()

    def _make_room(self) -> None:
        while self.bytes > self.most:
            page = next(iter(self.pages.values()))
            if page.was_used:
                page.was_used = False
                self.pages.move_to_end(page.key)
            else:
                self.drop(page)

    def purge(self, tags: Iterable[str]) -> list[Page]:
        """This function will end what shows any of the tags: pages are gone at once, and fragments are no longer fresh.

        Gives the fragments, which want making anew: until they are, the old ones are shown.
        """
        wanted, now = frozenset(tags), self.clock()
        self.purged.append((now, wanted))
        while self.purged[0][0] < now - REMEMBERED_SECONDS:
            self.purged.popleft()
        keys = {key for tag in wanted for key in self.by_tag.get(tag, ())}
        found = [self.pages[key] for key in keys]
        fragments = [page for page in found if page.is_fragment]
        for page in fragments:
            page.fresh_until = 0.0
        for page in found:
            if not page.is_fragment:
                self.drop(page)
        return fragments

    def flush(self) -> None:
        """This function will have nothing count as fresh any longer: purges may have been missed."""
        self.flushed_at = self.clock()
        for page in self.pages.values():
            page.fresh_until = page.stale_until = 0.0

    def variant(self, page: Page, encoding: str) -> Variant:
        """This function will give a page's bytes in an encoding, composed and compressed now if they never were."""
        if encoding != UNCOMPOSED and not (page.is_textual and (page.includes or len(page.body) >= SMALLEST)):
            encoding = ""
        known = page.variants.get(encoding)
        return known if known is not None else self._variant(page, encoding)

    def _variant(self, page: Page, encoding: str) -> Variant:
        is_whole = encoding != UNCOMPOSED
        plain = body = self.put_in_place(page.host, page.body) if is_whole and page.includes else page.body
        if is_whole and encoding:
            body = (THOROUGH if page.is_lasting else ENCODERS)[encoding](plain)
        etag = f'"{hashlib.blake2b(plain, digest_size=9).hexdigest()}{"-" + encoding if encoding else ""}"'
        headers = [*(self._telling(page) if is_whole else page.headers), ("etag", etag)]
        if not is_whole:
            headers.append(("surrogate-control", 'content="ESI/1.0"'))
        elif page.is_textual:
            headers.append(("vary", "accept-encoding"))
        if is_whole and encoding:
            headers.append(("content-encoding", encoding))
        before = page.pressed
        variant = page.variants[encoding] = Variant(body, etag, headers)
        if self.pages.get(page.key) is page:
            self.bytes += page.pressed - before
            self._make_room()
        return variant

    def _telling(self, page: Page) -> Headers:
        """A page's headers once it is put together: to caches in front it shows what its fragments show as well."""
        more = sorted({tag for fragment in self.fragments(page) if fragment for tag in fragment.tags} - page.tags)
        return [
            (name, SEPARATORS[name].join([value, *more])) if more and name in SEPARATORS else (name, value)
            for name, value in page.headers
        ]

    def press(self, page: Page) -> None:
        """This function will make all variants of a page that is not stored yet. It takes its time: call it in a thread."""
        for encoding in ("", *ENCODERS):
            self.variant(page, encoding)

    def put_in_place(self, host: str, body: bytes) -> bytes:
        """This function will give a body with the fragments that are stored for a host in the place of their includes."""

        def put(found: re.Match[bytes]) -> bytes:
            fragment = self.pages.get(host + found.group(1).decode())
            return fragment.body if fragment is not None and fragment.status == 200 else b""

        return INCLUDE.sub(put, body)

    def recompose(self, page: Page) -> None:
        """This function will have a page put together anew if a fragment of it changed, once in a second at most.

        A second of the wall's clock, at the end of which a cache that holds it for the rest of the second asks again.
        """
        now, second = self.clock(), int(self.wall())
        of = tuple(fragment.number if fragment else 0 for fragment in self.fragments(page))
        if of != page.composed_of and second != page.composed_in:
            page.composed_of, page.composed_in = of, second
            if self.pages.get(page.key) is page:
                self.bytes -= page.pressed
            page.variants = {}
        parts = self.fragments(page)
        page.is_behind = of != page.composed_of or any(part is None or now >= part.fresh_until for part in parts)

    def fragments(self, page: Page) -> list[Page | None]:
        """This function will give the fragments of a page that are stored, None in the place of each that is not."""
        return [self.pages.get(page.host + include) for include in page.includes]


def includes(body: bytes) -> tuple[str, ...]:
    """This function will list the addresses that a page includes, each once."""
    return tuple(dict.fromkeys(found.decode() for found in INCLUDE.findall(body)))


def aged(variant: Variant, age: int) -> Headers:
    """This function will give a variant's headers with its age in seconds; the list is made anew once a second."""
    if variant.aged_at != age:
        variant.headers = [header for header in variant.headers if header[0] != "age"]
        variant.headers.append(("age", str(age)))
        variant.aged_at = age
    return variant.headers


def is_known(variant: Variant, told: str) -> bool:
    """This function will say whether a browser has a variant already, by its If-None-Match: weakly compared."""
    return told.strip() == "*" or variant.etag in [one.strip().removeprefix("W/") for one in told.split(",")]
