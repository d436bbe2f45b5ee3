"""Paying by standing order: a reader says what they will tell their bank, and gets a reference that is theirs for ever."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import days, money
from pennypress.giving import limits, standing_orders
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Interval, StandingOrder, StandingOrderState
from pennypress.payments import bank
from pennypress.reader.forms import GiverForm


class StandingOrderForm(GiverForm):
    """What a reader will tell their bank. We collect nothing: the reader's bank pays."""

    suggested = (3, 5, 10, 20, 50)
    largest = limits.LARGEST_PLEDGE

    interval = forms.TypedChoiceField(
        label=_("How often?"),
        choices=Interval.choices,
        coerce=int,
        initial=Interval.MONTHLY,
        widget=forms.RadioSelect,
    )
    usual_day = forms.IntegerField(
        label=_("On which day of the month?"),
        min_value=1,
        max_value=31,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": _("Please choose a day of the month, 1 to 31."),
            "max_value": _("Please choose a day of the month, 1 to 31."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tile"].label = _("How much each time?")
        self.fields["own"].help_text = _("If you fill this in, it is what you tell your bank.")
        name, email = self.fields["name"], self.fields["email"]
        name.required = email.required = True
        name.help_text = _("As your bank writes it, so that we know your money by it.")
        name.error_messages["required"] = _("Please enter the name in which your bank pays.")
        email.help_text = _("If we need to ask you about it. We send nothing there now.")
        email.error_messages["required"] = _("Please give an address, so that we can ask if something goes astray.")

    def terms(self) -> dict[str, Any]:
        """This method will give what is to be expected, in the domain's names."""
        told = {name: self.cleaned_data[name] for name in ("interval", "usual_day")}
        return {**self.words(), **told, "amount": self.amount()}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """This view will ask what a reader will tell their bank, and on POST note it and lead on to the reference."""
    if bank.published() is None:
        raise Http404
    now = timezone.now()
    on = timezone.localdate(now)
    currency = limits.currency(on)
    if request.method != "POST":
        return _page(request, StandingOrderForm(currency=currency))
    form = StandingOrderForm(request.POST, currency=currency)
    if not form.is_valid():
        return _page(request, form, status=422)
    terms = form.terms()
    first_on = days.in_month(on.year, on.month, terms["usual_day"])
    if first_on <= on:
        first_on = days.months_after(on, 1, terms["usual_day"])
    try:
        order = standing_orders.promise(public_id=form.intent(), first_on=first_on, on=on, now=now, by=None, **terms)
    except CannotGive as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    return redirect("support-standing-order-told", public_id=order.public_id)


def _page(request: HttpRequest, form: StandingOrderForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "sign": money.SYMBOLS.get(form.currency, form.currency)}
    return render(request, "reader/standing_order.html", context, status=status)


@require_safe
def told(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """This view will show what the reader is to tell their bank: payee, numbers, sum, day and reference."""
    order = get_object_or_404(StandingOrder, public_id=public_id)
    context = {
        "order": order,
        "account": bank.published(),
        "is_promised": order.state == StandingOrderState.PROMISED,
    }
    return render(request, "reader/standing_order_told.html", context)
