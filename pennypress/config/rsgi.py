"""The server's entry: the page store in front, Django behind it in threads."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, connections
from django.template.loader import render_to_string
from django.utils import timezone

from pennypress.config import handing_over
from pennypress.config.wsgi import application as django
from pennypress.delivery import counting, listening, replicas
from pennypress.delivery.front import Front
from pennypress.delivery.rendering import Answer, Lane, Lanes
from pennypress.delivery.spool import Spool
from pennypress.delivery.store import Page, Store
from pennypress.newsroom import context, most_read, tags

# Whatever writes, or is answered to one person alone: it has threads of its own, which readers cannot fill.
WRITING = (
    *("/account/", "/accounts/", "/desk/", "/gateway/", "/give/", "/join/", "/login/", "/sandbox/", "/support/"),
    "/documents/",
)


def _hosts() -> frozenset[str]:
    """The paper's names as browsers write them in Host. A name with another port is answered, but never stored."""
    names = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    return frozenset([urlsplit(settings.SITE_URL).netloc, *names, *(f"{name}:{settings.PORT}" for name in names)])


def _listen(front: Front) -> None:
    loop = front.loop
    assert loop is not None

    def heard(names: frozenset[str]) -> None:
        # First what this process remembers of the paper, or the page made next would show it as it was.
        if tags.FURNITURE in names:
            context.forget()
        loop.call_soon_threadsafe(front.purge, names)

    def missed() -> None:
        context.forget()
        loop.call_soon_threadsafe(front.flush)

    came_to = replicas.came_to if replicas.ALIAS in connections.settings else None
    listening.listen(listening.reached(), heard=heard, missed=missed, came_to=came_to)
    handing_over.tell_open()


def _have_counted(front: Front) -> None:
    front.begin(counting.hand_on(front.reads, _count, front.lanes.files.pool))


def _count(seconds: dict[str, int]) -> None:
    close_old_connections()
    most_read.count({int(name): number for name, number in seconds.items()}, now=timezone.now())


def _tell_age(page: Page) -> bytes:
    made_at = dt.datetime.fromtimestamp(page.made_at, dt.UTC)
    words = render_to_string("components/as_of.html", {"made_at": made_at, "is_fragment": page.is_fragment})
    return words.encode()


# What is said when not even Django can say it: made while it still could.
_BROKEN = Answer(
    503,
    [("content-type", "text/html; charset=utf-8"), ("cache-control", "private, no-store"), ("retry-after", "60")],
    render_to_string("maintenance.html").encode(),
)

application = Front(
    lanes=Lanes(
        reading=Lane(django, name="reading", threads=settings.RENDER_THREADS, waiting=200, broken=_BROKEN),
        writing=Lane(django, name="writing", threads=settings.WRITE_THREADS, waiting=200, broken=_BROKEN),
        files=Lane(django, name="files", threads=2, waiting=400, broken=_BROKEN),
        for_writing=WRITING,
        for_files=("/static/", "/media/"),
    ),
    store=Store(settings.PAGE_STORE_BYTES),
    hosts=_hosts(),
    spool=Spool(settings.VAR / "spool", most=settings.SPOOL_BYTES),
    is_secure=settings.SECURE,
    is_behind_nginx=settings.NGINX_CACHE,
    tells_tags=bool(settings.CACHES_IN_FRONT),
    tell_age=_tell_age,
    beside=(_listen, _have_counted),
)
