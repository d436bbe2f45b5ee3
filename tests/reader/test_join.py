import html
import re

import pytest

from pennypress.letters.models import Letter
from pennypress.payments.models import Payment
from pennypress.people import persons
from pennypress.settlement import matching
from pennypress.shares import certificates
from pennypress.shares.models import Application
from tests import builders
from tests.settlement.statements import a_line, taken_in

pytestmark = pytest.mark.django_db
SHARES = {"kind": "individual", "shares": "50"}
PARTICULARS = {
    "name": "Rosa Field", "address": "4 Rope Walk\nPort Ellery", "postcode": "PE1 2AB", "born_on": "1980-05-01",
    "email": "rosa.field@example.org", "notices_by_email": "on",
}  # fmt: skip
RULES = {"accepts_rules": "on", "has_read_risk": "on"}


@pytest.fixture(autouse=True)
def with_an_open_offer(settings, time_machine_at):
    time_machine_at(builders.NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_offer()


def _answers(response):
    return html.unescape(re.search(r'name="answers" value="([^"]+)"', response.content.decode()).group(1))


def _step(response):
    return int(re.search(r'name="step" value="(\d)"', response.content.decode()).group(1))


class Journey:
    """One applicant going from step to step, as a browser without JavaScript does."""

    def __init__(self, client):
        self.client = client
        self.page = client.get("/join/")

    def send(self, typed, **more):
        answers, step = _answers(self.page), _step(self.page)
        self.page = self.client.post("/join/", {**typed, "answers": answers, "step": step, **more})
        return self.page

    def until_check(self, *, shares=None, particulars=None):
        self.send({**SHARES, **(shares or {})})
        self.send({**PARTICULARS, **(particulars or {})})
        self.send(RULES)
        return self


def test_four_steps_lead_to_the_payment_page(client):
    journey = Journey(client).until_check()

    paying = journey.send({})

    application = Application.objects.get()
    assert "/sandbox/pay/" in paying["Location"]
    assert (application.name, application.shares, application.amount) == ("Rosa Field", 50, builders.pounds(50))
    assert (application.notices_by_email, application.postcode, application.state) == (True, "PE1 2AB", "applied")


def test_one_member_one_vote_is_said_before_anything_is_asked(client):
    assert "One member, one vote" in client.get("/join/").content.decode()


def test_the_last_step_shows_everything_for_checking(client):
    page = Journey(client).until_check().page.content.decode()

    assert all(words in page for words in ("£50.00", "Rosa Field", "4 Rope Walk", "1 May 1980", "By e-mail"))
    assert not Application.objects.exists()


@pytest.mark.parametrize("typed", ["0", "-5", "1.5", "many", "", "1e9", "NaN"])
def test_a_number_of_shares_that_is_none_is_answered_beside_the_field(client, typed):
    page = Journey(client).send({**SHARES, "shares": typed})

    assert (page.status_code, _step(page)) == (422, 1)
    assert 'id="id_shares_error"' in page.content.decode()


def test_more_shares_than_the_rules_allow_are_refused_with_the_rule_named(client):
    page = Journey(client).send({**SHARES, "shares": "20001"})

    beside = re.search(r'id="id_shares_error">([^<]+)<', page.content.decode()).group(1)
    assert "Rule " in beside
    assert "20,000" in beside
    assert 'value="20001"' in page.content.decode()
    assert not Application.objects.exists()


def test_shares_that_with_those_held_are_too_many_are_refused_at_the_end_with_the_rule_named(client):
    builders.an_owner(shares=19_990)
    before = Application.objects.count()

    page = Journey(client).until_check().send({})

    assert (page.status_code, _step(page)) == (422, 1)
    assert "Rule " in page.content.decode()
    assert Application.objects.count() == before
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"address": " "}, "address"),
        ({"postcode": ""}, "postcode"),
        ({"email": "nowhere"}, "email"),
        ({"born_on": ""}, "born_on"),
        ({"born_on": "2015-01-01"}, "born_on"),
        ({"born_on": "1066-10-14"}, "born_on"),
    ],
)
def test_particulars_that_the_register_cannot_take_are_answered_beside_the_field(client, changed, field):
    journey = Journey(client)
    journey.send(SHARES)

    page = journey.send({**PARTICULARS, **changed})

    assert (page.status_code, _step(page)) == (422, 2)
    assert f'id="id_{field}_error"' in page.content.decode()
    assert "4 Rope Walk" in page.content.decode() or field == "address"


def test_rules_not_accepted_and_risk_not_read_go_no_further(client):
    journey = Journey(client)
    journey.send(SHARES)
    journey.send(PARTICULARS)

    page = journey.send({})

    assert (page.status_code, _step(page)) == (422, 3)
    assert "You could lose all of this money" in page.content.decode()


