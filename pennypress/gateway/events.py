"""Events: stored as they come, then settled. Once stored, an event is settled or parked with the reason, never lost."""

import datetime as dt
from collections.abc import Mapping

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.payments import providers
from pennypress.payments.models import Payment, PaymentState
from pennypress.payments.providers.protocol import ProviderUnavailable, UnknownAtProvider
from pennypress.settlement import asking

# Kinds of events that say something about a payment. For all of them we ask how it stands.
TELLING = {
    "payment.pending",
    "payment.succeeded",
    "payment.failed",
    "payment.refunded",
    "payment.disputed",
    "payment.reinstated",
}
# A payment of which nothing was heard is asked about after the first, and no longer after the second.
CHASE_AFTER = dt.timedelta(minutes=10)
CHASE_UNTIL = dt.timedelta(days=14)
CHASE_AT_ONCE = 200


def take(*, provider: str, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> list[ProviderEvent]:
    """This function will check that a webhook is the provider's, store its events as they came, and settle them.

    The rows are committed before anything is settled: call it outside any transaction. One told before is settled again
    only if it still waits. Raises: providers.NoSuchProvider, BadWebhook, with nothing written.
    """
    stored = []
    for told in providers.get(provider).read_webhook(body=body, headers=headers, now=now):
        event, _created = ProviderEvent.objects.get_or_create(
            provider=provider,
            event_id=told.event_id,
            defaults={"kind": told.kind, "provider_ref": told.provider_ref, "body": body, "received_at": now},
        )
        stored.append(event.pk)
    return [settle(event_id=event, now=now) for event in stored]


def settle(*, event_id: int, now: dt.datetime) -> ProviderEvent:
    """This function will settle an event that waits; one that was settled or parked is left as it is.

    What can be anticipated is noted as the reason: the event is parked where asking again would not help, and waits for
    the worker where it would. Call it outside any transaction.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    if event.state != EventState.RECEIVED:
        return event
    if event.kind not in TELLING:
        return _handled(event, EventState.PARKED, _("We do not know this kind of event."), now)
    on = days.day_of(now, timezone.get_default_timezone())
    try:
        asking.ask(provider=event.provider, provider_ref=event.provider_ref, on=on, now=now)
    except UnknownAtProvider:
        return _handled(event, EventState.PARKED, _("The provider does not know the payment."), now)
    except asking.NoSuchPayment:
        return _handled(event, EventState.PARKED, _("We never asked for this payment."), now)
    except asking.CannotSettle as error:
        return _handled(event, EventState.PARKED, str(error), now)
    except (ProviderUnavailable, DatabaseError) as error:
        return _handled(event, EventState.RECEIVED, f"{type(error).__name__}: {error}", now)
    return _handled(event, EventState.SETTLED, "", now)


def _handled(event: ProviderEvent, state: EventState, reason: str, now: dt.datetime) -> ProviderEvent:
    # Of two that handled the same event at once, the one that settled it has the last word.
    open_states = [EventState.RECEIVED, EventState.PARKED] if state == EventState.SETTLED else [EventState.RECEIVED]
    ProviderEvent.objects.filter(pk=event.pk, state__in=open_states).update(
        state=state, reason=reason[:300], attempts=F("attempts") + 1, handled_at=now
    )
    event.refresh_from_db()
    return event


def waiting() -> list[int]:
    """This function will list the events that are stored and not settled yet, the oldest first."""
    found = ProviderEvent.objects.filter(state=EventState.RECEIVED).order_by("received_at")
    return list(found.values_list("pk", flat=True))


def unheard(*, now: dt.datetime) -> list[Payment]:
    """This function will list the payments whose providers have told us nothing for a while: their webhooks may be lost."""
    open_states = (PaymentState.STARTED, PaymentState.PENDING)
    found = Payment.objects.filter(
        state__in=open_states, started_at__lte=now - CHASE_AFTER, started_at__gte=now - CHASE_UNTIL
    )
    return list(found.exclude(provider_ref="").order_by("-started_at")[:CHASE_AT_ONCE])


def chase(*, payment_id: int, now: dt.datetime) -> Payment:
    """This function will ask a provider about a payment of which we heard nothing, and settle what it says.

    Raises: what `asking.ask` raises; the worker tries again at its next round.
    """
    payment = Payment.objects.get(pk=payment_id)
    on = days.day_of(now, timezone.get_default_timezone())
    return asking.ask(provider=payment.provider, provider_ref=payment.provider_ref, on=on, now=now)
