"""The front: what the server calls. Hits are answered on the event loop, misses by threads that run Django.

A page is stored if its view opted in, by `caching.public`. It is asked for without the reader's cookies, and without any
header that its key does not hold, so that what is stored is the same for everybody whoever asked first; and once, however
many ask at the same moment. What is not for everybody is passed on with all that the reader said, and never stored.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pennypress.delivery import compression, metrics, rendering, store
from pennypress.delivery.counting import Reads
from pennypress.delivery.metrics import Counts
from pennypress.delivery.rendering import Answer, Lanes
from pennypress.delivery.spool import Spool
from pennypress.delivery.store import Headers, Page, Store

# Says to Django that includes may stay where they are, in the words of the Edge Architecture note.
CAPABILITY = "ESI/1.0"
SAYS_CAPABLE = ("surrogate-capability", f'pennypress="{CAPABILITY}"')
# Of a page's headers these are ours to write.
OURS = frozenset(("age", "connection", "content-length", "date", "etag", "server", "surrogate-control", "vary"))
# And these its view said to the store alone.
ASIDE = frozenset(("store-count", "store-query"))
STORED = (200, 301, 302, 404)
# A page that is no longer fresh is shown for so long while a new one is made.
WHILE_MADE_SECONDS = 10.0
# One that cannot be made is shown as it last was, and tried again so often.
RESCUED_SECONDS, RETRY_SECONDS = 60.0, 1.0
# Whoever waits so long for a page is shown the last one that there was.
PATIENCE_SECONDS = 3.0
# How often a page's fragments are looked at, and how often one is made anew at most.
MINDED_SECONDS, FRAGMENT_SECONDS = 0.05, 0.25
# Style sheets and fonts are stored as well, since they say that they never change.
LASTING_SECONDS, LARGEST_FILE = 86_400.0, 200_000
MOST_BODY, BODY_SECONDS = 30_000_000, 60.0
MOST_KNOWN = 50_000
# Where on a page its age is told, once it is shown for want of a newer one and older than that.
MARK, TOLD_SECONDS = b"<!--as-of-->", 120.0
# Answered to this machine alone.
METRICS = "/metrics"
# A cache in front would hold a stale page as long as a new one.
STALE = ("cache-control", "public, max-age=0, s-maxage=0")
PLAIN = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
TOO_LARGE = Answer(413, PLAIN, b"That is too large.\n")
TOO_SLOW = Answer(408, PLAIN, b"That took too long to arrive.\n")
BUSY = Answer(
    503, [*PLAIN, ("retry-after", "2")], b"The paper is read by very many just now. Please try again in a moment.\n"
)


@dataclass(slots=True)
class Front:
    """The application that the server calls, one in each of its processes.

    Only what is asked for by one of its `hosts`, the paper's names with their ports, is stored. Where the paper
    `is_secure`, only what came by HTTPS is answered from the store. Where it `is_behind_nginx`, whose free version cannot
    purge by tag, pages say that they may be held for the rest of the second.
    """

    lanes: Lanes
    store: Store
    hosts: frozenset[str]
    spool: Spool | None = None
    is_secure: bool = False
    is_behind_nginx: bool = False
    # Whether a cache in front is purged by tag and wants to know what a page shows. Readers do not.
    tells_tags: bool = True
    # Says to readers of when a page is, in the place of MARK.
    tell_age: Callable[[Page], bytes] | None = None
    # What begins with the process, once its loop is there.
    beside: "tuple[Callable[[Front], None], ...]" = ()
    counts: Counts = field(default_factory=Counts)
    reads: Reads = field(default_factory=Reads)
    # For each path that is public, the names of the query that its page differs by; kept when the page is given up.
    public: dict[str, frozenset[str]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    flights: "dict[str, asyncio.Task[Page | Answer]]" = field(default_factory=dict)
    # What could not be made, and when it may be tried again if there is something to show instead.
    resting: dict[str, float] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop | None = None
    tasks: "set[asyncio.Task[Any]]" = field(default_factory=set)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        for begin in self.beside:
            begin(self)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        key = self._key(scope) if scope.method in ("GET", "HEAD") else ""
        if not key:
            return await self._pass_on(scope, proto, key)
        if scope.path == METRICS and _is_at_home(scope):
            return proto.response_str(
                200, [("content-type", metrics.CONTENT_TYPE)], metrics.text(self.counts, self.store, self.lanes)
            )
        page = self.store.pages.get(key)
        now = time.monotonic()
        found: Page | Answer | None = page
        if page is not None and now < page.fresh_until:
            self.counts.hits += 1
        else:
            found = await self._fetch(scope, key, page, now)
        if found is None:
            return await self._pass_on(scope, proto, key)
        if isinstance(found, Answer):
            return await self._answer(scope, proto, found)
        if found.includes and now >= found.minded_at + MINDED_SECONDS:
            await self._mind_fragments(found, now)
        return self._send(scope, proto, found)

    def _host(self, scope: Any) -> str:
        """The host that is asked, "" if nothing is stored for it."""
        host: str = scope.headers.get("host") or scope.authority or ""
        return "" if host not in self.hosts or (self.is_secure and not _is_secure(scope)) else host

    def _key(self, scope: Any) -> str:
        """The key of what is asked for: host, path, and of the query what its page differs by; "" for what is not stored."""
        host = self._host(scope)
        if not host:
            return ""
        key: str = host + scope.path
        if not scope.query_string:
            return key if "?" not in key else ""
        if "?" in key:
            return ""
        names = self.public.get(key)
        if names is None:
            return f"{key}?{scope.query_string}"
        kept = {name: value for name, value in parse_qsl(scope.query_string) if name in names}
        return f"{key}?{urlencode(sorted(kept.items()))}" if kept else key

    async def _fetch(self, scope: Any, key: str, page: Page | None, now: float) -> Page | Answer | None:
        """What answers an address that has no fresh page; None where this reader's own request is to be passed on."""
        headers = scope.headers
        path = key.partition("?")[0]
        is_personal = any(name in headers for name in ("cookie", "authorization", "range"))
        if path not in self.public and (is_personal or path in self.private):
            return None
        leads = key not in self.flights
        if page is not None and now < page.stale_until:
            if now >= self.resting.get(key, 0.0):
                self._flight(key, scope)
            self.counts.stale += 1
            return page
        self.counts.misses += 1
        flight = self._flight(key, scope)
        done, _ = await asyncio.wait({flight}, timeout=PATIENCE_SECONDS)
        if not done and (last := await self._rescued(key)):
            return last
        made = await asyncio.shield(flight)
        # Not for everybody: whoever it was made for, without a name, may have it; all others ask by themselves.
        return made if isinstance(made, Page) or made.status >= 500 or (leads and not is_personal) else None

    def _flight(self, key: str, scope: Any = None, *, is_fragment: bool = False) -> "asyncio.Task[Page | Answer]":
        """The one making of a page that is under way, begun now if none is."""
        flight = self.flights.get(key)
        if flight is None:
            flight = self.flights[key] = self.begin(self._make(key, scope, is_fragment=is_fragment))
            flight.add_done_callback(lambda _done: self.flights.pop(key, None))
        return flight

    async def _make(self, key: str, scope: Any, *, is_fragment: bool) -> Page | Answer:
        """Has Django make what everybody gets at an address; stores it if its view allows, or gives what there was."""
        begun_at = time.monotonic()
        try:
            answer = await self.lanes.of("GET", key[key.index("/") :]).answer(_environ(key, scope, self.is_secure))
        except rendering.Overloaded:
            self.counts.refused += 1
            answer = BUSY
        page = self._page(key, answer, begun_at, is_fragment=is_fragment) if answer.status < 500 else None
        if page is None:
            self._rest(key)
            return (await self._rescued(key) if answer.status >= 500 else None) or answer
        self.resting.pop(key, None)
        if page.is_lasting:
            await asyncio.to_thread(self.store.press, page)
        if self.store.put(page) and self.spool is not None and "?" not in key:
            self.begin(asyncio.to_thread(self.spool.keep if page.status == 200 else self.spool.drop, page))
        if is_fragment and page.fresh_until == 0.0:
            self._make_soon(page)
        return page

    async def _rescued(self, key: str) -> Page | None:
        """The last page that is known of an address for which none can be made, from memory or from the spool."""
        page = self.store.pages.get(key)
        if page is None and self.spool is not None:
            page = await asyncio.to_thread(self.spool.find, key)
            if page is not None and not self._is_still_so(page):
                page = None
        if page is not None:
            self.counts.rescued += 1
            page.stale_until = time.monotonic() + RESCUED_SECONDS
            self._rest(key)
            self._mark(page)
        return page

    def _mark(self, page: Page) -> None:
        if self.tell_age and MARK in page.body and time.time() - page.made_at >= TOLD_SECONDS:
            self.store.amend(page, page.body.replace(MARK, self.tell_age(page)))

    def _is_still_so(self, page: Page) -> bool:
        """Whether a page from the spool may be shown: it is stored if nothing that it shows ended since it was made."""
        made_at = page.begun_at - (time.time() - page.made_at)
        return not self.store.has_ended(page, since=made_at) and self.store.put(page)

    def _rest(self, key: str) -> None:
        if len(self.resting) >= MOST_KNOWN:
            self.resting.clear()
        self.resting[key] = time.monotonic() + RETRY_SECONDS

    def _page(self, key: str, answer: Answer, begun_at: float, *, is_fragment: bool) -> Page | None:
        """The page that an answer is for everybody, or None; notes of its path which of the two it is."""
        path, _, query = key.partition("?")
        headers = dict(answer.headers)
        seconds = store_seconds(headers)
        if answer.status not in STORED:
            return None
        if seconds is None or not _is_for_all(answer):
            self._note_private(path)
            return None
        names = frozenset(headers.get("store-query", "").split())
        if len(self.public) >= MOST_KNOWN:
            self.public.clear()
        self.public[path] = names
        if query and not {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= names:
            return None
        is_textual = headers.get("content-type", "").startswith(compression.TEXTUAL)
        return Page(
            key=key,
            status=answer.status,
            headers=[header for header in answer.headers if header[0] not in OURS and self._is_told(header[0])],
            body=answer.body,
            tags=frozenset(headers.get("surrogate-key", "").split()),
            made_at=time.time(),
            begun_at=begun_at,
            fresh_until=begun_at + seconds,
            stale_until=begun_at + seconds + WHILE_MADE_SECONDS,
            includes=store.includes(answer.body) if is_textual else (),
            is_textual=is_textual,
            is_fragment=is_fragment,
            is_lasting="immutable" in headers.get("cache-control", ""),
            counted_as=headers.get("store-count", ""),
        )

    def _is_told(self, name: str) -> bool:
        return name not in ASIDE and (self.tells_tags or name not in store.SEPARATORS)

    def _note_private(self, path: str) -> None:
        if len(self.private) >= MOST_KNOWN:
            self.private.clear()
        self.private.add(path)
        self.public.pop(path, None)

    async def _mind_fragments(self, page: Page, now: float) -> None:
        """Has a page put together anew if a fragment of it changed. Only one that was never whole waits for them."""
        page.minded_at = now
        flights = self._fragments_due(page.host, page.includes, now)
        if flights and not page.composed_in:
            await asyncio.wait(flights, timeout=PATIENCE_SECONDS)
        self.store.recompose(page)

    def _fragments_due(self, host: str, includes: Iterable[str], now: float) -> "list[asyncio.Task[Page | Answer]]":
        """Has fragments made that are missing or no longer fresh."""
        due = []
        for include in includes:
            key = host + include
            fragment = self.store.pages.get(key)
            is_due = fragment is None or now >= max(fragment.fresh_until, fragment.begun_at + FRAGMENT_SECONDS)
            if is_due and now >= self.resting.get(key, 0.0):
                due.append(self._flight(key, is_fragment=True))
        return due

    async def _put_together(self, host: str, answer: Answer) -> None:
        """Puts the fragments, which are everybody's, in place on a page that is one reader's alone."""
        includes = store.includes(answer.body)
        flights = self._fragments_due(host, includes, time.monotonic())
        if flights and any(host + include not in self.store.pages for include in includes):
            await asyncio.wait(flights, timeout=PATIENCE_SECONDS)
        answer.body = self.store.put_in_place(host, answer.body)
        kept = [line for line in answer.headers if line[0] not in ("surrogate-control", "content-length")]
        answer.headers = [*kept, ("content-length", str(len(answer.body)))]

    def _make_soon(self, fragment: Page) -> None:
        assert self.loop is not None
        wait = fragment.begun_at + FRAGMENT_SECONDS - time.monotonic()
        self.loop.call_later(max(wait, 0.0), lambda: self._flight(fragment.key, is_fragment=True))

    def purge(self, tags: Iterable[str]) -> None:
        """This function will end what shows any of the tags. Fragments are made anew soon, and shown until they are.

        Call it on the event loop.
        """
        tags = frozenset(tags)
        self.counts.purges += 1
        for fragment in self.store.purge(tags):
            self._make_soon(fragment)
        if self.spool is not None:
            self.begin(asyncio.to_thread(self.spool.forget, tags))

    def flush(self) -> None:
        """This function will have nothing count as fresh any longer: purges may have been missed. On the event loop.

        What is in memory is shown still if nothing newer can be made. What is on disk is not: it may be of long ago.
        """
        self.store.flush()
        if self.spool is not None:
            self.begin(asyncio.to_thread(self.spool.forget_all))

    def _send(self, scope: Any, proto: Any, page: Page) -> None:
        headers = scope.headers
        page.was_used = True
        encoding = self._encoding(scope, page)
        variant = self.store.variant(page, encoding)
        now = time.time()
        second = int(now)
        if page.counted_as:
            self.reads.note(page.counted_as, second)
        # Behind nginx, which asks again in the next second, what was put together in this one will do for the rest of it.
        is_behind = page.is_behind and not (self.is_behind_nginx and page.composed_in == second)
        is_old = time.monotonic() >= page.fresh_until or (is_behind and encoding != store.UNCOMPOSED)
        lines = self._held(is_old, store.aged(variant, max(int(now - page.made_at), 0)), second)
        if (known := headers.get("if-none-match")) and store.is_known(variant, known):
            proto.response_empty(304, [line for line in lines if line[0] != "content-encoding"])
        else:
            proto.response_bytes(page.status, lines, variant.body)

    def _held(self, is_old: bool, lines: Headers, second: int) -> Headers:
        """A page's headers, as caches in front may hold it: not at all once it is old; in nginx, for this second."""
        if is_old:
            return [line for line in lines if line[0] != "cache-control"] + [STALE]
        return [*lines, ("x-accel-expires", f"@{second}")] if self.is_behind_nginx else lines

    def _encoding(self, scope: Any, page: Page) -> str:
        if page.includes and _composes(scope):
            return store.UNCOMPOSED
        accepted = scope.headers.get("accept-encoding", "")
        encoding = self.encodings.get(accepted)
        if encoding is None:
            encoding = compression.encoding_of(accepted)
            if len(self.encodings) < 1000:
                self.encodings[accepted] = encoding
        return encoding

    async def _pass_on(self, scope: Any, proto: Any, key: str) -> None:
        """Has Django answer this reader's own request, with all that it says."""
        self.counts.passed += 1
        headers = list(scope.headers.items())
        if not _composes(scope) and self._host(scope):
            headers.append(SAYS_CAPABLE)
        try:
            body = await rendering.read_body(proto, most=MOST_BODY, seconds=BODY_SECONDS)
        except rendering.TooLarge:
            return await _send(proto, TOO_LARGE)
        except TimeoutError:
            return await _send(proto, TOO_SLOW)
        environ = rendering.environ(
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            client=scope.client,
            headers=headers,
            authority=scope.authority or "",
            scheme=scope.scheme,
            body=body,
        )
        try:
            answer = await self.lanes.of(scope.method, scope.path).answer(environ)
        except rendering.Overloaded:
            self.counts.refused += 1
            answer = BUSY
        if key and answer.status >= 500 and (last := await self._rescued(key)):
            return self._send(scope, proto, last)
        if key and _is_for_all(answer):
            # Asked for with a name, it was not stored: it is now, and what is for everybody is for this reader too.
            self.private.discard(key.partition("?")[0])
            made = await asyncio.shield(self._flight(key, scope))
            if isinstance(made, Page):
                await self._mind_fragments(made, time.monotonic())
                return self._send(scope, proto, made)
            # Nor is it in front, where nobody would know what its fragments show.
            answer.headers = [
                STALE if line[0] == "cache-control" and "s-maxage" in line[1] else line for line in answer.headers
            ]
        return await self._answer(scope, proto, answer)

    async def _answer(self, scope: Any, proto: Any, answer: Answer) -> None:
        """Sends what is not stored: with its fragments in place, unless whoever is in front puts them there."""
        if any(line[0] == "surrogate-control" for line in answer.headers) and not _composes(scope):
            await self._put_together(self._host(scope), answer)
        answer.headers = [line for line in answer.headers if self._is_told(line[0])]
        await _send(proto, answer)

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """This function will begin work that nobody need wait for, and hold on to it until it is done."""
        assert self.loop is not None
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


def _is_secure(scope: Any) -> bool:
    return scope.scheme == "https" or scope.headers.get("x-forwarded-proto") == "https"


def _composes(scope: Any) -> bool:
    """Whether a cache in front puts fragments in place itself."""
    return CAPABILITY in scope.headers.get("surrogate-capability", "")


def _is_at_home(scope: Any) -> bool:
    address = scope.client.rpartition(":")[0].strip("[]")
    return address in ("127.0.0.1", "::1") and "x-forwarded-for" not in scope.headers


def _environ(key: str, scope: Any, is_secure: bool) -> dict[str, Any]:
    """A request by nobody for what a key names. Of whoever asked first it has the address alone, for limits to count."""
    host, _, rest = key.partition("/")
    path, _, query = ("/" + rest).partition("?")
    headers = [("host", host), SAYS_CAPABLE]
    if is_secure:
        headers.append(("x-forwarded-proto", "https"))
    if scope is not None and (forwarded := scope.headers.get("x-forwarded-for")):
        headers.append(("x-forwarded-for", forwarded))
    client = scope.client if scope is not None else ""
    return rendering.environ(method="GET", path=path, query=query, client=client, headers=headers)


def store_seconds(headers: dict[str, str]) -> float | None:
    """This function will say for how long an answer may be stored for everybody, or None where it may not.

    >>> store_seconds({"cache-control": "public, max-age=0, s-maxage=60"}), store_seconds({"cache-control": "max-age=9"})
    (60.0, None)
    """
    rules = [rule.strip() for rule in headers.get("cache-control", "").lower().split(",")]
    if (
        "public" not in rules
        or "private" in rules
        or "no-store" in rules
        or "cookie" in headers.get("vary", "").lower()
    ):
        return None
    if "immutable" in rules:
        return LASTING_SECONDS
    found = next((rule.removeprefix("s-maxage=") for rule in rules if rule.startswith("s-maxage=")), "")
    return float(found) if found.isdecimal() and int(found) > 0 else None


def _is_for_all(answer: Answer) -> bool:
    """Whether an answer may be stored, and is worth it."""
    headers = dict(answer.headers)
    is_large = "immutable" in headers.get("cache-control", "") and len(answer.body) > LARGEST_FILE
    return store_seconds(headers) is not None and answer.pieces is None and "set-cookie" not in headers and not is_large


async def _send(proto: Any, answer: Answer) -> None:
    """Sends an answer that is not stored: whole, or piece by piece as a thread makes them."""
    if answer.pieces is None:
        proto.response_bytes(answer.status, answer.headers, answer.body)
        return
    transport = proto.response_stream(answer.status, answer.headers)
    pieces, loop = iter(answer.pieces), asyncio.get_running_loop()
    try:
        while (piece := await loop.run_in_executor(answer.pool, next, pieces, None)) is not None:
            await transport.send_bytes(piece)
    finally:
        await loop.run_in_executor(answer.pool, rendering.close, answer.pieces)
