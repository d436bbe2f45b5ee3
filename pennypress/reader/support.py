"""Supporting month by month: beginning a pledge, and changing or ending it in one step each."""

import datetime as dt
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.delivery import addresses
from pennypress.giving import limits, links, meter, offering, pledges
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Pledge, PledgeState
from pennypress.giving.offering import PageUsed, TooManyAttempts
from pennypress.giving.pledges import CannotChange
from pennypress.payments import declines
from pennypress.payments.models import PaymentState
from pennypress.payments.taking import ProviderUnavailable
from pennypress.reader import fragments, waiting
from pennypress.reader.forms import ChangeAmountForm, PledgeForm
from pennypress.society.models import Society


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
    except ProviderUnavailable as error:
        return _page(request, form, trouble=str(error), status=503)


def _offer(request: HttpRequest, form: PledgeForm, now: dt.datetime) -> str:
    return offering.begin(
        kind=offering.PLEDGE,
        amount=form.amount(),
        caller=form.caller(addresses.of(request)),
        now=now,
        on=timezone.localdate(now),
        **form.words(),
    )


def _page(
    request: HttpRequest, form: PledgeForm, *, trouble: str = "", wait: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "trouble": trouble,
        "wait": wait,
        "takes_payments": bool(settings.PAYMENT_PROVIDERS),
        "society": Society.objects.first(),
        "sign": money.SYMBOLS.get(form.currency, form.currency),
    }
    return render(request, "reader/support.html", context, status=status)


@require_safe
def thanks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will say what came of a pledge's first collection."""
    pledge = get_object_or_404(Pledge, public_id=public_id)
    first = pledge.collections.order_by("due_on").first()
    payment = first.payment if first else None
    context = {
        "pledge": pledge,
        "is_confirmed": pledge.state != PledgeState.OFFERED,
        "has_failed": payment is not None and payment.state == PaymentState.FAILED,
        "failure": declines.shown(payment),
        "meter": meter.read(now=timezone.now()),
        "share_price": fragments.share_price(),
    }
    return render(request, "reader/support_thanks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, public_id: uuid.UUID, signature: str) -> HttpResponse:
    """This view will show a pledge to whoever holds the address in its letter; only a POST changes or ends it."""
    try:
        pledge = links.opened(public_id=public_id, signature=signature)
    except links.UnknownLink as error:
        raise Http404 from error
    return look_after(request, pledge)


def look_after(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """This function will show the page on which a pledge is changed or ended, and do what a POST asks for."""
    if request.method != "POST":
        return _look(request, pledge, ChangeAmountForm(currency=pledge.currency))
    if request.POST.get("action") == "cancel":
        now = timezone.now()
        pledges.cancel(pledge=pledge, now=now, on=timezone.localdate(now))
        return redirect(f"{request.path}?ended")
    form = ChangeAmountForm(request.POST, currency=pledge.currency)
    if not form.is_valid():
        return _look(request, pledge, form, status=422)
    try:
        pledges.change_amount(pledge=pledge, amount=form.cleaned_data["amount"], now=timezone.now())
    except (CannotGive, CannotChange) as error:
        form.add_error("amount", str(error))
        return _look(request, pledge, form, status=422)
    return redirect(f"{request.path}?changed")


def _look(request: HttpRequest, pledge: Pledge, form: ChangeAmountForm, *, status: int = 200) -> HttpResponse:
    context = {
        "pledge": pledge,
        "is_running": pledge.state == PledgeState.ACTIVE,
        "has_ended": pledge.state == PledgeState.CANCELLED,
        "just_changed": "changed" in request.GET,
        "form": form,
        "sign": money.SYMBOLS.get(pledge.currency, pledge.currency),
    }
    return render(request, "reader/pledge.html", context, status=status)
