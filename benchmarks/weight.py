"""What a first visit weighs: bytes over the wire of a page and of what it needs, by kind, from a running server.

.venv/bin/python benchmarks/weight.py http://localhost:8000 / /home/some-story/
"""

import re
import sys
import urllib.request
from urllib.parse import urljoin


def fetched(url: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body = answer.read()
        return len(body), answer.headers.get("Content-Encoding", "identity")


def text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def weigh(base: str, path: str) -> None:
    page = text(urljoin(base, path))
    size, encoding = fetched(urljoin(base, path))
    print(f"{path}\n  HTML {size:>7,} ({encoding}; {len(page.encode()):,} plain)")
    sheets = re.findall(r'<link[^>]+rel="stylesheet"[^>]*href="([^"]+)"', page)
    first_fonts = re.findall(r'<link[^>]+rel="preload"[^>]*href="([^"]+\.woff2)"', page)
    scripts = re.findall(r'<script[^>]+src="([^"]+)"', page)
    for kind, links in (("CSS", sheets), ("fonts, first paint", first_fonts), ("JS", scripts)):
        sizes = [fetched(urljoin(base, link))[0] for link in links]
        print(f"  {kind} {sum(sizes):>7,} in {len(sizes)} files {sizes}")
    fonts = {link for sheet in sheets for link in re.findall(r'url\("?([^")]+\.woff2)', text(urljoin(base, sheet)))}
    every = [fetched(urljoin(urljoin(base, sheets[0]), link))[0] for link in sorted(fonts)]
    print(f"  fonts, every weight {sum(every):>7,} in {len(every)} files")


def main() -> None:
    base, *paths = sys.argv[1:]
    for path in paths or ["/"]:
        weigh(base, path)


main()
