"""The spool: stored pages on disk, for when none can be made: the database is down, or the server has just begun anew.

One file a page, written whole or not at all, shared by all processes of a server. A purge leaves the moment at which each
of its tags ended: what was made before shows what is no longer so, and is not found again.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pennypress.delivery import compression, store
from pennypress.delivery.store import Page

# The tag of everything.
ALL = ""
# The folder is looked through for what is oldest after so many bytes more.
SWEPT_AFTER = 0.05


@dataclass(slots=True)
class Spool:
    """The folder of the spool, of at most `most` bytes or a little more: beyond that the oldest pages go.

    What it cannot write or read it does without: it is never needed for a page to be shown. Its functions wait for the
    disk; call them in a thread.
    """

    folder: Path
    most: int
    written: float = field(default=float("inf"))

    def keep(self, page: Page) -> None:
        """This function will write a page down."""
        facts = {
            "key": page.key,
            "status": page.status,
            "headers": page.headers,
            "tags": sorted(page.tags),
            "made_at": page.made_at,
            "is_fragment": page.is_fragment,
        }
        data = json.dumps(facts).encode() + b"\n" + page.body
        _write(self._file(page.key), data)
        self.written += len(data)
        if self.written > self.most * SWEPT_AFTER:
            self.written = 0
            self._sweep()

    def drop(self, page: Page) -> None:
        """This function will forget what is written of a page's address: it is another page now, or none."""
        with contextlib.suppress(OSError):
            self._file(page.key).unlink()

    def find(self, key: str) -> Page | None:
        """This function will give the page of this key as it was last written, unless what it shows ended since."""
        try:
            head, _, body = self._file(key).read_bytes().partition(b"\n")
            facts = json.loads(head)
            if facts["key"] != key or any(self._ended(tag) >= facts["made_at"] for tag in (ALL, *facts["tags"])):
                return None
            headers = [(name, value) for name, value in facts["headers"]]
            return Page(
                key=key,
                status=facts["status"],
                headers=headers,
                body=body,
                tags=frozenset(facts["tags"]),
                made_at=facts["made_at"],
                begun_at=time.monotonic(),
                fresh_until=0.0,
                stale_until=0.0,
                includes=store.includes(body),
                is_textual=dict(headers).get("content-type", "").startswith(compression.TEXTUAL),
                is_fragment=facts["is_fragment"],
                is_lasting="immutable" in dict(headers).get("cache-control", ""),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self, tags: Iterable[str]) -> None:
        """This function will note that what shows these tags ended now."""
        for tag in tags:
            _write(self._end(tag), repr(time.time()).encode())

    def forget_all(self) -> None:
        """This function will note that whatever was written before now may have ended unheard."""
        self.forget([ALL])

    def _ended(self, tag: str) -> float:
        try:
            return float(self._end(tag).read_bytes())
        except (OSError, ValueError):
            return 0.0

    def _sweep(self) -> None:
        """Removes the oldest pages beyond the bound. Ends of tags stay for as long as a page may be older than they are."""
        files: list[tuple[float, int, str]] = []
        for place, _folders, names in os.walk(self.folder / "pages"):
            for name in names:
                with contextlib.suppress(OSError):
                    facts = os.stat(os.path.join(place, name))
                    files.append((facts.st_mtime, facts.st_size, os.path.join(place, name)))
        size = sum(length for _, length, _ in files)
        for _, length, path in sorted(files):
            if size <= self.most:
                break
            with contextlib.suppress(OSError):
                os.unlink(path)
            size -= length

    def _file(self, key: str) -> Path:
        return self.folder / "pages" / _name(key)

    def _end(self, tag: str) -> Path:
        return self.folder / "ended" / _name(tag)


def _name(text: str) -> str:
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return f"{digest[:2]}/{digest[2:]}"


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as held:
            held.write(data)
        os.replace(name, file)
    except OSError:
        return
