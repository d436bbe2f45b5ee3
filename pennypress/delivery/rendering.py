"""Rendering: Django as WSGI in bounded pools of threads, asked from the event loop.

Each lane has threads of its own, so that reading cannot starve giving. A lane whose queue is full refuses at once.
"""

import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)
Headers = list[tuple[str, str]]
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# What is larger is sent on in pieces as it is made, and is never stored.
WHOLE = 1_000_000


class Overloaded(Exception):
    """The lane has as many requests waiting as it takes."""


@dataclass(slots=True)
class Answer:
    """What Django answered: the whole body, or pieces that are still to be made and must be closed."""

    status: int
    headers: Headers
    body: bytes = b""
    pieces: Iterable[bytes] | None = None
    # The lane's threads, in which the pieces are made: they have the lane's connections to the database, and no others.
    pool: ThreadPoolExecutor | None = None


BROKEN = Answer(500, [("content-type", "text/plain; charset=utf-8")], b"Something has gone wrong.\n")


class _File:
    """Stands for `wsgi.file_wrapper`: reads a file in pieces."""

    def __init__(self, file: Any, size: int = 65536) -> None:
        self.file, self.size = file, size

    def __iter__(self) -> "_File":
        return self

    def __next__(self) -> bytes:
        piece: bytes = self.file.read(self.size)
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()


class Lane:
    """Threads that answer one sort of request, and a bound on how many requests may wait for them."""

    def __init__(self, wsgi: WSGI, *, name: str, threads: int, waiting: int, broken: Answer = BROKEN) -> None:
        self.wsgi, self.name, self.most, self.broken = wsgi, name, threads + waiting, broken
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.standing = 0

    async def answer(self, environ: dict[str, Any]) -> Answer:
        """This function will have a thread answer a request. Raises: Overloaded, at once."""
        if self.standing >= self.most:
            raise Overloaded
        self.standing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, self._answer, environ)
        finally:
            self.standing -= 1

    def _answer(self, environ: dict[str, Any]) -> Answer:
        begun: list[Any] = []

        def start(status: str, headers: Headers, failure: object = None) -> None:
            begun[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]

        try:
            made = self.wsgi(environ, start)
        except Exception:
            # Django answers for whatever breaks in a view; here it has broken itself.
            logger.exception("Nothing could be made of a request.")
            return self.broken
        answer = Answer(*begun)
        told = dict(answer.headers)
        length = int(told["content-length"]) if "content-length" in told else None
        # One with fragments to be put in place is taken whole, however long it is.
        is_long = (length or 0) > WHOLE and "surrogate-control" not in told
        if (length is None and getattr(made, "streaming", False)) or is_long:
            answer.pieces, answer.pool = made, self.pool
            return answer
        try:
            answer.body = b"".join(made)
        finally:
            close(made)
        return answer


@dataclass(frozen=True, slots=True)
class Lanes:
    """Reading; apart from it whatever writes (giving, webhooks, the desk); and files, which no page being made holds up.

    `for_writing` and `for_files` are how the addresses of the latter two begin.
    """

    reading: Lane
    writing: Lane
    files: Lane
    for_writing: tuple[str, ...]
    for_files: tuple[str, ...]

    def of(self, method: str, path: str) -> Lane:
        """This function will give the lane for a request."""
        if path.startswith(self.for_files):
            return self.files
        return self.writing if method not in ("GET", "HEAD") or path.startswith(self.for_writing) else self.reading


def close(made: object) -> None:
    """This function will end what a request held open, as WSGI asks."""
    if hasattr(made, "close"):
        made.close()


def environ(
    *,
    method: str,
    path: str,
    query: str,
    client: str,
    headers: Iterable[tuple[str, str]],
    authority: str = "",
    scheme: str = "http",
    body: Any = None,
) -> dict[str, Any]:
    """This function will give the WSGI environment of a request; `path` is decoded, `client` an address and a port."""
    address, _, port = client.rpartition(":")
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address.strip("[]"),
        "REMOTE_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": body or io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _File,
    }
    for name, value in headers:
        _set(made, name, value)
    made.setdefault("HTTP_HOST", authority)
    host, _, number = made["HTTP_HOST"].rpartition(":")
    made["SERVER_NAME"], made["SERVER_PORT"] = (host, number) if number.isdecimal() else (made["HTTP_HOST"], "80")
    return made


def _set(environ: dict[str, Any], name: str, value: str) -> None:
    # A name with an underscore would pass for another header once it is a variable.
    if "_" in name:
        return
    key = name.upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    known = environ.get(key)
    environ[key] = value if known is None else f"{known}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"


class TooLarge(Exception):
    """The body is larger than any form of ours, pictures included."""


async def read_body(proto: Any, *, most: int, seconds: float) -> Any:
    """This function will read a request's body, large ones into a file. Raises: TooLarge, TimeoutError."""
    held = tempfile.SpooledTemporaryFile(max_size=WHOLE)  # noqa: SIM115 - closed with the request
    size = 0
    async with asyncio.timeout(seconds):
        async for piece in proto:
            size += len(piece)
            if size > most:
                held.close()
                raise TooLarge
            held.write(piece)
    held.seek(0)
    return held
