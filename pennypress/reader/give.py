"""Giving to the fund: one page, then the provider's, then the truth about what came of it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.delivery import addresses
from pennypress.giving import appeals, gifts, limits, meter, offering
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Appeal, Gift
from pennypress.giving.offering import EmailFirst, PageUsed, TooManyAttempts
from pennypress.payments import declines
from pennypress.payments.models import PaymentState
from pennypress.payments.taking import ProviderRefused, ProviderUnavailable
from pennypress.reader import fragments, stopped, waiting
from pennypress.reader.forms import GiveForm
from pennypress.society import rulebook

# How long a payment that failed may be tried again with what was typed; afterwards one starts afresh.
TRY_AGAIN = dt.timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """This view will show the form to give, and on POST offer the gift or pledge and send the reader to pay."""
    now = timezone.now()
    running = appeals.all_running(timezone.localdate(now))
    stopped.note(society=None, running=running)
    currency = _currency(request, running)
    if request.method != "POST":
        return page(request, _opened(request, currency, running))
    form = GiveForm(request.POST, currency=currency, running=running)
    if not form.is_valid():
        return page(request, form, status=422)
    try:
        return redirect(_offer(request, form, running, now))
    except CannotGive as error:
        form.add_error("email" if isinstance(error, EmailFirst) else None, str(error))
        return page(request, form, status=422)
    except PageUsed as error:
        form.draw_again()
        form.add_error(None, str(error))
        return page(request, form, status=422)
    except TooManyAttempts as error:
        form.draw_again()
        return waiting.told(page(request, form, wait=str(error), status=429), error)
    except (ProviderUnavailable, ProviderRefused) as error:
        return page(request, form, trouble=str(error), status=503)


def _offer(request: HttpRequest, form: GiveForm, running: Sequence[Appeal], now: dt.datetime) -> str:
    words = form.words() | {"beneficiary": form.beneficiary(), "method": form.paid_by}
    if form.interval is None:
        words |= form.words_of_a_gift()
    else:
        words |= {"interval_months": form.interval}
    return offering.begin(
        kind=offering.GIFT if form.interval is None else offering.PLEDGE,
        amount=form.amount(),
        caller=form.caller(addresses.of(request)),
        now=now,
        on=timezone.localdate(now),
        running=running,
        **words,
    )


def _currency(request: HttpRequest, running: Sequence[Appeal]) -> str:
    """That of the appeal that is asked for, which may be another than the fund's."""
    asked = request.POST.get("appeal") or request.GET.get("appeal")
    named = [appeal for appeal in running if appeal.slug == asked]
    funds = [appeal for appeal in running if appeal.series.is_principal]
    return limits.currency_of(next(iter(named + funds), None))


def _opened(request: HttpRequest, currency: str, running: Sequence[Appeal]) -> GiveForm:
    form = GiveForm(currency=currency, running=running)
    form.ask(request.GET)
    return form


def page(request: HttpRequest, form: GiveForm, *, trouble: str = "", wait: str = "", status: int = 200) -> HttpResponse:
    """This function will render the page to give. `trouble` says that the provider could not be asked, `wait` for how long."""
    society = rulebook.founded()
    stopped.note(society=society)
    context = {
        "form": form,
        "trouble": trouble,
        "wait": wait,
        "takes_payments": bool(settings.PAYMENT_PROVIDERS),
        "society": society,
        "sign": money.SYMBOLS.get(form.currency, form.currency),
    }
    return render(request, "reader/give.html", context, status=status)


@require_safe
def thanks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will say what came of a gift: confirmed, not yet known, or failed with another try."""
    now = timezone.now()
    gift = gifts.shown(public_id, on=timezone.localdate(now))
    if gift is None:
        raise Http404
    state = gift.payment.state if gift.payment else PaymentState.SUCCEEDED
    has_failed = state == PaymentState.FAILED
    context = {
        "gift": gift,
        "is_confirmed": state == PaymentState.SUCCEEDED,
        "has_failed": has_failed,
        "failure": declines.shown(gift.payment),
        "form": _again(gift, now) if has_failed else None,
        "sign": money.SYMBOLS.get(gift.currency, gift.currency),
        "meter": _meter(gift.appeal, now),
        "share_price": fragments.share_price(),
    }
    return render(request, "reader/give_thanks.html", context)


def _meter(appeal: Appeal | None, now: dt.datetime) -> meter.Meter:
    return meter.of(appeal, on=timezone.localdate(now), now=now) if appeal else meter.read(now=now)


def _again(gift: Gift, now: dt.datetime) -> GiveForm:
    form = GiveForm(currency=gift.currency, running=appeals.all_running(timezone.localdate(now)))
    if gift.appeal is not None and gift.appeal.slug in form.running:
        form.initial["appeal"] = gift.appeal.slug
    form.choose(gift.amount)
    if now - gift.offered_at <= TRY_AGAIN:
        typed = ("name", "email", "place", "thanks_as", "message")
        form.initial.update({name: getattr(gift, name) for name in typed})
        form.initial["method"] = gift.payment.method if gift.payment else ""
    return form
