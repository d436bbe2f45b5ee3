"""Papers to attack: each in a throw-away folder, with a database that keeps its promises and servers that are real processes.

Nothing here is the test run's own: no clone, no rolled-back transaction, no hasty database. What is killed, flooded or
measured is what a deployment runs.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg

from pennypress.config import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 600


class DidNotStart(RuntimeError):
    """A process of the paper ended before it answered; what it said stands in its log."""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Paper:
    """One paper: its folder, its environment, and the processes started for it."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var, self.port = var, free_port()
        self.log = var / "processes.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PENNYPRESS", "DATABASE"))},
            "PENNYPRESS_VAR": str(var),
            "PORT": str(self.port),
            "PENNYPRESS_PROVIDERS": "sandbox",
            "PENNYPRESS_LOG": "ERROR",
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def adopt(self) -> None:
        """Makes this process work on the paper too: its settings, and Django over its database."""
        for name in [name for name in os.environ if name.startswith(("PENNYPRESS", "DATABASE"))]:
            del os.environ[name]
        os.environ.update(self.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "pennypress.config.settings"
        import django

        django.setup()

    def press(self, *arguments: str) -> None:
        """Runs one of our commands to its end."""
        done = subprocess.run(
            self._command(arguments), env=self.environment, cwd=ROOT, capture_output=True, check=False
        )
        if done.returncode:
            raise DidNotStart(f"{arguments}: {done.stderr.decode(errors='replace')[-2000:]}")

    def start(self, name: str, *arguments: str) -> None:
        """Starts one of our commands beside us, in a session of its own."""
        with open(self.log, "ab") as log:
            self.processes[name] = subprocess.Popen(
                self._command(arguments or (name,)),
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def serve(self, *arguments: str) -> None:
        """Starts the server and waits until it answers."""
        self.start("serve", "serve", *arguments)
        self.await_answer()

    @contextlib.contextmanager
    def carelessly(self) -> Iterator[int]:
        """The same paper behind a page store that keeps whatever it is given; gives its port. The server must have run."""
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "rsgi",
            "--port",
            str(port),
            "--workers",
            "1",
            "--no-ws",
        ]
        command += ["--log-level", "error", "tests.attacks.careless:application"]
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not self.answers(port):
                if time.monotonic() > until or process.poll() is not None:
                    raise DidNotStart(f"The careless server does not answer.\n{self.said()}")
                time.sleep(0.1)
            yield port
        finally:
            end(process)

    def await_answer(self, patience: float = PATIENCE_SECONDS) -> None:
        until = time.monotonic() + patience
        while not self.answers():
            if time.monotonic() > until or self.processes["serve"].poll() is not None:
                raise DidNotStart(f"The server does not answer.\n{self.said()}")
            time.sleep(0.1)

    def answers(self, port: int = 0) -> bool:
        connection = HTTPConnection("localhost", port or self.port, timeout=10)
        try:
            connection.request("GET", "/appeal.json", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:] if self.log.exists() else ""

    def stop(self, *names: str) -> None:
        for name in names or tuple(self.processes):
            process = self.processes.pop(name, None)
            if process is None:
                continue
            end(process)

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(embedded.url(self.var, embedded.OWNER_ROLE), autocommit=True)

    def as_app(self) -> psycopg.Connection:
        return psycopg.connect(embedded.url(self.var, embedded.APP_ROLE), autocommit=True)

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "pennypress", *arguments]


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process that we started, and whatever it started in its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def a_paper(**settings: str) -> Iterator[Paper]:
    """A paper with its database migrated and nothing in it; everything is stopped and removed at the end."""
    var = Path(tempfile.mkdtemp(prefix="pennypress-attack-"))
    var.chmod(0o711)
    paper = Paper(var, **settings)
    try:
        embedded.start(var)
        paper.press("migrate", "--verbosity", "0")
        yield paper
    finally:
        paper.stop()
        embedded.stop(var)
        shutil.rmtree(var, ignore_errors=True)
