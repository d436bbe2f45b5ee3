"""The breaker: while more than half of the latest payments are declined, a letter comes before the payment page.

It opens and closes by itself, and a treasurer can do both by hand. Each move is kept. Whoever tests stolen cards has no
letter box to open; a reader has.
"""

import datetime as dt
import logging
from dataclasses import dataclass

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
# What came of payment pages. A collection goes by way of pending, and is not somebody trying cards; a page that its reader
# left is closed by the provider much later, and is not a decline.
_LATEST = """
SELECT count(*) FILTER (WHERE latest.to_state = 'failed'), count(*) FROM (
    SELECT move.to_state FROM payments_paymentmove move JOIN payments_payment payment ON payment.id = move.payment_id
    WHERE move.moved_at > %(since)s AND move.to_state IN ('failed', 'succeeded') AND move.from_state <> 'pending'
        AND payment.method = 'card' AND move.moved_at < payment.started_at + interval '1 hour'
    ORDER BY move.moved_at DESC, move.id DESC LIMIT %(most)s) latest
"""


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
    last = prepared.first(BreakerMove, "ORDER BY id DESC LIMIT 1")
    is_open = last is not None and last.state == BreakerState.OPEN
    if is_open and last is not None and (last.by_id is not None or now < last.moved_at + _window()):
        return True
    declined, decided = _outcomes(last, now)
    is_bad = decided >= (ENOUGH_WHILE_OPEN if is_open else LATEST) and declined * 2 > decided
    if is_bad != is_open:
        _move(last, BreakerState.OPEN if is_bad else BreakerState.CLOSED, declined, decided, now)
    return is_bad


def standing(*, now: dt.datetime) -> Standing:
    """This function will say how the breaker stands, moving nothing."""
    last = BreakerMove.objects.select_related("by").order_by("-id").first()
    declined, decided = _outcomes(last, now)
    if last is None:
        return Standing(is_open=False, since=None, by=None, reason="", declined=declined, decided=decided)
    return Standing(
        is_open=last.state == BreakerState.OPEN,
        since=last.moved_at,
        by=last.by,
        reason=last.reason,
        declined=declined,
        decided=decided,
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


def _outcomes(last: BreakerMove | None, now: dt.datetime) -> tuple[int, int]:
    since = now - _window()
    if last is not None:
        since = max(since, last.moved_at)
    ((declined, decided),) = prepared.rows(connection, _LATEST, {"since": since, "most": LATEST})
    return declined, decided


@transaction.atomic
def _move(last: BreakerMove | None, state: BreakerState, declined: int, decided: int, now: dt.datetime) -> None:
    _one_at_a_time()
    newest = BreakerMove.objects.order_by("-id").first()
    if (newest and newest.pk) != (last and last.pk):
        return
    BreakerMove.objects.create(state=state, moved_at=now, declined=declined, decided=decided)
    if state == BreakerState.OPEN:
        logger.error("%d of the last %d card payments were declined: a letter comes first now.", declined, decided)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.breaker'))")


def _window() -> dt.timedelta:
    return dt.timedelta(seconds=settings.BREAKER_SECONDS)
