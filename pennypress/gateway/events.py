"""Events: stored as they come, then settled. Once stored, an event is settled or parked with the reason, never lost."""

import datetime as dt
import functools
from collections.abc import Mapping

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.gateway import inbox
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.ledger.posting import CannotPost
from pennypress.payments import providers
from pennypress.payments.models import Payment, PaymentState
from pennypress.payments.providers.protocol import ProviderRefused, ProviderUnavailable, UnknownAtProvider
from pennypress.people.models import User
from pennypress.settlement import asking, mandates, paying_out

# A webhook with more events than this is answered before all of them are settled: the worker does the rest.
SETTLED_AT_ONCE = 10
# A payment of which nothing was heard is asked about after the first, and no longer after the second.
CHASE_AFTER = dt.timedelta(minutes=10)
CHASE_UNTIL = dt.timedelta(days=14)
CHASE_AT_ONCE = 200


def take(*, provider: str, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> list[ProviderEvent]:
    """This function will check that a webhook is the provider's, store its events as they came, and settle them.

    The rows are committed before anything is settled: call it outside any transaction. One told before is settled again
    only if it still waits. Raises: providers.NoSuchProvider, BadWebhook, with nothing written.
    """
    told = providers.get(provider).read_webhook(body=body, headers=headers, now=now)
    stored = inbox.store(provider=provider, body=body, told=told, now=now)
    return [_settled(event, now) for event in stored[:SETTLED_AT_ONCE]]


def settle(*, event_id: int, now: dt.datetime) -> ProviderEvent:
    """This function will settle an event that waits; one that was settled or parked is left as it is.

    What can be anticipated is noted as the reason: the event is parked where asking again would not help, and waits for
    the worker where it would. Call it outside any transaction.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    return _settled(event, now) if event.state == EventState.RECEIVED else event


def _settled(event: ProviderEvent, now: dt.datetime) -> ProviderEvent:
    try:
        reason = _settle(event, now)
    except (ProviderUnavailable, DatabaseError) as error:
        return _noted(event, EventState.RECEIVED, f"{type(error).__name__}: {error}", now)
    except UnknownAtProvider:
        return _noted(event, EventState.PARKED, _("The provider does not know it."), now)
    except asking.NoSuchPayment:
        return _noted(event, EventState.PARKED, _("We never asked for this payment."), now)
    except ProviderRefused as error:
        return _noted(event, EventState.PARKED, _("The provider would not say: %s") % error, now)
    except (asking.CannotSettle, paying_out.CannotPayOut, CannotPost) as error:
        return _noted(event, EventState.PARKED, str(error), now)
    event.state, event.reason = EventState.SETTLED, reason
    return event


def _settle(event: ProviderEvent, now: dt.datetime) -> str:
    """Settles by what the event is about, notes it in the same transaction where one can hold both, and gives the
    reason where nothing came of it."""
    on = days.day_of(now, timezone.get_default_timezone())
    reason = ""
    settled = functools.partial(inbox.handled, event_id=event.pk, state=EventState.SETTLED, reason="", now=now)
    match event.subject:
        case "payment":
            snapshot = providers.get(event.provider).fetch(event.provider_ref)
            asking.bring_up(provider=event.provider, snapshot=snapshot, on=on, now=now, then=settled)
            return ""
        case "mandate":
            try:
                mandates.ask(provider=event.provider, provider_ref=event.provider_ref, on=on, now=now)
            except mandates.NoSuchMandate:
                # One that is still being given comes with its first payment.
                reason = _("Not a mandate of ours")
        case "payout":
            paying_out.ask(provider=event.provider, provider_ref=event.provider_ref, on=on, now=now)
        case _none:
            reason = _("Not something that we act on")
    inbox.handled(event_id=event.pk, state=EventState.SETTLED, reason=reason, now=now)
    return reason


def _noted(event: ProviderEvent, state: EventState, reason: str, now: dt.datetime) -> ProviderEvent:
    inbox.handled(event_id=event.pk, state=state, reason=reason, now=now)
    event.refresh_from_db()
    return event


def replay(*, event: ProviderEvent, by: User, now: dt.datetime) -> ProviderEvent:
    """This function will take a parked event up again and settle it now. Call it outside any transaction.

    Writes who asked for it. Raises: inbox.CannotReplay.
    """
    inbox.take_up_again(event=event, by=by, now=now)
    return settle(event_id=event.pk, now=now)


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
