"""The parts of every page that change by themselves: the fund's figures, the count of owners, the doors that count.

Each has an address of its own and is the same for everybody. What a gift moves is apart from what counts owners and
supporters: of those there may be a million, and many gifts in a second.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from pennypress.delivery import caching
from pennypress.giving import meter
from pennypress.giving.models import Pledge, PledgeState
from pennypress.money import Money
from pennypress.shares import register
from pennypress.society import rulebook

# How long the fund's figures may be kept: short, since a gift moves them, and purged by their tag before that.
METER_SECONDS = 5
# And those of the register and of supporters, which their tags purge as well.
COUNT_SECONDS = 60


@caching.public(seconds=METER_SECONDS, tags=("appeal",))
def appeal(request: HttpRequest) -> HttpResponse:
    """This view will show the fund's figures, which stand in the strip and in a door after each story."""
    return render(request, "fragments/appeal.html", {"meter": meter.read(now=timezone.now())})


@caching.public(seconds=METER_SECONDS, tags=("appeal",))
def appeal_json(request: HttpRequest) -> HttpResponse:
    """This view will answer the meter as JSON, for whoever shows it elsewhere."""
    return JsonResponse(meter.as_json(meter.read(now=timezone.now())))


@caching.public(seconds=COUNT_SECONDS, tags=("register",))
def ownership(request: HttpRequest) -> HttpResponse:
    """This view will say how many readers own the paper."""
    return render(request, "fragments/ownership.html", {"owners": register.owners_count(timezone.localdate())})


@caching.public(seconds=COUNT_SECONDS, tags=("register",))
def door_to_own(request: HttpRequest) -> HttpResponse:
    """This view will show the door to owning the paper, with what a share costs and how many own it."""
    figures = {"owners": register.owners_count(timezone.localdate()), "share_price": share_price()}
    return render(request, "fragments/door_own.html", figures)


@caching.public(seconds=COUNT_SECONDS, tags=("supporters",))
def door_to_support(request: HttpRequest) -> HttpResponse:
    """This view will show the door to supporting the paper, with how many do."""
    supporters = Pledge.objects.filter(state=PledgeState.ACTIVE).count()
    return render(request, "fragments/door_support.html", {"supporters": supporters})


def share_price() -> Money | None:
    """This function will give the price of one share as the rulebook fixes it today, or None where it fixes none."""
    try:
        rule = rulebook.rule(rulebook.SHARE_NOMINAL, on=timezone.localdate())
        return Money(rule.figure, rulebook.society().currency)
    except LookupError:
        return None
