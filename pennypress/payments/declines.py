"""Declines: what a reader is told of a payment that failed. One text for all: a reason would tell a thief about a card."""

from django.utils.translation import gettext as _

from pennypress.payments.models import Payment, PaymentState


def shown(payment: Payment | None) -> str:
    """This function will give the words for the reader; the treasurer reads the provider's own in `payment.failure`."""
    if payment is None or payment.state != PaymentState.FAILED:
        return ""
    return _("The payment did not go through. You can try another card, or give in another way.")
