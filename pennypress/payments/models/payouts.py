"""The tables of payouts: what a provider sent to the paper's bank, movement by movement. They move forward; each is kept.

A payout has lines that sum exactly to it, fees taken off, by the database. The bank's own line of it is matched by a row
that points at the payout, never by a column here.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models.receipts import Receipt


class PayoutState(models.TextChoices):
    PENDING = "pending", _("On its way")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Came back")


class Payout(models.Model):
    """Money that a provider sends to the bank, or takes from it (below zero). Pending → paid → failed."""

    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    arrives_on = models.DateField(db_index=True)
    state = models.CharField(max_length=10, choices=PayoutState.choices, default=PayoutState.PENDING)
    line_count = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_ref"], name="payout_once_from_provider"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="payout_currency_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_ref} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class LineKind(models.TextChoices):
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    DISPUTE = "dispute", _("Dispute")
    REINSTATEMENT = "reinstatement", _("Dispute won")
    BOUNCED = "bounced", _("Returned unpaid")
    FEE = "fee", _("Fee")
    OTHER = "other", _("Other")


class PayoutLine(models.Model):
    """One movement in a payout: what came in (above zero) or went out, and the fee kept for it. Append-only.

    `receipt` is the money that it is of; `returned` a payout that came back to the provider and goes out again in this.
    """

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(help_text=_("Its place among the payout's lines, from 1."))
    key = models.CharField(max_length=200, help_text=_("The provider's name for the movement."))
    kind = models.CharField(max_length=13, choices=LineKind.choices)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    receipt = models.ForeignKey(Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="payout_lines")
    returned = models.ForeignKey(
        Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="returned_in_lines"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "key"], name="payout_line_once"),
            models.UniqueConstraint(fields=["payout", "number"], name="payout_line_has_its_place"),
            models.CheckConstraint(
                condition=Q(kind__in=["fee", "other"], receipt__isnull=True)
                | (~Q(kind__in=["fee", "other"]) & Q(receipt__isnull=False)),
                name="payout_line_of_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(returned__isnull=True) | (Q(kind="other") & ~Q(returned=F("payout"))),
                name="payout_line_returns_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.payout.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.payout.currency)


class PayoutMove(models.Model):
    """One move of a payout's state: from what (nothing, as we heard of it), to what, and when. Append-only."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, choices=PayoutState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=PayoutState.choices)
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
