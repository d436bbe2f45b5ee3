"""Stripe's simple flows against localstripe, a fake that nobody here wrote: saved cards, refunds, its own signed webhooks."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
import stripe
from django.utils import timezone

from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.payments import taking
from pennypress.payments.models import Mandate, MandateState, Method, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.payments.providers.protocol import CannotRefund, ProviderRefused, UnknownAtProvider
from pennypress.payments.providers.stripe_provider import Stripe
from tests.builders import pounds
from tests.gateway.at_providers import again, post
from tests.payments.fakes import localstripe
from tests.payments.fakes.orders import a_charge

SECRET = "whsec_local"
# What it asks of a card, by number.
GOOD, DECLINED = "4242424242424242", "4000000000000341"


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with localstripe.running(tmp_path_factory.mktemp("localstripe")) as base:
        yield base


@pytest.fixture
def local(process, settings):
    """localstripe, offered by the paper; gives the SDK's client for what the payer does there."""
    settings.PAYMENT_PROVIDERS = ["stripe"]
    settings.STRIPE_SECRET_KEY = "sk_test_local"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.STRIPE_API_BASE = process
    return stripe.StripeClient("sk_test_local", base_addresses={"api": process})


def a_saved_card(local, number=GOOD):
    card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    method = local.v1.payment_methods.create({"type": "card", "card": card})
    local.v1.payment_methods.attach(method.id, {"customer": local.v1.customers.create({}).id})
    return method.id


def test_a_saved_card_is_charged_and_given_back_in_parts(local):
    begun = Stripe().charge_mandate(a_charge(a_saved_card(local)))
    Stripe().refund(provider_ref=begun.provider_ref, amount=pounds(4), key="first")
    Stripe().refund(provider_ref=begun.provider_ref, amount=pounds(6), key="rest")

    told = Stripe().fetch(begun.provider_ref)

    assert (told.state, told.amount, told.provider_ref) == ("succeeded", pounds(10), begun.provider_ref)
    assert sorted(item.amount.minor for item in told.taken_back) == [400, 600]
    assert {item.kind for item in told.taken_back} == {"refund"}


def test_a_card_that_is_declined_is_refused(local):
    # Its answer names no intent, as Stripe's would.
    with pytest.raises(ProviderRefused, match="declined") as refused:
        Stripe().charge_mandate(a_charge(a_saved_card(local, DECLINED)))

    assert refused.value.code == "card_declined"


def test_a_card_that_is_forgotten_is_ended(local):
    method = a_saved_card(local)
    before = Stripe().fetch_mandate(method)

    Stripe().cancel_mandate(method)

    assert (before.state, before.says) == ("active", "Visa ending in 4242")
    assert Stripe().fetch_mandate(method).state == "cancelled"


def test_what_it_does_not_know_is_unknown(local):
    with pytest.raises(UnknownAtProvider):
        Stripe().fetch("pi_nobody")
    with pytest.raises(UnknownAtProvider):
        Stripe().fetch_mandate("pm_nobody")


def test_a_refund_of_a_failed_payment_is_refused(local):
    card = a_saved_card(local, DECLINED)
    customer = local.v1.payment_methods.retrieve(card).customer
    fields = {"amount": 900, "currency": "gbp", "payment_method": card, "customer": customer, "confirm": True}
    with pytest.raises(stripe.CardError):
        local.v1.payment_intents.create({**fields, "metadata": {"pennypress_collected": "yes"}})
    intent = local.v1.payment_intents.list({}).data[-1].id

    with pytest.raises(CannotRefund):
        Stripe().refund(provider_ref=intent, amount=pounds(1), key="refund-1")


@pytest.mark.django_db
def test_a_collection_told_by_its_own_webhook_stands_in_the_books(local, process, client):
    mandate = Mandate.objects.create(
        provider="stripe",
        provider_ref=a_saved_card(local),
        method=Method.CARD,
        state=MandateState.ACTIVE,
        asked_at=timezone.now(),
        active_at=timezone.now(),
    )
    payment = taking.prepare(
        provider="stripe",
        method=Method.CARD,
        parts=[Part(Purpose.OTHER, pounds(10))],
        payer_name="Ada Reed",
        payer_email="ada@example.org",
        now=timezone.now(),
        mandate=mandate,
    )

    with told_by(process) as heard:
        taking.charge(payment=payment, key=f"collection-{payment.public_id}", now=timezone.now())
        body, signature = heard()
    answer = post(client, "/gateway/stripe/events", body, {"Stripe-Signature": signature})

    event = ProviderEvent.objects.get()
    assert (answer, event.kind, event.state) == (200, "payment_intent.succeeded", EventState.SETTLED)
    assert (again(payment).state, Receipt.objects.count()) == ("succeeded", 1)


class told_by:
    """Lets localstripe post its webhooks here, and waits for the first, body and signature as they came."""

    def __init__(self, base):
        self.base, self.heard, self.has_heard = base, [], threading.Event()
        listening = self

        class Ear(BaseHTTPRequestHandler):
            def log_message(self, *_words):
                return

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listening.heard.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.end_headers()
                listening.has_heard.set()

        self.http = HTTPServer(("127.0.0.1", 0), Ear)

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{self.http.server_port}/"
        hook = {"url": address, "secret": SECRET, "events": ["payment_intent.succeeded"]}
        requests.post(f"{self.base}/_config/webhooks/ours", json=hook, timeout=5, headers={"Authorization": "Bearer x"})
        return self.wait

    def wait(self):
        assert self.has_heard.wait(10)
        return self.heard[0]

    def __exit__(self, *_trouble):
        self.http.shutdown()
        self.http.server_close()
