"""The tables of the fund's column: which days it speaks for, whom it thanks, and the figures it was printed with.

Of a giver they hold the words chosen for print, and nothing else.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models import Appeal
from pennypress.payments.models import Allocation, Method


class Column(models.Model):
    """The fund's column of a day, or of a span of days, both counted. Its figures are frozen once it is published."""

    article = models.OneToOneField(
        "newsroom.ArticlePage", on_delete=models.CASCADE, primary_key=True, related_name="column"
    )
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="columns")
    first_on = models.DateField()
    last_on = models.DateField()
    drafted_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    as_of_entry = models.BigIntegerField(null=True, blank=True, help_text=_("The last entry of the books it knew."))
    figures = models.JSONField(default=dict, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    parked_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["last_on", "drafted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="column_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, as_of_entry__isnull=True, figures={})
                | Q(frozen_at__isnull=False, as_of_entry__isnull=False),
                name="column_frozen_with_its_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on}"


class ColumnGift(models.Model):
    """A sum that a column thanks for, under its number there. In one column only, unless it was chosen again."""

    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="gifts")
    number = models.PositiveSmallIntegerField()
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="thanked_in")
    words = models.CharField(max_length=600, blank=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    is_grouped = models.BooleanField(default=False, help_text=_("Counted among those who wish no thanks."))
    is_again = models.BooleanField(default=False, help_text=_("Thanked before, and chosen again."))
    drafted_minor = models.BigIntegerField()
    printed_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["column", "number"]
        constraints = [
            models.UniqueConstraint(fields=["column", "number"], name="column_numbers_its_gifts"),
            models.UniqueConstraint(fields=["column", "allocation"], name="column_thanks_once"),
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(is_again=False), name="gift_thanked_in_one_column"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ColumnCorrection(models.Model):
    """What a column says has changed since an earlier column printed it: from so much to so much."""

    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    gift = models.ForeignKey(ColumnGift, on_delete=models.CASCADE, related_name="corrections")
    from_minor = models.BigIntegerField()
    to_minor = models.BigIntegerField()

    class Meta:
        ordering = ["column", "number"]
        constraints = [
            models.UniqueConstraint(fields=["column", "number"], name="column_numbers_its_corrections"),
            models.CheckConstraint(condition=~Q(from_minor=F("to_minor")), name="correction_corrects"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
