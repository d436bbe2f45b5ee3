"""The tables of letters that are asked for: the statement of a year, and receipts once more."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pennypress.people.models import Person


class AnnualStatement(models.Model):
    """That a person is to be sent the statement of a year: once for each, by the database. Append-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="annual_statements")
    year = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="annual_statements"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="annual_statement_once")]

    def __str__(self) -> str:
        return f"{self.year}"


class ReceiptRequest(models.Model):
    """That somebody asked for receipts again at an address: at most once a day for each. Answered by the worker, after
    which the address is forgotten."""

    email = models.EmailField(blank=True)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "asked_on"], condition=~Q(email=""), name="receipts_asked_for_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(email=""), name="answered_request_forgets_the_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_on}"
