"""Answers pages of a large paper one by one as the page store asks for them, and says what each cost. For `growth`.

A line in is a kind of page and a turn, with a tab between; a line out is JSON: milliseconds, our CPU's, and queries.
"""

import json
import os
import sys
import time
from typing import Any
from urllib.parse import quote_plus

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import large_paper  # noqa: E402
from pennypress.config import readiness  # noqa: E402
from pennypress.delivery import rendering  # noqa: E402
from pennypress.delivery.front import SAYS_CAPABLE  # noqa: E402
from pennypress.newsroom import reading  # noqa: E402

# The ranks of the words asked for, of twenty thousand: the first stand in nearly every story.
RANKS = {
    "a word in most stories": 3,
    "a word in every fifth": 300,
    "a word in every fiftieth": 3_000,
    "a rare word": 19_000,
}


def main() -> None:
    settings.PAPER_SECONDS = 3_600
    settings.SEARCHES_PER_MINUTE = 10**9
    readiness.collect_static(sys.stderr.write)
    asked = Asked()
    for line in sys.stdin:
        page, _, turn = line.strip().partition("\t")
        print(json.dumps(asked.answer(page, int(turn))), flush=True)


class Asked:
    """What is asked for by its kind, and a reader's request for it."""

    def __init__(self) -> None:
        self.django = get_wsgi_application()
        low, high, parts = reading.rows(
            "SELECT min(article_id), max(article_id), max(article_id) / 1000 FROM newsroom_preparedarticle", {}
        )[0]
        self.low, self.high, self.parts = low, high, parts
        self.words, _weights = large_paper.vocabulary()

    def answer(self, page: str, turn: int) -> dict[str, Any]:
        kind, path, query = self.of(page, turn)
        counted = Counted()
        began, spent = time.perf_counter(), time.process_time()
        with counted:
            get(self.django, path, query)
        return {
            "ms": (time.perf_counter() - began) * 1000,
            "cpu": (time.process_time() - spent) * 1000,
            "queries": counted.queries,
            "kind": kind,
        }

    def of(self, page: str, turn: int) -> tuple[str, str, str]:
        if page == "article":
            return page, self.story(turn), ""
        if page == "search":
            return self.search(turn)
        paths = {
            "front": "/",
            "section": "/world/",
            "topic": f"/topics/topic-{turn % large_paper.TOPICS}/",
            "contributor": f"/contributors/writer-{turn % large_paper.PEOPLE}/",
            "feed": "/feeds/",
            "section feed": "/feeds/sections/world/",
            "sitemap": "/sitemap.xml",
            # The part before the last is whole in a paper of any size.
            "sitemap part": f"/sitemap-{max(self.parts - 1, 0)}.xml",
        }
        return page, paths[page], ""

    def story(self, turn: int) -> str:
        """Any story, another one each time."""
        number = self.low + (turn * 7_368_787) % (self.high - self.low + 1)
        found = reading.rows("SELECT url_path FROM wagtailcore_page WHERE id = %(id)s", {"id": number})
        return "/" + str(found[0][0]).split("/", 2)[2]

    def search(self, turn: int) -> tuple[str, str, str]:
        kinds = [
            *((kind, (rank,)) for kind, rank in RANKS.items()),
            ("two words", (40, 900)),
            ("three words", (5, 60, 4_000)),
        ]
        kind, ranks = kinds[turn % len(kinds)]
        places = (rank * len(self.words) // 20_000 + turn // len(kinds) for rank in ranks)
        return kind, "/search/", "q=" + quote_plus(" ".join(self.words[place] for place in places))


def get(django: Any, path: str, query: str = "") -> bytes:
    """The body of a page, asked for as the page store asks."""
    headers = [("host", "localhost"), SAYS_CAPABLE]
    environ = rendering.environ(method="GET", path=path, query=query, client="127.0.0.1:1", headers=headers)
    status: list[str] = []
    body = b"".join(django(environ, lambda said, _headers, _failure=None: status.append(said)))
    if not status[0].startswith("200"):
        sys.exit(f"{path}: {status[0]}")
    return body


class Counted:
    """Counts the statements that Django sends, the cheapest way there is."""

    def __init__(self) -> None:
        self.queries = 0

    def __enter__(self) -> None:
        self.wrapped = connection.execute_wrapper(self._count)
        self.wrapped.__enter__()

    def __exit__(self, *reason: object) -> None:
        self.wrapped.__exit__(*reason)  # type: ignore[arg-type]

    def _count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


if __name__ == "__main__":
    main()
