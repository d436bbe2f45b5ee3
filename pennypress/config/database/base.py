"""Connections to the database. Where a server is silent, one request waits for it, and not each of all that come after.

A server that refuses answers at once, and is asked each time. One that does not answer at all (a cable cut, a machine that
hangs) costs whoever asks CONNECT_SECONDS; for the next SILENT_SECONDS nobody else of this process asks it.

Whether a connection still stands is seen without a word over it: a server that has gone has closed its end.
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from pennypress.config.database import CONNECT_SECONDS

SILENT_SECONDS = 2.0

_silent: dict[str, float] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for how long it tries, and for what it asks first."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        began = time.monotonic()
        if began < _silent.get(self.alias, 0.0):
            raise OperationalError("The database did not answer a moment ago; it is asked again shortly.")
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            ended = time.monotonic()
            if ended - began >= CONNECT_SECONDS / 2:
                _silent[self.alias] = ended + SILENT_SECONDS
            raise

    def is_usable(self) -> bool:
        """Whether the connection stands. Only where that is in doubt, the server is asked, as Django does each time."""
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        """Whether nothing has come over it since the last answer, as it would from a server that ends."""
        if self.connection is None or self.connection.closed or self.errors_occurred:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)
