"""The standing process, over servers that are small and real: each listens at the same door and says which it is."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pennypress.config import handing_over
from tests.attacks.papers import free_port

# Stands for `python -m pennypress serve`: answers with what stood in its folder when it began.
SERVER = """
import http.server, os, signal, socket, sys, threading
port, said = int(sys.argv[2]), open("says").read()
if said == "broken": sys.exit(3)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(said.encode())
    def log_message(self, *told): pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size, daemon_threads, timeout, is_empty = 100, False, 0, False
    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()
    def handle_timeout(self):
        self.is_empty = True
server = Server(("127.0.0.1", port), Answer)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
open(f"pid-{said}", "w").write(str(os.getpid()))
os.kill(os.getppid(), signal.SIGUSR1)
server.serve_forever()
while not server.is_empty: server.handle_request()  # Who waits at the door already.
server.server_close()
sys.exit(7 if os.path.exists("fails") else 0)
"""
STAND = "import runpy, sys; sys.exit(runpy.run_path(sys.argv[1])['stand'](sys.argv[2:]))"


class Stand:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        package = folder / "pennypress"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(SERVER)

    def start(self, says: str) -> None:
        (self.folder / "says").write_text(says)
        command = [sys.executable, "-c", STAND, handing_over.__file__, str(self.port)]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.folder)}
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stderr=subprocess.PIPE, text=True)
        self.await_(says)

    def ask(self) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request("GET", "/")
        return line.getresponse().read().decode()

    def await_(self, said: str) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if {self.ask() for _ in range(8)} == {said}:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{said} does not answer")

    def hup(self, says: str) -> None:
        (self.folder / "says").write_text(says)
        self.process.send_signal(signal.SIGHUP)

    def is_running(self, said: str) -> bool:
        return Path(f"/proc/{(self.folder / f'pid-{said}').read_text()}/cmdline").exists()

    def ends(self, said: str) -> bool:
        """Whether a server ends within some seconds."""
        until = time.monotonic() + 10
        while self.is_running(said) and time.monotonic() < until:
            time.sleep(0.05)
        return not self.is_running(said)


@pytest.fixture
def stand(tmp_path):
    standing = Stand(tmp_path)
    yield standing
    if standing.process.poll() is None:
        standing.process.terminate()
    standing.process.communicate(timeout=20)


def test_at_hup_another_server_takes_over_with_what_is_so_now(stand):
    stand.start("old")
    answers, over = set(), threading.Event()

    def read():
        while not over.is_set():
            answers.add(stand.ask())

    reader = threading.Thread(target=read)
    reader.start()
    stand.hup("new")
    stand.await_("new")
    over.set()
    reader.join()
    assert answers == {"old", "new"}
    assert stand.ends("old")
    assert stand.process.poll() is None


def test_a_server_that_does_not_open_is_given_up_and_the_former_goes_on(stand):
    stand.start("old")
    stand.hup("broken")
    time.sleep(1)
    assert stand.ask() == "old"
    stand.hup("new")
    stand.await_("new")
    stand.process.terminate()
    assert "did not open" in stand.process.communicate(timeout=20)[1]


def test_told_to_end_it_ends_its_server_first(stand):
    stand.start("old")
    stand.process.terminate()
    assert stand.process.wait(20) == 0
    assert not stand.is_running("old")


def test_a_server_that_ends_by_itself_ends_what_stands_over_it(stand):
    stand.start("old")
    (stand.folder / "fails").touch()
    os.kill(int((stand.folder / "pid-old").read_text()), signal.SIGTERM)
    assert stand.process.wait(20) == 7


def test_when_what_stands_over_it_is_killed_a_server_ends(stand):
    stand.start("old")
    stand.process.kill()
    stand.process.wait(20)
    assert stand.ends("old")
