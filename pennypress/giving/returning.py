"""Returns: what becomes of a collection whose money had come and was taken back, and the one plain letter about it.

The payer's bank returns a debit late, or takes it back because its payer claims it. What was returned late is presented
again as a first failure is, where the paper's terms allow; what its payer claimed never is, and the pledge pauses or ends
as they say. Called by settlement, once the books have taken the money back.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.giving import dunning, moves, support_terms
from pennypress.giving.models import (
    AfterClaim,
    Attempt,
    AttemptState,
    Collection,
    CollectionState,
    Pledge,
    PledgeChange,
    PledgeState,
    Return,
)
from pennypress.payments import refunds
from pennypress.payments.models import Allocation, Payment


class CannotStandAgain(ValueError):
    """Money that was returned comes back, but what it was for has come in another payment meanwhile."""


@transaction.atomic
def hold(*, payment: Payment) -> None:
    """This function will lock the pledge of a payment before anything of it is taken back, and wait for a collection that
    is being handed over. One that is for no pledge is left."""
    pledge = Pledge.objects.filter(collections__attempts__payment=payment).values_list("pk", flat=True).first()
    if pledge is not None:
        moves.locked(pledge)


@transaction.atomic
def returned(*, payment: Payment, is_claimed: bool, on: dt.date, now: dt.datetime) -> Return | None:
    """This function will do what the paper's terms say when a bank took back what a payment had brought: once for an
    attempt, however often it is told. None where the payment brought no collection. Locks the pledge."""
    brought = Attempt.objects.filter(payment=payment, state=AttemptState.COLLECTED).first()
    if brought is None:
        return None
    pledge = moves.locked(brought.collection.pledge_id)
    attempt = Attempt.objects.select_related("collection", "payment").get(pk=brought.pk)
    facts = {"on": on, "is_claimed": is_claimed, "recorded_at": now}
    told, is_new = Return.objects.get_or_create(attempt=attempt, defaults=facts)
    if not is_new:
        return told
    if is_claimed:
        _stop(pledge, on=on, now=now)
    elif attempt.collection.state == CollectionState.TAKEN_BACK:
        _present_again(pledge, attempt, on=on, now=now)
    dunning.tell_of_return(pledge=pledge, told=told, on=on, now=now)
    return told


def _stop(pledge: Pledge, *, on: dt.date, now: dt.datetime) -> None:
    """Nothing more is asked of whoever claims their money back, until they say."""
    if pledge.state not in (PledgeState.ACTIVE, PledgeState.PAUSED):
        return
    if support_terms.standing(on).after_claim == AfterClaim.END:
        dunning.lapse(pledge=pledge, on=on, now=now)
        return
    was, pledge.state = pledge.state, PledgeState.PAUSED
    pledge.paused_on, pledge.resumes_on, pledge.next_on = pledge.paused_on or on, None, None
    pledge.save(update_fields=["state", "paused_on", "resumes_on", "next_on"])
    pledge.collections.filter(retry_on__isnull=False).update(retry_on=None)
    if was == PledgeState.ACTIVE:
        moves.note(pledge, PledgeChange.PAUSED, now)


def _present_again(pledge: Pledge, attempt: Attempt, *, on: dt.date, now: dt.datetime) -> None:
    """Writes the collection anew for the paper's next day to try, or lets the pledge lapse after the last. Where the next
    period is asked for by then, the older is given up for it."""
    terms, collection = support_terms.standing(on), attempt.collection
    if pledge.state != PledgeState.ACTIVE or not terms.presents_returned:
        return
    waits = terms.retries(attempt.payment.method)
    if attempt.number > len(waits):
        dunning.lapse(pledge=pledge, on=on, now=now)
        return
    day = on + dt.timedelta(days=waits[attempt.number - 1])
    is_overtaken = pledge.next_on is None or day >= pledge.next_on
    if is_overtaken or pledge.collections.filter(due_on__gt=collection.due_on).exists():
        return
    Collection.objects.create(
        pledge=pledge,
        due_on=collection.due_on,
        state=CollectionState.FAILED,
        failed_on=on,
        retry_on=day,
        again_of=collection,
    )


@transaction.atomic
def weigh_again(*, allocation: Allocation) -> Collection:
    """This function will bring a collection's state in line with what stands taken back of its allocation. Locks it.

    Money that comes back after all ends what was presented again for it. Raises: CannotStandAgain.
    """
    collection = Collection.objects.select_for_update(of=("self",)).get(allocation=allocation)
    state = CollectionState.COLLECTED if refunds.left(allocation) else CollectionState.TAKEN_BACK
    if collection.state != state:
        if state == CollectionState.COLLECTED:
            _give_up_presenting(collection)
        collection.state = state
        collection.save(update_fields=["state"])
    return collection


def _give_up_presenting(collection: Collection) -> None:
    of_the_period = Collection.objects.filter(pledge=collection.pledge_id, due_on=collection.due_on)
    others = of_the_period.exclude(pk=collection.pk)
    if others.filter(state=CollectionState.COLLECTED).exists():
        raise CannotStandAgain(
            _("What was returned has come in another payment meanwhile. Give back one of the two at the provider.")
        )
    others.filter(retry_on__isnull=False).update(retry_on=None)
