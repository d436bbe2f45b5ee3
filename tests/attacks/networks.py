"""Nodes of one paper: each a server of its own, in a network of its own where the machine lets us make one.

With root and `ip netns` a node has two cables: one to the database, which can be pulled, and one to its readers. Otherwise
the nodes are processes with addresses of their own on this machine, and no cable can be pulled.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from pennypress.config import embedded
from tests.attacks import papers
from tests.attacks.papers import ROOT, DidNotStart
from tests.clusters import Cluster

DATABASE_ADDRESS = "10.77.0.1"
SECRETS = {"SECRET_KEY": "the same on every node of a paper", "SANDBOX_WEBHOOK_SECRET": "the same as well"}


def can_be_made() -> bool:
    """Whether this machine lets us make networks."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    tried = subprocess.run(["ip", "netns", "add", "pennypress-try"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", "pennypress-try"], capture_output=True, check=False)
    return tried.returncode == 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Node:
    """One server and its folder; whatever runs for it runs in its network."""

    number: int
    port: int
    in_network: bool
    var: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pennypress-node-")))
    environment: dict[str, str] = field(default_factory=dict)
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def network(self) -> str:
        return f"pennypress-{self.number}"

    @property
    def address(self) -> str:
        """Where its readers reach it."""
        return f"10.78.{self.number}.2" if self.in_network else f"127.0.0.{self.number + 1}"

    @property
    def log(self) -> Path:
        return self.var / "processes.log"

    def lay(self) -> None:
        """Makes its network and its two cables."""
        if not self.in_network:
            return
        _ip("netns", "add", self.network)
        _ip("-n", self.network, "link", "set", "lo", "up")
        for kind, net in (("d", f"10.77.{self.number}"), ("r", f"10.78.{self.number}")):
            ours, theirs = f"pp{kind}{self.number}", f"cable-{kind}"
            _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", self.network)
            _ip("addr", "add", f"{net}.1/24", "dev", ours)
            _ip("link", "set", ours, "up")
            _ip("-n", self.network, "addr", "add", f"{net}.2/24", "dev", theirs)
            _ip("-n", self.network, "link", "set", theirs, "up")
        _ip("-n", self.network, "route", "add", DATABASE_ADDRESS, "via", f"10.77.{self.number}.1")

    def pull(self) -> None:
        """Pulls the cable to the database: from now on whatever is sent along it is lost, and nobody is told."""
        _ip("link", "set", f"ppd{self.number}", "down")

    def plug_in(self) -> None:
        _ip("link", "set", f"ppd{self.number}", "up")

    def remove(self) -> None:
        for process in self.processes.values():
            papers.end(process)
        if self.in_network:
            subprocess.run(["ip", "netns", "del", self.network], capture_output=True, check=False)
        shutil.rmtree(self.var, ignore_errors=True)

    def command(self, *words: str) -> list[str]:
        inside = ["ip", "netns", "exec", self.network] if self.in_network else []
        return [*inside, sys.executable, "-m", *words]

    def start(self, name: str, *words: str, talks: bool = False) -> "subprocess.Popen[bytes]":
        """Starts one of our modules for the node; one that talks has pipes, of the others the log is kept."""
        with open(self.log, "ab") as log:
            self.processes[name] = subprocess.Popen(
                self.command(*words),
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                start_new_session=True,
            )
        return self.processes[name]

    def run(self, *words: str) -> None:
        done = subprocess.run(
            self.command(*words), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DidNotStart(f"{words}: {done.stderr[-2000:]}")

    def await_answer(self, patience: float = 120) -> None:
        until = time.monotonic() + patience
        while self.get("/")[0] != 200:
            if time.monotonic() > until or self.processes["serve"].poll() is not None:
                raise DidNotStart(f"Node {self.number} does not answer.\n{self.said()}")
            time.sleep(0.1)

    def get(self, path: str, patience: float = 10) -> tuple[int, str, int]:
        """Asks the node as a reader does; gives the status (0: no answer), the page and its age in seconds."""
        line = HTTPConnection(self.address, self.port, timeout=patience)
        try:
            line.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace"), int(answer.headers.get("Age", "0"))
        except (OSError, HTTPException):
            return 0, "", 0
        finally:
            line.close()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:] if self.log.exists() else ""


@dataclass
class Pooler:
    """PgBouncer in transaction mode before the primary."""

    port: int
    address: str
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pennypress-pooler-")))
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, server: Cluster) -> None:
        self._write(server)
        as_whom = ["-u", "nobody"] if os.geteuid() == 0 else []
        log: IO[bytes]
        with open(self.folder / "said", "wb") as log:
            self.process = subprocess.Popen(
                ["pgbouncer", *as_whom, str(self.folder / "pgbouncer.ini")],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def point_at(self, server: Cluster) -> None:
        assert self.process is not None
        self._write(server)
        self.process.send_signal(1)  # SIGHUP: reads its settings anew.

    def remove(self) -> None:
        if self.process is not None:
            papers.end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, server: Cluster) -> None:
        self.folder.chmod(0o755)
        (self.folder / "users.txt").write_text(f'"{embedded.APP_ROLE}" ""\n')
        (self.folder / "pgbouncer.ini").write_text(
            f"""[databases]
{embedded.DATABASE} = host={server.address} port={server.port}
[pgbouncer]
listen_addr = {self.address}
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {self.folder}/users.txt
pool_mode = transaction
default_pool_size = 4
server_login_retry = 1
"""
        )


@contextlib.contextmanager
def nodes(number: int, *, in_networks: bool) -> Iterator[tuple[list[Node], str]]:
    """So many nodes with their networks laid, and the address on which a database for them listens."""
    made = [Node(each + 1, papers.free_port(), in_networks) for each in range(number)]
    try:
        if in_networks:
            _ip("addr", "add", f"{DATABASE_ADDRESS}/32", "dev", "lo")
        for node in made:
            node.lay()
        yield made, DATABASE_ADDRESS if in_networks else "127.0.0.1"
    finally:
        for node in made:
            node.remove()
        if in_networks:
            subprocess.run(
                ["ip", "addr", "del", f"{DATABASE_ADDRESS}/32", "dev", "lo"], capture_output=True, check=False
            )
