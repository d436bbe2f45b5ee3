"""The sandbox provider's own tables: what a card company would know. Nothing of the paper's own points at them."""

import secrets

from django.db import models


def _payment_ref() -> str:
    return "sp_" + secrets.token_urlsafe(16)


def _mandate_ref() -> str:
    return "sm_" + secrets.token_urlsafe(16)


def _payout_ref() -> str:
    return "so_" + secrets.token_urlsafe(16)


def _event_ref() -> str:
    return "se_" + secrets.token_urlsafe(16)


class SandboxPayment(models.Model):
    """A payment as the sandbox sees it: asked for under an idempotency key, then paid, declined or taken back."""

    ref = models.CharField(max_length=40, unique=True, default=_payment_ref, editable=False)
    key = models.CharField(max_length=200, unique=True, help_text="The idempotency key under which it was asked for.")
    reference = models.CharField(max_length=100, help_text="The shop's own reference.")
    method = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True)
    return_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, default="open", help_text="open, challenged, pending, succeeded or failed")
    card = models.CharField(max_length=20, blank=True, help_text="The name of the test card, never a number.")
    failure = models.CharField(max_length=300, blank=True)
    saves_mandate = models.BooleanField(default=False)
    mandate_ref = models.CharField(max_length=40, blank=True, db_index=True)
    fault = models.CharField(max_length=20, blank=True, help_text="What goes wrong with its webhooks.")
    next_step = models.CharField(max_length=20, blank=True, help_text="What happens to it by itself, at next_at.")
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    taken_back = models.JSONField(default=list, help_text="Refunds, disputes and reinstatements, oldest first.")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class SandboxMandate(models.Model):
    """Leave to collect again, as the sandbox sees it: given with a first payment or on a page of its own."""

    ref = models.CharField(max_length=40, unique=True, default=_mandate_ref, editable=False)
    key = models.CharField(max_length=200, unique=True, help_text="The idempotency key under which it was asked for.")
    reference = models.CharField(max_length=100, help_text="The shop's own reference.")
    method = models.CharField(max_length=20)
    return_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, default="pending", help_text="pending, active or cancelled")
    card = models.CharField(max_length=20, blank=True, help_text="The name of the test card, never a number.")
    expires_on = models.DateField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    fault = models.CharField(max_length=20, blank=True, help_text="What goes wrong with its webhooks.")
    next_step = models.CharField(max_length=20, blank=True, help_text="What happens to it by itself, at next_at.")
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class SandboxPayout(models.Model):
    """Money that the sandbox sends to the paper's bank: all that its balance held when it was made."""

    ref = models.CharField(max_length=40, unique=True, default=_payout_ref, editable=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="pending", help_text="pending, paid or failed")
    arrives_on = models.DateField()
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class SandboxMovement(models.Model):
    """One movement of the sandbox's balance: what came in (above zero) or went out, and the fee kept for it."""

    key = models.CharField(max_length=200, unique=True)
    payment = models.ForeignKey(
        SandboxPayment, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    kind = models.CharField(max_length=20, help_text="payment, refund, dispute, reinstatement, bounced, fee or other")
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=300, blank=True)
    payouts = models.ManyToManyField(SandboxPayout, related_name="movements")
    is_paid_out = models.BooleanField(default=False)
    available_at = models.DateTimeField(help_text="Not paid out before this, but on demand.")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["currency"], condition=models.Q(is_paid_out=False), name="sandbox_balance")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class SandboxEvent(models.Model):
    """One event that the sandbox tells of by webhook."""

    ref = models.CharField(max_length=40, unique=True, default=_event_ref, editable=False)
    payment = models.ForeignKey(SandboxPayment, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    body = models.TextField()
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
