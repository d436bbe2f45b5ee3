"""Products: the small table of what the paper's subscriptions buy."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.subscriptions.models import Product

LONGEST = 120


class CannotOffer(ValueError):
    """The product cannot be offered, or withdrawn, as asked; the text says why."""


def offer(*, name: str, price: Money, months: int, includes_epaper: bool, active_from: dt.date) -> Product:
    """This function will offer a product from a day on. Writes one row. Raises: CannotOffer."""
    if not name.strip():
        raise CannotOffer(_("A product needs a name."))
    if price.minor <= 0:
        raise CannotOffer(_("A product needs a price above zero."))
    if not 1 <= months <= LONGEST:
        raise CannotOffer(_("A product lasts from one to %(longest)s months.") % {"longest": LONGEST})
    if offered(active_from).filter(name__iexact=name.strip()).exists():
        raise CannotOffer(_("A product of this name is offered on that day: withdraw it first."))
    return Product.objects.create(
        name=name.strip(),
        price_minor=price.minor,
        currency=price.currency,
        months=months,
        includes_epaper=includes_epaper,
        active_from=active_from,
    )


@transaction.atomic
def withdraw(*, product: Product, on: dt.date) -> Product:
    """This function will offer a product no more, from the day `on`. What was bought of it stands. Locks its row."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.active_until is not None:
        return product
    if on < product.active_from:
        raise CannotOffer(_("It is not offered before %(day)s.") % {"day": product.active_from})
    product.active_until = on
    product.save(update_fields=["active_until"])
    return product


def offered(on: dt.date) -> QuerySet[Product]:
    """This function will give the products that are offered on a day, by name."""
    still = Q(active_until__isnull=True) | Q(active_until__gt=on)
    return Product.objects.filter(still, active_from__lte=on)
