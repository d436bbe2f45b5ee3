"""Running the server and the worker as children: the worker is restarted when it ends, and all end when we do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException

from django.conf import settings

PATIENCE_SECONDS = 15


class ServerEnded(RuntimeError):
    """The server ended by itself; what it said stands above."""


class Children:
    """Our commands running beside us. A context: leaving it stops them all."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, Sequence[str]] = {}

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *reason: object) -> None:
        for child in self.running.values():
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for child in self.running.values():
            try:
                child.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.wait()

    def start(self, name: str, *arguments: str) -> None:
        """This function will start `pennypress NAME`, in a session of its own: a Ctrl-C is for us to pass on."""
        self.commands[name] = [sys.executable, "-m", "pennypress", name, *arguments]
        self.running[name] = subprocess.Popen(
            self.commands[name], stdin=subprocess.DEVNULL, start_new_session=True, cwd=settings.ROOT, env={**os.environ}
        )

    def await_server(self) -> None:
        """This function will wait until the server answers. Raises: ServerEnded."""
        while self.running["serve"].poll() is None:
            if _server_answers():
                return
            time.sleep(0.1)
        raise ServerEnded("The server did not start; what it said stands above.")

    def watch(self) -> None:
        """This function will restart the worker whenever it ends, with whatever code. Raises: ServerEnded."""
        while True:
            if self.running["serve"].poll() is not None:
                raise ServerEnded("The server ended.")
            if self.running["work"].poll() is not None:
                sys.stderr.write("The worker ended; starting it again.\n")
                time.sleep(1)
                self.start("work", *self.commands["work"][4:])
            time.sleep(0.5)


def _server_answers() -> bool:
    address = "127.0.0.1" if settings.BIND == "0.0.0.0" else settings.BIND  # noqa: S104  (compared, not bound)
    connection = HTTPConnection(address, settings.PORT, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{settings.PORT}"})
        return connection.getresponse().status > 0
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _signal(child: "subprocess.Popen[bytes]", number: int) -> None:
    if child.poll() is None:
        os.killpg(child.pid, number)
