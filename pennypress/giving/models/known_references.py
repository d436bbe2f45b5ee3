"""The table of references that supporters have always used, from before the paper's books were kept here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.people.models import Person, ThanksAs


class KnownReference(models.Model):
    """What a supporter told their own bank to write beside a standing order. It is theirs for ever. Append-only.

    `plain` is the reference as it is compared: letters and figures alone, in capitals, for banks cut and space as they
    like. The terms are what was expected of it when it was moved in.
    """

    reference = models.CharField(max_length=40)
    plain = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="known_references")
    place = models.CharField(max_length=80, blank=True)
    thanks_as = models.CharField(max_length=8, choices=ThanksAs.choices, default=ThanksAs.NOT)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField()
    usual_day = models.PositiveSmallIntegerField()
    first_on = models.DateField(help_text=_("The first day on which it is expected here."))
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(plain__regex=r"^[A-Z0-9]{4,40}$"), name="known_reference_is_plain"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="known_reference_above_zero"),
            models.CheckConstraint(condition=Q(interval_months__in=[1, 3, 12]), name="known_reference_interval"),
            models.CheckConstraint(condition=Q(usual_day__gte=1, usual_day__lte=31), name="known_reference_day"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
