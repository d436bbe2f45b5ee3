import contextlib
import gzip
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.attacks.papers import ROOT, free_port

PUBLIC = "public, max-age=0, s-maxage=60"
DECODERS = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "": bytes,
}


class Answer:
    def __init__(self, got: http.client.HTTPResponse) -> None:
        self.status, self.raw = got.status, got.read()
        self.headers = {name.lower(): value for name, value in got.getheaders()}

    @property
    def text(self) -> str:
        return DECODERS[self.headers.get("content-encoding", "")](self.raw).decode()


class ScriptedPaper:
    """A process of `tests/delivery/scripted.py`, and what a test says to it."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(self.port), "--workers", "1"]
        command += ["--no-ws", "--log-level", "error", "tests.delivery.scripted:application"]
        self.process = subprocess.Popen(command, cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)})
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._control("seen")
                return
            time.sleep(0.05)
        raise RuntimeError("The scripted paper did not start.")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def get(
        self, path: str, *, method: str = "GET", body: bytes | None = None, host: str = "paper.test", **headers: str
    ):
        """Asks for a path; header names with underscores for their hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers={"Host": host, **sent})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def publish(self, path: str, body: str = "number {n}", *, tags: str = "", rule: str = PUBLIC, **more) -> None:
        """Has a path answer so from now on. `{n}` is how often it was made, `{query}` and `{cookie}` what was asked."""
        more["headers"] = {"Cache-Control": rule, "Surrogate-Key": tags, **more.get("headers", {})}
        self._control("write", path=path, answer={"body": body, **more})

    def purge(self, *tags: str) -> None:
        self._control("purge", tags=tags)

    def flush(self) -> None:
        self._control("flush")

    def seen(self, path: str) -> list[dict[str, str]]:
        """What reached the application of one path."""
        return [one for one in self._control("seen") if one["PATH_INFO"] == path]

    def made(self, path: str) -> int:
        return len(self.seen(path))

    def stored(self, key: str) -> bool:
        """Whether a page is in the store by this path and query."""
        return f"paper.test{key}" in self._control("stored")

    def reads(self) -> dict[str, int]:
        """The seconds in which each counted page was read, since this was asked last."""
        return self._control("reads")

    def _control(self, what: str, **told):
        got = self.get(f"/control/{what}", method="POST", body=json.dumps(told).encode())
        return json.loads(got.raw)


@pytest.fixture(scope="module")
def shared_paper(tmp_path_factory):
    paper = ScriptedPaper(tmp_path_factory.mktemp("scripted"))
    paper.start()
    yield paper
    paper.stop()


@pytest.fixture
def paper(shared_paper):
    """One running paper for all tests of a file: each uses paths of its own."""
    return shared_paper


@pytest.fixture
def own_paper(tmp_path):
    """A paper of the test's own, not started yet: it may be stopped and started."""
    paper = ScriptedPaper(tmp_path)
    yield paper
    paper.stop()
