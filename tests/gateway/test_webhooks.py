import datetime as dt
import json

import pytest
from django.utils import timezone

from pennypress.gateway import events
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.giving import meter
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.payments.models import Payment, PaymentMove, Receipt
from pennypress.payments.providers import sandbox, sandbox_webhooks
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.payments.sandbox_tables import SandboxEvent
from tests.builders import an_appeal, an_offered_gift, pounds

pytestmark = pytest.mark.django_db
DOOR = "/gateway/sandbox/events"


def post(client, body, *, at=None, secret="", door=DOOR, **headers):
    signature = sandbox_webhooks.sign(body, at=at or timezone.now(), secret=secret)
    headers = headers or {sandbox_webhooks.HEADER: signature}
    return client.post(door, body, content_type="application/json", headers=headers)


def a_told_payment(card="succeeds"):
    """A gift paid at the sandbox, and the body of the webhook that tells of it; the paper has not heard yet."""
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_gift(now=timezone.now(), on=today).gift.payment
    sandbox.pay(ref=payment.provider_ref, card=card)
    return payment, SandboxEvent.objects.latest("id").body.encode()


def written():
    return [model.objects.count() for model in (ProviderEvent, Receipt, Entry, Letter, PaymentMove)]


def test_a_signed_webhook_is_stored_as_it_came_and_settled(client):
    payment, body = a_told_payment()

    answer = post(client, body)

    payment.refresh_from_db()
    event = ProviderEvent.objects.get()
    assert (answer.status_code, event.state, bytes(event.body)) == (200, EventState.SETTLED, body)
    assert payment.state == "succeeded"
    assert meter.read(now=timezone.now()).raised == pounds(25)


def test_a_replay_moves_nothing(client):
    _payment, body = a_told_payment()
    post(client, body)
    before = written()

    answer = post(client, body)

    assert answer.status_code == 200
    assert written() == before


class TestWhatIsNotTheProviders:
    """Each attack carries a true event of a payment that was paid: only the door stands between it and the books."""

    @pytest.mark.parametrize(
        "attack",
        [
            {"secret": "guessed"},
            {"at": dt.timedelta(seconds=-302)},
            {"at": dt.timedelta(seconds=302)},
            {"at": dt.timedelta(days=10)},
            {"headers": {}},
            {"headers": {"Sandbox-Signature": "v1=00"}},
            {"headers": {"Sandbox-Signature": "t=,v1="}},
            {"headers": {"Sandbox-Signature": "t=now,v1=é"}},
            {"headers": {"Sandbox-Signature": "t=99999999999999999999,v1=00"}},
        ],
    )
    def test_is_refused_and_nothing_written(self, client, attack):
        _payment, body = a_told_payment()
        at = timezone.now() + attack.get("at", dt.timedelta())
        signature = sandbox_webhooks.sign(body, at=at, secret=attack.get("secret", ""))
        headers = attack.get("headers", {sandbox_webhooks.HEADER: signature})

        answer = client.post(DOOR, body, content_type="application/json", headers=headers)

        assert answer.status_code == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_signed_without_the_digest_asked_for_is_refused(self, client):
        _payment, body = a_told_payment()
        signature = sandbox_webhooks.sign(body, at=timezone.now()).replace("v1=", "v0=")

        answer = client.post(DOOR, body, content_type="application/json", headers={"Sandbox-Signature": signature})

        assert answer.status_code == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_of_ten_megabytes_is_refused_unread(self, client):
        answer = post(client, b"x" * 10_000_000)

        assert answer.status_code == 413
        assert written() == [0, 0, 0, 0, 0]

    def test_signed_but_changed_on_the_way_is_refused(self, client):
        _payment, body = a_told_payment()
        signature = sandbox_webhooks.sign(body, at=timezone.now())

        answer = client.post(
            DOOR, body + b" ", content_type="application/json", headers={"Sandbox-Signature": signature}
        )

        assert answer.status_code == 400
        assert written() == [0, 0, 0, 0, 0]

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xfe", b"[]", b"{}", b'{"id": 7, "type": "x", "data": {"payment": "y"}}']
    )
    def test_signed_but_no_event_is_refused(self, client, body):
        answer = post(client, body)

        assert answer.status_code == 400
        assert written() == [0, 0, 0, 0, 0]

    @pytest.mark.parametrize("door", ["/gateway/stripe/events", "/gateway/nobody/events"])
    def test_at_another_providers_door_finds_nobody(self, client, door):
        _payment, body = a_told_payment()

        answer = post(client, body, door=door)

        assert answer.status_code == 404
        assert written() == [0, 0, 0, 0, 0]

    def test_where_the_sandbox_is_not_offered_finds_nobody(self, client, settings):
        _payment, body = a_told_payment()
        settings.PAYMENT_PROVIDERS = []

        answer = post(client, body)

        assert answer.status_code == 404
        assert written() == [0, 0, 0, 0, 0]

    def test_by_get_is_not_a_webhook(self, client):
        assert client.get(DOOR).status_code == 405


