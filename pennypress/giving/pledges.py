"""Supporters' pledges: offered, begun, changed, paused and ended by whoever pays them, in one step each.

What is collected of them, and what becomes of it, stands in `collecting`, whose acts are reached from here as well.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.giving import beneficiaries, limits, moves, notices, schedule, swapping, ways
from pennypress.giving.beneficiaries import Beneficiary
from pennypress.giving.collecting import (
    Waiting,
    came_twice,
    collect_due,
    collected,
    not_collected,
    waiting,
)
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import (
    Attempt,
    Collection,
    Interval,
    MandateRequest,
    Pledge,
    PledgeChange,
    PledgeState,
)
from pennypress.giving.moves import CannotChange, write_to
from pennypress.money import Money
from pennypress.payments import mandates, taking
from pennypress.payments.models import Method, Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons

__all__ = [
    "CannotChange",
    "CannotGive",
    "Offered",
    "Waiting",
    "came_twice",
    "cancel",
    "change",
    "change_amount",
    "collect_due",
    "collected",
    "not_collected",
    "offer",
    "pause",
    "resume",
    "resume_due",
    "waiting",
    "write_to",
]
LONGEST_PAUSE = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Offered:
    """A pledge as offered, and the address of the page on which the supporter gives leave, and pays the first time."""

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
    interval_months: int = Interval.MONTHLY,
    beneficiary: Beneficiary | None = None,
) -> Offered:
    """This function will take a reader's offer to give each month, quarter or year.

    By card the first time is at once, and the day of the month on which it is offered is the anchor of all later
    collections. By Direct Debit leave is given first, and the first collection follows once it was announced. Writes the
    pledge and what it begins with in one transaction, then asks the provider outside of it. The same `public_id` again
    gives the pledge that stands. Raises: CannotGive, with nothing written; ProviderUnavailable.
    """
    limits.require_amount(amount, currency=limits.currency(on), largest=limits.LARGEST_PLEDGE)
    limits.require_words(name=name, email=email, place=place, thanks_as=thanks_as)
    if not email.strip():
        raise CannotGive(_("Please give an e-mail address, so that you can change or end your pledge at any time."))
    if interval_months not in Interval.values:
        raise CannotGive(_("Please choose whether to give every month, every three months or every year."))
    beneficiaries.require(beneficiary, on=on)
    way = ways.by(method)
    pledge = Pledge(
        public_id=public_id or uuid.uuid4(),
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        interval_months=interval_months,
        anchor_day=on.day,
        offered_at=now,
        **beneficiaries.columns(beneficiary, on=on),
    )
    if provider is None and way.begins_with_a_mandate:
        return _with_a_mandate(pledge, way)
    return _with_a_payment(pledge, provider=provider or way.provider, method=method, due_on=on)


def _with_a_payment(pledge: Pledge, *, provider: str, method: str, due_on: dt.date) -> Offered:
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
            collection = Collection.objects.create(pledge=pledge, due_on=due_on)
            Attempt.objects.create(collection=collection, number=1, payment=payment)
    except IntegrityError:
        first = Attempt.objects.select_related("collection__pledge", "payment").filter(
            collection__pledge__public_id=pledge.public_id
        )
        standing = first.order_by("id").first()
        if standing is None:
            raise
        pledge, payment = standing.collection.pledge, standing.payment
    return Offered(pledge, taking.ask(payment=payment, return_path=f"/support/{pledge.public_id}/thanks/").url)


def _with_a_mandate(pledge: Pledge, way: ways.Way) -> Offered:
    try:
        with transaction.atomic():
            pledge.save()
            request = swapping.write(pledge=pledge, way=way, now=pledge.offered_at)
            pledge.mandate = request.mandate
            pledge.save(update_fields=["mandate"])
    except IntegrityError:
        standing = MandateRequest.objects.select_related("pledge", "mandate").filter(pledge__public_id=pledge.public_id)
        first = standing.order_by("id").first()
        if first is None:
            raise
        pledge, request = first.pledge, first
    return Offered(pledge, swapping.go(request, return_path=f"/support/{pledge.public_id}/thanks/"))


def change_amount(*, pledge: Pledge, amount: Money, now: dt.datetime) -> Pledge:
    """This function will change what a pledge gives from its next collection on, and nothing else of it."""
    return change(pledge=pledge, amount=amount, now=now)


@transaction.atomic
def change(
    *,
    pledge: Pledge,
    amount: Money,
    now: dt.datetime,
    interval_months: int | None = None,
    anchor_day: int | None = None,
    on: dt.date | None = None,
) -> Pledge:
    """This function will change a pledge's amount, how often it is given and on which day, from its next collection on.

    None leaves a thing as it is. Locks the pledge; writes a move for each thing that changed, and one letter. A debit is
    announced anew, and not taken before that is due. Raises: CannotGive, CannotChange, with nothing written.
    """
    limits.require_amount(amount, currency=pledge.currency, largest=limits.LARGEST_PLEDGE)
    if interval_months is not None and interval_months not in Interval.values:
        raise CannotChange(_("Please choose whether to give every month, every three months or every year."))
    if anchor_day is not None and not 1 <= anchor_day <= 31:
        raise CannotChange(_("Please choose a day of the month, from 1 to 31."))
    pledge = moves.locked(pledge.pk)
    if pledge.state not in (PledgeState.ACTIVE, PledgeState.PAUSED):
        raise CannotChange(_("This pledge is not running, so it cannot be changed."))
    on = on or moves.day_of(now)
    changed = _change(pledge, amount, interval_months, anchor_day, on)
    if not changed:
        return pledge
    pledge.save(update_fields=["amount_minor", "interval_months", "anchor_day", "next_on"])
    move = [moves.note(pledge, what, now) for what in changed][-1]
    if notices.are_needed(pledge.mandate) and pledge.next_on is not None:
        notices.give(pledge=pledge, on=on, now=now)
    else:
        moves.write_to(pledge, kind="pledge-changed", key=f"pledge-changed-{move.pk}", now=now)
    return pledge


def _change(
    pledge: Pledge, amount: Money, interval_months: int | None, anchor_day: int | None, on: dt.date
) -> list[PledgeChange]:
    changed = []
    if pledge.amount_minor != amount.minor:
        pledge.amount_minor = amount.minor
        changed.append(PledgeChange.AMOUNT)
    if interval_months not in (None, pledge.interval_months):
        pledge.interval_months = interval_months or pledge.interval_months
        changed.append(PledgeChange.INTERVAL)
    if anchor_day not in (None, pledge.anchor_day):
        pledge.anchor_day = anchor_day or pledge.anchor_day
        if pledge.next_on is not None:
            pledge.next_on = schedule.moved(pledge.next_on, anchor_day=pledge.anchor_day, on=on)
        changed.append(PledgeChange.DAY)
    return changed


@transaction.atomic
def pause(*, pledge: Pledge, until: dt.date | None, now: dt.datetime, on: dt.date) -> Pledge:
    """This function will pause a pledge: nothing more is asked for until a day, or until its supporter says (None).

    Locks the pledge; writes a move and the letter. What failed is not tried again; a collection under way may still
    arrive. A pledge that is paused already has its day changed. Raises: CannotChange.
    """
    if until is not None and not on < until <= on + LONGEST_PAUSE:
        raise CannotChange(_("Please choose a day within the next year on which it is taken up again."))
    pledge = moves.locked(pledge.pk)
    if pledge.state not in (PledgeState.ACTIVE, PledgeState.PAUSED):
        raise CannotChange(_("This pledge is not running, so it cannot be paused."))
    if pledge.state == PledgeState.PAUSED and pledge.resumes_on == until:
        return pledge
    pledge.state = PledgeState.PAUSED
    pledge.paused_on, pledge.resumes_on, pledge.next_on = on, until, None
    pledge.save(update_fields=["state", "paused_on", "resumes_on", "next_on"])
    pledge.collections.filter(retry_on__isnull=False).update(retry_on=None)
    move = moves.note(pledge, PledgeChange.PAUSED, now)
    write_to(pledge, kind="pledge-paused", key=f"pledge-moved-{move.pk}", now=now)
    return pledge


@transaction.atomic
def resume(*, pledge: Pledge, now: dt.datetime, on: dt.date) -> Pledge:
    """This function will take up a paused pledge again, from its next due day on. What was missed is not made up for.

    Locks the pledge; writes a move and the letter, or the notice of a debit. Raises: CannotChange.
    """
    pledge = moves.locked(pledge.pk)
    if pledge.state == PledgeState.ACTIVE:
        return pledge
    if pledge.state != PledgeState.PAUSED:
        raise CannotChange(_("This pledge is not paused, so it cannot be taken up again."))
    pledge.state = PledgeState.ACTIVE
    pledge.paused_on = pledge.resumes_on = None
    pledge.next_on = swapping.taken_up(pledge, on=on)
    pledge.save(update_fields=["state", "paused_on", "resumes_on", "next_on"])
    move = moves.note(pledge, PledgeChange.RESUMED, now)
    if notices.are_needed(pledge.mandate):
        notices.give(pledge=pledge, on=on, now=now)
    else:
        write_to(pledge, kind="pledge-resumed", key=f"pledge-moved-{move.pk}", now=now)
    return pledge


def resume_due(*, on: dt.date, now: dt.datetime) -> int:
    """This function will take up the pledges whose pause ends by the paper's day `on`, and say how many."""
    over = Pledge.objects.filter(state=PledgeState.PAUSED, resumes_on__lte=on)
    return len([resume(pledge=pledge, now=now, on=on) for pledge in list(over)])


