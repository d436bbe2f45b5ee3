import pytest

from pennypress.giving.models import Pledge
from pennypress.payments import refunds
from pennypress.people import persons
from pennypress.shares import certificates
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_seventh(settings, time_machine_at):
    time_machine_at(builders.NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]


@pytest.fixture
def owner():
    return builders.an_owner(shares=1_250)


@pytest.fixture
def another():
    return builders.an_owner(shares=7, name="Ben Marsh")


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner.person.login)
    return client


def _a_supporter(person):
    return builders.an_active_pledge(name=person.name, email=person.email)


def test_whoever_is_not_logged_in_is_asked_to(client):
    response = client.get("/account/")

    assert response["Location"] == "/login/?next=/account/"
    assert response["Cache-Control"] == "private, no-store"


def test_an_owner_sees_what_they_own_and_give(as_owner, owner):
    builders.a_received_gift(amount=builders.pounds(25), name=owner.person.name, email=owner.person.email)

    response = as_owner.get("/account/")

    page = response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert all(words in page for words in ("1,250", owner.person.name, "£25.00", "Rope Walk", "One"))


def test_an_owner_downloads_their_certificate(as_owner, owner, monkeypatch):
    monkeypatch.setattr(certificates, "pdf", lambda certificate: b"%PDF-1.7 of " + certificate.holder.encode())
    number = certificates.current(owner).number

    response = as_owner.get(f"/account/certificate/{number}.pdf")

    assert response.content == b"%PDF-1.7 of Rosa Field"
    assert response["Cache-Control"] == "private, no-store"
    assert "attachment" in response["Content-Disposition"]


def test_anothers_certificate_is_not_found(as_owner, another):
    assert as_owner.get(f"/account/certificate/{certificates.current(another).number}.pdf").status_code == 404


def test_a_supporter_changes_and_ends_their_own_pledge(as_owner, owner):
    pledge = _a_supporter(owner.person)
    page = as_owner.get("/account/pledge/", follow=True)

    as_owner.post(page.request["PATH_INFO"], {"action": "change", "amount": "12"})
    as_owner.post(page.request["PATH_INFO"], {"action": "cancel"})

    pledge.refresh_from_db()
    assert (pledge.amount_minor, pledge.state) == (1_200, "cancelled")


def test_anothers_pledge_is_not_found_and_stays(as_owner, another):
    pledge = _a_supporter(another.person)

    shown = as_owner.get(f"/account/pledge/{pledge.public_id}/")
    sent = as_owner.post(f"/account/pledge/{pledge.public_id}/", {"action": "cancel"})

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert Pledge.objects.get().state == "active"


def test_nothing_of_another_owner_stands_on_the_page(as_owner, another):
    _a_supporter(another.person)

    assert "Ben Marsh" not in as_owner.get("/account/").content.decode()


def test_an_application_under_way_is_shown(as_owner, owner):
    builders.an_application(shares=33, name=owner.person.name, email=owner.person.email)

    assert "Applications under way" in as_owner.get("/account/").content.decode()


def test_a_login_that_is_nobody_in_the_register_has_an_account_too(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ed@example.org", None, name="Ed"))

    assert "You own no shares yet" in client.get("/account/").content.decode()


def test_a_gift_taken_back_is_not_counted(as_owner, owner):
    gift = builders.a_received_gift(name=owner.person.name, email=owner.person.email)
    refunds.take_back(
        allocation=gift.allocation,
        kind="refund",
        amount=gift.amount,
        key="refund-1",
        on=builders.TODAY,
        reason="",
        now=builders.NOW,
    )

    assert "By year" not in as_owner.get("/account/").content.decode()


def test_a_person_of_the_same_house_is_not_the_owner(as_owner, owner):
    persons.recorded(name="Someone Else", email=owner.person.email, now=builders.NOW)

    assert "Someone Else" not in as_owner.get("/account/").content.decode()
