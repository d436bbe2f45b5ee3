"""What stands in front of the paper and holds copies of its pages: one driver for each, behind one small protocol.

A driver is told tags and has every copy ended that carries one of them. It calls over HTTP, waits, and may fail: only the
relay of the worker calls it, and nothing that a reader or a payment waits for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from pennypress.delivery.calling import Call

FASTLY = "https://api.fastly.com"
CLOUDFLARE = "https://api.cloudflare.com"


class Driver(Protocol):
    """A cache in front. `most` is how many tags one call holds, `pause` the seconds between two rounds of calls."""

    @property
    def name(self) -> str: ...
    @property
    def most(self) -> int: ...
    @property
    def pause(self) -> float: ...

    def ending(self, tags: list[str]) -> Call:
        """The call that ends all that carries any of the tags, `most` of them at most."""


@dataclass(frozen=True)
class Varnish:
    """One Varnish with our deploy/varnish.vcl. `address` is that of its socket for purges, which no reader can reach."""

    address: str
    name: str = "varnish"
    most: int = 100
    pause: float = 0.1

    def ending(self, tags: list[str]) -> Call:
        return Call("PURGE", f"{self.address}/", {"Surrogate-Key": " ".join(tags)})


@dataclass(frozen=True)
class Fastly:
    """A service of Fastly. Source: its purging API, "purge multiple surrogate keys", 256 in a call."""

    service: str
    token: str = field(repr=False)
    base: str = FASTLY
    name: str = "fastly"
    most: int = 256
    pause: float = 1.0

    def ending(self, tags: list[str]) -> Call:
        headers = {"Fastly-Key": self.token, "Accept": "application/json", "Surrogate-Key": " ".join(tags)}
        return Call("POST", f"{self.base}/service/{quote(self.service, safe='')}/purge", headers)


@dataclass(frozen=True)
class Cloudflare:
    """A zone of Cloudflare. Source: its API, "purge cached content by tag", 30 in a call."""

    zone: str
    token: str = field(repr=False)
    base: str = CLOUDFLARE
    name: str = "cloudflare"
    most: int = 30
    pause: float = 2.0

    def ending(self, tags: list[str]) -> Call:
        address = f"{self.base}/client/v4/zones/{quote(self.zone, safe='')}/purge_cache"
        return Call("POST", address, {"Authorization": f"Bearer {self.token}"}, {"tags": tags})


def batches(tags: Iterable[str], most: int) -> Iterator[list[str]]:
    """This function will deal tags out to as few calls as hold them.

    >>> list(batches(["a", "b", "c"], 2))
    [['a', 'b'], ['c']]
    """
    every = list(tags)
    for first in range(0, len(every), most):
        yield every[first : first + most]
