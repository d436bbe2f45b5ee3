"""What a gift costs: CPU of the servers, the worker and PostgreSQL, gifts one after another, of one checkout or of two in turns.

    .venv/bin/python -m benchmarks.gifts VAR [--gifts 60] [--rounds 4] [--beside CHECKOUT]

VAR is the folder of a demo that was built and is stopped. Each gift is a reader's whole way by the sandbox, with its webhook
and its letter. CHECKOUT is another working tree of the project, with whose code the same paper is opened in turns; its
figures come second, and the ratios are this one's to it. Kinds are told apart by the processes' command lines in /proc.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.storm import Storm, await_standstill
from pennypress.config import embedded
from tests.attacks.papers import ROOT, Paper

KINDS = ("servers", "worker", "PostgreSQL")
FIRST = 30
TICKS = os.sysconf("SC_CLK_TCK")


def spent(paper: Paper) -> dict[str, float]:
    """Milliseconds of CPU so far, by kind."""
    found = dict.fromkeys(KINDS, 0.0)
    ours = f"PENNYPRESS_VAR={paper.var}".encode()
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
            ticks = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
            is_ours = ours in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        kind = "PostgreSQL" if command.startswith(b"postgres: pennypress_app") else None
        if is_ours and b"-m pennypress" in command:
            kind = "worker" if b" work" in command else "servers"
        if kind:
            found[kind] += sum(map(int, ticks)) * 1000 / TICKS
    return found


def once(var: Path, gifts: int) -> dict[str, float]:
    """Milliseconds of CPU for each gift, by kind; the first gifts, with which all is warmed up, do not count."""
    paper = Paper(var, PENNYPRESS_DEMO="1", PENNYPRESS_TRUSTED_HOPS="1", PENNYPRESS_PROVIDER_BUDGET="100000")
    embedded.start(var)
    try:
        paper.serve("--workers", "2")
        paper.start("work", "work")
        crowd = Storm(paper, paper.port)
        for number in range(FIRST):
            crowd.one(number)
        await_standstill(paper)
        before = spent(paper)
        for number in range(gifts):
            crowd.one(FIRST + number)
        await_standstill(paper)
        after = spent(paper)
    finally:
        paper.stop()
        embedded.stop(var)
    if crowd.troubles:
        raise SystemExit(f"Gifts failed: {dict(crowd.troubles)}")
    return {kind: (after[kind] - before[kind]) / gifts for kind in KINDS}


def asked_of(checkout: Path, var: Path, gifts: int) -> dict[str, float]:
    """The same, by a process of its own over a checkout's code."""
    command = [sys.executable, __file__, str(var), "--gifts", str(gifts), "--once"]
    done = subprocess.run(
        command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, stdout=subprocess.PIPE, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return {**figures, "all": sum(figures.values())}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("var", type=Path)
    asked.add_argument("--gifts", type=int, default=60)
    asked.add_argument("--rounds", type=int, default=4)
    asked.add_argument("--beside", type=Path, help="another working tree of the project")
    asked.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    wanted = asked.parse_args()
    var = wanted.var.resolve()
    if wanted.once:
        print(json.dumps(once(var, wanted.gifts)))
        return
    trees = [ROOT] + ([wanted.beside.resolve()] if wanted.beside else [])
    seen: dict[Path, list[dict[str, float]]] = {tree: [] for tree in trees}
    for number in range(wanted.rounds):
        for tree in trees if number % 2 else trees[::-1]:
            seen[tree].append(asked_of(tree, var, wanted.gifts))
    print("CPU of a gift, ms in the middle" + ("; beside it; ratio in the middle" if wanted.beside else ""))
    for kind in (*KINDS, "all"):
        columns = [[figures[kind] for figures in seen[tree]] for tree in trees]
        said = "".join(f"{statistics.median(column):>8.1f}" for column in columns)
        if wanted.beside:
            said += f"{statistics.median(ours / its for ours, its in zip(*columns, strict=True)):>8.2f}"
        print(f"  {kind:<11}{said}")


if __name__ == "__main__":
    main()
