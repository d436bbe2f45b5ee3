"""Calling a cache in front over HTTP: with a time limit, again where asking again may help, and never telling a secret."""

import http.client
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_SECONDS = 10
# Four waits of one, two, four and eight seconds, or what the other side asks for, up to a minute.
WAITS = (1.0, 2.0, 4.0, 8.0)
LONGEST_WAIT = 60.0
_ASK_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """One request. Its headers may hold a secret, and are not shown."""

    method: str
    address: str
    headers: dict[str, str] = field(repr=False)
    asked: dict[str, Any] | None = None


class CannotPurge(RuntimeError):
    """A cache in front could not be told; the text says what it answered, and holds no secret."""


def make(call: Call, *, wait: Callable[[float], object] = time.sleep) -> None:
    """This function will make a call, and make it again where that may help. Raises: CannotPurge."""
    for pause in (*WAITS, None):
        status, asked_wait = _answer(call)
        if 200 <= status < 300:
            return
        if pause is None or status not in (0, *_ASK_AGAIN):
            raise CannotPurge(f"{call.method} {call.address}: {status or 'no answer'}")
        wait(min(max(pause, asked_wait), LONGEST_WAIT))


def _answer(call: Call) -> tuple[int, float]:
    """The status of the answer, 0 for none, and for how many seconds it asks us to wait."""
    body = None if call.asked is None else json.dumps(call.asked).encode()
    headers = call.headers if body is None else {**call.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(call.address, body, headers, method=call.method)  # noqa: S310 - ours
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status), 0.0
    except urllib.error.HTTPError as refusal:
        with refusal:
            given = refusal.headers.get("Retry-After", "")
            return refusal.code, float(given) if given.isdecimal() else 0.0
    except (OSError, ValueError, http.client.HTTPException):
        return 0, 0.0


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a token is for the address that was meant."""

    def redirect_request(self, *asked: Any, **more: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stays, urllib.request.ProxyHandler({}))
