"""The policy of pages allows a form to lead on to each provider's page that is offered, and to no other address."""

import pytest

from pennypress.payments import providers
from tests.builders import a_society

pytestmark = pytest.mark.django_db
STRIPE = "https://checkout.stripe.com"
GOCARDLESS = "https://pay-sandbox.gocardless.com"
PAYING = ["/give/", "/support/", "/join/", "/account/"]


@pytest.fixture(autouse=True)
def society(db):
    a_society()


def where_forms_may_lead(client, path):
    policy = client.get(path)["Content-Security-Policy"]
    (found,) = [part.split()[1:] for part in policy.split("; ") if part.startswith("form-action")]
    return found


@pytest.mark.parametrize("path", PAYING)
@pytest.mark.parametrize(
    ("offered", "origins"),
    [
        ([], []),
        (["sandbox"], []),
        (["stripe"], [STRIPE]),
        (["gocardless"], [GOCARDLESS]),
        (["stripe", "gocardless"], [STRIPE, GOCARDLESS]),
    ],
)
def test_where_one_pays_forms_lead_to_the_providers_offered_and_nowhere_else(client, settings, path, offered, origins):
    settings.PAYMENT_PROVIDERS = offered

    assert where_forms_may_lead(client, path) == ["'self'", *origins]


def test_the_live_gocardless_has_another_address_than_its_sandbox(client, settings):
    settings.PAYMENT_PROVIDERS = ["gocardless"]
    settings.GOCARDLESS_ENVIRONMENT = "live"

    assert where_forms_may_lead(client, "/give/") == ["'self'", "https://pay.gocardless.com"]


@pytest.mark.parametrize("path", ["/appeal/", "/login/", "/nowhere/", "/desk/"])
def test_where_nobody_pays_forms_lead_nowhere_else(client, settings, path):
    settings.PAYMENT_PROVIDERS = ["stripe", "gocardless"]

    assert where_forms_may_lead(client, path) == ["'self'"]


@pytest.mark.parametrize("name", providers.known())
def test_what_a_provider_names_is_an_origin_on_https_and_no_pattern(settings, name):
    settings.PAYMENT_PROVIDERS = [name]

    assert all(origin.startswith("https://") and "*" not in origin for origin in providers.page_origins())
    assert all(origin.count("/") == 2 for origin in providers.page_origins())
