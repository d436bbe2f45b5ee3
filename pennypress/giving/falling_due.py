"""Falling due: what pledges owe by a day is written down, with the attempt by which a provider will be asked for it.

Nothing is asked here. The period is a row that the database lets stand once, each attempt is another, and the name of
its payment is made of both and of nothing else, so that asking for it twice is asking for the same.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from pennypress.giving import notices, schedule
from pennypress.giving.models import Attempt, Collection, CollectionState, Pledge, PledgeState
from pennypress.money import Money
from pennypress.payments import providers, taking
from pennypress.payments.models import Mandate, Purpose
from pennypress.payments.parts import Part


@transaction.atomic
def write_down(*, pledges: Sequence[int], on: dt.date, now: dt.datetime) -> None:
    """This function will write each collection of these pledges that is due by `on` with its first attempt, and move
    their dates on. All or none; a pledge whose provider is not offered is left as it is.

    Locks the pledges in the order of their numbers. Of a pledge whose last collection failed and is tried again, that
    one is given up for the newer: never are two asked for at once.
    """
    retried = Collection.objects.filter(pledge=OuterRef("pk"), retry_on__isnull=False)
    found = Pledge.objects.select_related("mandate").annotate(is_retried=Exists(retried)).order_by("pk")
    waiting = found.filter(pk__in=pledges, state=PledgeState.ACTIVE, next_on__lte=on).select_for_update(of=("self",))
    due = [pledge for pledge in waiting if _is_offered(pledge)]
    Collection.objects.filter(pledge__in=[pledge for pledge in due if pledge.is_retried]).update(retry_on=None)
    collections = [_fallen_due(pledge, on=on, now=now) for pledge in due]
    Collection.objects.bulk_create(collections)
    _attempt([(collection, 1, collection.pledge.amount) for collection in collections], now)
    Pledge.objects.bulk_update(due, ["next_on"])


def _is_offered(pledge: Pledge) -> bool:
    return providers.is_offered(_mandate(pledge).provider)


def _mandate(pledge: Pledge) -> Mandate:
    # An active pledge has one, by the database.
    assert pledge.mandate is not None
    return pledge.mandate


def _fallen_due(pledge: Pledge, *, on: dt.date, now: dt.datetime) -> Collection:
    """The collection that is due, announced where it has to be; the pledge's date moves on."""
    assert pledge.next_on is not None
    rhythm = {"interval_months": pledge.interval_months, "anchor_day": pledge.anchor_day}
    due_on, next_on = schedule.latest(pledge.next_on, on=on, **rhythm)
    notices.cleared(pledge=pledge, due_on=due_on, on=on, now=now)
    pledge.next_on = next_on
    return Collection(pledge=pledge, due_on=due_on)


@transaction.atomic
def try_again(*, pledge_id: int, collection_id: int, on: dt.date, now: dt.datetime) -> None:
    """This function will write the next attempt of a collection that failed and whose day has come, for what it was, or
    for less if less is pledged by now. Locks the pledge and the collection."""
    pledge = Pledge.objects.select_related("mandate").select_for_update(of=("self",)).get(pk=pledge_id)
    collection = Collection.objects.select_for_update().get(pk=collection_id)
    if pledge.state != PledgeState.ACTIVE or collection.retry_on is None or collection.retry_on > on:
        return
    if not _is_offered(pledge):
        return
    before = collection.latest()
    assert before is not None
    collection.state, collection.retry_on, collection.pledge = CollectionState.ASKED, None, pledge
    collection.save(update_fields=["state", "retry_on"])
    amount = Money(min(before.payment.amount_minor, pledge.amount_minor), pledge.currency)
    _attempt([(collection, before.number + 1, amount)], now)


def _attempt(wanted: Sequence[tuple[Collection, int, Money]], now: dt.datetime) -> None:
    """Writes the attempts of these numbers at these collections, with their payments."""
    payments = taking.prepare_charges(
        charges=[
            taking.Wanted(
                mandate=_mandate(collection.pledge),
                parts=(Part(Purpose.PLEDGE, amount),),
                payer_name=collection.pledge.name,
                payer_email=collection.pledge.email,
                public_id=uuid.uuid5(collection.pledge.public_id, f"{collection.due_on}/{number}"),
            )
            for collection, number, amount in wanted
        ],
        now=now,
    )
    Attempt.objects.bulk_create(
        Attempt(collection=collection, number=number, payment=payment)
        for (collection, number, _amount), payment in zip(wanted, payments, strict=True)
    )
