"""The tables of moving in: each file, each row that was moved in (once, by its key), and persons who look alike."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.people.models import Person


class Kind(models.TextChoices):
    BALANCES = "balances", _("Opening balances")
    GIFTS = "gifts", _("Past gifts")
    SUPPORTERS = "supporters", _("Supporters")


class ConsignmentState(models.TextChoices):
    CHECKED = "checked", _("Waiting to be confirmed")
    MOVED_IN = "moved_in", _("Moved in")
    DROPPED = "dropped", _("Dropped")


class Consignment(models.Model):
    """One file. Its content is kept until it is moved in or dropped, and no longer."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(blank=True)
    as_at = models.DateField(null=True, blank=True, help_text=_("Opening balances: the day at whose end they stand."))
    state = models.CharField(max_length=8, choices=ConsignmentState.choices, default=ConsignmentState.CHECKED)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="consignments_sent"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="consignments_decided"
    )
    total_minor = models.BigIntegerField(null=True, blank=True, help_text=_("What was moved in, as it was confirmed."))
    left_out = models.PositiveIntegerField(default=0, help_text=_("Rows that were bad, and left out on purpose."))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", decided_at__isnull=True)
                | (~Q(state="checked") & Q(decided_at__isnull=False, content=b"")),
                name="consignment_decided_keeps_no_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.filename}"


class MovedRow(models.Model):
    """A row that was moved in. Its key is made of what it says: the same row is moved in once. Append-only."""

    key = models.CharField(max_length=64, unique=True)
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()

    class Meta:
        ordering = ["consignment", "line"]

    def __str__(self) -> str:
        return f"{self.consignment_id}:{self.line}"


class Likeness(models.Model):
    """That somebody moved in looks like somebody known: a person says whether they are one."""

    class Decision(models.TextChoices):
        MERGED = "merged", _("One person")
        APART = "apart", _("Two persons")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="likenesses")
    like = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="likenesses_of")
    reason = models.CharField(max_length=200)
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="likenesses")
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="likenesses_decided"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "like"], name="likeness_proposed_once"),
            models.CheckConstraint(condition=~Q(person=F("like")), name="likeness_of_two_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ~ {self.like_id}"
