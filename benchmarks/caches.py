"""A stored story behind nginx's cache and behind Varnish, with our configuration and tags, against nginx with a file.

    .venv/bin/python -m benchmarks.caches VAR [--rounds 5] [--seconds 4] [--only nginx,varnish]

VAR is the folder of a demo that was built and is stopped. Wants nginx, varnish and wrk (Debian packages). All are up at once
and are asked in turns, plain and gzip, by 64 connections; medians and ratios. Then what 32 readers who think for 10 ms get
from each while eight others have pages made by the server behind that are not stored.
"""

import argparse
import contextlib
import gzip
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import stories
from benchmarks.hits import CONNECTIONS, THINKING, nginx, renders, wrk
from benchmarks.stories import fetched
from pennypress.config import embedded
from tests.attacks.papers import Paper
from tests.delivery import caches

# Beside those who ask it has as many processes as the file's server.
BUSY = (("worker_processes 1;", "worker_processes auto;"), ("events {}", "events { worker_connections 8192; }"))


def busy(text: str) -> str:
    for ours, here in BUSY:
        assert ours in text
        text = text.replace(ours, here)
    return text


@contextlib.contextmanager
def in_front(paper: Paper, names: list[str]) -> Iterator[dict[str, int]]:
    """The ports of the caches, each before the same server."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        ports = {}
        if "nginx" in names:
            ports["nginx"] = stack.enter_context(caches.nginx(folder / "nginx", paper.port, busy)).port
        if "varnish" in names:
            vcl = caches.vcl(paper.port, host=f"localhost:{paper.port}")
            ports["varnish"] = stack.enter_context(caches.varnish(folder / "varnish", vcl)).port
        yield ports


def against_a_file(paper: Paper, ports: dict[str, int], path: str, rounds: int, seconds: int) -> None:
    plain = fetched(paper.port, path)[1]
    print(f"{path}: {len(plain):,} bytes, {len(gzip.compress(plain, 6)):,} gzipped; {CONNECTIONS} connections")
    asked = {"connections": CONNECTIONS, "seconds": seconds}
    with nginx({"story.html": plain}) as files:
        for name, headers in {"plain": {}, "gzip": {"Accept-Encoding": "gzip"}}.items():
            rates: dict[str, list[float]] = {which: [] for which in ("file", *ports)}
            for _round in range(rounds):
                rates["file"].append(wrk(files, "/story.html", **asked, **headers)[0])  # type: ignore[arg-type]
                for which, port in ports.items():
                    said = {"Host": f"localhost:{paper.port}", **headers}
                    rates[which].append(wrk(port, path, **asked, **said)[0])  # type: ignore[arg-type]
            print(f"  {name:<6} nginx with a file {statistics.median(rates['file']):>9,.0f}/s")
            for which in ports:
                ratios = [mine / its for mine, its in zip(rates[which], rates["file"], strict=True)]
                print(
                    f"         {which:<17} {statistics.median(rates[which]):>9,.0f}/s   ratio"
                    f" {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
                )


def beside_renders(paper: Paper, ports: dict[str, int], path: str, rounds: int, seconds: int) -> None:
    asked = {"connections": 32, "seconds": seconds, "script": THINKING, "Host": f"localhost:{paper.port}"}
    late: dict[str, list[tuple[float, float]]] = {which: [] for which in ports}
    for _round in range(rounds):
        for which, port in ports.items():
            with renders(paper.port, path, 8, seconds):
                late[which].append(wrk(port, path, **asked))  # type: ignore[arg-type]
    for which, figures in late.items():
        rate, p99 = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"  {which:<7} 32 readers who think for 10 ms, beside 8 renders: {rate:,.0f}/s, p99 {p99:.1f} ms")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("var", type=Path)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=int, default=4)
    asked.add_argument("--only", default="nginx,varnish")
    wanted = asked.parse_args()
    names = wanted.only.split(",")
    # Nobody is told of purges here; the settings have pages carry what the caches read.
    told = {"nginx": {"PENNYPRESS_NGINX_CACHE": "1"}, "varnish": {"PENNYPRESS_VARNISH": "http://127.0.0.1:9"}}
    front = {setting: value for name in names for setting, value in told[name].items()}
    paper = Paper(wanted.var.resolve(), PENNYPRESS_DEMO="1", **front)
    embedded.start(paper.var)
    try:
        paper.serve("--workers", "1")
        path = stories.of_forty_kilobytes(paper)
        with in_front(paper, names) as ports:
            against_a_file(paper, ports, path, wanted.rounds, wanted.seconds)
            beside_renders(paper, ports, path, wanted.rounds, wanted.seconds)
    finally:
        paper.stop()
        embedded.stop(paper.var)


if __name__ == "__main__":
    main()
