"""What an uncached page costs: queries and CPU milliseconds in one process, and requests a second of a server.

    .venv/bin/python -m benchmarks.uncached VAR [--rounds 60] [--seconds 5] [--stories 2000] [--profile]

VAR is the folder of a paper that stands: its demo's, or one of `benchmarks.large_paper`. First each kind of page is made in
this process, by turns, as the page store asks for it: its fragments stay apart. "Anew" is with nothing kept of the pieces
that pages have in common. Then wrk (Debian: wrk) asks two workers with nothing in front of them for the same pages, in the same
words, for another story each time. CPU is that of our processes; PostgreSQL and wrk take theirs of the same cores. With
--profile it is said as well whose code takes a story's CPU.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pennypress.config import embedded
from tests.attacks import papers

WANTED_CPU_MS, WANTED = 6.0, {"article": 300, "front": 150}
SCRIPT = """
local paths = {{}}
for line in io.lines("{paths}") do paths[#paths + 1] = line end
local turn, headers = {turn}, {{["Host"] = "localhost", ["Surrogate-Capability"] = 'pennypress="ESI/1.0"'}}
request = function()
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1], headers)
end
"""


def main() -> None:
    asked = _arguments()
    paper = papers.Paper(asked.var, PENNYPRESS_PROVIDERS="sandbox")
    embedded.start(asked.var)
    try:
        paper.press("migrate", "--verbosity", "0")
        paper.adopt()
        _collect_static()
        pages = addresses(asked.stories)
        wrong = in_process(pages, asked.rounds)
        if asked.profile:
            where_it_goes(pages["article"], asked.rounds)
        wrong += served(paper, pages, asked.seconds) if asked.seconds else []
    finally:
        paper.stop()
        embedded.stop(asked.var)
    print("load of the machine: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
    if wrong:
        sys.exit("; ".join(wrong))


def _collect_static() -> None:
    from pennypress.config import readiness

    readiness.collect_static(print)


def addresses(stories: int) -> dict[str, list[str]]:
    """Addresses of each kind of page; of stories many, and among the claims the one that has most of them."""
    from pennypress.newsroom import reading

    def paths(statement: str) -> list[str]:
        return ["/" + path.split("/", 2)[2] for (path,) in reading.rows(statement, {})]

    under = (
        "SELECT page.url_path FROM wagtailcore_page page JOIN {} kind ON kind.page_ptr_id = page.id WHERE page.live {}"
    )
    most = "SELECT page_id FROM newsroom_claim GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    kinds = {
        "front": ["/"],
        "section": paths(under.format("newsroom_sectionpage", "LIMIT 1")),
        "topic": paths(under.format("newsroom_topicpage", "LIMIT 1")),
        "article": paths(under.format("newsroom_articlepage", f"ORDER BY page.translation_key LIMIT {stories:d}")),
        "most claims": paths(under.format("newsroom_articlepage", f"AND page.id IN ({most})")),
    }
    return {kind: found for kind, found in kinds.items() if found}


def in_process(pages: dict[str, list[str]], rounds: int) -> list[str]:
    """Makes pages in this process and prints what each kind costs."""
    from benchmarks import answering
    from pennypress.newsroom.templatetags import pieces

    answering.settings.PAPER_SECONDS = 3_600
    django = answering.get_wsgi_application()
    spent: dict[str, tuple[list[float], list[float]]] = {kind: ([], []) for kind in pages}
    queries: dict[str, int] = {}
    for turn in range(rounds + 3):
        for kind, paths in pages.items():
            for again in (False, True):
                if not again:
                    pieces.forget()
                counted = answering.Counted()
                with counted:
                    began = time.process_time()
                    answering.get(django, paths[turn % len(paths)])
                if turn >= 3:  # Templates are compiled and statements prepared.
                    spent[kind][again].append((time.process_time() - began) * 1000)
                    queries[kind] = max(queries.get(kind, 0), counted.queries)
    print(f"{'page':<12}{'queries':>8}{'CPU ms anew':>13}{'again':>8}{'fastest':>9}")
    for kind, (anew, again_) in spent.items():
        middle = statistics.median(again_)
        print(f"{kind:<12}{queries[kind]:>8}{statistics.median(anew):>13.2f}{middle:>8.2f}{min(again_):>9.2f}")
    article = statistics.median(spent["article"][1])
    return [f"an article takes {article:.1f} ms"] if article > WANTED_CPU_MS else []


def where_it_goes(paths: list[str], rounds: int) -> None:
    """Prints whose code takes the CPU of stories that are made again, their pieces at hand."""
    from benchmarks import answering, profile_of_pages

    django = answering.get_wsgi_application()
    some = paths[: max(rounds // 4, 1)]
    for path in some:
        answering.get(django, path)
    for whose, share in profile_of_pages.profile(lambda path: answering.get(django, path), some * 8):
        print(f"{share:>7.1%}  {whose}")


def served(paper: papers.Paper, pages: dict[str, list[str]], seconds: int) -> list[str]:
    """Has wrk ask for pages that nothing has stored, and prints how many are answered a second."""
    if not shutil.which("wrk"):
        print("wrk is not installed: no server was asked")
        return []
    _serve(paper)
    _ask(paper, [paths[0] for paths in pages.values()], 4, 0)  # Loads in both what is loaded at the first request.
    wrong = []
    print(f"{'page':<12}{'requests/s':>11}{'median ms':>11}{'99th':>9}{'our CPU ms':>12}{'failed':>8}")
    for turn, (kind, paths) in enumerate(pages.items()):
        _ask(paper, paths, 1, turn * 13_000 + 9_000)
        before = _cpu(paper.processes["serve"].pid)
        told = _ask(paper, paths, seconds, turn * 13_000)
        ours = (_cpu(paper.processes["serve"].pid) - before) * 1000 / max(told["requests"], 1)
        a_second = told["requests"] / told["seconds"]
        print(
            f"{kind:<12}{a_second:>11.0f}{told['median']:>11.1f}{told['p99']:>9.1f}{ours:>12.2f}{told['failed']:>8.0f}"
        )
        if a_second < WANTED.get(kind, 0):
            wrong.append(f"{kind}: {a_second:.0f} a second")
    return wrong


def _serve(paper: papers.Paper) -> None:
    """Starts Django as it stands behind the page store: two processes with one thread each that makes pages."""
    options = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "1", "--no-ws", "--log-level", "warning")
    command = [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--port",
        str(paper.port),
        "pennypress.config.wsgi:application",
    ]
    with open(paper.log, "ab") as log:
        paper.processes["serve"] = subprocess.Popen(
            command, env=paper.environment, cwd=papers.ROOT, stdout=log, stderr=log, start_new_session=True
        )
    paper.await_answer()


def _ask(paper: papers.Paper, paths: list[str], seconds: int, turn: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "ask.lua"
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        report = (
            "done = function(s, l) print('told', s.requests, s.duration / 1e6, l:percentile(50) / 1e3, "
            "l:percentile(99) / 1e3, s.errors.status + s.errors.timeout + s.errors.read + s.errors.connect) end"
        )
        script.write_text(SCRIPT.format(paths=listed, turn=turn) + report, encoding="utf-8")
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{paper.port}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("told"))
    names = ("requests", "seconds", "median", "p99", "failed")
    return dict(zip(names, map(float, line.split()[1:]), strict=True))


def _cpu(leader: int) -> float:
    """Seconds of CPU that a process and its children have taken."""
    whole, mine = 0.0, {leader}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            fields: list[Any] = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        if pid == leader or int(fields[1]) in mine:
            mine.add(pid)
            whole += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return whole


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("var", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--stories", type=int, default=2_000)
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
