"""The tables of supporters' pledges and what was collected of them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models.appeals import Appeal
from pennypress.money import Money
from pennypress.payments.models import Allocation, Mandate, Payment
from pennypress.people.models import Person, ThanksAs


class PledgeState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    ACTIVE = "active", _("Active")
    CANCELLED = "cancelled", _("Cancelled")


class Pledge(models.Model):
    """A supporter's promise of an amount each month, collected under a mandate on the anchor day or the month's last."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=80, blank=True)
    thanks_as = models.CharField(max_length=8, choices=ThanksAs.choices, default=ThanksAs.NOT)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    anchor_day = models.PositiveSmallIntegerField()
    next_on = models.DateField(null=True, blank=True)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    state = models.CharField(max_length=10, choices=PledgeState.choices, default=PledgeState.OFFERED)
    offered_at = models.DateTimeField()
    began_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["next_on"], condition=Q(state="active"), name="pledge_due")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pledge_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="pledge_currency_iso"),
            models.CheckConstraint(condition=Q(anchor_day__gte=1, anchor_day__lte=31), name="pledge_anchor_is_a_day"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(mandate__isnull=False, next_on__isnull=False, began_on__isnull=False),
                name="active_pledge_can_be_collected",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False, next_on__isnull=True)
                | (~Q(state="cancelled") & Q(cancelled_on__isnull=True)),
                name="cancelled_pledge_is_not_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} a month, {self.get_state_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PledgeChange(models.TextChoices):
    BEGAN = "began", _("Began")
    AMOUNT = "amount", _("Amount changed")
    CANCELLED = "cancelled", _("Cancelled")


class PledgeMove(models.Model):
    """One move of a pledge: what changed, when, and the amount that stands from then. Append-only."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="moves")
    change = models.CharField(max_length=10, choices=PledgeChange.choices)
    amount_minor = models.BigIntegerField()
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_change_display()


class CollectionState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    COLLECTED = "collected", _("Collected")
    FAILED = "failed", _("Not collected")
    TAKEN_BACK = "taken_back", _("Taken back")


class Collection(models.Model):
    """One month's collection of a pledge: at most one for each due date, by the database."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="collections")
    due_on = models.DateField()
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="collection")
    allocation = models.OneToOneField(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="collection"
    )
    appeal = models.ForeignKey(Appeal, null=True, blank=True, on_delete=models.PROTECT, related_name="collections")
    state = models.CharField(max_length=10, choices=CollectionState.choices, default=CollectionState.ASKED)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "due_on"], name="collection_once_per_due_date"),
            models.CheckConstraint(
                condition=Q(state__in=["collected", "taken_back"], allocation__isnull=False)
                | (~Q(state__in=["collected", "taken_back"]) & Q(allocation__isnull=True)),
                name="collection_collected_with_its_money",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.get_state_display()}"
