"""The sandbox's pages, on which a reader pays or gives a mandate with a test card. Where it is not offered, there are
none."""

import functools
from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from pennypress.money import Money
from pennypress.payments import providers
from pennypress.payments.providers import sandbox, sandbox_mandates, sandbox_payments
from pennypress.payments.providers.protocol import UnknownAtProvider
from pennypress.payments.sandbox_tables import SandboxMandate, SandboxPayment


class CardForm(forms.Form):
    """Which test card to pay with, and what is to go wrong with the webhooks."""

    card = forms.ChoiceField(label=_("Pay with"), widget=forms.RadioSelect)
    fault = forms.ChoiceField(
        label=_("Its webhooks are"), required=False, choices=[("", _("delivered")), *sandbox.FAULTS.items()]
    )

    def __init__(self, method: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["card"].choices = [  # type: ignore[attr-defined]
            (card.name, f"{card.number} — {card.says}") for card in sandbox.cards(method)
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, ref: str) -> HttpResponse:
    """This view will show the payment page and do what the reader answers on it; paid, it leads back to the paper."""
    payment = _payment(ref)
    if request.method == "POST" and request.POST.get("step"):
        payment = _answer(ref, request.POST["step"])
        return _show(request, payment) if payment.state == "challenged" else _back(payment)
    if request.method == "POST":
        form = CardForm(payment.method, request.POST)
        if form.is_valid():
            payment = sandbox.pay(ref=ref, card=form.cleaned_data["card"], fault=form.cleaned_data["fault"])
            return _back(payment) if payment.state in ("succeeded", "pending") else HttpResponseRedirect(request.path)
        return _show(request, payment, form, status=422)
    return _show(request, payment)


@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: HttpRequest, ref: str) -> HttpResponse:
    """This view will show the page on which leave to collect is given, and do what the holder answers on it."""
    held = _mandate(ref)
    form = CardForm(held.method, initial={"card": sandbox.cards(held.method)[0].name})
    if request.method == "POST" and request.POST.get("step") == "leave":
        return _back(sandbox_mandates.give_up(ref=ref))
    if request.method == "POST":
        form = CardForm(held.method, request.POST)
        if not form.is_valid():
            return _show_mandate(request, held, form, status=422)
        held = sandbox_mandates.give(ref=ref, card=form.cleaned_data["card"], fault=form.cleaned_data["fault"])
        return _back(held) if held.state != "pending" else HttpResponseRedirect(request.path)
    return _show_mandate(request, held, form)


def _mandate(ref: str) -> SandboxMandate:
    try:
        providers.get(sandbox.Sandbox.name)
        return sandbox_mandates.find(ref)
    except (providers.NoSuchProvider, UnknownAtProvider) as error:
        raise Http404 from error


def _show_mandate(request: HttpRequest, held: SandboxMandate, form: CardForm, *, status: int = 200) -> HttpResponse:
    if held.state != "pending":
        return _back(held)
    return render(request, "gateway/sandbox_mandate.html", {"mandate": held, "form": form}, status=status)


def _payment(ref: str) -> SandboxPayment:
    try:
        providers.get(sandbox.Sandbox.name)
        return sandbox.find(ref)
    except (providers.NoSuchProvider, UnknownAtProvider) as error:
        raise Http404 from error


def _answer(ref: str, step: str) -> SandboxPayment:
    match step:
        case "approve" | "refuse":
            return sandbox.authenticate(ref=ref, approves=step == "approve")
        case _leave:
            return sandbox.give_up(ref=ref)


def _back(asked: SandboxPayment | SandboxMandate) -> HttpResponse:
    # The sandbox is served by the paper itself: the way back is on the same host, under whatever name the reader uses.
    return HttpResponseRedirect(urlsplit(asked.return_url).path or "/")


def _show(
    request: HttpRequest, payment: SandboxPayment, form: CardForm | None = None, *, status: int = 200
) -> HttpResponse:
    if payment.state in ("succeeded", "pending") or sandbox_payments.is_over(payment):
        return _back(payment)
    context = {
        "amount": Money(payment.amount_minor, payment.currency),
        "payment": payment,
        "is_challenged": payment.state == "challenged",
        "form": form,
        "fields": _fields(form) if form else _untouched(payment.method, translation.get_language()),
    }
    return render(request, "gateway/sandbox_pay.html", context, status=status)


@functools.lru_cache(maxsize=100)
def _untouched(method: str, _language: str | None) -> SafeString:
    """The fields with nothing chosen yet, drawn once for all: each card is three of Django's templates."""
    return _fields(CardForm(method, initial={"card": sandbox.cards(method)[0].name}))


def _fields(form: CardForm) -> SafeString:
    return render_to_string("gateway/sandbox_fields.html", {"form": form})
