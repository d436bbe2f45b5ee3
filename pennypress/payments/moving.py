"""Moving payments: the one place where a payment's state changes, its row locked and each move written down."""

import datetime as dt

from django.db import transaction

from pennypress.payments.models import Payment, PaymentMove, PaymentState


def locked(payment_id: int) -> Payment:
    """This function will lock a payment's row until the transaction ends, and give it as it stands."""
    return Payment.objects.select_for_update().get(pk=payment_id)


@transaction.atomic(savepoint=False)
def move(*, payment: Payment, to: PaymentState, now: dt.datetime, reason: str = "") -> Payment:
    """This function will move a locked payment to another state. Writes the payment and one history row.

    A failure keeps its reason for the reader; a success clears it and takes `now` as the moment of settling. Which moves
    are lawful the database decides.
    """
    PaymentMove.objects.create(
        payment=payment, from_state=payment.state, to_state=to, reason=reason[:300], moved_at=now
    )
    payment.state = to
    payment.failure = reason[:300] if to == PaymentState.FAILED else ""
    payment.settled_at = now if to == PaymentState.SUCCEEDED else None
    payment.save(update_fields=["state", "failure", "settled_at"])
    return payment
