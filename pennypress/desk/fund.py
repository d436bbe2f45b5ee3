"""The fund today. The treasurer sees who gave; an editor sees the words that givers chose for print, and nothing else.

What an editor's page is made of is built here from those words alone: the template is never handed a gift.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress import days
from pennypress.desk import entry, screen
from pennypress.giving import meter, printable
from pennypress.giving.models import Appeal, Collection, Gift, GiftState
from pennypress.money import Money, total
from pennypress.payments.models import Allocation, Method, Purpose, Receipt, Refund
from pennypress.people import roles
from pennypress.society import rulebook

LATEST = 25


@dataclass(frozen=True, slots=True)
class Thanked:
    """A gift as it may be printed: the words its giver chose, the amount and the day."""

    words: str
    amount: Money
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class ByMethod:
    """The receipts of a day that came by one method."""

    method: str
    label: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Counted:
    """One sum that an appeal's meter counts: what came, what was taken back of it, and what is left."""

    on: dt.date | None
    name: str
    kind: str
    receipt_id: int
    came: Money
    taken: Money
    left: Money


@entry.open_to(roles.TREASURER, roles.EDITOR)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """This view will show where the fund stands: to the treasurer with its givers, to an editor in printable words."""
    now = timezone.now()
    fund = meter.read(now=now)
    appeal = meter.shown(days.day_of(now, timezone.get_default_timezone()))
    context: dict[str, Any] = {"fund": fund, "appeal": appeal}
    if not roles.holds(request.user, roles.TREASURER):
        context["thanked"] = [_printable(gift) for gift in _latest()]
        return screen.show(
            request, "desk/fund/printable.html", title=_("The fund today"), icon="calendar-check", context=context
        )
    on = screen.today()
    methods = by_method(on)
    context |= {
        "on": on,
        "methods": methods,
        "received": total([row.amount for row in methods], rulebook.society().currency),
        "gifts": _latest(),
    }
    return screen.show(
        request, "desk/fund/today.html", title=_("The fund today"), icon="calendar-check", context=context
    )


@entry.open_to(roles.TREASURER)
@require_safe
def raised(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will show every sum that an appeal's meter counts; they add up to what it says is raised."""
    appeal = get_object_or_404(Appeal, slug=slug)
    now = timezone.now()
    counted = sorted(_counted(appeal), key=lambda row: (row.on or dt.date.min, row.receipt_id), reverse=True)
    context = {
        "appeal": appeal,
        "fund": meter.of(appeal, on=screen.today(), now=now),
        "page": screen.paged(request, counted),
        "sum": total([row.left for row in counted], appeal.currency),
        "count": len(counted),
    }
    above = [(reverse("desk_fund"), _("The fund today"))]
    return screen.show(
        request, "desk/fund/raised.html", title=appeal.name, icon="calendar-check", above=above, context=context
    )


def by_method(on: dt.date) -> list[ByMethod]:
    """This function will sum the receipts of the paper's day `on` by the method they came by."""
    currency = rulebook.society().currency
    rows = Receipt.objects.filter(received_on=on, currency=currency).values("method")
    rows = rows.annotate(count=Count("id"), summed=Sum("amount_minor")).order_by("method")
    return [
        ByMethod(row["method"], str(Method(row["method"]).label), row["count"], Money(row["summed"], currency))
        for row in rows
    ]


def _latest() -> Iterable[Gift]:
    gifts = Gift.objects.filter(state=GiftState.RECEIVED).select_related("allocation__receipt")
    return gifts.order_by("-received_on", "-id")[:LATEST]


def _printable(gift: Gift) -> Thanked:
    words = printable.words_for_print(thanks_as=gift.thanks_as, name=gift.name, place=gift.place)
    return Thanked(words, gift.amount, gift.received_on)


def _counted(appeal: Appeal) -> list[Counted]:
    gifts = Gift.objects.filter(appeal=appeal, allocation__isnull=False).select_related("allocation__receipt")
    collections = Collection.objects.filter(appeal=appeal, allocation__isnull=False)
    collections = collections.select_related("allocation__receipt", "pledge")
    taken = _taken_back(appeal)
    rows = [_row(gift.allocation, gift.name, str(Purpose.GIFT.label), taken) for gift in gifts if gift.allocation]
    rows += [
        _row(one.allocation, one.pledge.name, str(Purpose.PLEDGE.label), taken) for one in collections if one.allocation
    ]
    return rows


def _taken_back(appeal: Appeal) -> dict[int, int]:
    refunds = Refund.objects.filter(allocation__gift__appeal=appeal) | Refund.objects.filter(
        allocation__collection__appeal=appeal
    )
    sums = refunds.values("allocation_id").annotate(summed=Sum("amount_minor")).order_by()
    return {row["allocation_id"]: row["summed"] for row in sums}


def _row(allocation: Allocation, name: str, kind: str, taken: dict[int, int]) -> Counted:
    came = allocation.amount
    gone = Money(taken.get(allocation.pk, 0), came.currency)
    receipt = allocation.receipt
    return Counted(receipt.received_on, name, kind, receipt.pk, came, gone, came - gone)
