"""The table of gifts. An amount that arrived is read from its allocation."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models.appeals import Appeal
from pennypress.money import Money
from pennypress.payments.models import Allocation, Payment
from pennypress.people.models import Person, ThanksAs


class GiftState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    RECEIVED = "received", _("Received")
    TAKEN_BACK = "taken_back", _("Taken back")


class Gift(models.Model):
    """A gift to the fund: offered by a reader, received once its money is there, counted in the appeal it was given to.
    `payer` paid it; `credited` is whom it was given for, where that is somebody else."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Its own index is the composite one below: a meter asks for an appeal's gifts above a mark.
    appeal = models.ForeignKey(
        Appeal, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts", db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=80, blank=True)
    thanks_as = models.CharField(max_length=8, choices=ThanksAs.choices, default=ThanksAs.NOT)
    message = models.CharField(max_length=500, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="gift")
    allocation = models.OneToOneField(Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="gift")
    payer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts")
    state = models.CharField(max_length=10, choices=GiftState.choices, default=GiftState.OFFERED)
    offered_at = models.DateTimeField()
    received_on = models.DateField(null=True, blank=True)
    beneficiary_name = models.CharField(max_length=200, blank=True, help_text=_("Whom it is given for, if another."))
    beneficiary_email = models.EmailField(blank=True)
    tell_on = models.DateField(null=True, blank=True, help_text=_("The day on which the beneficiary is told."))
    credited = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts_credited")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["received_on"]),
            models.Index(fields=["appeal", "allocation"], name="gift_of_appeal"),
            models.Index(fields=["tell_on"], condition=Q(tell_on__isnull=False), name="gift_to_be_told_of"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="gift_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="gift_currency_iso"),
            models.CheckConstraint(
                condition=Q(state="offered", allocation__isnull=True, received_on__isnull=True)
                | (~Q(state="offered") & Q(allocation__isnull=False, received_on__isnull=False)),
                name="gift_received_with_its_money",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary_name="")
                | Q(beneficiary_email="", tell_on__isnull=True, credited__isnull=True),
                name="gift_beneficiary_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_state_display()}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
