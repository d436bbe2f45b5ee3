"""Dunning: what becomes of a collection that failed, and one plain letter for each step of it, never two on a day.

The paper's terms say on which days it is tried again. After the last try the pledge lapses: nothing more is asked, and a
new card or account takes it up again. Called inside the caller's transaction, with the pledge locked.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Max

from pennypress.giving import moves, support_terms
from pennypress.giving.models import (
    Attempt,
    AttemptState,
    Collection,
    CollectionState,
    Pledge,
    PledgeChange,
    PledgeState,
    Reminder,
    Return,
    Step,
)
from pennypress.payments import mandates
from pennypress.payments.models import Method

_LETTERS = {
    Step.FAILED: "pledge-failed",
    Step.AGAIN: "pledge-failed-again",
    Step.LAST: "pledge-last-try",
    Step.LAPSED: "pledge-lapsed",
    Step.RETURNED: "pledge-returned",
    Step.CLAIMED: "pledge-claimed",
}
# A step that could not be told on its day, because another letter went, is told within this time or not at all.
LATEST = dt.timedelta(days=30)


def after_failure(*, pledge: Pledge, collection: Collection, attempt: Attempt, on: dt.date, now: dt.datetime) -> None:
    """This function will set the day of the next try, or let the pledge lapse, and write the letter.

    Of a pledge that has not begun, was paused or has ended, nothing more is asked.
    """
    if pledge.state != PledgeState.ACTIVE or collection.failed_on is None:
        return
    waits = support_terms.standing(collection.failed_on).retries(attempt.payment.method)
    if attempt.number > len(waits):
        lapse(pledge=pledge, on=on, now=now)
    else:
        day = collection.failed_on + dt.timedelta(days=waits[attempt.number - 1])
        collection.retry_on = max(day, on + dt.timedelta(days=1))
        collection.save(update_fields=["retry_on"])
    _remind(pledge, attempt, on=on, now=now)


def lapse(*, pledge: Pledge, on: dt.date, now: dt.datetime) -> Pledge:
    """This function will let a locked pledge lapse. Its mandate is cancelled, so that nothing is taken under it again;
    the worker ends it at the provider."""
    pledge.state = PledgeState.LAPSED
    pledge.lapsed_on = on
    pledge.next_on = pledge.paused_on = pledge.resumes_on = None
    pledge.save(update_fields=["state", "lapsed_on", "next_on", "paused_on", "resumes_on"])
    pledge.collections.filter(retry_on__isnull=False).update(retry_on=None)
    moves.note(pledge, PledgeChange.LAPSED, now)
    if pledge.mandate_id is not None:
        mandates.cancel(mandate_id=pledge.mandate_id, now=now)
    return pledge


def step(pledge: Pledge, attempt: Attempt) -> Step:
    """This function will say which step of dunning a pledge is at, after its latest attempt failed."""
    if pledge.state == PledgeState.LAPSED:
        return Step.LAPSED
    failed_on = attempt.collection.failed_on
    assert failed_on is not None
    left = len(support_terms.standing(failed_on).retries(attempt.payment.method)) - attempt.number
    if left <= 0:
        return Step.LAST
    return Step.FAILED if attempt.number == 1 else Step.AGAIN


def _remind(pledge: Pledge, attempt: Attempt, *, on: dt.date, now: dt.datetime) -> bool:
    if pledge.reminders.filter(on=on).exists():
        return False
    at = step(pledge, attempt)
    Reminder.objects.create(pledge=pledge, step=at, on=on, attempt=attempt)
    collection = attempt.collection
    told = {
        "due_on": collection.due_on,
        "retry_on": collection.retry_on,
        "taken": attempt.payment.amount,
        "is_debit": attempt.payment.method == Method.DIRECT_DEBIT,
        "lapsed_on": pledge.lapsed_on,
    }
    moves.write_to(pledge, kind=_LETTERS[at], key=f"pledge-attempt-{attempt.pk}", now=now, more=told)
    return True


def tell_of_return(*, pledge: Pledge, told: Return, on: dt.date, now: dt.datetime) -> bool:
    """This function will write the letter about money that came and was taken back by the payer's bank: one for each, and
    on another day where one went already. Says whether it was written."""
    attempt = told.attempt
    if Reminder.objects.filter(attempt=attempt).exists() or pledge.reminders.filter(on=on).exists():
        return False
    at = Step.CLAIMED if told.is_claimed else Step.RETURNED
    Reminder.objects.create(pledge=pledge, step=at, on=on, attempt=attempt)
    again = Collection.objects.filter(again_of=attempt.collection).first()
    facts = {
        "due_on": attempt.collection.due_on,
        "taken": attempt.payment.amount,
        "is_debit": attempt.payment.method == Method.DIRECT_DEBIT,
        "retry_on": again.retry_on if again else None,
        "state": pledge.state,
    }
    moves.write_to(pledge, kind=_LETTERS[at], key=f"pledge-attempt-{attempt.pk}", now=now, more=facts)
    return True


def remind_due(*, on: dt.date, now: dt.datetime) -> int:
    """This function will write the letters that had to wait for a day on which no other went. Gives how many."""
    waiting = Return.objects.filter(attempt__reminder=None, on__gte=on - LATEST)
    return _remind_failed(on=on, now=now) + sum(
        _tell_late(pk, on=on, now=now) for pk in list(waiting.values_list("pk", flat=True))
    )


@transaction.atomic
def _tell_late(return_id: int, *, on: dt.date, now: dt.datetime) -> bool:
    told = Return.objects.select_related("attempt__collection", "attempt__payment").get(pk=return_id)
    pledge = Pledge.objects.select_for_update().get(pk=told.attempt.collection.pledge_id)
    return tell_of_return(pledge=pledge, told=told, on=on, now=now)


def _remind_failed(*, on: dt.date, now: dt.datetime) -> int:
    latest = Max("collection__attempts__number")
    found = Attempt.objects.annotate(latest=latest).filter(
        state=AttemptState.FAILED,
        number=F("latest"),
        reminder=None,
        collection__state=CollectionState.FAILED,
        collection__failed_on__gte=on - LATEST,
        collection__pledge__state__in=[PledgeState.ACTIVE, PledgeState.LAPSED],
    )
    return sum(_remind_late(pk, on=on, now=now) for pk in list(found.values_list("pk", flat=True)))


@transaction.atomic
def _remind_late(attempt_id: int, *, on: dt.date, now: dt.datetime) -> bool:
    attempt = Attempt.objects.select_related("collection", "payment").get(pk=attempt_id)
    pledge = Pledge.objects.select_for_update().get(pk=attempt.collection.pledge_id)
    retried_or_lapsed = attempt.collection.retry_on is not None or pledge.state == PledgeState.LAPSED
    if not retried_or_lapsed or Reminder.objects.filter(attempt=attempt).exists():
        return False
    return _remind(pledge, attempt, on=on, now=now)
