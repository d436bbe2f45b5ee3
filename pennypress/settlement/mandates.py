"""Mandates: what the provider says of one moves our row of it, and what follows for the pledges that stand on it."""

import datetime as dt

from django.db import transaction

from pennypress.giving import swapping
from pennypress.payments import mandates, providers
from pennypress.payments.models import Mandate, MandateState
from pennypress.payments.providers.protocol import MandateSnapshot


class NoSuchMandate(LookupError):
    """The provider knows a mandate that is not, or not yet, one of ours."""


def ask(*, provider: str, provider_ref: str, on: dt.date, now: dt.datetime) -> Mandate:
    """This function will ask the provider how a mandate stands, and bring our row up to it.

    Asks outside any transaction. Raises: ProviderUnavailable, UnknownAtProvider, NoSuchMandate.
    """
    snapshot = providers.get(provider).fetch_mandate(provider_ref)
    return bring_up(provider=provider, asked_as=provider_ref, snapshot=snapshot, on=on, now=now)


@transaction.atomic
def bring_up(*, provider: str, snapshot: MandateSnapshot, on: dt.date, now: dt.datetime, asked_as: str = "") -> Mandate:
    """This function will bring our row of a mandate up to a provider's snapshot of it. Raises: NoSuchMandate."""
    found = mandates.find(provider=provider, refs=[snapshot.provider_ref, asked_as], reference=snapshot.reference)
    if found is None:
        raise NoSuchMandate(snapshot.provider_ref)
    swapping.hold(mandate=found)
    mandate, changed = mandates.bring_up(mandate_id=found.pk, snapshot=snapshot, now=now)
    if changed:
        mandate_changed(mandate=mandate, reason=snapshot.failure, on=on, now=now)
    return mandate


def mandate_changed(*, mandate: Mandate, reason: str, on: dt.date, now: dt.datetime) -> None:
    """This function will see to what follows from a mandate's change, in its transaction: it began, ended at the bank, or
    its card runs out on another day (`mandate.state`, `mandate.expires_on`).

    A mandate that was given for a pledge takes the place of the one before. A pledge whose mandate was ended at the bank
    lapses, and its supporter is written to, in our words: `reason` is the provider's, and goes no further.
    """
    match mandate.state:
        case MandateState.ACTIVE:
            swapping.given(mandate=mandate, on=on, now=now)
        case MandateState.CANCELLED:
            swapping.ended(mandate=mandate, on=on, now=now)
        case _pending:
            return