def cancel(*, pledge: Pledge, now: dt.datetime, on: dt.date) -> Pledge:
    """This function will end a pledge: nothing more is asked for. Cancelling one that has ended changes nothing.

    Locks the pledge, waiting for a collection that is being handed over at this moment; writes a move and the letter;
    then ends the mandate at the provider, outside the transaction. A provider out of reach is asked again by the worker.
    A collection already under way may still succeed: it is booked.
    """
    with transaction.atomic():
        pledge = moves.locked(pledge.pk)
        if pledge.state == PledgeState.CANCELLED:
            return pledge
        pledge.state = PledgeState.CANCELLED
        pledge.cancelled_on = on
        pledge.next_on = pledge.paused_on = pledge.resumes_on = pledge.lapsed_on = None
        pledge.save(
            update_fields=["state", "cancelled_on", "next_on", "paused_on", "resumes_on", "lapsed_on"],
        )
        pledge.collections.filter(retry_on__isnull=False).update(retry_on=None)
        moves.note(pledge, PledgeChange.CANCELLED, now)
        write_to(pledge, kind="pledge-cancelled", key=f"pledge-cancelled-{pledge.public_id}", now=now)
        mandate = mandates.cancel(mandate_id=pledge.mandate_id, now=now) if pledge.mandate_id else None
    if mandate is not None:
        mandates.release(mandate=mandate, now=now)
    return pledge
