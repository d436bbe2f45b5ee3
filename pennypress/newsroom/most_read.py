"""What is read most: the stories that somebody asked for in the most seconds of the last day.

Seconds, and not readers: to count readers one would have to know them again. What is read by thousands in a second counts as
what is read by one in it, and what is read all day counts for more than what was read for an hour.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from pennypress.newsroom import reading
from pennypress.newsroom.reading import Row

# The list has so many; fewer than three are no list.
MOST, LEAST = 5, 3
DAY, KEPT = dt.timedelta(days=1), dt.timedelta(days=2)
# Some of the most read may have been taken down since.
_LOOKED_AT = 4 * MOST

_COUNTED = """INSERT INTO newsroom_hourread AS known (article_id, hour, seconds)
SELECT told.article_id, %(hour)s, told.seconds FROM unnest(%(ids)s::int[], %(seconds)s::int[]) told (article_id, seconds)
ORDER BY told.article_id
ON CONFLICT (hour, article_id) DO UPDATE SET seconds = known.seconds + excluded.seconds"""
_FORGOTTEN = "DELETE FROM newsroom_hourread WHERE hour < %(since)s"
_MOST = """SELECT article_id FROM newsroom_hourread WHERE hour > %(since)s
GROUP BY article_id ORDER BY sum(seconds) DESC, article_id DESC LIMIT %(most)s"""


def count(seconds: Mapping[int, int], *, now: dt.datetime) -> None:
    """This function will add seconds in which stories were read, by their ids, to the hour of `now`, and forget old hours.

    It locks the hour's rows of these stories, in the order of their ids.
    """
    with connection.cursor() as cursor:
        hour = now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
        cursor.execute(_COUNTED, {"hour": hour, "ids": list(seconds), "seconds": list(seconds.values())})
        cursor.execute(_FORGOTTEN, {"since": now - KEPT})


def stories(*, now: dt.datetime) -> list[Row]:
    """This function will give the stories that were read most in the day up to `now`, or none if too few were. Two queries."""
    ids = [article_id for (article_id,) in reading.rows(_MOST, {"since": now - DAY, "most": _LOOKED_AT})]
    found = reading.these(ids)[:MOST]
    return found if len(found) >= LEAST else []
