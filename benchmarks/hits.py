"""A stored story through the real server, one process and nothing before it, against nginx with the same bytes in a file.

    .venv/bin/python -m benchmarks.hits VAR [--rounds 5] [--seconds 4]

VAR is the folder of a demo that was built and is stopped; the story is one of 40,000 bytes, written on the first run. Wants
nginx and wrk (Debian packages). Both servers are up at once, nginx reading and sending as Debian configures it, and are
asked in turns, plain and gzip, by 64 connections; medians and ratios. Then what readers get while eight others have pages
made that are not stored: 32 connections that think for 10 ms, alone and beside them, in turns. Those eight ask by the
paper's name with another port, which is answered and never stored.
"""

import argparse
import contextlib
import gzip
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import stories
from benchmarks.stories import fetched
from pennypress.config import embedded
from tests.attacks.papers import Paper, free_port

CONNECTIONS = 64
THINKING = """function delay() return 10 end"""
LATENCY = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
NGINX = """
daemon off; worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000; open_file_cache max=100; types {{ text/html html; }}
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port} backlog=1024; root {folder}/files; gzip_static on; }}
}}
"""


@contextlib.contextmanager
def nginx(files: dict[str, bytes]) -> Iterator[int]:
    """Real nginx with these files and a gzipped one beside each; gives its port."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        raise SystemExit("nginx is not installed (Debian: nginx-light).")
    folder, port = Path(tempfile.mkdtemp(prefix="pennypress-nginx-")), free_port()
    folder.chmod(0o755)
    for name, body in files.items():
        (folder / "files").mkdir(exist_ok=True)
        (folder / "files" / name).write_bytes(body)
        (folder / "files" / f"{name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    process = subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(0.5)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def wrk(
    port: int, path: str, *, connections: int, seconds: int, script: str = "", **headers: str
) -> tuple[float, float]:
    """Requests per second and the 99th percentile in milliseconds; a single answer that is not 200 ends the run."""
    command = ["wrk", "-t2" if connections > 8 else "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        said = {"Host": f"localhost:{port}", **headers}
        command += [word for name, value in said.items() for word in ("-H", f"{name}: {value}")]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    if failed := FAILED.search(done.stdout):
        raise SystemExit(f"{failed.group(1)} answers of {path} were not 200.")
    rate, late = RATE.search(done.stdout), LATENCY.search(done.stdout)
    if rate is None or late is None:
        raise SystemExit(done.stdout)
    return float(rate.group(1)), float(late.group(1)) * MILLISECONDS[late.group(2)]


@contextlib.contextmanager
def renders(port: int, path: str, number: int, seconds: int) -> Iterator[None]:
    """So many clients that have a page made each time they ask; each is answered before it asks again."""
    command = ["wrk", "-t1", f"-c{number}", f"-d{seconds + 1}s", "--timeout", "30s", "-H", "Host: localhost:1"]
    process = subprocess.Popen([*command, f"http://127.0.0.1:{port}{path}"], stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    try:
        yield
    finally:
        said = process.communicate()[0]
        print(f"    beside it {RATE.search(said).group(1)} pages a second were made")  # type: ignore[union-attr]


def against_a_file(paper: Paper, path: str, rounds: int, seconds: int) -> None:
    plain = fetched(paper.port, path)[1]
    print(f"{path}: {len(plain):,} bytes, {len(gzip.compress(plain, 6)):,} gzipped; {CONNECTIONS} connections")
    with nginx({"story.html": plain}) as port:
        for name, headers in {"plain": {}, "gzip": {"Accept-Encoding": "gzip"}}.items():
            file, ours = [], []
            for _round in range(rounds):
                file.append(wrk(port, "/story.html", connections=CONNECTIONS, seconds=seconds, **headers)[0])
                ours.append(wrk(paper.port, path, connections=CONNECTIONS, seconds=seconds, **headers)[0])
            ratios = [mine / its for mine, its in zip(ours, file, strict=True)]
            print(
                f"  {name:<6} nginx {statistics.median(file):>9,.0f}/s   ours {statistics.median(ours):>8,.0f}/s"
                f"   ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
            )


def beside_renders(paper: Paper, path: str, rounds: int, seconds: int) -> None:
    alone, beside = [], []
    asked = {"connections": 32, "seconds": seconds, "script": THINKING}
    for _round in range(rounds):
        alone.append(wrk(paper.port, path, **asked))  # type: ignore[arg-type]
        with renders(paper.port, path, 8, seconds):
            beside.append(wrk(paper.port, path, **asked))  # type: ignore[arg-type]
    offered = statistics.median(rate for rate, _ in alone)
    rate, late = (statistics.median(column) for column in zip(*beside, strict=True))
    print(
        f"  32 readers who think for 10 ms: {offered:,.0f}/s alone, p99 {statistics.median(p99 for _, p99 in alone):.1f} ms;"
        f" beside 8 renders {rate:,.0f}/s ({rate / offered:.0%}), p99 {late:.1f} ms"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("var", type=Path)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=int, default=4)
    wanted = asked.parse_args()
    paper = Paper(wanted.var.resolve(), PENNYPRESS_DEMO="1")
    embedded.start(paper.var)
    try:
        paper.serve("--workers", "1")
        path = stories.of_forty_kilobytes(paper)
        against_a_file(paper, path, wanted.rounds, wanted.seconds)
        beside_renders(paper, path, wanted.rounds, wanted.seconds)
    finally:
        paper.stop()
        embedded.stop(paper.var)


if __name__ == "__main__":
    main()
