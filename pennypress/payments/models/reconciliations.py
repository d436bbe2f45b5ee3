"""The tables of reconciliation: each comparison of a provider's books with ours, and each difference that was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money


class Reconciliation(models.Model):
    """One comparison with one provider, of what was begun there at or after `since`. Only its end is written later."""

    provider = models.CharField(max_length=20)
    since = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    payments = models.PositiveIntegerField(default=0, help_text=_("How many payments of theirs were compared."))
    payouts = models.PositiveIntegerField(default=0, help_text=_("How many payouts of theirs were compared."))

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.provider} {self.started_at:%Y-%m-%d %H:%M}"


class Cause(models.TextChoices):
    """Why the two books differed."""

    PAID_THERE = "paid_there", _("Paid there and not here: its webhook was lost")
    NEVER_ASKED = "never_asked", _("Paid there and never asked for here")
    TAKEN_BACK_THERE = "taken_back_there", _("Taken back there and not here")
    GIVEN_BACK_THERE = "given_back_there", _("Taken back here and not there")
    UNKNOWN_THERE = "unknown_there", _("Paid here and unknown there")
    FAILED_THERE = "failed_there", _("Paid here and not paid there")
    MORE_THERE = "more_there", _("More was paid there than was asked for")
    LESS_THERE = "less_there", _("Less was paid there than was asked for")
    PAYOUT = "payout", _("Paid out there and not booked here")
    UNREPAIRED = "unrepaired", _("Could not be repaired")


class Difference(models.Model):
    """One difference between a provider's books and ours, and the entry that repaired it. Append-only.

    `amount_minor` is by how much ours stood below theirs; below zero, above it. `entry_key` is empty where a person has
    to see to it, and `says` then tells why.
    """

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="differences")
    provider_ref = models.CharField(max_length=100)
    cause = models.CharField(max_length=20, choices=Cause.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    entry_key = models.CharField(max_length=200, blank=True)
    says = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="unrepaired", entry_key="") | (~Q(cause="unrepaired") & ~Q(entry_key="")),
                name="difference_repaired_by_an_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_ref} {self.get_cause_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
