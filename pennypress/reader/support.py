"""Supporting again and again: beginning a pledge, and changing, pausing, moving or ending it in one step each."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.delivery import addresses
from pennypress.giving import limits, links, meter, offering, pledges, swapping, ways
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Pledge, PledgeState
from pennypress.giving.offering import PageUsed, TooManyAttempts
from pennypress.giving.pledges import CannotChange
from pennypress.payments import bank, declines
from pennypress.payments.models import MandateState, PaymentState
from pennypress.payments.taking import ProviderRefused, ProviderUnavailable
from pennypress.reader import fragments, stopped, waiting
from pennypress.reader.support_forms import ChangeForm, PauseForm, PledgeForm, WayForm
from pennypress.society import rulebook

RUNNING = (PledgeState.ACTIVE, PledgeState.PAUSED)


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """This view will show the form to become a supporter, and on POST offer the pledge and send the reader to pay."""
    now = timezone.now()
    currency = limits.currency(timezone.localdate(now))
    if request.method != "POST":
        return _page(request, PledgeForm(currency=currency))
    form = PledgeForm(request.POST, currency=currency)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        return redirect(_offer(request, form, now))
    except CannotGive as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    except PageUsed as error:
        form.draw_again()
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    except TooManyAttempts as error:
        form.draw_again()
        return waiting.told(_page(request, form, wait=str(error), status=429), error)
    except (ProviderUnavailable, ProviderRefused) as error:
        return _page(request, form, trouble=str(error), status=503)


def _offer(request: HttpRequest, form: PledgeForm, now: dt.datetime) -> str:
    return offering.begin(
        kind=offering.PLEDGE,
        amount=form.amount(),
        caller=form.caller(addresses.of(request)),
        now=now,
        on=timezone.localdate(now),
        interval_months=form.cleaned_data["often"],
        method=form.cleaned_data["method"],
        beneficiary=form.beneficiary(),
        **form.words(),
    )


def _page(
    request: HttpRequest, form: PledgeForm, *, trouble: str = "", wait: str = "", status: int = 200
) -> HttpResponse:
    society = rulebook.founded()
    stopped.note(society=society)
    context = {
        "form": form,
        "trouble": trouble,
        "wait": wait,
        "takes_payments": bool(settings.PAYMENT_PROVIDERS),
        "society": society,
        "by_standing_order": bank.published() is not None,
        "sign": money.SYMBOLS.get(form.currency, form.currency),
    }
    return render(request, "reader/support.html", context, status=status)


@require_safe
def thanks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will say what came of a pledge's first collection, or of the leave that was given for it."""
    pledge = get_object_or_404(Pledge.objects.select_related("mandate"), public_id=public_id)
    first = pledge.collections.order_by("due_on").first()
    payment = first.payment if first else None
    mandate_failed = payment is None and pledge.mandate is not None and pledge.mandate.state == MandateState.CANCELLED
    context = {
        "pledge": pledge,
        "is_confirmed": pledge.state != PledgeState.OFFERED,
        "is_announced": payment is None,
        "has_failed": mandate_failed or (payment is not None and payment.state == PaymentState.FAILED),
        "failure": declines.shown(payment),
        "meter": meter.read(now=timezone.now()),
        "share_price": fragments.share_price(),
    }
    return render(request, "reader/support_thanks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, public_id: uuid.UUID, signature: str) -> HttpResponse:
    """This view will show a pledge to whoever holds the address in its letter; only a POST changes or ends it."""
    return look_after(request, _opened(public_id, signature))


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, public_id: uuid.UUID, signature: str) -> HttpResponse:
    """This view will ask whoever holds the address in a letter for another card or account; a POST leads to its page."""
    return move(request, _opened(public_id, signature))


