"""HTTP by hand: what no client library would send. Headers twice, an address with a host in it, a GET with a body."""

import http.client
import socket
from dataclasses import dataclass

from tests.delivery.conftest import DECODERS

PATIENCE_SECONDS = 30

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    target: str
    method: str = "GET"
    lines: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    host: str = ""


@dataclass(frozen=True)
class Got:
    """An answer with its body decoded, or status 0 where the connection was simply closed."""

    status: int
    headers: dict[str, str]
    text: str

    def __contains__(self, words: str) -> bool:
        return words in self.text or any(words in value for value in self.headers.values())


def ask(port: int, request: Request, *, host: str) -> Got:
    """Sends a request as it stands, on a connection of its own."""
    lines = [("Host", request.host or host), *request.lines, ("Connection", "close")]
    if request.body:
        lines.append(("Content-Length", str(len(request.body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    sent = f"{request.method} {request.target} HTTP/1.1\r\n{head}\r\n".encode("latin-1", "replace") + request.body
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as line:
        try:
            line.sendall(sent)
            answer = http.client.HTTPResponse(line, method=request.method)
            answer.begin()
            return _got(answer)
        except (OSError, http.client.HTTPException):
            return Got(0, {}, "")


def _got(answer: http.client.HTTPResponse) -> Got:
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    body = answer.read()
    encoding = headers.get("content-encoding", "") if body else ""
    whole = DECODERS[encoding](body) if answer.status != 206 else body
    return Got(answer.status, headers, whole.decode("utf-8", "replace"))
