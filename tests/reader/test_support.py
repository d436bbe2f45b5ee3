import random

import pytest

from pennypress.giving import links, pledges
from pennypress.giving.models import Pledge, PledgeMove
from pennypress.payments import mandates
from tests import builders
from tests.reader.sending import sent

pytestmark = pytest.mark.django_db
FILLED = {"tile": "10", "own": "", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "not", "place": ""}


@pytest.fixture(autouse=True)
def with_the_sandbox_and_an_appeal(settings, time_machine_at):
    time_machine_at(builders.NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


@pytest.fixture
def offered():
    facts = {"name": "Ada Reed", "email": "ada@example.org", "place": "", "thanks_as": "not"}
    return pledges.offer(amount=builders.pounds(10), now=builders.NOW, on=builders.TODAY, **facts)


@pytest.fixture
def active(offered):
    mandates.activate(mandate_id=offered.pledge.mandate_id, provider_ref="sm_1", person=None, now=builders.NOW)
    Pledge.objects.filter(pk=offered.pledge.pk).update(
        state="active", began_on=builders.TODAY, next_on=builders.TODAY.replace(month=12)
    )
    offered.pledge.refresh_from_db()
    return offered.pledge


def test_a_supporter_goes_on_to_give_leave(client):
    response = sent(client, "/support/", FILLED)

    pledge = Pledge.objects.get()
    assert "/sandbox/pay/" in response["Location"]
    assert (pledge.amount, pledge.state, pledge.anchor_day) == (builders.pounds(10), "offered", 7)


def test_a_supporter_without_an_address_is_told_why_one_is_needed(client):
    response = sent(client, "/support/", {**FILLED, "email": ""})

    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()
    assert not Pledge.objects.exists()


def test_before_word_has_come_the_thanks_say_so(client, offered):
    page = client.get(f"/support/{offered.pledge.public_id}/thanks/").content.decode()

    assert "not yet had word" in page


def test_opening_the_letters_link_changes_nothing(client, active):
    response = client.get(links.manage_path(active))

    active.refresh_from_db()
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert (active.state, active.amount_minor) == ("active", 1_000)


def test_the_amount_is_changed_in_one_step(client, active):
    response = client.post(links.manage_path(active), {"action": "change", "amount": "£12.50"}, follow=True)

    active.refresh_from_db()
    assert active.amount_minor == 1_250
    assert "It has been changed" in response.content.decode()


@pytest.mark.parametrize("typed", ["0", "-5", "NaN", "€25", "6000", ""])
def test_an_amount_we_cannot_take_changes_nothing(client, active, typed):
    response = client.post(links.manage_path(active), {"action": "change", "amount": typed})

    active.refresh_from_db()
    assert response.status_code == 422
    assert 'id="id_amount_error"' in response.content.decode()
    assert active.amount_minor == 1_000
    assert not PledgeMove.objects.exists()


def test_a_pledge_is_ended_in_one_step(client, active):
    response = client.post(links.manage_path(active), {"action": "cancel"}, follow=True)

    active.refresh_from_db()
    assert (active.state, active.cancelled_on) == ("cancelled", builders.TODAY)
    assert "It has ended" in response.content.decode()
    assert not response.client.cookies.get("sessionid")


def test_a_forged_link_is_not_found(client, active, offered):
    forged = links.manage_path(active)[:-2] + "x/"

    assert client.get(forged).status_code == 404
    assert client.post(forged, {"action": "cancel"}).status_code == 404
    active.refresh_from_db()
    assert active.state == "active"


def test_a_pledge_may_be_for_each_quarter_and_for_somebody_else(client):
    told = {"often": "3", "for_name": "Nora Quill", "for_email": "nora@example.org", "for_on": "2026-11-20"}

    sent(client, "/support/", {**FILLED, **told})

    pledge = Pledge.objects.get()
    assert (pledge.interval_months, pledge.beneficiary_name) == (3, "Nora Quill")
    assert str(pledge.tell_on) == "2026-11-20"


def test_an_address_without_a_name_loses_nothing_that_was_typed(client):
    response = sent(client, "/support/", {**FILLED, "for_email": "nora@example.org"})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="nora@example.org"' in page
    assert "<details" in page
    assert " open>" in page
    assert not Pledge.objects.exists()


def test_a_way_that_is_not_offered_is_refused(client, settings):
    response = sent(client, "/support/", {**FILLED, "method": "paypal"})

    assert response.status_code == 422
    assert not Pledge.objects.exists()


def test_it_is_paused_and_taken_up_in_one_step_each(client, active):
    paused = client.post(links.manage_path(active), {"action": "pause", "until": "2027-02-01"}, follow=True)
    resumed = client.post(links.manage_path(active), {"action": "resume"}, follow=True)

    assert "It is paused" in paused.content.decode()
    assert "1 February 2027" in paused.content.decode()
    assert "It goes on" in resumed.content.decode()


@pytest.mark.parametrize("until", ["2026-11-07", "2020-01-01", "2029-01-01", "soon"])
def test_a_pause_to_no_sensible_day_changes_nothing(client, active, until):
    response = client.post(links.manage_path(active), {"action": "pause", "until": until})

    active.refresh_from_db()
    assert response.status_code == 422
    assert active.state == "active"


def test_amount_interval_and_day_are_changed_in_one_step(client, active):
    client.post(links.manage_path(active), {"action": "change", "amount": "30", "often": "12", "day": "20"})

    active.refresh_from_db()
    assert (active.amount_minor, active.interval_months, active.anchor_day) == (3_000, 12, 20)


class TestAnotherCard:
    def test_opening_the_link_asks_nobody_for_anything(self, client, active):
        response = client.get(links.card_path(active))

        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert not active.mandate_requests.exists()

    def test_a_post_leads_to_the_providers_page_and_changes_nothing_yet(self, client, active):
        response = client.post(links.card_path(active), {"method": "card"})

        before = active.mandate_id
        active.refresh_from_db()
        assert "/sandbox/mandate/" in response["Location"]
        assert active.mandate_id == before

    def test_an_ended_pledge_cannot_be_brought_back_by_an_old_letter(self, client, active):
        pledges.cancel(pledge=active, now=builders.NOW, on=builders.TODAY)

        page = client.get(links.card_path(active)).content.decode()
        response = client.post(links.card_path(active), {"method": "card"})

        active.refresh_from_db()
        assert "not running" in page
        assert response.status_code == 422
        assert active.state == "cancelled"
        assert not active.mandate_requests.exists()

    @pytest.mark.parametrize("signature", ["x", "-", "card", "a" * 43])
    def test_a_guessed_link_is_not_found(self, client, active, signature):
        address = f"/support/{active.public_id}/{signature}/card/"

        assert client.get(address).status_code == 404
        assert client.post(address, {"method": "card"}).status_code == 404


def test_a_hundred_thousand_guesses_open_nothing(active):
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    guess = random.Random(7)
    opened = 0
    for _number in range(100_000):
        try:
            links.opened(public_id=active.public_id, signature="".join(guess.choices(alphabet, k=43)))
            opened += 1
        except links.UnknownLink:
            continue

    assert opened == 0
