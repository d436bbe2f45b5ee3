"""The tables of what supporters are asked and told about their pledges: a new mandate, a notice, a reminder."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models.collections import Attempt
from pennypress.giving.models.pledges import Pledge
from pennypress.money import Money
from pennypress.payments.models import Mandate


class MandateRequest(models.Model):
    """That a pledge is to be collected under another mandate once its supporter has given it. `asked_ref` is the
    provider's name for the page on which it is given."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="mandate_requests")
    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="request")
    asked_ref = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.mandate_id}"


class AdvanceNotice(models.Model):
    """That a supporter was told what is to be debited, and from which day: before the first time and before a change of
    the amount, the day or how often. Append-only."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="notices")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="notices")
    amount_minor = models.BigIntegerField()
    interval_months = models.PositiveSmallIntegerField()
    anchor_day = models.PositiveSmallIntegerField()
    given_on = models.DateField()
    first_on = models.DateField(help_text=_("The first day on which it may be debited as told."))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(first_on__gte=models.F("given_on")), name="notice_is_given_before"),
        ]

    def __str__(self) -> str:
        return f"{self.given_on}: {self.first_on}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.pledge.currency)


class Step(models.TextChoices):
    FAILED = "failed", _("It did not go through")
    AGAIN = "again", _("It did not go through again")
    LAST = "last", _("Last try ahead")
    LAPSED = "lapsed", _("The pledge lapsed")
    RETURNED = "returned", _("It came and was returned")
    CLAIMED = "claimed", _("Its payer claimed it back")
    EXPIRING = "expiring", _("The card expires")


class Reminder(models.Model):
    """One letter about money that could not be had, or soon cannot: one for each step, and never two on a day.
    Append-only."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=10, choices=Step.choices)
    on = models.DateField()
    attempt = models.OneToOneField(
        Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="reminder", help_text=_("What failed.")
    )
    mandate = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders", help_text=_("What ends.")
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "on"], name="reminder_once_a_day"),
            models.UniqueConstraint(
                fields=["pledge", "mandate"], condition=Q(step="expiring"), name="reminder_once_for_a_card"
            ),
            models.CheckConstraint(
                condition=Q(step="expiring", mandate__isnull=False, attempt__isnull=True)
                | (~Q(step="expiring") & Q(attempt__isnull=False)),
                name="reminder_says_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.get_step_display()}"
