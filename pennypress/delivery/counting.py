"""Counting what is read, by what and never by whom: in how many seconds somebody asked for a page.

A page counts if its view gave it a name to count under. Its process notes that name at most once a second, whether one reader
asks or a thousand, and hands on once a minute how often it did; of the readers nothing is noted. A second is what a cache in
front leaves to be counted as well: nginx asks for each page that is read once in a second.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import Error as DatabaseTrouble

EACH_SECONDS = 60.0
# Those beyond the most read of a minute are let go: whoever reads a whole archive through writes no million rows.
MOST = 200

logger = logging.getLogger(__name__)


class Reads:
    """The seconds of each name since they were last taken. On the event loop."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        # The second that is now, and the names that were noted in it.
        self.now, self.noted = 0, set[str]()

    def note(self, name: str, second: int) -> None:
        """This function will count a second of the wall's clock in which something was asked for by this name, once."""
        if second != self.now:
            self.now = second
            self.noted.clear()
        if name not in self.noted:
            self.noted.add(name)
            self.seconds[name] += 1

    def take(self) -> dict[str, int]:
        """This function will give the seconds of what was read most, and begin anew."""
        taken = dict(self.seconds.most_common(MOST))
        self.seconds.clear()
        return taken


async def hand_on(reads: Reads, to: Callable[[dict[str, int]], None], pool: ThreadPoolExecutor) -> None:
    """This function will hand on each minute what was read, in a thread of `pool`, for good.

    What cannot be handed on is let go: nobody need know it.
    """
    while True:
        await asyncio.sleep(EACH_SECONDS)
        if taken := reads.take():
            try:
                await asyncio.get_running_loop().run_in_executor(pool, partial(to, taken))
            except DatabaseTrouble:
                logger.warning("What was read in the last minute was not counted.", exc_info=True)
