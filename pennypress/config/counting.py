"""The cache that all servers share: a table, for limits on guessing and codes that were used. Pages are never in it."""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction


class SharedCache(DatabaseCache):
    """Django's cache in the database, whose counting loses nothing when two count at the same moment."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """This function will add to a count, which goes on to end when it would have. Raises: ValueError, for none."""
        made = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        table = connections[database].ops.quote_name(self._table)  # type: ignore[attr-defined]
        with transaction.atomic(using=database), connections[database].cursor() as cursor:
            cursor.execute(
                f"SELECT value FROM {table} WHERE cache_key = %s AND expires > now() FOR UPDATE",  # noqa: S608
                [made],
            )
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"Nothing is counted as {key!r}.")
            count: int = self._count(row[0]) + delta
            cursor.execute(
                f"UPDATE {table} SET value = %s WHERE cache_key = %s",  # noqa: S608
                [self._kept(count), made],
            )
        return count

    def _count(self, kept: str) -> Any:
        return pickle.loads(base64.b64decode(kept.encode()))  # noqa: S301  (written by Django's own set)

    def _kept(self, count: int) -> str:
        return base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode("latin1")
