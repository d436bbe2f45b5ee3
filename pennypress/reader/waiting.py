"""Waiting: the pages of a reader who is to wait, or to open our letter first, before they pay."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pennypress.giving import offering
from pennypress.giving.limits import CannotGive
from pennypress.payments import held
from pennypress.payments.attempts import TooManyAttempts
from pennypress.payments.models import HeldOffer
from pennypress.payments.taking import ProviderRefused, ProviderUnavailable
from pennypress.shares import paying
from pennypress.shares.applying import CannotApply, CannotPay
from pennypress.society import rulebook


def told(response: HttpResponse, error: TooManyAttempts) -> HttpResponse:
    """This function will say in a 429 after how many seconds to come again."""
    response["Retry-After"] = str(error.seconds)
    return response


@require_safe
def by_email(request: HttpRequest) -> HttpResponse:
    """This view will tell a reader to look for our letter. It is the same for everybody, and knows nobody."""
    return render(request, "reader/pay_by_email.html", {"society": rulebook.founded()})


@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will show what a letter's link is about; only a POST takes the offer up and leads to the payment page."""
    now = timezone.now()
    try:
        offer = held.find(public_id=public_id, now=now)
    except held.NoLongerHeld:
        return _page(request, None, status=404)
    if request.method != "POST":
        return _page(request, offer)
    take_up = paying.resume if offer.kind == paying.SHARES else offering.resume
    try:
        return redirect(take_up(offer=offer, now=now, on=timezone.localdate(now)))
    except TooManyAttempts as error:
        return told(_page(request, offer, wait=str(error), status=429), error)
    except (CannotGive, CannotApply, CannotPay) as error:
        return _page(request, offer, refused=str(error), status=422)
    except (ProviderUnavailable, ProviderRefused) as error:
        return _page(request, offer, trouble=str(error), status=503)


def _page(
    request: HttpRequest,
    offer: HeldOffer | None,
    *,
    wait: str = "",
    trouble: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "offer": offer,
        "is_monthly": offer is not None and offer.kind == offering.PLEDGE,
        "is_for_shares": offer is not None and offer.kind == paying.SHARES,
        "wait": wait,
        "trouble": trouble,
        "refused": refused,
        "society": rulebook.founded(),
    }
    return render(request, "reader/pay_link.html", context, status=status)
