"""The tables of payments asked for through a provider. They move forward, each move recorded."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models.kinds import Method, Purpose
from pennypress.payments.models.mandates import Mandate
from pennypress.people.models import Person


class PaymentState(models.TextChoices):
    """`failed` is not the end: money that arrives late is still booked."""

    STARTED = "started", _("Started")
    PENDING = "pending", _("Not yet confirmed")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Not paid")


class Payment(models.Model):
    """One request for money made through a provider; `public_id` stands in addresses and is our reference there."""

    # Its parts where they were written with it just now; nothing on a row that was read.
    just_written: "tuple[PaymentPart, ...]" = ()

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100, blank=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    payer_name = models.CharField(max_length=200, blank=True)
    payer_email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.STARTED)
    failure = models.CharField(max_length=300, blank=True, help_text=_("Why it failed, in words for the reader."))
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "started_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="payment_once_at_provider"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="payment_currency_iso"),
            models.CheckConstraint(
                condition=Q(state="succeeded", settled_at__isnull=False)
                | (~Q(state="succeeded") & Q(settled_at__isnull=True)),
                name="payment_settled_when_succeeded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_state_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PaymentPart(models.Model):
    """What part of a payment is for what. Written with the payment, never changed."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="parts")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_part_above_zero"),
            models.UniqueConstraint(fields=["payment", "purpose"], name="payment_part_once_per_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.payment.currency)


class PaymentMove(models.Model):
    """One move of a payment's state: from what, to what, when and why. Append-only."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, choices=PaymentState.choices)
    to_state = models.CharField(max_length=10, choices=PaymentState.choices)
    reason = models.CharField(max_length=300, blank=True)
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        # The breaker asks at every attempt what became of the latest.
        indexes = [models.Index(fields=["moved_at"], name="payment_moved_at")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
