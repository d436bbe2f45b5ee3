"""Fixtures: a fake provider that the deployment offers, closed again after the test."""

import pytest

from tests.payments.fakes.gocardless_server import FakeGoCardless
from tests.payments.fakes.stripe_server import FakeStripe


@pytest.fixture
def at_stripe(settings):
    """A small Stripe of this test's own, which the paper offers and whose key it has."""
    server = FakeStripe()
    settings.PAYMENT_PROVIDERS = ["stripe"]
    settings.STRIPE_SECRET_KEY = server.key
    settings.STRIPE_WEBHOOK_SECRETS = [server.secret]
    settings.STRIPE_API_BASE = server.base
    yield server
    server.close()


@pytest.fixture
def at_gocardless(settings):
    """A small GoCardless of this test's own, which the paper offers and whose token it has."""
    server = FakeGoCardless()
    settings.PAYMENT_PROVIDERS = ["gocardless"]
    settings.GOCARDLESS_ACCESS_TOKEN = server.key
    settings.GOCARDLESS_WEBHOOK_SECRETS = [server.secret]
    settings.GOCARDLESS_ENVIRONMENT = "sandbox"
    settings.GOCARDLESS_API_BASE = server.base
    yield server
    server.close()
