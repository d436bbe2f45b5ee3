"""The real front over an application that has as many pages as are asked for, for `benchmarks/memory.py`."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pennypress.delivery.front import Front
from pennypress.delivery.rendering import Lane, Lanes
from pennypress.delivery.store import Store

WORDS = ("the", "paper", "belongs", "to", "those", "who", "read", "it", "and", "says", "so", "on", "every", "page")


def application_behind(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answers any address with a page of its own, of 20 to 40 kB."""
    rng = random.Random(asked["PATH_INFO"])
    body = f"<h1>{asked['PATH_INFO']}</h1>".encode()
    sentence = " ".join(rng.choices(WORDS, k=200)).encode()
    body += b"<p>".join(sentence[each % 700 :] for each in rng.choices(range(700), k=rng.randint(25, 50)))
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    headers += [
        ("Cache-Control", "public, max-age=0, s-maxage=86400"),
        ("Surrogate-Key", f"article-{rng.randrange(9**9)} front"),
    ]
    start("200 OK", headers)
    return [body]


_lane = Lane(application_behind, name="all", threads=2, waiting=400)
application = Front(
    lanes=Lanes(reading=_lane, writing=_lane, files=_lane, for_writing=("/write/",), for_files=("/static/",)),
    store=Store(int(Path("megabytes").read_text(encoding="utf-8")) * 1_000_000),
    hosts=frozenset(["paper.test"]),
)
