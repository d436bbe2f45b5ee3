"""The tables of paying-in slips: what of the cash and cheques in hand goes to the bank together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models.receipts import Receipt


class SlipState(models.TextChoices):
    OPEN = "open", _("Not yet paid in")
    PAID_IN = "paid_in", _("Paid in")


class PayingInSlip(models.Model):
    """One visit to the bank. It moves forward once: from open to paid in, with the day."""

    number = models.PositiveIntegerField(unique=True)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=SlipState.choices, default=SlipState.OPEN)
    loose_coins_minor = models.BigIntegerField(
        default=0, help_text=_("How much of the cash without a count sheet is coins; the rest of it is notes.")
    )
    reference = models.CharField(max_length=40, blank=True, help_text=_("The number printed in the bank's own book."))
    drawn_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="slips_drawn"
    )
    banked_on = models.DateField(null=True, blank=True)
    paid_in_at = models.DateTimeField(null=True, blank=True)
    paid_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="slips_paid_in"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", banked_on__isnull=True, paid_in_at__isnull=True)
                | Q(state="paid_in", banked_on__isnull=False, paid_in_at__isnull=False),
                name="slip_paid_in_with_its_day",
            ),
            models.CheckConstraint(condition=Q(loose_coins_minor__gte=0), name="slip_coins_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="slip_currency_iso"),
        ]

    def __str__(self) -> str:
        return f"Slip {self.number}"

    @property
    def loose_coins(self) -> Money:
        return Money(self.loose_coins_minor, self.currency)


class SlipItem(models.Model):
    """A receipt on a slip. Taken off an open slip it stays on record; on a slip that is paid in, only a correction
    takes the place of what it corrects."""

    slip = models.ForeignKey(PayingInSlip, on_delete=models.PROTECT, related_name="items")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="slip_items")
    put_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(removed_at__isnull=True), name="receipt_on_one_slip"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slip}: {self.receipt}"
