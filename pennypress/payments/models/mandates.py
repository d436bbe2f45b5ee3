"""The table of mandates. They move forward; each is kept."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.payments.models.kinds import Method
from pennypress.people.models import Person


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
    says = models.CharField(
        max_length=100, blank=True, help_text=_("What its holder knows it by: a card's last digits.")
    )
    expires_on = models.DateField(null=True, blank=True, help_text=_("The last day on which a card is good."))
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
