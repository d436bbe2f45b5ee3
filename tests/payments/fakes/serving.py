"""What the two fake providers share: HTTP on loopback, faults in the order they are asked for, idempotency keys."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Refusal(Exception):
    """What the provider refuses, with the status and the body of its answer."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


class Server:
    """A provider that keeps the truth in memory and serves it. `faults` go wrong with the next calls that act, in order:
    429, 500 (without acting), "500 after", "drop after" (acts, then no answer), "hang after" (acts, answers too late)."""

    def __init__(self):
        self.calls, self.faults, self.kept = [], [], {}
        self.lock = threading.RLock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def log_message(self, *_words):
                return

            def _take(self):
                server.take(self)

            do_GET = do_POST = do_PUT = _take

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def take(self, handler):
        size = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(size)
        parts = urlsplit(handler.path)
        if parts.path.startswith("/c/pay/"):
            return self.send(handler, 200, "text/html; charset=utf-8", self.page(parts.path))
        with self.lock:
            self.calls.append((handler.command, parts.path))
            fault = self.faults.pop(0) if self.faults and handler.command != "GET" else None
            if fault in (429, 500):
                status, answer = fault, self.trouble(fault)
            else:
                status, answer = self.answer(handler, parts.path, parts.query, body)
        if fault == "hang after":
            time.sleep(1.5)
        if fault in ("drop after", "hang after"):
            handler.close_connection = True
            return None
        if fault == "500 after":
            status, answer = 500, self.trouble(500)
        return self.send(handler, status, "application/json", json.dumps(answer))

    def send(self, handler, status, kind, words):
        text = words.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def answer(self, handler, path, query, body):
        try:
            if handler.headers.get("Authorization") != f"Bearer {self.key}":
                raise Refusal(401, self.unknown_key())
            params = self.parse(query, body)
            key = handler.headers.get("Idempotency-Key")
            if handler.command == "GET" or not key:
                return 200, self.route(handler.command, path, params)
            return self.once(key, handler.command, path, params)
        except Refusal as refusal:
            return refusal.status, refusal.body


def nested(pairs):
    """Form fields a[b][0][c]=v as dicts and lists."""
    made = {}
    for name, value in pairs:
        steps = re.findall(r"[^\[\]]+", name)
        at = made
        for step in steps[:-1]:
            at = at.setdefault(step, {})
        at[steps[-1]] = value
    return _lists(made)


def _lists(made):
    if not isinstance(made, dict):
        return made
    made = {name: _lists(value) for name, value in made.items()}
    if made and all(name.isdigit() for name in made):
        return [made[name] for name in sorted(made, key=int)]
    return made


def fields(query, body):
    return nested(parse_qsl(query, keep_blank_values=True) + parse_qsl(body.decode(), keep_blank_values=True))
