"""The real caches of Debian in front of a paper, each with our configuration and ports of its own."""

import contextlib
import getpass
import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.attacks.papers import ROOT, free_port

HOW = "no {0} here: apt-get install {0}"
DEPLOY = ROOT / "deploy"
# What Debian's own configuration has around ours.
DEBIAN = "sendfile on; tcp_nopush on;"


class Cache:
    """One cache that runs: its port for readers and, where it has one, that for purges."""

    def __init__(self, port: int, purges: int = 0) -> None:
        self.port, self.purges = port, purges

    def purge(self, *tags: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.purges, timeout=20)
        try:
            line.request("PURGE", "/", headers={"Surrogate-Key": " ".join(tags)})
            return line.getresponse().status
        finally:
            line.close()


def is_there(name: str) -> bool:
    return shutil.which(name) is not None


def vcl(paper: int, *, host: str = "paper.test") -> str:
    """Our VCL, for a paper on this port that is asked how it is by this name."""
    text = (DEPLOY / "varnish.vcl").read_text().replace('.port = "8000"', f'.port = "{paper}"')
    text = text.replace('"Host: localhost"', f'"Host: {host}"')
    return text.replace(".interval = 2s", ".interval = 300ms")


@contextlib.contextmanager
def varnish(folder: Path, text: str) -> Iterator[Cache]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper.vcl").write_text(text)
    cache = Cache(free_port(), free_port())
    command = ["varnishd", "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(folder / "paper.vcl")]
    command += ["-a", f"127.0.0.1:{cache.port}", "-a", f"purges=127.0.0.1:{cache.purges}", "-s", "malloc,32m"]
    with _running(command, folder, cache.port):
        yield cache


def nginx_conf(folder: Path, paper: int, port: int) -> str:
    text = (DEPLOY / "nginx-cache.conf").read_text()
    for ours, here in {
        "/var/cache/nginx/pennypress": str(folder / "cache"),
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{paper};",
        "listen 80;": f"listen 127.0.0.1:{port};",
    }.items():
        assert ours in text
        text = text.replace(ours, here)
    paths = [f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    head = f"user {_whoever()};\ndaemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
    return f"{head}events {{}}\nhttp {{\n{DEBIAN}\naccess_log off;\n{chr(10).join(paths)}\n{text}\n}}\n"


@contextlib.contextmanager
def nginx(folder: Path, paper: int, change: Callable[[str], str] = str) -> Iterator[Cache]:
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(free_port())
    (folder / "nginx.conf").write_text(change(nginx_conf(folder, paper, cache.port)))
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    with _running(command, folder, cache.port):
        yield cache


def _whoever() -> str:
    return getpass.getuser()


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    # In a session of its own, as the paper's processes are: the machine is shared among sessions as among services.
    with open(folder / "said", "wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start: {(folder / 'said').read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def names_kept() -> set[str]:
    """The names of the query that our VCL lets through."""
    found = re.search(r"\(\?!\(\?:([a-z|]+)\)=\)", (DEPLOY / "varnish.vcl").read_text())
    assert found
    return set(found[1].split("|"))
