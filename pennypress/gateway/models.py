"""What providers told us, kept as it came, and each move of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EventState(models.TextChoices):
    RECEIVED = "received", _("Received")
    SETTLED = "settled", _("Settled")
    PARKED = "parked", _("Parked")


class Subject(models.TextChoices):
    """What an event is about; nothing that we act on has none."""

    PAYMENT = "payment", _("Payment")
    MANDATE = "mandate", _("Mandate")
    PAYOUT = "payout", _("Payout")


class ProviderEvent(models.Model):
    """One event a provider told us of, its body as it came. It is settled, or parked with the reason; none is lost."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.PAYMENT, blank=True)
    provider_ref = models.CharField(max_length=100, blank=True)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.RECEIVED)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it is parked, or not settled yet."))
    attempts = models.PositiveSmallIntegerField(default=0)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="event_once_from_provider")]
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(state="received"), name="event_waiting"),
            models.Index(fields=["provider", "received_at"], name="event_last_heard"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class EventMove(models.Model):
    """One move of an event's state: from what (nothing, as it came), to what, when, why and by whom. Append-only."""

    event = models.ForeignKey(ProviderEvent, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, choices=EventState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=EventState.choices)
    reason = models.CharField(max_length=300, blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="event_moves"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
