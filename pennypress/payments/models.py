"""The tables of money in. A receipt has allocations that sum exactly to it; everything above points down to an allocation.

Receipts, allocations and what was taken back are append-only; payments and mandates move forward, each move recorded.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments import sandbox_tables
from pennypress.people.models import Person

# The sandbox provider's own tables stand apart: nothing here points at them.
SandboxPayment = sandbox_tables.SandboxPayment
SandboxEvent = sandbox_tables.SandboxEvent


class Purpose(models.TextChoices):
    """What money is for; each has its account in the books."""

    GIFT = "gift", _("Gift to the fund")
    PLEDGE = "pledge", _("Supporter's monthly pledge")
    SHARES = "shares", _("Shares")
    SUBSCRIPTION = "subscription", _("Subscription")
    OTHER = "other", _("Other")


class Method(models.TextChoices):
    CARD = "card", _("Card")
    DIRECT_DEBIT = "direct_debit", _("Direct Debit")
    STANDING_ORDER = "standing_order", _("Standing order")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    CHEQUE = "cheque", _("Cheque")
    CASH = "cash", _("Cash")
    COLLECTION = "collection", _("Collection")
    CARD_BY_PHONE = "card_by_phone", _("Card by telephone")


class MandateState(models.TextChoices):
    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Active")
    CANCELLED = "cancelled", _("Cancelled")


class Mandate(models.Model):
    """A reader's leave to collect from their card or account again. Moves pending → active → cancelled."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    method = models.CharField(max_length=20, choices=Method.choices)
    state = models.CharField(max_length=10, choices=MandateState.choices, default=MandateState.PENDING)
    asked_at = models.DateTimeField()
    active_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text=_("When the provider confirmed its end."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="mandate_once_at_provider"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | ~Q(provider_ref=""), name="active_mandate_known_at_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.public_id}"


class PaymentState(models.TextChoices):
    """`failed` is not the end: money that arrives late is still booked."""

    STARTED = "started", _("Started")
    PENDING = "pending", _("Not yet confirmed")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Not paid")


class Payment(models.Model):
    """One request for money made through a provider; `public_id` stands in addresses and is our reference there."""

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

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Receipt(models.Model):
    """Money that arrived. Append-only but for `banked_on`; its allocations sum exactly to it, by the database."""

    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt")
    payer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    payer_name = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField(db_index=True)
    banked_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=100, blank=True, help_text=_("Cheque number, bank reference or similar."))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts_recorded"
    )
    allocation_count = models.PositiveSmallIntegerField()
    key = models.CharField(
        max_length=200, unique=True, null=True, blank=True, help_text=_("The form it was entered with: once each.")
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="receipt_above_zero"),
            models.CheckConstraint(condition=Q(allocation_count__gte=1), name="receipt_has_an_allocation"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="receipt_currency_iso"),
            models.CheckConstraint(
                condition=Q(banked_on__isnull=True) | Q(banked_on__gte=F("received_on")),
                name="receipt_banked_after_receiving",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount} {self.get_method_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Allocation(models.Model):
    """What a part of a receipt is for. Append-only."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="allocation_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.receipt.currency)


class RefundKind(models.TextChoices):
    REFUND = "refund", _("Refund")
    DISPUTE = "dispute", _("Dispute")
    REINSTATEMENT = "reinstatement", _("Dispute won")
    BOUNCED = "bounced", _("Returned unpaid")


class Refund(models.Model):
    """What was taken back of an allocation, or given back to it (below zero). Append-only.

    Law, kept by the database: what stands taken back is never below zero and never above the allocation.
    """

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(max_length=13, choices=RefundKind.choices)
    amount_minor = models.BigIntegerField()
    on = models.DateField()
    key = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reinstatement", amount_minor__lt=0)
                | (~Q(kind="reinstatement") & Q(amount_minor__gt=0)),
                name="refund_sign_by_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.allocation.receipt.currency)
