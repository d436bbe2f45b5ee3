"""Moving payments: the one place where a payment's state changes, its row locked and each move written down."""

import datetime as dt
from typing import Any

from django.db import connection

from pennypress import prepared
from pennypress.payments.models import Payment, PaymentState


def locked(payment_id: int) -> Payment:
    """This function will lock a payment's row until the transaction ends, and give it as it stands."""
    return Payment.objects.select_for_update().get(pk=payment_id)


# The move is written with the payment, so that none is without the other.
_MOVE = """
WITH moved AS (
    UPDATE payments_payment SET state = %(to)s, failure = %(failure)s, settled_at = %(settled_at)s,
        payer_id = %(payer)s, provider_ref = %(ref)s
    WHERE id = %(payment)s RETURNING id
)
INSERT INTO payments_paymentmove (payment_id, from_state, to_state, reason, moved_at)
SELECT id, %(was)s, %(to)s, %(reason)s, %(now)s FROM moved RETURNING id
"""


def move(*, payment: Payment, to: PaymentState, now: dt.datetime, reason: str = "") -> Payment:
    """This function will move a locked payment to another state. Writes the payment, its payer and the provider's name
    for it as they stand in `payment`, and one history row, in one statement.

    A failure keeps its reason for the reader; a success clears it and takes `now` as the moment of settling. Which moves
    are lawful the database decides.
    """
    was = payment.state
    payment.state = to
    payment.failure = reason[:300] if to == PaymentState.FAILED else ""
    payment.settled_at = now if to == PaymentState.SUCCEEDED else None
    fields: dict[str, Any] = {
        "payment": payment.pk,
        "was": str(was),
        "to": str(to),
        "failure": payment.failure,
        "settled_at": payment.settled_at,
        "payer": payment.payer_id,
        "ref": payment.provider_ref,
        "reason": reason[:300],
        "now": now,
    }
    prepared.rows(connection, _MOVE, fields)
    return payment
