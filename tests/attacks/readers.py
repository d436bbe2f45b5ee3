"""Readers of a real server: each opens the page to give, sends it, pays at the sandbox and looks at the thanks, over HTTP."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 20


@dataclass
class Answer:
    status: int
    text: str
    location: str
    retry_after: str


@dataclass
class Reader:
    """One browser: its cookies and, behind a trusted proxy, the address that the proxy writes for it."""

    port: int
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    server: str = "127.0.0.1"
    # The paper's port, where it is another than that of what stands before it.
    named: int = 0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, typed: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(typed))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Host": f"localhost:{self.named or self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = HTTPConnection(self.server, self.port, timeout=PATIENCE_SECONDS)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
            for name, value in re.findall(r"(\w+)=([^;]*)", " ".join(answer.headers.get_all("Set-Cookie") or [])):
                if name in ("csrf", "session"):
                    self.cookies[name] = value
            location = urlsplit(answer.headers.get("Location", ""))
            return Answer(answer.status, text, location.path, answer.headers.get("Retry-After", ""))
        finally:
            line.close()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def offer(reader: Reader, *, own: str = "", email: str = "", page: Answer | None = None) -> Answer:
    """Opens the page to give and sends it; the answer leads to the payment page."""
    page = page or reader.get("/give/")
    typed = {
        "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken"),
        "page_view": hidden(page.text, "page_view"),
        "tile": "25",
        "own": own,
        "often": "once",
        "name": "A reader",
        "email": email,
        "thanks_as": "not",
        "place": "",
        "message": "",
    }
    return reader.post("/give/", typed)


def pay(reader: Reader, path: str, card: str = "succeeds") -> Answer:
    """Pays on the sandbox's page; the answer leads back to the thanks."""
    page = reader.get(path)
    token = hidden(page.text, "csrfmiddlewaretoken")
    return reader.post(path, {"csrfmiddlewaretoken": token, "card": card, "fault": ""})


def trouble_of(give: Callable[[], str]) -> str:
    """What went wrong with a gift: what it says itself, or how its line broke off; "" for nothing."""
    try:
        return give()
    except (OSError, HTTPException) as error:
        return type(error).__name__
