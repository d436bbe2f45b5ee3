import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pennypress.giving.models import Gift, Pledge
from pennypress.payments.models import Payment
from pennypress.payments.providers.protocol import ProviderRefused, ProviderUnavailable
from pennypress.payments.providers.sandbox import Sandbox
from pennypress.payments.sandbox_tables import SandboxPayment
from tests import builders
from tests.reader.sending import sent

pytestmark = pytest.mark.django_db
FILLED = {
    "tile": "25", "own": "", "often": "once", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "initials",
    "place": "", "message": "Keep at it",
}  # fmt: skip
# What a reader typed, and words of the answer beside the field.
REFUSED = [
    ("0", "smallest amount"),
    ("-5", "above zero"),
    ("−5", "in pounds"),
    ("0.001", "whole steps of £0.01"),
    ("1e9", "not an amount we can read"),
    ("1000000000", "largest amount"),
    ("NaN", "not an amount we can read"),
    ("€25", "in pounds"),
    ("25 USD", "not an amount we can read"),
    ("9" * 60, "not an amount we can read"),
]


@pytest.fixture(autouse=True)
def with_the_sandbox_and_an_appeal(settings, time_machine_at):
    time_machine_at(builders.NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


def _nothing_was_written():
    return (Gift.objects.count(), Pledge.objects.count(), Payment.objects.count(), SandboxPayment.objects.count()) == (
        0, 0, 0, 0,
    )  # fmt: skip


def _page_view(response):
    return re.search(r'name="page_view" value="([^"]+)"', response.content.decode()).group(1)


def test_a_gift_goes_on_to_the_payment_page(client):
    response = sent(client, "/give/", FILLED)

    gift = Gift.objects.get()
    assert response.status_code == 302
    assert "/sandbox/pay/" in response["Location"]
    assert (gift.amount, gift.name, gift.thanks_as, gift.state) == (
        builders.pounds(25),
        "Ada Reed",
        "initials",
        "offered",
    )


@pytest.mark.parametrize(("typed", "minor"), [("£1,000.50", 100_050), ("7", 700), (" £ 12.5 ", 1_250)])
def test_ones_own_amount_is_read_as_people_write_it(client, typed, minor):
    sent(client, "/give/", {**FILLED, "own": typed})

    assert Gift.objects.get().amount_minor == minor


@pytest.mark.parametrize(("typed", "says"), REFUSED)
@pytest.mark.parametrize("path", ["/give/", "/support/"])
def test_an_amount_we_cannot_take_is_answered_beside_the_field(client, path, typed, says):
    response = sent(client, path, {**FILLED, "own": typed})

    page = response.content.decode()
    beside = re.search(r'id="id_own_error">([^<]+)<', page).group(1)
    assert response.status_code == 422
    assert says in beside
    assert 'value="Ada Reed"' in page
    assert 'value="ada@example.org"' in page
    assert _nothing_was_written()


def test_what_was_typed_is_still_there_after_a_refusal(client):
    page = sent(client, "/give/", {**FILLED, "own": "€25", "often": "monthly"}).content.decode()

    assert 'value="€25"' in page
    assert "Keep at it" in page
    assert re.search(r'value="monthly"[^>]* checked', page)


def test_an_amount_forged_into_a_tile_is_refused(client):
    response = sent(client, "/give/", {**FILLED, "tile": "26"})

    assert response.status_code == 422
    assert _nothing_was_written()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"tile": ""}, "own"),
        ({"email": "not an address"}, "email"),
        ({"name": "", "thanks_as": "name"}, "name"),
        ({"thanks_as": "place"}, "place"),
        ({"thanks_as": "loudly"}, "thanks_as"),
        ({"often": "monthly", "email": ""}, "email"),
        ({"message": "x" * 501}, "message"),
    ],
)
def test_a_form_that_cannot_stand_says_why_beside_the_field(client, changed, field):
    response = sent(client, "/give/", {**FILLED, **changed})

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert _nothing_was_written()


def test_what_a_gift_is_offered_to_and_how_the_breaker_stands_are_asked_for_once(client):
    with CaptureQueriesContext(connection) as asked:
        sent(client, "/give/", FILLED)

    statements = [query["sql"] for query in asked.captured_queries]
    assert sum("FROM giving_appeal appeal" in one for one in statements) == 1
    assert sum("payments_breakermove" in one for one in statements) == 1


