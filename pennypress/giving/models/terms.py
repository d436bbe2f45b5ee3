"""The table of the paper's terms for supporters: dated rows, the latest that has taken effect stands."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AfterClaim(models.TextChoices):
    """What becomes of a pledge whose payer had their bank take a payment back."""

    PAUSE = "pause", _("is paused until its supporter says")
    END = "end", _("ends")


class SupportTerms(models.Model):
    """On which days a collection that failed is tried again, what becomes of one that came and was returned, and how long
    before its end a card is asked for."""

    effective_from = models.DateField()
    retry_after_days = ArrayField(
        models.PositiveSmallIntegerField(), help_text=_("Cards: days after the first failure, in order.")
    )
    debit_retry_after_days = models.PositiveSmallIntegerField(
        help_text=_("Direct Debit: days after the failure until it is presented once more.")
    )
    expiry_notice_days = models.PositiveSmallIntegerField(
        help_text=_("How many days before a card expires its supporter is asked for another.")
    )
    presents_returned = models.BooleanField(
        default=True, help_text=_("Whether a debit that was paid and returned late is presented once more.")
    )
    after_claim = models.CharField(max_length=5, choices=AfterClaim.choices, default=AfterClaim.PAUSE)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="support_terms"
    )

    class Meta:
        ordering = ["effective_from", "id"]
        verbose_name_plural = "support terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(debit_retry_after_days__gte=1, debit_retry_after_days__lte=27),
                name="debit_is_retried_within_its_period",
            ),
            models.CheckConstraint(condition=Q(after_claim__in=["pause", "end"]), name="after_claim_known"),
            models.CheckConstraint(
                condition=Q(expiry_notice_days__gte=7, expiry_notice_days__lte=90), name="card_is_asked_for_in_time"
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.effective_from}"
