"""Supporters as the paper sees them: how many stand where, and who they are. Reads only."""

from collections.abc import Mapping

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from pennypress.giving.models import Collection, Pledge, PledgeState

# Those whose last payment did not go through and is tried again: not a state of its own, but what a treasurer asks for.
RETRIED = "retried"
SHOWN = (PledgeState.ACTIVE, RETRIED, PledgeState.PAUSED, PledgeState.LAPSED, PledgeState.CANCELLED)


def counts() -> Mapping[str, int]:
    """This function will count the pledges that stand in each state, and those that are tried again."""
    counted = Pledge.objects.order_by().values_list("state").annotate(Count("id"))
    return {**dict(counted), RETRIED: _retried().count()}


def standing(*, state: str, words: str = "") -> QuerySet[Pledge]:
    """This function will find the pledges in a state, by words of the supporter's name or address."""
    found = _retried() if state == RETRIED else Pledge.objects.filter(state=state)
    if words:
        found = found.filter(
            Q(name__icontains=words) | Q(email__icontains=words) | Q(beneficiary_name__icontains=words)
        )
    again = Collection.objects.filter(pledge=OuterRef("pk"), retry_on__isnull=False).values("retry_on")[:1]
    return found.select_related("mandate").annotate(retry_on=Subquery(again)).order_by("name", "id")


def _retried() -> QuerySet[Pledge]:
    retried = Collection.objects.filter(retry_on__isnull=False)
    return Pledge.objects.filter(state=PledgeState.ACTIVE, pk__in=retried.values("pledge"))
