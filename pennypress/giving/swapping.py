"""Swapping: a pledge's first mandate, or another card or account for it. The old mandate is ended: no zombie collects.

A new mandate is asked for on the provider's page; when the provider says that it was given, settlement tells us, and the
pledge is collected under it from then on. A pledge that had lapsed is taken up again by it.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pennypress.giving import dunning, moves, notices, schedule, ways
from pennypress.giving.models import CollectionState, MandateRequest, Pledge, PledgeChange, PledgeState
from pennypress.giving.moves import CannotChange
from pennypress.payments import mandates
from pennypress.payments.models import Mandate, Method

SWAPPED = (PledgeState.ACTIVE, PledgeState.PAUSED, PledgeState.LAPSED)


def ask(*, pledge: Pledge, method: str, now: dt.datetime) -> str:
    """This function will ask for another card or account for a pledge, and give the address of the provider's page.

    Nothing changes until it is given. Writes the mandate and the request, then asks the provider outside of the
    transaction. Raises: CannotChange, ProviderUnavailable, ProviderRefused.
    """
    way = ways.by(method)
    with transaction.atomic():
        pledge = moves.locked(pledge.pk)
        if pledge.state not in SWAPPED:
            raise CannotChange(_("This pledge has ended. Please begin a new one instead."))
        request = write(pledge=pledge, way=way, now=now)
    return go(request, return_path=f"/support/{pledge.public_id}/card/thanks/")


def write(*, pledge: Pledge, way: ways.Way, now: dt.datetime) -> MandateRequest:
    """This function will write down the mandate that a pledge waits for. Called inside the caller's transaction."""
    mandate = mandates.prepare(provider=way.provider, method=way.method, now=now)
    return MandateRequest.objects.create(pledge=pledge, mandate=mandate, asked_at=now)


def go(request: MandateRequest, *, return_path: str) -> str:
    """This function will ask the provider for its page for a request that is written, and give the page's address."""
    pledge = request.pledge
    begun = mandates.ask(
        mandate=request.mandate,
        currency=pledge.currency,
        payer_name=pledge.name,
        payer_email=pledge.email,
        return_path=return_path,
    )
    MandateRequest.objects.filter(pk=request.pk, asked_ref="").update(asked_ref=begun.provider_ref)
    return begun.url


def hold(*, mandate: Mandate) -> None:
    """This function will lock the pledge that stands on a mandate or waits for it, before the mandate itself is locked.

    Whoever ends a pledge locks the two in this order as well. Called inside the caller's transaction.
    """
    found = Pledge.objects.filter(Q(mandate=mandate) | Q(mandate_requests__mandate=mandate)).distinct()
    for pledge_id in sorted(found.values_list("pk", flat=True)):
        moves.locked(pledge_id)


@transaction.atomic
def given(*, mandate: Mandate, on: dt.date, now: dt.datetime) -> Pledge | None:
    """This function will have a pledge collected under a mandate that was given for it; None where it was for none.

    Called by settlement once the mandate is active. Locks the pledge. In one transaction the pledge has the new mandate
    and the old one is cancelled; the worker ends it at its provider. What failed before is tried again at once. A pledge
    that its supporter has ended meanwhile stays ended, and the new mandate is cancelled as well.
    """
    request = MandateRequest.objects.filter(mandate=mandate).first()
    if request is None:
        return None
    pledge = moves.locked(request.pledge_id)
    request = MandateRequest.objects.select_for_update().get(pk=request.pk)
    if request.given_at is not None:
        return pledge
    request.given_at = now
    request.save(update_fields=["given_at"])
    if pledge.state == PledgeState.CANCELLED:
        mandates.cancel(mandate_id=mandate.pk, now=now)
        return pledge
    _under(pledge, mandate, on=on, now=now)
    return pledge


def _under(pledge: Pledge, mandate: Mandate, *, on: dt.date, now: dt.datetime) -> None:
    old, before = pledge.mandate_id, pledge.state
    pledge.mandate = mandate
    if before == PledgeState.OFFERED:
        pledge.began_on = on
        pledge.next_on = notices.first_day(mandate, on=on) if notices.are_needed(mandate) else on
    elif before == PledgeState.LAPSED:
        pledge.lapsed_on = None
        pledge.next_on = taken_up(pledge, on=on)
    if before != PledgeState.PAUSED:
        pledge.state = PledgeState.ACTIVE
    pledge.save(update_fields=["mandate", "state", "began_on", "lapsed_on", "next_on"])
    _try_at_once(pledge, on=on)
    if old is not None and old != mandate.pk:
        mandates.cancel(mandate_id=old, now=now)
    change = {PledgeState.OFFERED: PledgeChange.BEGAN, PledgeState.LAPSED: PledgeChange.REVIVED}
    move = moves.note(pledge, change.get(PledgeState(before), PledgeChange.METHOD), now)
    if before != PledgeState.OFFERED:
        told = {"card": mandate.says}
        moves.write_to(pledge, kind="pledge-card-changed", key=f"pledge-moved-{move.pk}", now=now, more=told)
    if notices.are_needed(mandate) and pledge.state == PledgeState.ACTIVE:
        notices.give(pledge=pledge, on=on, now=now)


def _try_at_once(pledge: Pledge, *, on: dt.date) -> None:
    failed = pledge.collections.filter(state=CollectionState.FAILED, retry_on__gt=on, failed_on__lt=on)
    failed.update(retry_on=on)
    # What failed today is tried tomorrow: a day has one try.
    pledge.collections.filter(state=CollectionState.FAILED, failed_on=on, retry_on__isnull=False).update(
        retry_on=on + dt.timedelta(days=1)
    )


def taken_up(pledge: Pledge, *, on: dt.date) -> dt.date:
    """The day from which a pledge that was not collected is collected again, in its own rhythm."""
    last = pledge.collections.order_by("-due_on").values_list("due_on", flat=True).first()
    rhythm = {"interval_months": pledge.interval_months, "anchor_day": pledge.anchor_day}
    return schedule.first_from(last or on, on=on, **rhythm) if last else on


@transaction.atomic
def ended(*, mandate: Mandate, on: dt.date, now: dt.datetime) -> Pledge | None:
    """This function will let the pledge lapse that was collected under a mandate which its payer ended at their bank.

    Called by settlement once the mandate is cancelled, by whomever. Locks the pledge; writes the letter, in words of our
    own. None where no pledge runs under it: ended by us, or swapped for another.
    """
    under = Pledge.objects.filter(mandate=mandate, state__in=[PledgeState.ACTIVE, PledgeState.PAUSED]).first()
    if under is None:
        return None
    pledge = moves.locked(under.pk)
    running = pledge.state in (PledgeState.ACTIVE, PledgeState.PAUSED)
    if pledge.mandate_id != mandate.pk or not running:
        return None
    dunning.lapse(pledge=pledge, on=on, now=now)
    told = {"is_debit": mandate.method == Method.DIRECT_DEBIT, "lapsed_on": on}
    moves.write_to(pledge, kind="pledge-ended-at-bank", key=f"pledge-ended-at-bank-{mandate.pk}", now=now, more=told)
    return pledge
