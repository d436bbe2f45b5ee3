"""The breaker: while more than half of the latest payments are declined, a letter comes before the payment page.

It opens and closes by itself, and a treasurer can do both by hand. Each move is kept. Whoever tests stolen cards has no
letter box to open; a reader has.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.payments.models import BreakerMove, BreakerState
from pennypress.people.models import User

logger = logging.getLogger(__name__)
LATEST = 50
# While it is open few payments are made; so many of them are enough to keep it open.
ENOUGH_WHILE_OPEN = 10
# The breaker's last move, and what came of payment pages since. A collection goes by way of pending, and is not somebody
# trying cards; a page that its reader left is closed by the provider much later, and is not a decline.
_LATEST = """
WITH last AS (SELECT id, state, moved_at, by_id, reason FROM payments_breakermove ORDER BY id DESC LIMIT 1)
SELECT last.*, count(*) FILTER (WHERE latest.to_state = 'failed'), count(latest.to_state)
FROM (SELECT) one LEFT JOIN last ON true LEFT JOIN LATERAL (
    SELECT move.to_state FROM payments_paymentmove move JOIN payments_payment payment ON payment.id = move.payment_id
    WHERE move.moved_at > greatest(%(since)s, last.moved_at) AND move.to_state IN ('failed', 'succeeded')
        AND move.from_state <> 'pending' AND payment.method = 'card'
        AND move.moved_at < payment.started_at + interval '1 hour'
    ORDER BY move.moved_at DESC, move.id DESC LIMIT %(most)s) latest ON true
GROUP BY last.id, last.state, last.moved_at, last.by_id, last.reason
"""


class _Seen(NamedTuple):
    """The last move, all None where there is none, and of the latest payments since how many were declined and decided."""

    move_id: int | None
    state: str | None
    moved_at: dt.datetime | None
    by_id: int | None
    reason: str | None
    declined: int
    decided: int

    @property
    def is_open(self) -> bool:
        return self.state == BreakerState.OPEN


class CannotSwitch(ValueError):
    """The breaker cannot be moved by hand so: it stands so already, or no reason was given."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the breaker stands: since when, by whom, and of the latest payments how many were declined."""

    is_open: bool
    since: dt.datetime | None
    by: User | None
    reason: str
    declined: int
    decided: int


def watch(*, now: dt.datetime) -> bool:
    """This function will move the breaker if the latest payments say so, and tell whether it is open.

    Opens on more than half declined of the last 50 within `settings.BREAKER_SECONDS`. Closes after as long, unless it is
    still so; what was opened by hand is closed by hand. Writes one move at most.
    """
    seen = _seen(now)
    if seen.is_open and (seen.by_id is not None or (seen.moved_at and now < seen.moved_at + _window())):
        return True
    is_bad = seen.decided >= (ENOUGH_WHILE_OPEN if seen.is_open else LATEST) and seen.declined * 2 > seen.decided
    if is_bad != seen.is_open:
        _move(seen, BreakerState.OPEN if is_bad else BreakerState.CLOSED, now)
    return is_bad


def standing(*, now: dt.datetime) -> Standing:
    """This function will say how the breaker stands, moving nothing."""
    seen = _seen(now)
    return Standing(
        is_open=seen.is_open,
        since=seen.moved_at,
        by=User.objects.get(pk=seen.by_id) if seen.by_id else None,
        reason=seen.reason or "",
        declined=seen.declined,
        decided=seen.decided,
    )


@transaction.atomic
def switch(*, is_open: bool, by: User, reason: str, now: dt.datetime) -> BreakerMove:
    """This function will open or close the breaker by hand. Payments before it no longer count. Raises: CannotSwitch."""
    _one_at_a_time()
    if not reason.strip():
        raise CannotSwitch(_("Please say why, for whoever reads it afterwards."))
    last = BreakerMove.objects.order_by("-id").first()
    if is_open == (last is not None and last.state == BreakerState.OPEN):
        raise CannotSwitch(_("It stands so already."))
    state = BreakerState.OPEN if is_open else BreakerState.CLOSED
    return BreakerMove.objects.create(state=state, moved_at=now, by=by, reason=reason.strip()[:300])


def _seen(now: dt.datetime) -> _Seen:
    (seen,) = prepared.rows(connection, _LATEST, {"since": now - _window(), "most": LATEST})
    return _Seen(*seen)


@transaction.atomic
def _move(seen: _Seen, state: BreakerState, now: dt.datetime) -> None:
    _one_at_a_time()
    newest = BreakerMove.objects.order_by("-id").first()
    if (newest and newest.pk) != seen.move_id:
        return
    BreakerMove.objects.create(state=state, moved_at=now, declined=seen.declined, decided=seen.decided)
    if state == BreakerState.OPEN:
        logger.error(
            "%d of the last %d card payments were declined: a letter comes first now.", seen.declined, seen.decided
        )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.breaker'))")


def _window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.BREAKER_SECONDS)
