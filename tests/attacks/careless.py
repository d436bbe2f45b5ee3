"""A page store as a hasty hand would have it, over the real paper: the control of the attacks on caches. Never run it.

It asks for pages with the reader's cookie, keeps whatever comes back, and gives it to everybody.
"""

from typing import Any

from pennypress.config import rsgi
from pennypress.delivery import front, rendering


class Everything(dict[str, frozenset[str]]):
    """Every path, by its word, is for everybody."""

    def __contains__(self, path: object) -> bool:
        return True

    def get(self, path: str, default: Any = None) -> Any:
        return frozenset()


def _with_cookies(key: str, scope: Any, is_secure: bool) -> dict[str, Any]:
    host, _, rest = key.partition("/")
    path, _, query = ("/" + rest).partition("?")
    headers = [("host", host), ("surrogate-capability", 'pennypress="ESI/1.0"')]
    headers += [item for item in (scope.headers.items() if scope else []) if item[0] == "cookie"]
    return rendering.environ(method="GET", path=path, query=query, client="127.0.0.1:1", headers=headers)


class Careless(front.Front):
    def _page(self, key: str, answer: rendering.Answer, begun_at: float, *, is_fragment: bool) -> Any:
        answer.headers = [header for header in answer.headers if header[0] != "set-cookie"]
        return super()._page(key, answer, begun_at, is_fragment=is_fragment)


front._environ = _with_cookies
front.store_seconds = lambda headers: 60.0
kept = rsgi.application
application = Careless(lanes=kept.lanes, store=kept.store, hosts=kept.hosts, public=Everything())
