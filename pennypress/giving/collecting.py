"""Collecting pledges: what has fallen due is handed to the provider, and marked when word comes back.

Each pledge is collected at most once for a period, whatever dies on the way: the key under which the provider is asked
is made of the period and the attempt, whose rows the database lets stand once (`falling_due`), and of nothing else.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pennypress import days
from pennypress.giving import appeals, beneficiaries, checkpoints, dunning, falling_due, moves, notices, schedule
from pennypress.giving.models import (
    Attempt,
    AttemptState,
    Collection,
    CollectionState,
    Pledge,
    PledgeChange,
    PledgeState,
)
from pennypress.payments import moving, taking
from pennypress.payments.models import Allocation, Payment, PaymentState
from pennypress.people.models import Person

# So many pledges are written down in one transaction; each is asked for by itself.
CHUNK = 200


def due(*, on: dt.date) -> list[int]:
    """This function will list the pledges for which something is to be asked by the paper's day `on`.

    A collection that falls due, one that failed and is to be tried again, and one that was written down and of which
    the provider has never heard because the worker died or the provider was out of reach.
    """
    again = Collection.objects.filter(pledge=OuterRef("pk"), retry_on__lte=on)
    found = Pledge.objects.filter(state=PledgeState.ACTIVE).filter(
        Q(next_on__lte=on) | Exists(again) | Exists(_unasked().filter(collection__pledge=OuterRef("pk")))
    )
    return list(found.order_by("pk").values_list("pk", flat=True))


def collect_due(*, on: dt.date, now: dt.datetime) -> list[Collection]:
    """This function will ask the providers for everything that is due by the paper's day `on`, each at most once.

    Asks again, under the same key, for what a provider out of reach has never acknowledged. Call it outside any
    transaction.
    """
    waiting = due(on=on)
    asked: list[Collection] = []
    for start in range(0, len(waiting), CHUNK):
        asked += collect_some(pledges=waiting[start : start + CHUNK], on=on, now=now)
    return asked


def collect_some(*, pledges: Sequence[int], on: dt.date, now: dt.datetime) -> list[Collection]:
    """This function will ask the providers for what is due of these pledges, as `collect_due` does for all.

    Several workers may do so at once, of the same pledges as well. Call it outside any transaction.
    """
    falling_due.write_down(pledges=pledges, on=on, now=now)
    active = Pledge.objects.filter(pk__in=pledges, state=PledgeState.ACTIVE)
    again = Collection.objects.filter(pledge__in=active, retry_on__lte=on).order_by("pk")
    for collection_id, pledge_id in list(again.values_list("pk", "pledge_id")):
        falling_due.try_again(pledge_id=pledge_id, collection_id=collection_id, on=on, now=now)
    waiting = _unasked().filter(collection__pledge__in=active).select_related("collection", "payment__mandate")
    return [
        attempt.collection
        for attempt in waiting.prefetch_related("payment__parts").order_by("pk")
        if _hand_over(attempt, on=on, now=now)
    ]


def _unasked() -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        state=AttemptState.ASKED,
        collection__pledge__state=PledgeState.ACTIVE,
        payment__state=PaymentState.STARTED,
        payment__provider_ref="",
    )


def _hand_over(attempt: Attempt, *, on: dt.date, now: dt.datetime) -> bool:
    """Asks the provider for an attempt's money, unless the pledge was ended or paused meanwhile. Says whether it took it
    on. While it is being asked, nobody can end or pause the pledge: they wait, and what they do counts afterwards."""
    collection, payment = attempt.collection, attempt.payment
    with _held(collection.pledge_id):
        if not _unasked().filter(pk=attempt.pk).exists():
            return False
        try:
            # The key is of the period and the attempt, which the payment's own number is made of.
            key = f"collection-{payment.public_id}"
            taking.charge(payment=payment, key=key, now=now, collect_on=_not_before(attempt))
        except taking.ProviderUnavailable:
            return False
        except taking.ProviderRefused as refusal:
            _refused(payment, str(refusal), now)
            return False
    return True


def _not_before(attempt: Attempt) -> dt.date | None:
    """A first attempt waits for the day that was announced; one that is presented again needs no second notice."""
    mandate = attempt.payment.mandate
    if attempt.number > 1 or mandate is None or not notices.are_needed(mandate):
        return None
    notice = mandate.notices.filter(pledge=attempt.collection.pledge_id).order_by("-id").first()
    return max(attempt.collection.due_on, notice.first_on) if notice else attempt.collection.due_on


@transaction.atomic
def _refused(payment: Payment, reason: str, now: dt.datetime) -> None:
    moving.move(payment=moving.locked(payment.pk), to=PaymentState.FAILED, now=now, reason=reason)
    not_collected(payment=payment, now=now)


@contextlib.contextmanager
def _held(pledge_id: int) -> Iterator[None]:
    # A lock of the session, since no transaction may be open while a provider is asked. `moves.locked` waits for it.
    names = "hashtext('giving.pledge'), %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({names})", [pledge_id % 2**31])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({names})", [pledge_id % 2**31])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a payment's money, locked: the pledge, its collection, and the attempt that is the payment's.

    `is_owed` is False where another attempt has brought the money of the period already.
    """

    pledge: Pledge
    collection: Collection
    attempt: Attempt
    is_owed: bool


