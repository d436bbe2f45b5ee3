"""In a real browser, the form to give leads on to the page of the provider that is offered, and to no other address."""

import pytest
from playwright.sync_api import expect

from pennypress.payments import providers
from pennypress.payments.providers.stripe_provider import Stripe
from tests.payments.fakes.fixtures import at_stripe

__all__ = ["at_stripe"]
pytestmark = pytest.mark.browser


@pytest.fixture
def page_of_stripe(at_stripe, monkeypatch):
    """Stripe's page, served on loopback by the small Stripe itself: its origin is then Stripe's."""
    monkeypatch.setattr(Stripe, "page_origins", (at_stripe.base,))
    at_stripe.pages_at = at_stripe.base
    return at_stripe


def _give(visitor):
    visitor.open("/give/")
    visitor.choose("£25")
    visitor.fill("Your e-mail address", "ada@example.org")
    visitor.press("Go on to payment")


def test_the_form_leads_on_to_the_providers_page(visitor, page_of_stripe):
    _give(visitor)

    expect(visitor.page).to_have_url(page_of_stripe.all("checkout.session")[0]["url"])
    assert "Pay £25.00" in visitor.page.locator("body").inner_text()


def test_where_the_policy_does_not_name_the_provider_chromium_stays(visitor, page_of_stripe, monkeypatch):
    monkeypatch.setattr(providers, "page_origins", list)

    with visitor.page.expect_event("console", lambda said: "form-action" in said.text):
        _give(visitor)

    assert len(page_of_stripe.all("checkout.session")) == 1
    assert visitor.page.url == visitor.paper.url + "/give/"
    visitor.troubles.clear()
