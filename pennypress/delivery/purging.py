"""Purging: whoever changes what readers see says which tags it touches, and every store hears of it once it is true.

The notice is given inside the transaction, so that the database delivers it exactly when the change is committed, to
every process and every machine, and never if it is not.
"""

from collections.abc import Iterator

from django.db import connection

CHANNEL = "purge"
# A notice of PostgreSQL holds fewer than 8,000 bytes.
MOST_BYTES = 7_000


def purge(*tags: str) -> None:
    """This function will end, at commit, what shows any of the tags in every page store. Tags hold no spaces."""
    with connection.cursor() as cursor:
        for payload in _payloads(dict.fromkeys(tags)):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _payloads(tags: dict[str, None]) -> Iterator[str]:
    """The tags in as few notices as hold them.

    >>> list(_payloads({"front": None, "article-12": None})), list(_payloads({}))
    (['front article-12'], [])
    """
    held: list[str] = []
    for tag in tags:
        if held and sum(len(name.encode()) + 1 for name in held) + len(tag.encode()) > MOST_BYTES:
            yield " ".join(held)
            held = []
        held.append(tag)
    if held:
        yield " ".join(held)