@pytest.mark.parametrize("seconds", [-298, 0, 298])
def test_a_clock_a_little_off_is_forgiven(client, seconds):
    _payment, body = a_told_payment()

    answer = post(client, body, at=timezone.now() + dt.timedelta(seconds=seconds))

    assert answer.status_code == 200


class TestWhatWeCannotSettle:
    def test_an_unknown_payment_is_stored_and_parked(self, client):
        body = json.dumps({"id": "e1", "type": "payment.succeeded", "data": {"payment": "sp_nobody"}}).encode()

        answer = post(client, body)

        event = ProviderEvent.objects.get()
        assert (answer.status_code, event.state) == (200, EventState.PARKED)
        assert event.reason == "The provider does not know it."
        assert written()[1:] == [0, 0, 0, 0]

    def test_a_payment_we_never_asked_for_is_parked(self, client):
        _payment, body = a_told_payment()
        sandbox.SandboxPayment.objects.update(reference="0" * 8 + "-0000-4000-8000-" + "0" * 12)
        Payment.objects.update(provider_ref="")

        post(client, body)

        assert ProviderEvent.objects.get().reason == "We never asked for this payment."
        assert not Receipt.objects.exists()

    def test_what_is_none_of_our_business_is_stored_and_settled(self, client):
        body = json.dumps({"id": "e1", "type": "moon.full", "data": {"moon": "full"}}).encode()

        answer = post(client, body)

        event = ProviderEvent.objects.get()
        assert (answer.status_code, event.state, bytes(event.body)) == (200, EventState.SETTLED, body)
        assert event.reason == "Not something that we act on"

    def test_a_kind_that_nobody_here_knows_has_us_ask(self, client):
        payment, _body = a_told_payment()
        body = json.dumps({"id": "e1", "type": "moon.full", "data": {"payment": payment.provider_ref}}).encode()

        post(client, body)

        assert ProviderEvent.objects.get().state == EventState.SETTLED
        assert Receipt.objects.count() == 1

    def test_what_it_says_happened_is_not_believed(self, client):
        payment, _body = a_told_payment(card="declined")
        body = json.dumps(
            {"id": "e1", "type": "payment.succeeded", "data": {"payment": payment.provider_ref, "amount": 99}}
        ).encode()

        post(client, body)

        payment.refresh_from_db()
        assert payment.state == "failed"
        assert not Receipt.objects.exists()

    def test_an_error_in_settling_leaves_the_event_waiting_with_the_reason(self, client, monkeypatch):
        payment, body = a_told_payment()

        def out_of_reach(self, provider_ref):
            raise ProviderUnavailable("no answer")

        monkeypatch.setattr(sandbox.Sandbox, "fetch", out_of_reach)
        answer = post(client, body)
        waiting = ProviderEvent.objects.get()
        monkeypatch.undo()
        again = events.settle(event_id=waiting.pk, now=timezone.now())

        assert (answer.status_code, waiting.state) == (200, EventState.RECEIVED)
        assert "no answer" in waiting.reason
        assert (again.state, again.reason) == (EventState.SETTLED, "")
        assert Payment.objects.get(pk=payment.pk).state == "succeeded"

    def test_an_error_nobody_foresaw_leaves_the_event_stored(self, client, monkeypatch):
        _payment, body = a_told_payment()
        monkeypatch.setattr(sandbox.Sandbox, "fetch", lambda self, ref: 1 // 0)

        with pytest.raises(ZeroDivisionError):
            post(client, body)

        assert ProviderEvent.objects.get().state == EventState.RECEIVED
