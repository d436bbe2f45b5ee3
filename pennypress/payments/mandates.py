"""Mandates: a reader's leave to collect again, from the provider's first word of it to its end there."""

import datetime as dt

from django.db import transaction

from pennypress.payments import providers
from pennypress.payments.models import Mandate, MandateState
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.people.models import Person


@transaction.atomic
def activate(*, mandate_id: int, provider_ref: str, person: Person | None, now: dt.datetime) -> Mandate:
    """This function will note that the provider holds a mandate. Locks its row.

    One that was cancelled meanwhile stays cancelled; knowing its reference, the worker ends it at the provider.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    mandate.provider_ref = mandate.provider_ref or provider_ref
    mandate.person = mandate.person or person
    if mandate.state == MandateState.PENDING:
        mandate.state = MandateState.ACTIVE
        mandate.active_at = now
    mandate.save(update_fields=["provider_ref", "person", "state", "active_at"])
    return mandate


@transaction.atomic
def cancel(*, mandate_id: int, now: dt.datetime) -> Mandate:
    """This function will cancel a mandate in our own rows: nothing is collected under it again. Locks its row."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    if mandate.state != MandateState.CANCELLED:
        mandate.state = MandateState.CANCELLED
        mandate.cancelled_at = now
        mandate.save(update_fields=["state", "cancelled_at"])
    return mandate


def release(*, mandate: Mandate, now: dt.datetime) -> bool:
    """This function will end a cancelled mandate at the provider, and say whether the provider has confirmed it.

    Call it outside any transaction. A provider out of reach is no failure: the worker asks again (`release_due`).
    """
    if mandate.state != MandateState.CANCELLED or not mandate.provider_ref:
        return False
    try:
        providers.get(mandate.provider).cancel_mandate(mandate.provider_ref)
    except ProviderUnavailable:
        return False
    Mandate.objects.filter(pk=mandate.pk, released_at=None).update(released_at=now)
    return True


def release_due(*, now: dt.datetime) -> int:
    """This function will end at their providers all mandates cancelled here and not yet there; it says how many ended."""
    waiting = Mandate.objects.filter(state=MandateState.CANCELLED, released_at=None).exclude(provider_ref="")
    return sum(release(mandate=mandate, now=now) for mandate in waiting)