def waiting(*, payment: Payment) -> Waiting:
    """This function will lock and give what waits for a payment's money: the pledge first, then collection and attempt.

    Call it in the transaction that books. Money that came twice is not lost: it is booked as not yet allocated, and
    `came_twice` marks the attempt.
    """
    attempt = _locked(payment)
    collection = attempt.collection
    of_the_period = Attempt.objects.filter(
        collection__pledge=collection.pledge_id, collection__due_on=collection.due_on, state=AttemptState.COLLECTED
    )
    brought = of_the_period.filter(Q(collection=collection) | Q(collection__state=CollectionState.COLLECTED))
    is_owed = attempt.state in (AttemptState.COLLECTED, AttemptState.SURPLUS) or not brought.exists()
    return Waiting(collection.pledge, collection, attempt, is_owed)


def _locked(payment: Payment) -> Attempt:
    # The rows are locked in the order named.
    of_it = Attempt.objects.select_related("collection__pledge__mandate").filter(payment=payment)
    return of_it.select_for_update(of=("collection__pledge", "self", "collection")).get()


def came_twice(*, waiting: Waiting) -> Attempt:
    """This function will mark that an attempt brought money which another had brought already."""
    attempt = waiting.attempt
    attempt.state = AttemptState.SURPLUS
    attempt.save(update_fields=["state"])
    return attempt


def collected(
    *, waiting: Waiting, allocation: Allocation, payer: Person | None, on: dt.date, now: dt.datetime
) -> tuple[Pledge, bool]:
    """This function will mark the collection of a payment as collected, and say whether it is the first of its pledge.

    Called by settlement, in the transaction in which it took what is `waiting`. A late success of a cancelled pledge is
    booked all the same, and begins nothing. The money counts in the appeal that runs on the day, where that counts
    pledges.
    """
    pledge, collection, attempt = waiting.pledge, waiting.collection, waiting.attempt
    if attempt.state in (AttemptState.COLLECTED, AttemptState.SURPLUS):
        return pledge, False
    appeal = appeals.running(on)
    counts = appeal is not None and appeal.counts_pledges and appeal.currency == pledge.currency
    collection.appeal = appeal if counts else None
    collection.allocation = allocation
    collection.state = CollectionState.COLLECTED
    collection.retry_on = None
    collection.save(update_fields=["appeal", "allocation", "state", "retry_on"])
    checkpoints.ask_if_due(allocation)
    attempt.state = AttemptState.COLLECTED
    attempt.save(update_fields=["state"])
    return pledge, _first_came(pledge, collection, payer, on=on, now=now)


def _first_came(pledge: Pledge, collection: Collection, payer: Person | None, *, on: dt.date, now: dt.datetime) -> bool:
    """What the first money of a pledge brings: whom it is from, whom it is for, and its beginning."""
    is_first = pledge.person_id is None or pledge.state == PledgeState.OFFERED
    if not is_first:
        return False
    pledge.person = pledge.person or payer
    pledge.credited = beneficiaries.credited(pledge, now)
    if pledge.state == PledgeState.OFFERED:
        rhythm = {"interval_months": pledge.interval_months, "anchor_day": pledge.anchor_day}
        pledge.state = PledgeState.ACTIVE
        pledge.began_on = on
        pledge.next_on = schedule.following(collection.due_on, **rhythm)
    pledge.save(update_fields=["person", "credited", "state", "began_on", "next_on"])
    if not pledge.moves.filter(change=PledgeChange.BEGAN).exists() and pledge.state == PledgeState.ACTIVE:
        moves.note(pledge, PledgeChange.BEGAN, now)
    return pledge.state == PledgeState.ACTIVE


@transaction.atomic
def not_collected(*, payment: Payment, now: dt.datetime) -> Collection:
    """This function will mark that an attempt failed, and do what the paper's terms say comes next. Locks the pledge."""
    attempt = _locked(payment)
    collection, pledge = attempt.collection, attempt.collection.pledge
    if attempt.state != AttemptState.ASKED:
        return collection
    attempt.state = AttemptState.FAILED
    attempt.save(update_fields=["state"])
    if collection.state == CollectionState.ASKED:
        on = days.day_of(now, timezone.get_default_timezone())
        collection.state = CollectionState.FAILED
        collection.failed_on = collection.failed_on or on
        collection.save(update_fields=["state", "failed_on"])
        dunning.after_failure(pledge=pledge, collection=collection, attempt=attempt, on=on, now=now)
    return collection


@transaction.atomic
def entered_anew(*, was: Allocation, allocation: Allocation) -> Collection:
    """This function will stand a collection on the allocation that corrects the one it stood on. Locks it."""
    collection = Collection.objects.select_for_update(of=("self",)).get(allocation=was)
    collection.allocation, collection.state = allocation, CollectionState.COLLECTED
    collection.save(update_fields=["allocation", "state"])
    return collection
