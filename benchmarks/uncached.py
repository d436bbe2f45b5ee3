"""What an uncached page costs: queries and CPU milliseconds, page kinds interleaved, on the built demo.

Run beside a demo that has been built:  PENNYPRESS_DEMO=1 .venv/bin/python benchmarks/uncached.py [ROUNDS]
The CPU is this process's alone (Django, templates, driver); the database's own is not in it.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from pennypress.newsroom.models import ArticlePage, SectionPage  # noqa: E402


def addresses() -> dict[str, str]:
    story = max(ArticlePage.objects.live(), key=lambda page: page.claims.count())
    return {"front": "/", "section": SectionPage.objects.live().first().url, "article": story.url, "give": "/give/"}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    client = Client(headers={"host": "localhost"})
    pages = addresses()
    for path in pages.values():
        client.get(path)  # Warm: templates compiled, statements prepared.
    queries = {}
    for name, path in pages.items():
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        queries[name] = len(captured)
    spent: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(rounds):
        for name, path in pages.items():
            began = time.process_time()
            client.get(path)
            spent[name].append((time.process_time() - began) * 1000)
    print(f"{'page':<10} {'queries':>7} {'CPU ms':>8} {'min':>7} {'vs article':>11}")
    article = statistics.median(spent["article"])
    for name, path in pages.items():
        middle = statistics.median(spent[name])
        print(
            f"{name:<10} {queries[name]:>7} {middle:>8.1f} {min(spent[name]):>7.1f} {middle / article:>10.2f}x  {path}"
        )


main()