@require_safe
def card_thanks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will say what came of asking for another card or account. It shows nothing by which to change anything."""
    pledge = get_object_or_404(Pledge, public_id=public_id)
    latest = pledge.mandate_requests.select_related("mandate").order_by("-id").first()
    context = {
        "pledge": pledge,
        "is_given": latest is not None and latest.given_at is not None,
        "has_failed": latest is not None and latest.mandate.state == MandateState.CANCELLED and latest.given_at is None,
    }
    return render(request, "reader/card_thanks.html", context)


def _opened(public_id: uuid.UUID, signature: str) -> Pledge:
    try:
        return links.opened(public_id=public_id, signature=signature)
    except links.UnknownLink as error:
        raise Http404 from error


def look_after(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """This function will show the page on which a pledge is looked after, and do what a POST asks for."""
    if request.method != "POST":
        return _look(request, pledge)
    match request.POST.get("action"):
        case "cancel":
            now = timezone.now()
            pledges.cancel(pledge=pledge, now=now, on=timezone.localdate(now))
            return redirect(f"{request.path}?ended")
        case "pause":
            return _pause(request, pledge)
        case "resume":
            return _resume(request, pledge)
        case _change:
            return _change_it(request, pledge)


def _change_it(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    form = ChangeForm(request.POST, pledge=pledge)
    if not form.is_valid():
        return _look(request, pledge, form=form, status=422)
    asked = form.cleaned_data
    now = timezone.now()
    try:
        pledges.change(
            pledge=pledge,
            amount=asked["amount"],
            interval_months=asked["often"],
            anchor_day=asked["day"],
            now=now,
            on=timezone.localdate(now),
        )
    except (CannotGive, CannotChange) as error:
        form.add_error("amount", str(error))
        return _look(request, pledge, form=form, status=422)
    return redirect(f"{request.path}?changed")


def _pause(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _look(request, pledge, pausing=form, status=422)
    now = timezone.now()
    try:
        pledges.pause(pledge=pledge, until=form.cleaned_data["until"], now=now, on=timezone.localdate(now))
    except CannotChange as error:
        form.add_error("until", str(error))
        return _look(request, pledge, pausing=form, status=422)
    return redirect(f"{request.path}?paused")


def _resume(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    now = timezone.now()
    try:
        pledges.resume(pledge=pledge, now=now, on=timezone.localdate(now))
    except CannotChange as error:
        return _look(request, pledge, trouble=str(error), status=422)
    return redirect(f"{request.path}?resumed")


def _look(
    request: HttpRequest,
    pledge: Pledge,
    *,
    form: ChangeForm | None = None,
    pausing: PauseForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "pledge": pledge,
        "state": pledge.state,
        "is_running": pledge.state in RUNNING,
        "has_ended": pledge.state == PledgeState.CANCELLED,
        "done": next((name for name in ("changed", "paused", "resumed") if name in request.GET), ""),
        "trouble": trouble,
        "form": form or ChangeForm(pledge=pledge),
        "pausing": pausing or PauseForm(),
        "failed": pledge.collections.filter(retry_on__isnull=False).first(),
        "card_path": f"{request.path}card/",
        "sign": money.SYMBOLS.get(pledge.currency, pledge.currency),
    }
    return render(request, "reader/pledge.html", context, status=status)


def move(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """This function will show the page on which a pledge is given another card or account, and on POST lead to the
    provider's page for it."""
    if request.method != "POST":
        return _card(request, pledge, WayForm())
    form = WayForm(request.POST)
    if not form.is_valid():
        return _card(request, pledge, form, status=422)
    try:
        return redirect(swapping.ask(pledge=pledge, method=form.cleaned_data["method"], now=timezone.now()))
    except CannotChange as error:
        form.add_error(None, str(error))
        return _card(request, pledge, form, status=422)
    except (ProviderUnavailable, ProviderRefused) as error:
        return _card(request, pledge, form, trouble=str(error), status=503)


def _card(request: HttpRequest, pledge: Pledge, form: WayForm, *, trouble: str = "", status: int = 200) -> HttpResponse:
    context = {
        "pledge": pledge,
        "form": form,
        "trouble": trouble,
        "may_move": pledge.state in swapping.SWAPPED and bool(ways.offered()),
        "has_lapsed": pledge.state == PledgeState.LAPSED,
        "manage_path": request.path.removesuffix("card/"),
    }
    return render(request, "reader/card.html", context, status=status)
