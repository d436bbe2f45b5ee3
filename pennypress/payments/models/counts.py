"""The tables of counted cash: the sheet of a collection with its two counters, its notes and coins, its tins. Append-only.

Laws, kept by the database: a collection has its sheet; notes and coins add up to the receipt, and so do the tins.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments import cash
from pennypress.payments.models.receipts import Receipt


class CashCount(models.Model):
    """The count sheet of one receipt: where it was collected, under which permit, and the two who counted it."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="cash_count")
    place = models.CharField(max_length=200)
    permit = models.CharField(max_length=100, blank=True, help_text=_("Number of the council's permit, in the street."))
    first_counter = models.CharField(max_length=200)
    second_counter = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(place=""), name="count_says_where"),
            models.CheckConstraint(
                condition=~Q(first_counter="") & ~Q(second_counter="") & ~Q(first_counter__iexact=F("second_counter")),
                name="count_has_two_counters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.first_counter}, {self.second_counter}"


class CountedCash(models.Model):
    """How many pieces of one face value were counted."""

    count = models.ForeignKey(CashCount, on_delete=models.PROTECT, related_name="cash")
    face_minor = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField()

    class Meta:
        ordering = ["-face_minor"]
        constraints = [
            models.UniqueConstraint(fields=["count", "face_minor"], name="counted_once_each_face"),
            models.CheckConstraint(condition=Q(face_minor__gt=0, pieces__gt=0), name="counted_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.face}"

    @property
    def face(self) -> Money:
        return Money(self.face_minor, self.count.receipt.currency)

    @property
    def amount(self) -> Money:
        return self.face * self.pieces

    @property
    def is_note(self) -> bool:
        return cash.is_note(self.face_minor, self.count.receipt.currency)


class Tin(models.Model):
    """A numbered tin or bucket of a collection, who carried it, and what was in it."""

    count = models.ForeignKey(CashCount, on_delete=models.PROTECT, related_name="tins")
    number = models.CharField(max_length=20)
    collector = models.CharField(max_length=200, blank=True)
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["count", "number"], name="tin_once_in_a_count"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0) & ~Q(number=""), name="tin_with_number_and_amount"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.count.receipt.currency)