def test_an_organisation_is_not_asked_when_it_was_born(client):
    journey = Journey(client).until_check(shares={"kind": "organisation"}, particulars={"name": "Dockers’ Branch 4"})

    journey.send({})

    assert (Application.objects.get().kind, Application.objects.get().born_on) == ("organisation", None)


def test_going_back_keeps_everything_typed(client):
    journey = Journey(client)
    journey.send(SHARES)

    journey.send({**PARTICULARS, "email": "half an addr"}, go="1")
    page = journey.send({**SHARES, "shares": "60"})

    assert _step(page) == 2
    assert 'value="half an addr"' in page.content.decode()
    assert "4 Rope Walk" in page.content.decode()


def test_the_last_step_sent_twice_is_one_application_and_one_payment(client):
    journey = Journey(client).until_check()
    answers = {"answers": _answers(journey.page), "step": "4"}

    first, second = client.post("/join/", answers), client.post("/join/", answers)

    assert first["Location"] == second["Location"]
    assert (Application.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_step_cannot_be_skipped(client):
    journey = Journey(client)

    page = client.post("/join/", {"answers": _answers(journey.page), "step": "4"})

    assert (page.status_code, _step(page)) == (422, 1)
    assert not Application.objects.exists()


def test_answers_that_we_did_not_sign_begin_again(client):
    page = client.post("/join/", {"answers": "forged", "step": "4"})

    assert _step(page) == 1
    assert not Application.objects.exists()


def test_the_pages_are_private_and_keep_no_session(client):
    journey = Journey(client).until_check()

    assert journey.page["Cache-Control"] == "private, no-store"
    assert set(client.cookies) == {"csrf"}


def test_where_no_payments_are_taken_the_page_says_how_else(client, settings):
    settings.PAYMENT_PROVIDERS = []

    assert "on paper" in client.get("/join/").content.decode()


def test_a_certificate_is_verified_by_its_code_without_its_holder(client):
    certificate = certificates.current(builders.an_owner(shares=5))

    page = client.get(f"/certificates/{certificate.code.lower()}/")

    assert "This certificate is good" in page.content.decode()
    assert "Rosa Field" not in page.content.decode()
    assert not page.cookies


def test_a_certificate_that_was_replaced_says_so(client):
    first = certificates.current(builders.an_owner(shares=5))
    builders.an_owner(shares=3)

    assert "has been replaced" in client.get(f"/certificates/{first.code}/").content.decode()


def test_an_unknown_certificate_is_not_found(client):
    response = client.get("/certificates/AAAA-BBBB-CCCC/")

    assert response.status_code == 404
    assert "no such certificate" in response.content.decode()


class TestReference:
    def applied(self, client):
        Journey(client).until_check().send({})
        return Application.objects.get()

    def thanks(self, client, application):
        return client.get(f"/join/{application.public_id}/thanks/").content.decode()

    def test_stands_on_the_thank_you_page_with_the_account_while_the_money_has_not_come(self, client):
        builders.a_bank_account()
        application = self.applied(client)

        page = self.thanks(client, application)

        assert re.fullmatch(r"SH-[2-9A-Z]{5}", application.reference)
        assert page.count(application.reference) == 2
        assert "12345678" in page
        assert "£50.00" in page

    def test_without_an_account_to_pay_into_no_transfer_is_asked_for(self, client):
        page = self.thanks(client, self.applied(client))

        assert "Or pay by bank transfer" not in page
        assert "SH-" in page

    def test_once_it_is_paid_the_page_has_the_reference_and_no_other_way_to_pay(self, client):
        builders.a_bank_account()
        application = self.applied(client)
        builders.paid(application.payment)

        page = self.thanks(client, application)

        assert application.reference in page
        assert "Or pay by bank transfer" not in page

    def test_the_letter_has_it(self, client):
        application = self.applied(client)
        builders.paid(application.payment)

        letter = Letter.objects.get(kind="share-application-received")

        assert application.reference in letter.text
        assert application.reference in letter.html

    def test_the_account_has_it(self, client):
        application = self.applied(client)
        builders.paid(application.payment)
        client.force_login(
            persons.ensure_login(persons.recorded(name="Rosa Field", email=application.email, now=builders.NOW))
        )

        assert application.reference in client.get("/account/").content.decode()

    def test_a_transfer_that_quotes_it_as_the_page_says_is_the_applicants(self, client):
        account = builders.a_bank_account()
        application = self.applied(client)
        quoted = re.search(r"<strong>(SH-\w+)</strong>", self.thanks(client, application)).group(1)

        (line,) = taken_in(account, a_line(amount="50.00", reference=quoted))

        proposed = matching.propose([line])[line.pk]

        assert (proposed.target, proposed.confidence) == (str(application.pk), "certain")
