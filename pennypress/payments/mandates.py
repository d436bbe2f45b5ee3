"""Mandates: a reader's leave to collect again, from the provider's first word of it to its end there."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.payments import providers
from pennypress.payments.models import Mandate, MandateState, Method
from pennypress.payments.providers.protocol import Begun, MandateOrder, MandateSnapshot, ProviderUnavailable
from pennypress.people.models import Person

# A mandate is asked about for so long; a provider that says nothing of it by then will not.
TOLD_WITHIN = dt.timedelta(days=2)


def prepare(*, provider: str, method: str, now: dt.datetime) -> Mandate:
    """This function will write down a mandate that is to be given, not yet known to its provider."""
    return Mandate.objects.create(provider=providers.get(provider).name, method=Method(method), asked_at=now)


def ask(*, mandate: Mandate, currency: str, payer_name: str, payer_email: str, return_path: str) -> Begun:
    """This function will ask the provider for the page on which its supporter gives a mandate, with nothing paid.

    Asking twice gives the same page, by our key. Call it outside any transaction. Raises: ProviderUnavailable,
    ProviderRefused.
    """
    order = MandateOrder(
        key=f"mandate-{mandate.public_id}",
        reference=str(mandate.public_id),
        method=mandate.method,
        currency=currency,
        payer_name=payer_name,
        payer_email=payer_email,
        return_url=settings.SITE_URL + return_path,
    )
    return providers.get(mandate.provider).start_mandate(order)


class CannotTakeOver(ValueError):
    """The mandate is known already, and is somebody's."""


def is_known(*, provider: str, provider_ref: str) -> bool:
    """This function will say whether a mandate at a provider stands in our rows."""
    return Mandate.objects.filter(provider=provider, provider_ref=provider_ref).exists()


@transaction.atomic
def take_over(*, provider: str, provider_ref: str, person: Person, method: str, now: dt.datetime) -> Mandate:
    """This function will write a mandate that was given elsewhere and is active at the provider: the caller has asked.

    Writes one row. Raises: CannotTakeOver.
    """
    if is_known(provider=provider, provider_ref=provider_ref):
        raise CannotTakeOver(_("The mandate %(name)s is known already.") % {"name": provider_ref})
    return Mandate.objects.create(
        provider=provider,
        provider_ref=provider_ref,
        person=person,
        method=Method(method),
        state=MandateState.ACTIVE,
        asked_at=now,
        active_at=now,
    )


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


def untold(*, now: dt.datetime) -> list[Mandate]:
    """This function will list the mandates of the last days of which the provider has not said what they are."""
    found = Mandate.objects.filter(state=MandateState.ACTIVE, says="", active_at__gte=now - TOLD_WITHIN)
    return list(found.order_by("id")[:500])


def find(*, provider: str, refs: Sequence[str], reference: str) -> Mandate | None:
    """This function will find our row of a provider's mandate: by its names there, else by our own reference."""
    ours = Mandate.objects.filter(provider=provider)
    found = ours.filter(provider_ref__in=[ref for ref in refs if ref]).order_by("id").first()
    if found is None and (public_id := _uuid(reference)):
        found = ours.filter(public_id=public_id).first()
    return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@transaction.atomic
def bring_up(*, mandate_id: int, snapshot: MandateSnapshot, now: dt.datetime) -> tuple[Mandate, bool]:
    """This function will bring our row of a mandate up to what the provider says, and say whether it changed.

    Locks the row. One that ended stays so, here or there. A mandate that the provider ended needs no end from us.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    before = (mandate.state, mandate.says, mandate.expires_on)
    mandate.provider_ref = snapshot.provider_ref or mandate.provider_ref
    mandate.says = snapshot.says[:100] or mandate.says
    mandate.expires_on = snapshot.expires_on or mandate.expires_on
    if snapshot.state == "active" and mandate.state == MandateState.PENDING:
        mandate.state, mandate.active_at = MandateState.ACTIVE, now
    elif snapshot.state == "cancelled":
        mandate.state = MandateState.CANCELLED
        mandate.cancelled_at = mandate.cancelled_at or now
        mandate.released_at = mandate.released_at or now
    mandate.save(
        update_fields=["provider_ref", "says", "expires_on", "state", "active_at", "cancelled_at", "released_at"]
    )
    return mandate, (mandate.state, mandate.says, mandate.expires_on) != before
