"""Asking for receipts again by address: one answer for all, so that nobody learns from it who gives."""

from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from pennypress.delivery import addresses
from pennypress.giving import receipts_again

# From one address of the net in an hour.
MOST, WITHIN_SECONDS = 10, 3600


class AskForm(forms.Form):
    """The address at which receipts came before."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave when you gave to the paper."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Please enter an address.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """This view will ask for an address, and on POST note that receipts are to be sent to it if we know it."""
    if request.method != "POST":
        return _show(request, AskForm())
    form = AskForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    if _asks_too_often(request):
        form.add_error(None, _("You have asked many times. Please try again in an hour."))
        return _show(request, form, status=429)
    now = timezone.now()
    try:
        receipts_again.ask(email=form.cleaned_data["email"], on=timezone.localdate(now), now=now)
    except receipts_again.CannotAsk as error:
        form.add_error(None, str(error))
        return _show(request, form, status=422)
    return redirect(f"{request.path}?asked")


def _show(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "asked": "asked" in request.GET}
    return render(request, "reader/receipts_again.html", context, status=status)


def _asks_too_often(request: HttpRequest) -> bool:
    # Kept as a digest: nobody's address of the net is written down.
    whence = salted_hmac("pennypress.receipts", addresses.of(request)).hexdigest()
    key = f"receipts-again-{whence}"
    cache.add(key, 0, WITHIN_SECONDS)
    try:
        return cache.incr(key) > MOST
    except ValueError:
        return False
