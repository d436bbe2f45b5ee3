"""The tables of subscriptions. A product's terms never change: another price is another product."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models import Allocation, Payment
from pennypress.people.models import Person


class Product(models.Model):
    """What a subscription buys: so many months for so much. Offered on the days [active_from, active_until)."""

    name = models.CharField(max_length=100)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    months = models.PositiveSmallIntegerField()
    includes_epaper = models.BooleanField(default=True, help_text=_("Its subscribers may read the e-paper."))
    active_from = models.DateField()
    active_until = models.DateField(null=True, blank=True, help_text=_("The first day on which it is not offered."))

    class Meta:
        ordering = ["name", "active_from", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="product_price_above_zero"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=120), name="product_lasts_months"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="product_currency_iso"),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                name="product_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.price}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class SubscriptionOrder(models.Model):
    """A reader's order of a product, with the payment asked for it. Append-only: what comes of it is a subscription."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="subscription_order")
    ordered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.product.name} {self.public_id}"


class Subscription(models.Model):
    """A product that somebody has on the days [starts_on, ends_on). Money taken back ends it, on `ended_on`, for good."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="subscriptions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="subscriptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subscriptions")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_on = models.DateField(
        null=True, blank=True, help_text=_("The first day without it, where its money went back.")
    )
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["person", "ends_on"], name="subscription_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="subscription_lasts"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on"), ended_on__lt=F("ends_on")),
                name="subscription_ends_within_its_days",
            ),
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(ended_on__isnull=True), name="subscription_once_for_its_money"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} {self.starts_on} – {self.ends_on}"
