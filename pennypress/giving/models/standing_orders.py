"""The tables of standing orders: what supporters told their own banks to pay us, and what came of it.

We collect nothing here: a standing order is an expectation. Its reference is the supporter's for ever.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.giving.models.pledges import Interval
from pennypress.money import Money
from pennypress.payments.models import Match, Receipt
from pennypress.people.models import Person, ThanksAs


class StandingOrderState(models.TextChoices):
    """`promised` until the first money; an order that ended still takes money that comes."""

    PROMISED = "promised", _("Promised")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class StandingOrder(models.Model):
    """One supporter's order to their bank, as we expect it: about so much, about this day, every so many months."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_orders")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=80, blank=True)
    thanks_as = models.CharField(max_length=8, choices=ThanksAs.choices, default=ThanksAs.NOT)
    amount_minor = models.BigIntegerField(help_text=_("What is expected. What comes may differ."))
    currency = models.CharField(max_length=3)
    interval = models.PositiveSmallIntegerField(choices=Interval.choices, default=Interval.MONTHLY)
    usual_day = models.PositiveSmallIntegerField()
    first_on = models.DateField(help_text=_("The first day on which it is expected."))
    state = models.CharField(max_length=8, choices=StandingOrderState.choices, default=StandingOrderState.PROMISED)
    ended_on = models.DateField(null=True, blank=True)
    promised_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="standing_order_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="standing_order_currency_iso"),
            models.CheckConstraint(
                condition=Q(usual_day__gte=1, usual_day__lte=31), name="standing_order_day_is_a_day"
            ),
            models.CheckConstraint(condition=Q(interval__in=[1, 3, 12]), name="standing_order_interval_is_one_of_ours"),
            models.CheckConstraint(condition=~Q(name=""), name="standing_order_has_a_name"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) | (~Q(state="ended") & Q(ended_on__isnull=True)),
                name="standing_order_ended_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class StandingOrderMove(models.Model):
    """One move of a standing order: to what state, with what terms, when and by whom. Append-only."""

    standing_order = models.ForeignKey(StandingOrder, on_delete=models.PROTECT, related_name="moves")
    state = models.CharField(max_length=8, choices=StandingOrderState.choices)
    amount_minor = models.BigIntegerField()
    interval = models.PositiveSmallIntegerField(choices=Interval.choices)
    usual_day = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_order_moves"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.standing_order.currency)


class StandingOrderReceipt(models.Model):
    """Money of a standing order: the line's match and its receipt, and the day on which it was expected. Append-only.

    It stands as long as its match does.
    """

    standing_order = models.ForeignKey(StandingOrder, on_delete=models.PROTECT, related_name="receipts")
    match = models.OneToOneField(Match, on_delete=models.PROTECT, related_name="standing_order_receipt")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="standing_order_receipts")
    expected_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.standing_order.reference} {self.expected_on}"


class PayerAccount(models.Model):
    """An account from which a standing order was paid, learned when a person confirmed it. Append-only.

    It counts as long as the match that taught it stands.
    """

    standing_order = models.ForeignKey(StandingOrder, on_delete=models.PROTECT, related_name="payer_accounts")
    account = models.CharField(max_length=60, help_text=_("Letters and figures alone."))
    name = models.CharField(max_length=200, blank=True, help_text=_("As the bank wrote it."))
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="payer_accounts")
    learned_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["account"])]
        constraints = [
            models.CheckConstraint(condition=~Q(account=""), name="payer_account_is_told"),
            models.UniqueConstraint(fields=["match", "account"], name="payer_account_learned_once_by_a_match"),
        ]

    def __str__(self) -> str:
        return f"{self.standing_order.reference} …{self.account[-4:]}"
