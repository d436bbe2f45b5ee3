"""The table of references that supporters have always used, from before the paper's books were kept here."""

from django.db import models
from django.db.models import Q

from pennypress.giving.models.standing_orders import StandingOrder


class KnownReference(models.Model):
    """What a supporter told their own bank to write beside a standing order. It is theirs for ever. Append-only.

    `plain` is the reference as it is compared: letters and figures alone, in capitals, for banks cut and space as they
    like. What is expected of it stands on the order.
    """

    reference = models.CharField(max_length=40)
    plain = models.CharField(max_length=40, unique=True)
    standing_order = models.ForeignKey(StandingOrder, on_delete=models.PROTECT, related_name="known_references")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(plain__regex=r"^[A-Z0-9]{4,40}$"), name="known_reference_is_plain"),
        ]

    def __str__(self) -> str:
        return self.reference
