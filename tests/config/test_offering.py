"""A provider is offered with its keys, or the server and the worker stay shut and say why."""

import pytest
from django.core.management import CommandError, call_command

from pennypress.config import offering


@pytest.fixture
def stripe_offered(settings):
    settings.PAYMENT_PROVIDERS = ["stripe"]
    settings.STRIPE_SECRET_KEY = "sk_test_good"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_good"]
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    return settings


@pytest.fixture
def gocardless_offered(settings):
    settings.PAYMENT_PROVIDERS = ["gocardless"]
    settings.GOCARDLESS_ACCESS_TOKEN = "live_good"
    settings.GOCARDLESS_WEBHOOK_SECRETS = ["good"]
    settings.GOCARDLESS_ENVIRONMENT = "live"
    settings.GOCARDLESS_API_BASE = ""
    return settings


def test_with_its_keys_nothing_stands_in_the_way(stripe_offered):
    assert offering.troubles() == []


def test_where_it_is_not_offered_no_key_is_asked_for(settings):
    settings.PAYMENT_PROVIDERS = []

    assert offering.troubles() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_SECRET_KEY", ""),
        ("STRIPE_SECRET_KEY", "pk_test_public"),
        ("STRIPE_WEBHOOK_SECRETS", []),
    ],
)
def test_each_key_that_is_missing_is_named(stripe_offered, name, value):
    setattr(stripe_offered, name, value)

    (trouble,) = offering.troubles()

    assert name in trouble


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOCARDLESS_ACCESS_TOKEN", ""),
        ("GOCARDLESS_ACCESS_TOKEN", "sandbox_of_the_other"),
        ("GOCARDLESS_WEBHOOK_SECRETS", []),
        ("GOCARDLESS_ENVIRONMENT", "production"),
    ],
)
def test_each_token_that_is_missing_or_of_the_other_environment_is_named(gocardless_offered, name, value):
    before = offering.troubles()
    setattr(gocardless_offered, name, value)

    assert before == []
    assert any(name in trouble for trouble in offering.troubles())


def test_a_provider_nobody_knows_is_named(settings):
    settings.PAYMENT_PROVIDERS = ["strippe"]

    assert offering.troubles() == ["PENNYPRESS_PROVIDERS names strippe, which is no provider we know."]


@pytest.mark.parametrize(("secure", "count"), [(True, 1), (False, 0)])
def test_an_open_line_is_refused_where_the_paper_is_on_https(stripe_offered, secure, count):
    stripe_offered.SECURE = secure
    stripe_offered.STRIPE_API_BASE = "http://127.0.0.1:12111"

    assert len(offering.troubles()) == count


@pytest.mark.parametrize("command", ["serve", "work"])
def test_server_and_worker_stay_shut_and_say_why(stripe_offered, command):
    stripe_offered.STRIPE_WEBHOOK_SECRETS = []

    with pytest.raises(CommandError, match="STRIPE_WEBHOOK_SECRETS"):
        call_command(command)
