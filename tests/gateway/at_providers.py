"""What the tests of a real provider's door share: events posted as the provider posts them, and what was written."""

from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.gateway import events
from pennypress.gateway.models import ProviderEvent
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.payments.models import Payment, PaymentMove, Receipt
from tests.builders import an_appeal


def post(client, door, body, headers):
    """Gives the status of the answer."""
    return client.post(door, body, content_type="application/json", headers=headers).status_code


def written():
    return [model.objects.count() for model in (ProviderEvent, Receipt, Entry, Letter, PaymentMove)]


def an_open_appeal():
    today = timezone.localdate()
    return an_appeal(opens_on=today, closes_on=today)


def again(payment):
    """The payment as it stands now."""
    return Payment.objects.get(pk=payment.pk)


def chased(payment):
    """The payment after the worker asked about it, because nothing was heard."""
    return events.chase(payment_id=payment.pk, now=timezone.now())


def broken_laws():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]
