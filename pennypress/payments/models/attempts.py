"""The tables against card testing: counters that know nobody, offers that wait for their letter, the breaker's moves."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money


class Attempt(models.Model):
    """How often something was tried within a window. `key` is a hash that changes daily; rows go after two days."""

    scope = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=1)
    mark = models.CharField(max_length=64, blank=True, help_text=_("A hash of what was tried first."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key", "starts_at"], name="attempt_counted_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.number}"


class HeldOffer(models.Model):
    """What a reader typed while the breaker is open, until they open the link in their letter; a day at most."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, help_text=_("Who takes it up again."))
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    held_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class BreakerState(models.TextChoices):
    OPEN = "open", _("A letter comes first")
    CLOSED = "closed", _("Straight to payment")


class BreakerMove(models.Model):
    """One move of the breaker: by itself, with the share of declines that moved it, or by hand with a reason. Append-only."""

    state = models.CharField(max_length=6, choices=BreakerState.choices)
    moved_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    declined = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=True) | ~models.Q(reason=""), name="breaker_by_hand_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.moved_at} {self.get_state_display()}"
