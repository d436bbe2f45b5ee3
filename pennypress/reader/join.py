"""Becoming an owner: four short steps at one address, then the provider's page, then the truth about what came of it."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress.delivery import addresses, caching
from pennypress.money import Money
from pennypress.payments import bank, declines
from pennypress.payments.attempts import Caller
from pennypress.payments.models import Payment, PaymentState
from pennypress.payments.taking import ProviderRefused, ProviderUnavailable
from pennypress.people.models import PersonKind
from pennypress.reader import waiting
from pennypress.reader.join_forms import CHECK, FIELDS, STEPS, Answers
from pennypress.shares import certificates, limits, offers, paying
from pennypress.shares.applying import CannotApply, CannotPay
from pennypress.shares.models import Application, ApplicationState
from pennypress.shares.paying import PageUsed, TooManyAttempts
from pennypress.society import rulebook
from pennypress.society.models import Rule

_TEMPLATES = {number: f"reader/join_{number}.html" for number, _name in STEPS}
# The rules that an applicant is shown, by subject.
SHOWN_RULES = (
    rulebook.SHARE_NOMINAL,
    rulebook.HOLDING_MINIMUM,
    rulebook.HOLDING_MAXIMUM_INDIVIDUAL,
    rulebook.HOLDING_MAXIMUM_ORGANISATION,
    rulebook.MEMBER_AGE,
)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """This view will lead through the steps of an application; the last POST applies and sends the reader to pay."""
    on = timezone.localdate()
    if offers.open_now(on) is None or not settings.PAYMENT_PROVIDERS:
        return render(request, "reader/join_closed.html", _about(on) | {"is_open": offers.open_now(on) is not None})
    if request.method != "POST":
        return _show(request, Answers.none_yet(), 1, on)
    try:
        answers = Answers.opened(request.POST.get("answers", ""))
    except signing.BadSignature:
        return _show(
            request, Answers.none_yet(), 1, on, trouble=_("This page had been open too long. Please begin again.")
        )
    return _answered(request, answers, on)


def _answered(request: HttpRequest, answers: Answers, on: dt.date) -> HttpResponse:
    step = _step(request.POST.get("step"))
    if step in FIELDS:
        answers.take(step, request.POST)
    wanted = _step(request.POST.get("go"))
    if wanted and wanted <= step:
        return _show(request, answers, wanted, on)
    refused = answers.checked(on=on, until=min(step, 3))
    if refused:
        return _show(request, answers, refused[0], on, form=refused[1], status=422)
    if step < CHECK:
        return _show(request, answers, step + 1, on)
    return _apply(request, answers, on)


def _step(typed: str | None) -> int:
    return int(typed) if typed in {"1", "2", "3", "4"} else 0


def _apply(request: HttpRequest, answers: Answers, on: dt.date) -> HttpResponse:
    now = timezone.now()
    caller = answers.caller(addresses.of(request))
    try:
        return redirect(paying.begin(facts=answers.facts(on=on), caller=caller, now=now, on=on))
    except CannotApply as error:
        step = next((step for step, names in FIELDS.items() if error.field in names), 1)
        form = answers.form(step, on=on, bound=True)
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show(request, answers, step, on, form=form, status=422)
    except CannotPay:
        return redirect("join-thanks", public_id=caller.intent)
    except PageUsed as error:
        return _show(request, answers.drawn_again(), CHECK, on, told=str(error), status=422)
    except TooManyAttempts as error:
        return waiting.told(_show(request, answers.drawn_again(), CHECK, on, wait=str(error), status=429), error)
    except (ProviderUnavailable, ProviderRefused) as error:
        return _show(request, answers, CHECK, on, trouble=str(error), status=503)


def _show(
    request: HttpRequest,
    answers: Answers,
    step: int,
    on: dt.date,
    *,
    form: forms.Form | None = None,
    trouble: str = "",
    wait: str = "",
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = _about(on) | {
        "wait": wait,
        "told": told,
        "step": step,
        "steps": STEPS,
        "answers": answers.sealed(),
        "trouble": trouble,
    }
    if step == CHECK:
        facts = answers.facts(on=on)
        context |= {
            "facts": facts,
            "kind": PersonKind(facts["kind"]),
            "amount": limits.nominal(on=on) * facts["shares"],
        }
    else:
        context["form"] = form or answers.form(step, on=on, bound=False)
    return render(request, _TEMPLATES[step], context, status=status)


def _about(on: dt.date) -> dict[str, Any]:
    return {
        "offer": offers.open_now(on),
        "society": rulebook.founded(),
        "rules": _rules(on),
        "price": _price(on),
        "secretary": rulebook.officer("secretary", on=on),
    }


def _rules(on: dt.date) -> list[Rule]:
    found = []
    for subject in SHOWN_RULES:
        try:
            found.append(rulebook.rule(subject, on=on))
        except rulebook.NoSuchRule:
            continue
    return found


def _price(on: dt.date) -> Money | None:
    try:
        return limits.nominal(on=on)
    except LookupError:
        return None


@require_safe
def thanks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will say how an application stands: paid, not yet known, failed, allotted or refused."""
    return _how_it_stands(request, _application(public_id))


def _application(public_id: uuid.UUID) -> Application:
    return get_object_or_404(Application.objects.select_related("payment"), public_id=public_id)


def _how_it_stands(
    request: HttpRequest, application: Application, *, wait: str = "", status: int = 200
) -> HttpResponse:
    payment = application.payment
    is_open = application.state == ApplicationState.APPLIED
    context = {
        "application": application,
        "society": rulebook.founded(),
        "is_paid": application.state == ApplicationState.PAID,
        "is_allotted": application.state == ApplicationState.ALLOTTED,
        "is_over": application.state in (ApplicationState.REFUSED, ApplicationState.WITHDRAWN),
        "has_failed": is_open and payment is not None and payment.state == PaymentState.FAILED,
        "is_unasked": is_open and (payment is None or payment.state == PaymentState.STARTED),
        "failure": declines.shown(payment),
        "wait": wait,
        "account": bank.published() if is_open and not _is_under_way(payment) else None,
    }
    return render(request, "reader/join_thanks.html", context, status=status)


def _is_under_way(payment: Payment | None) -> bool:
    """Whether a payment is being made, so that nobody is asked to pay in another way as well."""
    return payment is not None and payment.state == PaymentState.PENDING


@require_POST
def pay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will send an applicant to pay once more for an application that waits for its money."""
    application = _application(public_id)
    caller = Caller(addresses.of(request), public_id, public_id, application.applied_at)
    try:
        return redirect(paying.again(application=application, caller=caller, now=timezone.now()))
    except TooManyAttempts as error:
        return waiting.told(_how_it_stands(request, application, wait=str(error), status=429), error)
    except (CannotPay, ProviderUnavailable, ProviderRefused):
        return redirect("join-thanks", public_id=public_id)


@caching.public(seconds=60, tags=("register", "furniture"))
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """This view will say whether a certificate is good: its shares and its date, never its holder."""
    found = certificates.by_code(code)
    context = {"certificate": found, "society": rulebook.founded()}
    return render(request, "reader/certificate.html", context, status=200 if found else 404)
