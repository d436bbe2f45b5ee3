"""The table of appeals. Nothing here stores what was raised."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money


class Appeal(models.Model):
    """One appeal of the fighting fund, from `opens_on` to `closes_on`, both counted. No two overlap, by the database."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    target_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    pitch = models.TextField(blank=True)
    counts_pledges = models.BooleanField(default=True, help_text=_("Supporters' monthly pledges count towards it."))
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opens_on"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="appeal_closes_after_opening"),
            models.CheckConstraint(condition=Q(target_minor__gt=0), name="appeal_target_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="appeal_currency_iso"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def target(self) -> Money:
        return Money(self.target_minor, self.currency)
