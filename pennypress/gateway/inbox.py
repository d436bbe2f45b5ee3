"""The inbox: events as providers told them, stored before anything else, and each move of their state written down.

Owns the table of events and its moves, and no meaning of either. An event is stored once, by the provider's own name for
it; its state and the row that says so are written in one statement.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.payments.providers.protocol import Event
from pennypress.people.models import User

_STORE = """
WITH stored AS (
    INSERT INTO gateway_providerevent
        (provider, event_id, kind, subject, provider_ref, body, received_at, state, reason, attempts)
    SELECT %(provider)s, told.event_id, told.kind, told.subject, told.ref, %(body)s, %(now)s, 'received', '', 0
    FROM unnest(%(event_ids)s::text[], %(kinds)s::text[], %(subjects)s::text[], %(refs)s::text[])
        AS told(event_id, kind, subject, ref)
    ON CONFLICT DO NOTHING RETURNING id, event_id
), noted AS (
    INSERT INTO gateway_eventmove (event_id, from_state, to_state, reason, moved_at)
    SELECT id, '', 'received', '', %(now)s FROM stored
)
SELECT id, event_id FROM stored
"""
# The row is locked and its state read before it moves, so that the move that is noted is the one that happened.
_MOVE = """
WITH standing AS (
    SELECT id, state FROM gateway_providerevent WHERE id = %(event)s AND state = ANY(%(leaves)s) FOR UPDATE
), moved AS (
    UPDATE gateway_providerevent event SET state = %(state)s, reason = %(reason)s,
        attempts = attempts + %(attempts)s, handled_at = %(now)s
    FROM standing WHERE event.id = standing.id RETURNING event.id, standing.state AS was
), noted AS (
    INSERT INTO gateway_eventmove (event_id, from_state, to_state, reason, moved_at, moved_by_id)
    SELECT id, was, %(state)s, %(reason)s, %(now)s, %(by)s::bigint FROM moved WHERE was <> %(state)s
)
SELECT count(*) FROM moved
"""


class CannotReplay(ValueError):
    """The event does not wait for anybody: it was settled, or is to be settled anyway."""


def store(*, provider: str, body: bytes, told: Sequence[Event], now: dt.datetime) -> list[ProviderEvent]:
    """This function will store the events of a webhook, with its body as it came. One statement.

    Gives those to be settled: the new ones, and those told before that still wait.
    """
    fields: dict[str, Any] = {
        "provider": provider,
        "body": body,
        "now": now,
        "event_ids": [event.event_id for event in told],
        "kinds": [event.kind for event in told],
        "subjects": [event.subject for event in told],
        "refs": [event.provider_ref for event in told],
    }
    numbers = {event_id: number for number, event_id in prepared.rows(connection, _STORE, fields)}
    stored = [
        ProviderEvent(
            pk=numbers[event.event_id],
            provider=provider,
            event_id=event.event_id,
            kind=event.kind,
            subject=event.subject,
            provider_ref=event.provider_ref,
            body=body,
            received_at=now,
        )
        for event in told
        if event.event_id in numbers
    ]
    if len(stored) == len(told):
        return stored
    before = [event_id for event_id in fields["event_ids"] if event_id not in numbers]
    waiting = ProviderEvent.objects.filter(provider=provider, event_id__in=before, state=EventState.RECEIVED)
    return [*stored, *waiting]


def handled(*, event_id: int, state: EventState, reason: str, now: dt.datetime) -> bool:
    """This function will note what came of handling an event. One statement; it locks the event.

    Of two that handled the same event at once, the one that settled it has the last word.
    """
    leaves = [EventState.RECEIVED, EventState.PARKED] if state == EventState.SETTLED else [EventState.RECEIVED]
    return _move(event_id, leaves, state, reason, now, attempts=1)


def take_up_again(*, event: ProviderEvent, by: User, now: dt.datetime) -> None:
    """This function will put a parked event back among those that wait, as `by` asked. Raises: CannotReplay."""
    if not _move(event.pk, [EventState.PARKED], EventState.RECEIVED, _("Taken up again"), now, by=by):
        raise CannotReplay(_("Only a parked event is taken up again."))


def parked() -> int:
    """This function will say how many events wait for a person."""
    return ProviderEvent.objects.filter(state=EventState.PARKED).count()


def _move(
    event_id: int,
    leaves: Sequence[EventState],
    state: EventState,
    reason: str,
    now: dt.datetime,
    *,
    attempts: int = 0,
    by: User | None = None,
) -> bool:
    fields: dict[str, Any] = {
        "event": event_id,
        "leaves": [str(leave) for leave in leaves],
        "state": str(state),
        "reason": reason[:300],
        "now": now,
        "attempts": attempts,
        "by": by.pk if by else None,
    }
    return bool(prepared.rows(connection, _MOVE, fields)[0][0])
