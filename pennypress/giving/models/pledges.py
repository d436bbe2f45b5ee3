"""The tables of supporters' pledges and of how each has moved."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments.models import Mandate
from pennypress.people.models import Person, ThanksAs


class PledgeState(models.TextChoices):
    """Paused is the supporter's own wish; lapsed is what becomes of a pledge whose money could not be had."""

    OFFERED = "offered", _("Offered")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    LAPSED = "lapsed", _("Lapsed")
    CANCELLED = "cancelled", _("Cancelled")


class Interval(models.IntegerChoices):
    """How many months lie between two collections."""

    MONTHLY = 1, _("Every month")
    QUARTERLY = 3, _("Every three months")
    YEARLY = 12, _("Every year")


_A_PERIOD = {Interval.MONTHLY: _("a month"), Interval.QUARTERLY: _("a quarter"), Interval.YEARLY: _("a year")}


class Pledge(models.Model):
    """A supporter's promise of an amount each month, quarter or year, collected under a mandate on the anchor day or the
    month's last. Whoever pays may change and end it; `credited` is whom it was given for, where that is somebody else."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=80, blank=True)
    thanks_as = models.CharField(max_length=8, choices=ThanksAs.choices, default=ThanksAs.NOT)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField(choices=Interval.choices, default=Interval.MONTHLY)
    anchor_day = models.PositiveSmallIntegerField()
    next_on = models.DateField(null=True, blank=True)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    state = models.CharField(max_length=10, choices=PledgeState.choices, default=PledgeState.OFFERED)
    offered_at = models.DateTimeField()
    began_on = models.DateField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    resumes_on = models.DateField(null=True, blank=True, help_text=_("Empty while paused: until its supporter says."))
    lapsed_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    beneficiary_name = models.CharField(max_length=200, blank=True, help_text=_("Whom it is given for, if another."))
    beneficiary_email = models.EmailField(blank=True)
    tell_on = models.DateField(null=True, blank=True, help_text=_("The day on which the beneficiary is told."))
    credited = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges_credited"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_on"], condition=Q(state="active"), name="pledge_due"),
            models.Index(fields=["resumes_on"], condition=Q(state="paused"), name="pledge_resuming"),
            models.Index(fields=["tell_on"], condition=Q(tell_on__isnull=False), name="pledge_to_be_told_of"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pledge_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="pledge_currency_iso"),
            models.CheckConstraint(condition=Q(anchor_day__gte=1, anchor_day__lte=31), name="pledge_anchor_is_a_day"),
            models.CheckConstraint(condition=Q(interval_months__in=[1, 3, 12]), name="pledge_interval_known"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(mandate__isnull=False, next_on__isnull=False, began_on__isnull=False),
                name="active_pledge_can_be_collected",
            ),
            models.CheckConstraint(
                condition=Q(state="active") | Q(next_on__isnull=True), name="only_an_active_pledge_is_due"
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_on__isnull=False)
                | (~Q(state="paused") & Q(paused_on__isnull=True, resumes_on__isnull=True)),
                name="paused_pledge_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(resumes_on__isnull=True) | Q(resumes_on__gt=F("paused_on")),
                name="pledge_resumes_after_it_paused",
            ),
            models.CheckConstraint(
                condition=Q(state="lapsed", lapsed_on__isnull=False) | (~Q(state="lapsed") & Q(lapsed_on__isnull=True)),
                name="lapsed_pledge_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False, next_on__isnull=True)
                | (~Q(state="cancelled") & Q(cancelled_on__isnull=True)),
                name="cancelled_pledge_is_not_due",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary_name="")
                | Q(beneficiary_email="", tell_on__isnull=True, credited__isnull=True),
                name="pledge_beneficiary_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.a_period}, {self.get_state_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def a_period(self) -> str:
        """How often, to be said after an amount: "a month"."""
        return str(_A_PERIOD[Interval(self.interval_months)])


class PledgeChange(models.TextChoices):
    BEGAN = "began", _("Began")
    AMOUNT = "amount", _("Amount changed")
    INTERVAL = "interval", _("Interval changed")
    DAY = "day", _("Day changed")
    METHOD = "method", _("Card or account changed")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Taken up again")
    LAPSED = "lapsed", _("Lapsed")
    REVIVED = "revived", _("Revived")
    CANCELLED = "cancelled", _("Cancelled")


class PledgeMove(models.Model):
    """One move of a pledge: what changed, when, and what stands from then. Append-only."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="moves")
    change = models.CharField(max_length=10, choices=PledgeChange.choices)
    amount_minor = models.BigIntegerField()
    interval_months = models.PositiveSmallIntegerField(default=Interval.MONTHLY)
    anchor_day = models.PositiveSmallIntegerField(null=True, blank=True)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="pledge_moves")
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_change_display()
