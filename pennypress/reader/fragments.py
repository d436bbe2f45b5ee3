"""The parts of every page that change by themselves: the fund's figures, the count of owners, the three doors.

Each has an address of its own and is the same for everybody. One reading of the meter stands behind all of them.
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
REGISTER_SECONDS = 60


@caching.public(seconds=METER_SECONDS, tags=("appeal",))
def appeal(request: HttpRequest) -> HttpResponse:
    """This view will show the fund strip."""
    return render(request, "fragments/appeal.html", {"meter": meter.read(now=timezone.now())})


@caching.public(seconds=METER_SECONDS, tags=("appeal",))
def appeal_json(request: HttpRequest) -> HttpResponse:
    """This view will answer the meter as JSON, for whoever shows it elsewhere."""
    return JsonResponse(meter.as_json(meter.read(now=timezone.now())))


@caching.public(seconds=REGISTER_SECONDS, tags=("register",))
def ownership(request: HttpRequest) -> HttpResponse:
    """This view will say how many readers own the paper."""
    return render(request, "fragments/ownership.html", {"owners": register.owners_count(timezone.localdate())})


@caching.public(seconds=METER_SECONDS, tags=("appeal", "register", "supporters"))
def doors(request: HttpRequest) -> HttpResponse:
    """This view will show the three doors after a story: own it, support it, fund it."""
    now = timezone.now()
    figures = {
        "meter": meter.read(now=now),
        "owners": register.owners_count(timezone.localdate(now)),
        "supporters": Pledge.objects.filter(state=PledgeState.ACTIVE).count(),
        "share_price": share_price(),
        "society": rulebook.founded(),
    }
    return render(request, "fragments/doors.html", figures)


def share_price() -> Money | None:
    """This function will give the price of one share as the rulebook fixes it today, or None where it fixes none."""
    try:
        rule = rulebook.rule(rulebook.SHARE_NOMINAL, on=timezone.localdate())
        return Money(rule.figure, rulebook.society().currency)
    except LookupError:
        return None
