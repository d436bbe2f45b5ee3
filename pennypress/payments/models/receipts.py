"""The tables of money that arrived, what it is for, and what was taken back of it. Append-only."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.ledger.models import Account
from pennypress.money import Money
from pennypress.payments.models.kinds import Method, Purpose
from pennypress.payments.models.payments import Payment
from pennypress.people.models import Person


class Receipt(models.Model):
    """Money that arrived. Append-only but for `banked_on`; its allocations sum exactly to it, by the database."""

    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt")
    payer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")
    payer_name = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sent_minor = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("Foreign money: the amount as it was sent. Amount is what the bank credited."),
    )
    sent_currency = models.CharField(max_length=3, blank=True)
    received_on = models.DateField(db_index=True)
    banked_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=100, blank=True, help_text=_("Cheque number, bank reference or similar."))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts_recorded"
    )
    allocation_count = models.PositiveSmallIntegerField()
    contact = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receipts_as_contact",
        help_text=_("Whom we write to about it. Empty: the payer."),
    )
    corrects = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
        help_text=_("The receipt that was entered wrongly and is entered anew by this one."),
    )
    is_brought_forward = models.BooleanField(
        default=False, help_text=_("Of the books before these: its money is in the opening balances.")
    )
    bank_account = models.ForeignKey(
        "payments.BankAccount",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receipts",
        help_text=_("The account whose statement told of it. Empty: the one that the method leads to."),
    )
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
            models.CheckConstraint(
                condition=Q(sent_minor__isnull=True, sent_currency="")
                | Q(sent_minor__gt=0, sent_currency__regex=r"^[A-Z]{3}$"),
                name="receipt_sent_with_its_currency",
            ),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="receipt_corrects_another"),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount} {self.get_method_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    # Its allocations where they were written with it just now; nothing on a row that was read.
    just_written: "tuple[Allocation, ...]" = ()

    def allocated(self) -> "Sequence[Allocation]":
        """This method will give the receipt's allocations in their order, without reading what was just written."""
        return self.just_written or tuple(self.allocations.order_by("id"))

    @property
    def sent(self) -> Money | None:
        """The amount in the payer's own currency where that is another than the one credited."""
        return None if self.sent_minor is None else Money(self.sent_minor, self.sent_currency)


class Allocation(models.Model):
    """What a part of a receipt is for. Append-only."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    amount_minor = models.BigIntegerField()
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
        help_text=_("Other income: the account it is credited to. Empty: the one that the chart has for the purpose."),
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="allocation_above_zero"),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(purpose="other"), name="allocation_account_for_other_income"
            ),
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
    MISTAKE = "mistake", _("Entered by mistake")


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
