"""The tables of closing figures: what an appeal came to when it was closed. Written once and never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pennypress.giving.models.appeals import Appeal
from pennypress.payments.models import Method


class AppealClosing(models.Model):
    """The figures of an appeal as they stood when it was closed. Append-only; one for each appeal.

    The marks are the highest allocation, refund and fee that were counted: whatever is above them came afterwards, and
    explains the difference between this figure and the living one to the penny. What is carried is a shortfall where it
    is above zero and a surplus where below.
    """

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="closing")
    closed_on = models.DateField()
    raised_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    givers = models.PositiveIntegerField()
    target_minor = models.BigIntegerField(null=True, blank=True)
    target_givers = models.PositiveIntegerField(null=True, blank=True)
    carried_in_minor = models.BigIntegerField(default=0)
    carried_out_minor = models.BigIntegerField(default=0)
    allocation_mark = models.BigIntegerField()
    refund_mark = models.BigIntegerField()
    fee_mark = models.BigIntegerField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="appeals_closed"
    )
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(raised_minor__gte=0), name="closing_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} closed on {self.closed_on}"


class ClosingMethod(models.Model):
    """What of a closing figure came by one method: how many sums, and their amount. Append-only."""

    closing = models.ForeignKey(AppealClosing, on_delete=models.PROTECT, related_name="methods")
    method = models.CharField(max_length=20, choices=Method.choices)
    count = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "method"], name="closing_method_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.count}"


class MeterCheckpoint(models.Model):
    """A cache and no record: what an appeal had raised by its marks, so that a reading counts only what came after.

    Deleted whenever something below its marks moves, and made anew by the worker. `days` lists
    [day, method, count, gross minor, net minor].
    """

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="checkpoint")
    allocation_mark = models.BigIntegerField()
    refund_mark = models.BigIntegerField()
    fee_mark = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    givers = models.BigIntegerField()
    days = models.JSONField(default=list)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.appeal} up to {self.allocation_mark}"
