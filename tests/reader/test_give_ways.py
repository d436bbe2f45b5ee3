"""How a gift is paid is the giver's choice, among what the providers offered can do: tiles in plain words, no script."""

import re

import pytest
from django.urls import clear_url_caches

from pennypress.giving.models import Gift, Pledge
from pennypress.payments.attempts import Way
from pennypress.payments.models import HeldOffer, Payment
from pennypress.payments.providers import sandbox
from pennypress.payments.sandbox_tables import SandboxPayment
from tests import builders
from tests.payments.fakes.fixtures import at_gocardless, at_stripe
from tests.reader.sending import sent

__all__ = ["at_gocardless", "at_stripe"]
pytestmark = pytest.mark.django_db
FILLED = {
    "tile": "25", "own": "", "often": "once", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "initials",
    "place": "", "message": "Keep at it",
}  # fmt: skip


@pytest.fixture(autouse=True)
def an_appeal(settings):
    clear_url_caches()
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


def offered(client, path="/give/"):
    """The methods among which the page lets one choose, in its order."""
    return re.findall(r'name="method" value="([a-z_]+)"', client.get(path).content.decode())


class TestWhatIsOffered:
    @pytest.mark.parametrize(
        ("names", "methods"),
        [
            (["sandbox"], ["card", "bank_transfer", "direct_debit"]),
            (["stripe"], ["card", "direct_debit"]),
            (["stripe", "gocardless"], ["card", "bank_transfer", "direct_debit"]),
            (["gocardless"], []),
            ([], []),
        ],
    )
    def test_it_is_what_the_providers_can_do_and_one_way_is_no_choice(self, client, settings, names, methods):
        settings.PAYMENT_PROVIDERS = names

        assert offered(client) == methods

    def test_the_first_is_chosen_and_each_says_what_the_giver_needs(self, client, settings):
        settings.PAYMENT_PROVIDERS = ["stripe", "gocardless"]

        page = client.get("/give/").content.decode()

        assert re.search(r'value="card"[^>]* checked', page)
        for says in (
            "We know at once whether it went through.",
            "You approve it in your bank’s app, and it is confirmed within minutes.",
            "Your bank cannot call it back, but we can send it back to you.",
            "It is confirmed about 7 working days later.",
            "Your statement will name this paper or GoCardless.",
        ):
            assert says in page

    def test_what_is_only_for_once_says_so(self, client):
        tile = re.search(r'value="bank_transfer".*?</label>', client.get("/give/").content.decode(), re.DOTALL).group()

        assert "for a single gift" in tile

    def test_supporters_are_not_offered_what_cannot_repeat(self, client):
        assert offered(client, "/support/") == ["card", "direct_debit"]


class TestGivingOnce:
    @pytest.mark.parametrize("method", ["card", "bank_transfer", "direct_debit"])
    def test_at_the_sandbox_each_way_leads_to_its_page_and_brings_the_gift(self, client, method):
        answer = sent(client, "/give/", {**FILLED, "method": method})

        payment = Payment.objects.get()
        page = client.get(answer["Location"]).content.decode()
        assert payment.method == method
        assert [card.number for card in sandbox.cards(method)] == re.findall(r"([\d-]+(?: \d+)+) — ", page)

    def test_at_the_sandbox_an_instant_payment_is_approved_and_there(self, client):
        page = sent(client, "/give/", {**FILLED, "method": "bank_transfer"})["Location"]

        asked = client.post(page, {"card": "bank_asks", "fault": ""}, follow=True)
        client.post(page, {"step": "approve"})

        assert "Your bank asks" in asked.content.decode()
        assert SandboxPayment.objects.get().state == "succeeded"

    def test_at_the_sandbox_an_account_without_money_is_refused_and_may_be_tried_again(self, client):
        page = sent(client, "/give/", {**FILLED, "method": "bank_transfer"})["Location"]

        refused = client.post(page, {"card": "bank_refuses", "fault": ""}, follow=True)

        assert "did not go through" in refused.content.decode()
        assert SandboxPayment.objects.get().state == "failed"

    def test_an_instant_payment_goes_to_gocardless(self, client, at_gocardless):
        at_gocardless  # noqa: B018 the server stands
        answer = sent(client, "/give/", {**FILLED, "method": ""})

        payment = Payment.objects.get()
        assert (answer.status_code, payment.provider, payment.method) == (302, "gocardless", "bank_transfer")
        assert payment.provider_ref.startswith("BRQ")

    @pytest.mark.parametrize("method", ["card", "direct_debit"])
    def test_a_card_or_a_single_debit_goes_to_stripe(self, client, at_stripe, method):
        sent(client, "/give/", {**FILLED, "method": method})

        payment = Payment.objects.get()
        assert (payment.provider, payment.method) == ("stripe", method)
        assert payment.provider_ref.startswith("cs_")

    @pytest.mark.parametrize("method", ["cheque", "cash", "made up"])
    def test_what_is_not_offered_is_refused_with_all_that_was_typed(self, client, method):
        refused = sent(client, "/give/", {**FILLED, "method": method})

        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'id="id_method_error"' in page
        assert 'value="Ada Reed"' in page
        assert "Keep at it" in page
        assert not Gift.objects.exists()


class TestGivingAgain:
    @pytest.mark.parametrize(("often", "months"), [("monthly", 1), ("quarterly", 3), ("yearly", 12)])
    @pytest.mark.parametrize("method", ["card", "direct_debit"])
    def test_each_rhythm_takes_each_way_that_repeats(self, client, often, months, method):
        answer = sent(client, "/give/", {**FILLED, "often": often, "method": method})

        pledge = Pledge.objects.get()
        assert (pledge.interval_months, pledge.mandate.method) == (months, method)
        assert f"/sandbox/{'mandate' if method == 'direct_debit' else 'pay'}/" in answer["Location"]

    def test_where_one_way_is_left_it_is_taken_without_asking(self, client, at_gocardless):
        at_gocardless  # noqa: B018 the server stands
        answer = sent(client, "/give/", {**FILLED, "often": "monthly"})

        assert (answer.status_code, Pledge.objects.get().mandate.method) == (302, "direct_debit")

    def test_by_what_is_for_a_single_gift_it_is_refused_with_all_that_was_typed(self, client):
        refused = sent(client, "/give/", {**FILLED, "often": "quarterly", "method": "bank_transfer"})

        page = refused.content.decode()
        beside = re.search(r'id="id_method_error">([^<]+)<', page).group(1)
        assert refused.status_code == 422
        assert "for a single gift" in beside
        assert re.search(r'value="bank_transfer"[^>]* checked', page)
        assert re.search(r'value="quarterly"[^>]* checked', page)
        assert 'value="ada@example.org"' in page
        assert not Pledge.objects.exists()


def test_a_gift_that_failed_may_be_tried_again_in_the_same_way(client):
    page = sent(client, "/give/", {**FILLED, "method": "direct_debit"})["Location"]
    client.post(page, {"step": "leave"})
    Payment.objects.update(state="failed")

    again = client.get(f"/give/{Gift.objects.get().public_id}/thanks/").content.decode()

    assert re.search(r'value="direct_debit"[^>]* checked', again)


def test_while_the_breaker_is_open_the_choice_waits_with_the_offer(client, monkeypatch):
    monkeypatch.setattr("pennypress.payments.attempts.admit", lambda **_: Way.BY_EMAIL)
    sent(client, "/give/", {**FILLED, "method": "bank_transfer"})

    client.post(f"/pay/{HeldOffer.objects.get().public_id}/")

    assert Payment.objects.get().method == "bank_transfer"
