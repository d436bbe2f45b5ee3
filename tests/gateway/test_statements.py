"""How many statements a gift takes, from its webhook to the commit: each is a journey to the database and back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pennypress.gateway import events
from pennypress.payments.models import Purpose, Receipt
from pennypress.payments.providers import sandbox, sandbox_webhooks
from pennypress.payments.sandbox_tables import SandboxEvent
from pennypress.shares import applying
from tests.builders import NOW, TODAY, a_society, an_appeal, an_application, an_offer, an_offered_gift, money_for, paid

pytestmark = pytest.mark.django_db
# Without BEGIN and COMMIT, and with the sandbox's own look at its payment.
AT_MOST = 16


def settled(email):
    """The statements that settling a gift takes, from its webhook on."""
    payment = an_offered_gift(now=timezone.now(), on=timezone.localdate(), email=email).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")
    body = SandboxEvent.objects.latest("id").body.encode()
    now = timezone.now()
    headers = {sandbox_webhooks.HEADER: sandbox_webhooks.sign(body, at=now)}
    with CaptureQueriesContext(connection) as statements:
        events.take(provider="sandbox", body=body, headers=headers, now=now)
    return [sql for sql in (str(statement["sql"]) for statement in statements) if "SAVEPOINT" not in sql]


def test_a_gift_is_settled_in_few_statements_and_one_transaction():
    a_society()
    an_appeal(opens_on=timezone.localdate(), closes_on=timezone.localdate())
    settled("first@example.org")

    statements = settled("second@example.org")

    assert len(statements) <= AT_MOST, "\n".join(statements)
    assert Receipt.objects.count() == 2


def test_money_for_shares_that_were_paid_meanwhile_is_not_lost():
    an_offer()
    application = an_application()
    applying.pay(application=application, now=NOW)
    application.refresh_from_db()
    cheque = money_for(application).allocations.get()
    applying.paid(application=application, allocation=cheque, on=TODAY, now=NOW)

    payment = paid(application.payment)

    application.refresh_from_db()
    assert (payment.state, application.allocation) == ("succeeded", cheque)
    assert payment.receipt.allocations.get().purpose == Purpose.UNALLOCATED
