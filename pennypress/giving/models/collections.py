"""The tables of what is collected of pledges: one collection for each period, and each attempt to have its money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models.appeals import Appeal
from pennypress.giving.models.pledges import Pledge
from pennypress.payments.models import Allocation, Payment


class CollectionState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    COLLECTED = "collected", _("Collected")
    FAILED = "failed", _("Not collected")
    TAKEN_BACK = "taken_back", _("Taken back")


class Collection(models.Model):
    """One period's collection of a pledge: at most one for each due date, by the database.

    `retry_on` is the day on which it is tried again; empty once it has come or was given up. What came and was returned by
    the payer's bank keeps its money and its place in the meter; where it is presented again, another row stands for the
    period, which names it (`again_of`). At most one row of a period counts, by the database.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="collections")
    due_on = models.DateField()
    allocation = models.OneToOneField(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="collection"
    )
    appeal = models.ForeignKey(Appeal, null=True, blank=True, on_delete=models.PROTECT, related_name="collections")
    state = models.CharField(max_length=10, choices=CollectionState.choices, default=CollectionState.ASKED)
    failed_on = models.DateField(null=True, blank=True, help_text=_("The day of the first attempt that failed."))
    retry_on = models.DateField(null=True, blank=True)
    again_of = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="presented_again",
        help_text=_("The collection of this period that came and was returned."),
    )

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["retry_on"], condition=Q(retry_on__isnull=False), name="collection_retried")]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "due_on"], condition=Q(again_of=None), name="collection_once_per_due_date"
            ),
            models.UniqueConstraint(
                fields=["pledge", "due_on"], condition=Q(state="collected"), name="period_collected_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["collected", "taken_back"], allocation__isnull=False)
                | (~Q(state__in=["collected", "taken_back"]) & Q(allocation__isnull=True)),
                name="collection_collected_with_its_money",
            ),
            models.CheckConstraint(
                condition=Q(retry_on__isnull=True) | Q(state="failed", failed_on__lt=models.F("retry_on")),
                name="only_a_failed_collection_is_retried",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.get_state_display()}"

    @property
    def payment(self) -> Payment | None:
        """The payment of the latest attempt."""
        latest = self.latest()
        return latest.payment if latest else None

    def latest(self) -> "Attempt | None":
        """The latest attempt of this collection, or of the one that it presents again."""
        found = self.attempts.select_related("payment").order_by("-number").first()
        return found or (self.again_of.latest() if self.again_of else None)


class AttemptState(models.TextChoices):
    """Surplus: the money came although another attempt had brought it; it is booked as not yet allocated."""

    ASKED = "asked", _("Asked for")
    COLLECTED = "collected", _("Collected")
    FAILED = "failed", _("Not collected")
    SURPLUS = "surplus", _("Came twice")


class Attempt(models.Model):
    """One attempt to have a collection's money. At most one of a collection is under way, and at most one brings the
    money, by the database."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="attempt")
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.ASKED)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "number"], name="attempt_once_per_number"),
            models.UniqueConstraint(fields=["collection"], condition=Q(state="asked"), name="attempt_one_under_way"),
            models.UniqueConstraint(fields=["collection"], condition=Q(state="collected"), name="attempt_one_collects"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempts_are_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_state_display()}"


class Return(models.Model):
    """That the payer's bank took back what an attempt had brought: returned late, or claimed by the payer. Once for an
    attempt, by the database, however often it is told. Append-only."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="returned")
    on = models.DateField()
    is_claimed = models.BooleanField(help_text=_("The payer asked their bank for it: it is not presented again."))
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.on}: {self.attempt_id}"
