"""Supporters' monthly pledges: offered, begun with their first collection, changed, cancelled; collected once a month."""

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.giving import appeals, limits, links
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Collection, CollectionState, Pledge, PledgeChange, PledgeMove, PledgeState
from pennypress.letters import outbox
from pennypress.money import Money
from pennypress.payments import mandates, refunds, taking
from pennypress.payments.models import Allocation, Method, Payment, PaymentState, Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import Person

__all__ = ["CannotChange", "CannotGive", "Offered", "cancel", "change_amount", "collect_due", "offer"]


class CannotChange(ValueError):
    """The pledge cannot be changed as asked, because it has ended; the text is fit for its supporter."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A pledge as offered, and the address of the page on which the supporter gives leave and pays the first month."""

    pledge: Pledge
    url: str


def offer(
    *,
    amount: Money,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    now: dt.datetime,
    on: dt.date,
    provider: str | None = None,
    method: str = Method.CARD,
    public_id: uuid.UUID | None = None,
) -> Offered:
    """This function will take a reader's offer to give each month, the first time at once.

    The day of the month on which it is offered is the anchor of all later collections. Writes the pledge, its mandate,
    its first payment and collection in one transaction, then asks the provider outside of it. The same `public_id`
    again gives the pledge that stands. Raises: CannotGive, with nothing written; ProviderUnavailable.
    """
    limits.require_amount(amount, currency=limits.currency(on), largest=limits.LARGEST_PLEDGE)
    limits.require_words(name=name, email=email, place=place, thanks_as=thanks_as)
    if not email.strip():
        raise CannotGive(_("Please give an e-mail address, so that you can change or end your pledge at any time."))
    pledge = Pledge(
        public_id=public_id or uuid.uuid4(),
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        anchor_day=on.day,
        offered_at=now,
    )
    first = _written_once(pledge, provider=provider, method=method, due_on=on)
    assert first.payment is not None
    started = taking.ask(payment=first.payment, return_path=f"/support/{first.pledge.public_id}/thanks/")
    return Offered(first.pledge, started.url)


def _written_once(pledge: Pledge, *, provider: str | None, method: str, due_on: dt.date) -> Collection:
    try:
        with transaction.atomic():
            pledge.save()
            payment = taking.prepare(
                provider=provider,
                method=method,
                parts=[Part(Purpose.PLEDGE, pledge.amount)],
                payer_name=pledge.name,
                payer_email=pledge.email,
                now=pledge.offered_at,
                save_mandate=True,
            )
            pledge.mandate = payment.mandate
            pledge.save(update_fields=["mandate"])
            return Collection.objects.create(pledge=pledge, due_on=due_on, payment=payment)
    except IntegrityError:
        standing = Collection.objects.select_related("pledge", "payment").filter(pledge__public_id=pledge.public_id)
        first = standing.order_by("due_on").first()
        if first is None:
            raise
        return first


@transaction.atomic
def collected(
    *, payment: Payment, allocation: Allocation, payer: Person | None, on: dt.date, now: dt.datetime
) -> tuple[Pledge, bool]:
    """This function will mark the collection of a payment as collected, and say whether the pledge began with it.

    Called by settlement. Locks the pledge. A late success of a cancelled pledge is booked all the same, and begins
    nothing. The money counts in the appeal that runs on the day, where that counts pledges.
    """
    found = Collection.objects.get(payment=payment)
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=found.pledge_id)
    collection = Collection.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if collection.state in (CollectionState.COLLECTED, CollectionState.TAKEN_BACK):
        return pledge, False
    appeal = appeals.running(on)
    counts = appeal is not None and appeal.counts_pledges and appeal.currency == pledge.currency
    collection.appeal = appeal if counts else None
    collection.allocation = allocation
    collection.state = CollectionState.COLLECTED
    collection.save(update_fields=["appeal", "allocation", "state"])
    begins = pledge.state == PledgeState.OFFERED
    pledge.person = pledge.person or payer
    if begins:
        pledge.state = PledgeState.ACTIVE
        pledge.began_on = on
        pledge.next_on = days.months_after(collection.due_on, 1, pledge.anchor_day)
        _note(pledge, PledgeChange.BEGAN, now)
    pledge.save(update_fields=["person", "state", "began_on", "next_on"])
    return pledge, begins


@transaction.atomic
def not_collected(*, payment: Payment) -> Collection:
    """This function will mark the collection of a failed payment. Locks it. The next month is asked for all the same."""
    collection = Collection.objects.select_for_update(of=("self",)).get(payment=payment)
    if collection.state == CollectionState.ASKED:
        collection.state = CollectionState.FAILED
        collection.save(update_fields=["state"])
    return collection


@transaction.atomic
def weigh_again(*, allocation: Allocation) -> Collection:
    """This function will bring a collection's state in line with what stands taken back of its allocation. Locks it."""
    collection = Collection.objects.select_for_update(of=("self",)).get(allocation=allocation)
    state = CollectionState.COLLECTED if refunds.left(allocation) else CollectionState.TAKEN_BACK
    if collection.state != state:
        collection.state = state
        collection.save(update_fields=["state"])
    return collection


