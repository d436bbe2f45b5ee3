"""What Lighthouse says of a running paper on phone settings: front, section, story, and the page to give.

    .venv/bin/python benchmarks/lighthouse.py [--url http://localhost:8000] [--rounds 3] [--lighthouse PATH]

Needs Node and Lighthouse 12, which are no part of the product: `npm install --prefix SOMEWHERE lighthouse@12`, and then
LIGHTHOUSE=SOMEWHERE/node_modules/.bin/lighthouse or --lighthouse. The browser is the system's Chromium. Pages are taken in turn,
round after round; what is printed is the median, and what was found amiss in the last round. It ends with 1 where less
than 100 is reached in accessibility, best practices or SEO, or less than 98 in performance.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

WANTED = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"),
)
HOW = "npm install --prefix /tmp/lighthouse lighthouse@12, then LIGHTHOUSE=/tmp/lighthouse/node_modules/.bin/lighthouse"


def main() -> None:
    """This function will measure the four pages and say how they stand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=f"http://localhost:{os.environ.get('PORT', '8000')}", help="the running paper")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lighthouse", default=os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse"))
    wanted = parser.parse_args()
    command = tool(wanted.lighthouse)
    pages = addresses(wanted.url)
    found: dict[str, list[dict]] = {name: [] for name in pages}
    for _round in range(wanted.rounds):
        for name, path in pages.items():
            found[name].append(report(command, urljoin(wanted.url, path)))
    sys.exit(0 if tell(pages, found) else 1)


def tool(lighthouse: str | None) -> list[str]:
    """This function will give the command by which Lighthouse runs here, or end and say what is missing."""
    if shutil.which("node") is None:
        sys.exit("Node is not installed, and Lighthouse needs it (version 18 or newer).")
    if not lighthouse or not Path(lighthouse).exists():
        sys.exit(f"Lighthouse is not installed: {HOW}")
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    os.environ["CHROME_PATH"] = chromium
    version = subprocess.run([lighthouse, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"Lighthouse {version}, phone settings, {chromium}")
    return [lighthouse]


def addresses(url: str) -> dict[str, str]:
    """This function will find one page of each kind by the front page's own links."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        front = answer.read().decode()
    section = re.search(r'class="sections".*?href="(/[^"]+)"', front, re.DOTALL)
    story = re.search(r'class="headline"><a href="(/[^"]+)"', front)
    if section is None or story is None:
        sys.exit(f"No section and story were found on {url}")
    return {"front": "/", "section": section[1], "story": story[1], "give": "/give/"}


def report(command: list[str], url: str) -> dict:
    """This function will have Lighthouse look at one page."""
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        written = Path(folder) / "report.json"
        options = ["--quiet", "--output=json", f"--output-path={written}", f"--only-categories={','.join(WANTED)}"]
        for tries_left in (2, 1, 0):
            done = subprocess.run(
                [*command, url, *options, f"--chrome-flags={' '.join(FLAGS)}"], check=False, timeout=240
            )
            if not done.returncode:
                break
            if not tries_left:  # Chromium sometimes loses the beginning of a trace on a busy machine.
                sys.exit(f"Lighthouse could not look at {url}.")
        return dict(json.loads(written.read_text(encoding="utf-8")))


def tell(pages: dict[str, str], found: dict[str, list[dict]]) -> bool:
    """This function will print the medians and what was amiss, and give whether all is as wanted."""
    print(f"{'page':<9}" + "".join(f"{name:>16}" for name in WANTED) + f"{'LCP ms':>9}{'CLS':>7}{'TBT ms':>8}")
    is_well = True
    for name, reports in found.items():
        scores = {
            kind: statistics.median(100 * (each["categories"][kind]["score"] or 0) for each in reports)
            for kind in WANTED
        }
        figures = [
            statistics.median(each["audits"][audit]["numericValue"] for each in reports)
            for audit in ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
        ]
        row = "".join(f"{scores[kind]:>16.0f}" for kind in WANTED)
        print(f"{name:<9}{row}{figures[0]:>9.0f}{figures[1]:>7.3f}{figures[2]:>8.0f}  {pages[name]}")
        for line in amiss(reports[-1]):
            print(f"    {line}")
        is_well = is_well and all(scores[kind] >= least for kind, least in WANTED.items())
    return is_well


def amiss(looked: dict) -> list[str]:
    """This function will name each audit that counts and was not passed whole."""
    counted = {
        reference["id"]
        for kind in WANTED
        for reference in looked["categories"][kind]["auditRefs"]
        if reference["weight"]
    }
    failed = [looked["audits"][audit] for audit in sorted(counted)]
    return [
        f"{audit['id']} {audit['score']}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for audit in failed
        if audit["score"] is not None and audit["score"] < 0.9
    ]


if __name__ == "__main__":
    main()
