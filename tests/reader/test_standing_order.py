"""Paying by standing order: a promise with a reference, nothing collected, nobody recorded, no letter."""

import pytest

from pennypress.giving.models import StandingOrder, StandingOrderState
from pennypress.letters.models import Letter
from pennypress.people.models import Person
from pennypress.reader import forms
from tests import builders

pytestmark = pytest.mark.django_db
AT = "/support/standing-order/"
FILLED = {
    "tile": "10",
    "own": "",
    "interval": "1",
    "usual_day": "5",
    "name": "Ada Reed",
    "email": "Ada@Example.org",
    "thanks_as": "initials",
    "place": "",
}


@pytest.fixture(autouse=True)
def with_an_account_to_pay_into(time_machine_at):
    time_machine_at(builders.NOW)
    builders.a_society()
    builders.an_appeal()
    builders.a_bank_account()


def test_a_reader_gets_the_particulars_and_a_reference(client):
    people = Person.objects.count()

    response = client.post(AT, {**FILLED, "page_view": forms.drawn()}, follow=True)

    page = response.content.decode()
    order = StandingOrder.objects.get()
    assert all(words in page for words in ("Harbour Press Society Limited", "20-00-00", "12345678", order.reference))
    assert (order.state, order.email, str(order.first_on)) == (
        StandingOrderState.PROMISED,
        "ada@example.org",
        "2026-12-05",
    )
    assert not Letter.objects.exists()
    assert Person.objects.count() == people


def test_the_same_form_sent_twice_is_one_promise(client):
    form = {**FILLED, "page_view": forms.drawn()}
    client.post(AT, form)

    client.post(AT, form)

    assert StandingOrder.objects.count() == 1


@pytest.mark.parametrize(
    "told", [{"name": ""}, {"email": ""}, {"usual_day": "32"}, {"tile": "", "own": "0"}, {"interval": "2"}]
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(client, told):
    response = client.post(AT, {**FILLED, "place": "Leeds", **told})

    assert response.status_code == 422
    assert 'value="Leeds"' in response.content.decode()
    assert not StandingOrder.objects.exists()


def test_the_page_for_supporters_leads_there(client, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]

    assert AT in client.get("/support/").content.decode()


def test_without_an_account_to_pay_into_it_is_not_offered(client):
    builders.bank.change_account(account=builders.bank.published(), is_published=False)

    assert client.get(AT).status_code == 404
    assert AT not in client.get("/support/").content.decode()
