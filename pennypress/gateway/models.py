"""What providers told us, kept as it came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventState(models.TextChoices):
    RECEIVED = "received", _("Received")
    SETTLED = "settled", _("Settled")
    PARKED = "parked", _("Parked")


class ProviderEvent(models.Model):
    """One event a provider told us of, its body as it came. It is settled, or parked with the reason; none is lost."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    provider_ref = models.CharField(max_length=100)
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