@transaction.atomic
def change_amount(*, pledge: Pledge, amount: Money, now: dt.datetime) -> Pledge:
    """This function will change what a pledge gives from its next collection on. Locks the pledge; writes a move
    and the letter.

    Raises: CannotGive, CannotChange, with nothing written.
    """
    limits.require_amount(amount, currency=pledge.currency, largest=limits.LARGEST_PLEDGE)
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if pledge.state != PledgeState.ACTIVE:
        raise CannotChange(_("This pledge is not running, so its amount cannot be changed."))
    if pledge.amount_minor != amount.minor:
        pledge.amount_minor = amount.minor
        pledge.save(update_fields=["amount_minor"])
        move = _note(pledge, PledgeChange.AMOUNT, now)
        write_to(pledge, kind="pledge-changed", key=f"pledge-changed-{move.pk}", now=now)
    return pledge


def cancel(*, pledge: Pledge, now: dt.datetime, on: dt.date) -> Pledge:
    """This function will end a pledge: nothing more is asked for. Cancelling one that has ended changes nothing.

    Locks the pledge; writes a move and the letter; then ends the mandate at the provider, outside the transaction. A
    provider out of reach is asked again by the worker. A collection already under way may still succeed: it is booked.
    """
    with transaction.atomic():
        pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
        if pledge.state == PledgeState.CANCELLED:
            return pledge
        pledge.state = PledgeState.CANCELLED
        pledge.cancelled_on = on
        pledge.next_on = None
        pledge.save(update_fields=["state", "cancelled_on", "next_on"])
        _note(pledge, PledgeChange.CANCELLED, now)
        write_to(pledge, kind="pledge-cancelled", key=f"pledge-cancelled-{pledge.public_id}", now=now)
        mandate = mandates.cancel(mandate_id=pledge.mandate_id, now=now) if pledge.mandate_id else None
    if mandate is not None:
        mandates.release(mandate=mandate, now=now)
    return pledge


def collect_due(*, on: dt.date, now: dt.datetime) -> list[Collection]:
    """This function will ask the providers for every collection due by the paper's day `on`, each at most once.

    Asks again, under the same key, for those that a provider out of reach has never acknowledged. Call it outside any
    transaction. A provider out of reach leaves its collections for the next run.
    """
    due = Pledge.objects.filter(state=PledgeState.ACTIVE, next_on__lte=on).values_list("pk", flat=True)
    for pledge_id in list(due):
        with contextlib.suppress(taking.ProviderUnavailable):
            _fall_due(pledge_id=pledge_id, on=on, now=now)
    unasked = Collection.objects.filter(
        state=CollectionState.ASKED,
        pledge__state=PledgeState.ACTIVE,
        payment__state=PaymentState.STARTED,
        payment__provider_ref="",
    )
    asked = []
    for collection in unasked.select_related("payment__mandate").order_by("pk"):
        if _ask_for(collection, now=now):
            asked.append(collection)
    return asked


@transaction.atomic
def _fall_due(*, pledge_id: int, on: dt.date, now: dt.datetime) -> None:
    """Writes the collection that is due and moves the date on. Months missed altogether are not made up for: a supporter
    is never charged twice at once."""
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge_id)
    if pledge.state != PledgeState.ACTIVE or pledge.next_on is None or pledge.next_on > on:
        return
    due_on = pledge.next_on
    # An active pledge has a mandate, by the database.
    assert pledge.mandate is not None
    while (later := days.months_after(due_on, 1, pledge.anchor_day)) <= on:
        due_on = later
    payment = taking.prepare(
        provider=pledge.mandate.provider,
        method=pledge.mandate.method,
        parts=[Part(Purpose.PLEDGE, pledge.amount)],
        payer_name=pledge.name,
        payer_email=pledge.email,
        now=now,
        mandate=pledge.mandate,
    )
    Collection.objects.create(pledge=pledge, due_on=due_on, payment=payment)
    pledge.next_on = later
    pledge.save(update_fields=["next_on"])


def _ask_for(collection: Collection, *, now: dt.datetime) -> bool:
    assert collection.payment is not None
    try:
        taking.charge(payment=collection.payment, key=f"collection-{collection.payment.public_id}", now=now)
    except taking.ProviderUnavailable:
        return False
    return True


def _note(pledge: Pledge, change: str, now: dt.datetime) -> PledgeMove:
    return PledgeMove.objects.create(pledge=pledge, change=change, amount_minor=pledge.amount_minor, moved_at=now)


def write_to(pledge: Pledge, *, kind: str, key: str, now: dt.datetime) -> None:
    """This function will queue a letter about a pledge, with the address at which to change or end it. Once for a key."""
    outbox.queue(
        key=key,
        kind=kind,
        to_name=pledge.name,
        to_email=pledge.email,
        context={
            "pledge": pledge,
            "amount": pledge.amount,
            "next_on": pledge.next_on,
            "manage_path": links.manage_path(pledge),
        },
        now=now,
        person=pledge.person,
    )
