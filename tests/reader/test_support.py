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
    assert "The amount has been changed" in response.content.decode()


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
