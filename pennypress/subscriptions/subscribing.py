"""Subscribing: money for a product becomes days on which somebody has it, and stops being them when it goes back."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.payments import refunds
from pennypress.payments.models import Allocation, Purpose
from pennypress.people import persons
from pennypress.people.models import Person
from pennypress.subscriptions import products
from pennypress.subscriptions.models import Product, Subscription


class CannotSubscribe(ValueError):
    """The money does not buy the product; the text says why."""


@transaction.atomic
def begin(*, allocation: Allocation, product: Product, person: Person, on: dt.date, now: dt.datetime) -> Subscription:
    """This function will give a person the product that an allocation pays for, from the paper's day `on`.

    Called by settlement. Paid twice over, it lasts twice as long. Who has the product already has it on: the new days
    follow the old with none between and none twice. The same allocation again gives the subscription that stands. Writes
    one row. Raises: CannotSubscribe, with nothing written.
    """
    standing = Subscription.objects.filter(allocation=allocation, ended_on=None).first()
    if standing is not None:
        return standing
    times = require_price(product=product, amount_minor=allocation.amount_minor, currency=allocation.receipt.currency)
    if allocation.purpose != Purpose.SUBSCRIPTION:
        raise CannotSubscribe(_("This money is not for a subscription."))
    person = persons.current(person)
    starts_on = _next_free(person, product, on)
    ends_on = days.months_after(starts_on, product.months * times, starts_on.day)
    return Subscription.objects.create(
        allocation=allocation, product=product, person=person, starts_on=starts_on, ends_on=ends_on, begun_at=now
    )


def require_price(*, product: Product, amount_minor: int, currency: str) -> int:
    """This function will say how many times an amount pays a product's price, exactly. Raises: CannotSubscribe."""
    times, over = divmod(amount_minor, product.price_minor)
    if over or not times or currency != product.currency:
        raise CannotSubscribe(
            _("%(name)s costs %(price)s: the part for the subscription must be that, or a multiple of it.")
            % {"name": product.name, "price": product.price}
        )
    return times


def require_offered(*, product: Product, on: dt.date) -> None:
    """This function will check that a product is offered on a day. Raises: CannotSubscribe."""
    if not products.offered(on).filter(pk=product.pk).exists():
        raise CannotSubscribe(_("%(name)s is not offered on this day.") % {"name": product.name})


@transaction.atomic
def weigh_again(*, allocation: Allocation, on: dt.date, now: dt.datetime) -> None:
    """This function will bring what an allocation bought in line with what stands taken back of it.

    Called by settlement. Wholly taken back, it ends on the day `on`, and what had not begun is as if it had never been.
    Given back, what was left of it begins anew, after whatever the person has by then.
    """
    bought = list(Subscription.objects.select_for_update(of=("self",)).filter(allocation=allocation).order_by("id"))
    if not bought:
        return
    last = bought[-1]
    has_money = bool(refunds.left(allocation))
    if not has_money and last.ended_on is None and on < last.ends_on:
        last.ended_on = max(on, last.starts_on)
        last.save(update_fields=["ended_on"])
    elif has_money and last.ended_on is not None:
        _begin_anew(last, on, now)


def _begin_anew(ended: Subscription, on: dt.date, now: dt.datetime) -> None:
    assert ended.ended_on is not None
    starts_on = _next_free(ended.person, ended.product, on)
    Subscription.objects.create(
        allocation=ended.allocation,
        product=ended.product,
        person=ended.person,
        starts_on=starts_on,
        ends_on=starts_on + (ended.ends_on - ended.ended_on),
        begun_at=now,
    )


def _next_free(person: Person, product: Product, on: dt.date) -> dt.date:
    """The first day from `on` after all that the person has of the product. Two at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"subscription {person.pk} {product.pk}"])
    theirs = Subscription.objects.filter(person=person, product=product)
    until: dt.date | None = theirs.aggregate(until=Max(Coalesce("ended_on", "ends_on")))["until"]
    return max(on, until) if until else on
