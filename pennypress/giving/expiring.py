"""Cards that run out: their supporters are asked for another in time, once for each card."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from pennypress.giving import moves, support_terms
from pennypress.giving.models import Pledge, PledgeState, Reminder, Step
from pennypress.payments.models import Method


def ask_for_new_cards(*, on: dt.date, now: dt.datetime) -> int:
    """This function will write to each supporter whose card expires soon, as many days before as the paper's terms say.

    Once for each card; on a day on which another letter about their money went, not until the next. Gives how many.
    """
    until = on + dt.timedelta(days=support_terms.standing(on).expiry_notice_days)
    running = Pledge.objects.filter(
        state__in=[PledgeState.ACTIVE, PledgeState.PAUSED],
        mandate__method=Method.CARD,
        mandate__expires_on__lte=until,
    )
    asked = Q(reminders__step=Step.EXPIRING, reminders__mandate=F("mandate"))
    waiting = running.exclude(pk__in=running.filter(asked).values("pk"))
    return sum(_ask(pk, on=on, now=now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _ask(pledge_id: int, *, on: dt.date, now: dt.datetime) -> bool:
    pledge = Pledge.objects.select_related("mandate").select_for_update(of=("self",)).get(pk=pledge_id)
    mandate = pledge.mandate
    if mandate is None or mandate.expires_on is None or pledge.reminders.filter(on=on).exists():
        return False
    if pledge.reminders.filter(step=Step.EXPIRING, mandate=mandate).exists():
        return False
    Reminder.objects.create(pledge=pledge, step=Step.EXPIRING, on=on, mandate=mandate)
    told = {"expires_on": mandate.expires_on, "card": mandate.says, "has_expired": mandate.expires_on < on}
    key = f"card-expiring-{pledge.pk}-{mandate.pk}"
    moves.write_to(pledge, kind="card-expiring", key=key, now=now, more=told)
    return True
