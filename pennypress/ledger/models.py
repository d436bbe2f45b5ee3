"""The tables of the books. Rows are written by `posting` alone and never change; the database refuses anything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money


class AccountKind(models.TextChoices):
    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    EQUITY = "equity", _("Equity")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


class Account(models.Model):
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=AccountKind.choices)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(models.Model):
    """One balanced posting. `key` says its cause and is unique, so that posting twice is harmless."""

    key = models.CharField(max_length=200, unique=True)
    on = models.DateField(help_text=_("The paper's day on which it stands in the books."))
    meant_on = models.DateField(
        null=True,
        blank=True,
        help_text=_("The day it is of, where that was closed already: it then stands on the first open day."),
    )
    memo = models.CharField(max_length=300)
    line_count = models.PositiveSmallIntegerField()
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(condition=models.Q(line_count__gte=2), name="entry_has_two_lines"),
            models.CheckConstraint(
                condition=models.Q(meant_on__isnull=True) | models.Q(meant_on__lt=models.F("on")),
                name="entry_falls_to_a_later_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.memo}"


class Line(models.Model):
    """One side of an entry, in minor units: above zero is debit, below zero is credit."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="line_not_zero"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="line_currency_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.account.code} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Voucher(models.Model):
    """Who entered an entry by hand, and why. Append-only; an entry without one was posted by the system."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="voucher")
    reason = models.CharField(max_length=300)
    entered_by = models.CharField(max_length=200, help_text=_("The name as it stood: it outlives the login."))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(entered_by=""), name="voucher_says_who_and_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entered_by}: {self.reason}"


class PeriodClose(models.Model):
    """That the books are closed to the end of a day. Append-only, each later than the one before, by the database.

    `last_entry` is the highest entry that stood then: nothing above it is dated in the closed days.
    """

    closed_through = models.DateField(unique=True)
    closed_by = models.CharField(max_length=200, help_text=_("The name as it stood: it outlives the login."))
    closed_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    last_entry = models.BigIntegerField()

    class Meta:
        ordering = ["closed_through"]
        constraints = [models.CheckConstraint(condition=~models.Q(closed_by=""), name="period_closed_by_somebody")]

    def __str__(self) -> str:
        return f"{self.closed_through}"
