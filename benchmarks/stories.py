"""The stories that benchmarks ask for: the longest of the demo, and one of 40,000 bytes, a quarter of that gzipped, as other
systems had when they were measured.

That one is written into the demo once, of paragraphs that its own stories have, and found there afterwards. As a command
this writes what it is told by another process.
"""

import html
import http.client
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Sequence

from tests.attacks.papers import ROOT, Paper

BYTES = 40_000
# So much of its words is new; the rest says the same again, since ours would make more gzipped bytes than theirs.
NEW = 0.55
SLUG = "as-long-as-those-of-others"
STORIES = re.compile(r'href="(/([a-z]+)/[a-z0-9-]+/)"')
PARAGRAPHS = re.compile(rb"<p>([^<]{80,})</p>")


def fetched(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": f"localhost:{port}", **headers})
    got = connection.getresponse()
    return got.status, got.read()


def longest(port: int) -> str:
    """The path of the longest story on the front page."""
    return max(_listed(port), key=lambda path: len(fetched(port, path)[1]))


def _listed(port: int) -> dict[str, str]:
    """The sections of the stories on the front page, by their paths."""
    listed = dict(STORIES.findall(fetched(port, "/")[1].decode()))
    if not listed:
        raise SystemExit("The front page shows no story: is this the folder of a demo that was built?")
    return listed


def of_forty_kilobytes(paper: Paper) -> str:
    """The path of the story of 40,000 bytes, at a paper that is served."""
    listed = _listed(paper.port)
    pages = [fetched(paper.port, story)[1] for story in sorted(listed)]
    section = min(listed.values())
    path = f"/{section}/{SLUG}/"
    if fetched(paper.port, path)[0] == 200:
        return path
    told = list(dict.fromkeys(words for page in pages for words in PARAGRAPHS.findall(page)))
    # Beside what is on every page, as many of all their words as there is room for.
    room = BYTES - min(len(page) - sum(map(len, PARAGRAPHS.findall(page))) for page in pages)
    new = _fitting(told, int(room * NEW))
    again = _fitting(new * 3, room - sum(len(words) + len("<p></p>") for words in new))
    facts = json.dumps({"section": section, "paragraphs": [html.unescape(words.decode()) for words in new + again]})
    command = [sys.executable, "-m", "benchmarks.stories"]
    settings = {**paper.environment, "DJANGO_SETTINGS_MODULE": "pennypress.config.settings"}
    subprocess.run(command, input=facts, env=settings, cwd=ROOT, text=True, check=True)
    return path


def _fitting(paragraphs: Sequence[bytes], room: int) -> list[bytes]:
    """The first of them for which there is room."""
    lengths = itertools.accumulate(len(words) + len("<p></p>") for words in paragraphs)
    return [words for words, length in zip(paragraphs, lengths, strict=True) if length <= room]


def main() -> None:
    import datetime as dt

    import django

    django.setup()
    from django.utils import timezone

    from pennypress.newsroom import writing
    from pennypress.newsroom.models import SectionPage
    from pennypress.newsroom.writing import Block

    told = json.load(sys.stdin)
    writing.write_article(
        section=SectionPage.objects.get(slug=told["section"]),
        headline="As long as those of others",
        slug=SLUG,
        body=[Block("plain", words) for words in told["paragraphs"]],
        published_at=timezone.now() - dt.timedelta(days=300),
    )


if __name__ == "__main__":
    main()