def test_a_form_sent_twice_from_one_page_makes_one_payment(client):
    page_view = _page_view(client.get("/give/"))

    first = sent(client, "/give/", {**FILLED, "page_view": page_view})
    second = sent(client, "/give/", {**FILLED, "page_view": page_view})

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


def test_a_form_changed_after_going_back_is_shown_once_more_and_then_sent(client):
    page_view = _page_view(client.get("/give/"))
    sent(client, "/give/", {**FILLED, "page_view": page_view})

    changed = sent(client, "/give/", {**FILLED, "tile": "50", "page_view": page_view})
    once_more = sent(client, "/give/", {**FILLED, "tile": "50", "page_view": _page_view(changed)})

    assert changed.status_code == 422
    assert "send it once more" in changed.content.decode()
    assert once_more.status_code == 302
    assert sorted(gift.amount_minor for gift in Gift.objects.all()) == [2_500, 5_000]


@pytest.mark.parametrize("page_view", ["", "made up", "0e0e0e0e-0000-4000-8000-000000000000"])
def test_a_page_that_we_did_not_draw_is_shown_anew_with_what_was_typed(client, page_view):
    shown = sent(client, "/give/", {**FILLED, "page_view": page_view})

    again = sent(client, "/give/", {**FILLED, "page_view": _page_view(shown)})

    assert shown.status_code == 422
    assert 'value="Ada Reed"' in shown.content.decode()
    assert (again.status_code, Gift.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("query", "checked"),
    [("", "25"), ("?amount=10", "10"), ("?monthly", "monthly"), ("?amount=NaN", "25"), ("?amount=10&monthly", "10")],
)
def test_the_address_may_choose_the_amount_and_how_often(client, query, checked):
    page = client.get(f"/give/{query}").content.decode()

    assert re.search(rf'value="{checked}"[^>]* checked', page)


def test_another_amount_in_the_address_is_the_readers_own(client):
    page = client.get("/give/?amount=12.50").content.decode()

    assert re.search(r'name="own" value="12.50"', page)


def test_giving_each_month_offers_a_pledge(client):
    sent(client, "/give/", {**FILLED, "often": "monthly"})

    assert Pledge.objects.get().amount_minor == 2_500
    assert Gift.objects.count() == 0


def test_where_no_payments_are_taken_the_page_says_so(client, settings):
    settings.PAYMENT_PROVIDERS = []

    shown, answer = client.get("/give/"), sent(client, "/give/", FILLED)

    assert "does not take payments online" in shown.content.decode()
    assert "<button" not in shown.content.decode().split('id="content"')[1]
    assert answer.status_code == 503
    assert _nothing_was_written()


@pytest.mark.parametrize("error", [ProviderUnavailable, ProviderRefused])
def test_a_provider_that_does_not_take_it_loses_nothing_and_the_form_may_be_sent_again(client, monkeypatch, error):
    page_view = _page_view(client.get("/give/"))
    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "start_payment", lambda *args: (_ for _ in ()).throw(error("Out.")))
        refused = sent(client, "/give/", {**FILLED, "page_view": page_view})
    again = sent(client, "/give/", {**FILLED, "page_view": page_view})

    assert refused.status_code == 503
    assert 'value="Ada Reed"' in refused.content.decode()
    assert again.status_code == 302
    assert Gift.objects.count() == 1


@pytest.mark.parametrize("path", ["/give/", "/support/"])
def test_a_page_with_a_form_is_private_and_sets_the_forms_cookie_only(client, path):
    response = client.get(path)

    assert response["Cache-Control"] == "private, no-store"
    assert set(response.cookies) == {"csrf"}


def test_a_form_without_its_token_is_refused():
    response = sent(Client(enforce_csrf_checks=True), "/give/", FILLED)

    assert response.status_code == 403
    assert _nothing_was_written()


def test_the_thanks_of_an_unknown_gift_are_not_found(client):
    assert client.get("/give/0e0e0e0e-0000-4000-8000-000000000000/thanks/").status_code == 404
