"""A small paper that does as it is told, behind the real front and the real server.

Run as a process: `granian --interface rsgi tests.delivery.scripted:application`. What stands behind the front is a WSGI
application whose answers a test writes, and which remembers what reached it. `/control/…` goes past the front.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pennypress.delivery import front as fronts
from pennypress.delivery.front import Front
from pennypress.delivery.rendering import Lane, Lanes
from pennypress.delivery.spool import Spool
from pennypress.delivery.store import Store


class Script:
    """What is answered at each path: status, headers, body and delay in seconds; and what was asked."""

    def __init__(self, file: Path) -> None:
        self.file, self.seen, self.lock = file, [], threading.Lock()
        self.answers: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def write(self, path: str, answer: dict[str, Any]) -> None:
        self.answers[path] = answer
        self.file.write_text(json.dumps(self.answers))

    def __call__(self, asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = asked["PATH_INFO"]
        with self.lock:
            self.seen.append({name: value for name, value in asked.items() if isinstance(value, str)})
            number = sum(one["PATH_INFO"] == path for one in self.seen)
        answer = self.answers.get(path, {"status": 404, "body": "Nothing here."})
        time.sleep(answer.get("delay", 0))
        sent = asked["wsgi.input"].read()
        told = {"n": str(number), "query": asked["QUERY_STRING"], "cookie": asked.get("HTTP_COOKIE", "")}
        body = answer.get("body", "").format(**told, sent=sent.decode()).encode()
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        headers |= answer.get("headers", {})
        start(f"{answer.get('status', 200)} So", [(name, value) for name, value in headers.items() if value])
        return [body]


# It runs in the folder of the test that started it.
FOLDER = Path.cwd()
script = Script(FOLDER / "script")
fronts.PATIENCE_SECONDS = 1.0
fronts.RETRY_SECONDS = 0.2
fronts.BODY_SECONDS = 1.0
fronts.MOST_BODY = 100_000
front = Front(
    lanes=Lanes(
        reading=Lane(script, name="reading", threads=2, waiting=4),
        writing=Lane(script, name="writing", threads=1, waiting=4),
        files=Lane(script, name="files", threads=1, waiting=4),
        for_writing=("/write/",),
        for_files=("/static/",),
    ),
    store=Store(2_000_000),
    hosts=frozenset(["paper.test"]),
    spool=Spool(FOLDER / "spool", most=2_000_000),
    is_secure=(FOLDER / "secure").exists(),
    tells_tags=not (FOLDER / "alone").exists(),
    is_behind_nginx=(FOLDER / "behind-nginx").exists(),
)


class Controlled:
    """The front, and beside it the addresses by which a test steers."""

    def __rsgi_init__(self, loop: Any) -> None:
        front.__rsgi_init__(loop)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if not scope.path.startswith("/control/"):
            return await front.__rsgi__(scope, proto)
        told = json.loads(await proto() or b"{}")
        answer: Any = None
        if scope.path == "/control/write":
            script.write(told["path"], told["answer"])
        elif scope.path == "/control/purge":
            front.purge(told["tags"])
        elif scope.path == "/control/flush":
            front.flush()
        elif scope.path == "/control/stored":
            answer = list(front.store.pages)
        elif scope.path == "/control/seen":
            answer = script.seen
        elif scope.path == "/control/reads":
            answer = front.reads.take()
        return proto.response_str(200, [("content-type", "application/json")], json.dumps(answer))


application = Controlled()
