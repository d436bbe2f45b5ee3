"""The tables of refund orders: who asked that money go back, who agreed, and what came of it. They move forward.

Above a sum that the paper sets from a day on, two persons are needed; the database sees to it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models.payments import Payment
from pennypress.payments.models.receipts import Allocation, Receipt


class Threshold(models.Model):
    """Up to which sum one person alone may have money sent back, from a day on. Append-only."""

    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    effective_from = models.DateField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="thresholds_set"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["effective_from", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="threshold_not_below_nothing"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="threshold_currency_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.effective_from}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class OrderState(models.TextChoices):
    ASKED = "asked", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent to the provider")
    DONE = "done", _("Given back")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Did not go")


class RefundOrder(models.Model):
    """An order to give back a receipt or part of it, only ever to where it came from.

    Through a provider it goes asked → approved → sent → done; money that came by hand is paid back by hand, and goes
    from approved to done. `refund_key` is the key of what was taken back, once it is done.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refund_orders")
    payment = models.ForeignKey(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refund_orders",
        help_text=_("The payment through which it came and goes back. Empty: by hand."),
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    part_count = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.ASKED)
    needs_two = models.BooleanField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds_asked"
    )
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds_approved"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True, help_text=_("When the provider took the order."))
    refund_key = models.CharField(max_length=200, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_order_above_zero"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="refund_order_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(needs_two=False) | Q(approved_by__isnull=False) | Q(state__in=["asked", "refused"]),
                name="refund_order_approved_by_a_second",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_state_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_by_hand(self) -> bool:
        return self.payment_id is None


class RefundOrderPart(models.Model):
    """How much of which allocation an order gives back. The parts sum exactly to the order. Append-only."""

    order = models.ForeignKey(RefundOrder, on_delete=models.PROTECT, related_name="parts")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="refund_order_parts")
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_order_part_above_zero"),
            models.UniqueConstraint(fields=["order", "allocation"], name="refund_order_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.order.currency)


class RefundOrderMove(models.Model):
    """One move of an order: from what, to what, by whom, why and when. Append-only."""

    order = models.ForeignKey(RefundOrder, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, choices=OrderState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=OrderState.choices)
    reason = models.CharField(max_length=300, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="refund_order_moves"
    )
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
