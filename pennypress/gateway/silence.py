"""Silence: a provider that usually tells us something, and has told us nothing for longer than it ever was silent.

How long is usual is learned from the last weeks: the longest while between two of its events, and half as long again.
A paper that takes one gift a week is not alarmed each night, and one that takes fifty a day is by the next morning.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

LEARNS_FROM = dt.timedelta(weeks=6)
# Never sooner than this, however busy the provider is.
FLOOR = dt.timedelta(hours=12)

_LONGEST = """
WITH heard AS (
    SELECT received_at, received_at - lag(received_at) OVER (ORDER BY received_at) AS gap
    FROM gateway_providerevent WHERE provider = %s AND received_at >= %s
)
SELECT max(received_at), max(gap) FROM heard
"""


@dataclass(frozen=True, slots=True)
class Silence:
    """A provider that is silent for longer than usual: since when, and how long it was silent at most before."""

    provider: str
    since: dt.datetime
    usual: dt.timedelta


def found(*, now: dt.datetime) -> list[Silence]:
    """This function will list the providers on offer that are silent for longer than usual. It writes nothing.

    One that never told us anything is silent since the first payment that it was asked for.
    """
    silences = [_of(provider, now) for provider in settings.PAYMENT_PROVIDERS]
    return [silence for silence in silences if silence is not None]


def _of(provider: str, now: dt.datetime) -> Silence | None:
    with connection.cursor() as cursor:
        cursor.execute(_LONGEST, [provider, now - LEARNS_FROM])
        last, longest = cursor.fetchone()
        if last is None:
            # Nothing in all these weeks: what was asked for since the last event, if there ever was one, went unheard.
            cursor.execute(
                """SELECT min(started_at) FROM payments_payment WHERE provider = %s AND provider_ref <> ''
                   AND started_at > coalesce((SELECT max(received_at) FROM gateway_providerevent WHERE provider = %s),
                                             '-infinity')""",
                [provider, provider],
            )
            (last,) = cursor.fetchone()
    usual = max(FLOOR, (longest or dt.timedelta()) * 3 / 2)
    return Silence(provider, last, usual) if last is not None and now - last > usual else None
