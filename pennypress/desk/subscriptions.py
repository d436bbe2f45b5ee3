"""Subscriptions at the desk: the table of what they buy, and who is entitled to what on a day. No rules."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.people import roles
from pennypress.society import rulebook
from pennypress.subscriptions import entitlement, products
from pennypress.subscriptions.models import Product
from pennypress.subscriptions.products import CannotOffer


class ProductForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=products.LONGEST, initial=12)
    active_from = forms.DateField(
        label=gettext_lazy("Offered from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    includes_epaper = forms.BooleanField(
        label=gettext_lazy("Its subscribers may read the e-paper"), required=False, initial=True
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["price"] = AmountField(label=_("Price"), currency=currency)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list products and those who have them on a day, and offer a new product."""
    currency = rulebook.society().currency
    if request.method != "POST":
        return _shown(request, ProductForm(initial={"active_from": screen.today()}, currency=currency))
    form = ProductForm(request.POST, currency=currency)
    if form.is_valid():
        try:
            product = products.offer(**form.cleaned_data)
        except CannotOffer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(product)s is offered.") % {"product": product})
            return redirect("desk_subscriptions")
    return _shown(request, form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """This view will offer a product no more, from today."""
    product = get_object_or_404(Product, pk=number)
    try:
        products.withdraw(product=product, on=screen.today())
    except CannotOffer as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(product)s is offered no more. What was bought of it stands.") % {"product": product}
        )
    return redirect("desk_subscriptions")


def _shown(request: HttpRequest, form: ProductForm, status: int = 200) -> HttpResponse:
    on: dt.date = screen.day_asked(request, "on") or screen.today()
    running = entitlement.running(on).select_related("product", "person").order_by("person__name", "id")
    context = {
        "form": form,
        "on": on,
        "products": Product.objects.all(),
        "today": screen.today(),
        "page": screen.paged(request, running),
        "count": running.count(),
        "readers": running.filter(product__includes_epaper=True).values("person").distinct().count(),
    }
    return screen.show(
        request,
        "desk/subscriptions/listing.html",
        title=_("Subscriptions"),
        icon="date",
        status=status,
        context=context,
    )
