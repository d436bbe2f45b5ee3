"""What a reader gave, year by year, nobody else's with it, and receipts sent once more."""

import datetime as dt

import pytest
from django.core.cache import cache

from pennypress.giving import receipts_again, statements
from pennypress.giving.models import ReceiptRequest
from pennypress.letters.models import Letter
from pennypress.payments import refunds
from pennypress.people import persons
from tests import builders

pytestmark = pytest.mark.django_db
NOW, TODAY = builders.NOW, builders.TODAY
VAGUE = "If we know this address"


@pytest.fixture(autouse=True)
def on_the_seventh(settings, time_machine_at):
    time_machine_at(NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


@pytest.fixture
def giver():
    person = builders.a_person("Ada Reed", "ada@example.org")
    persons.ensure_login(person)
    return person


@pytest.fixture
def as_giver(client, giver):
    client.force_login(giver.login)
    return client


def a_gift(amount=25, *, name="Ada Reed", email="ada@example.org", on=TODAY):
    return builders.a_received_gift(amount=builders.pounds(amount), name=name, email=email, received_on=on)


def test_a_year_lists_every_sum_with_what_went_back_and_the_total(as_giver, giver):
    gift = a_gift(25)
    a_gift(10)
    refunds.take_back(
        allocation=gift.allocation, kind="refund", amount=builders.pounds(5), key="r", on=TODAY, reason="", now=NOW
    )

    page = as_giver.get("/account/giving/2026/").content.decode()

    assert all(words in page for words in ("£25.00", "£10.00", "£5.00", "£30.00", "November fund"))


def test_another_year_and_anothers_sums_do_not_stand_in_it(as_giver, giver):
    a_gift(25)
    a_gift(77, on=dt.date(2025, 12, 31))
    a_gift(99, name="Ben Marsh", email="ben@example.org")

    page = as_giver.get("/account/giving/2026/").content.decode()

    assert "£77.00" not in page
    assert "£99.00" not in page


def test_a_year_in_which_nothing_was_given_is_not_found(as_giver, giver):
    a_gift(25, name="Ben Marsh", email="ben@example.org")

    assert as_giver.get("/account/giving/2026/").status_code == 404


def test_those_merged_in_are_one_even_through_a_chain(as_giver, giver):
    for name, amount in (("A. Reed", 11), ("Ada R.", 13)):
        a_gift(amount, name=name, email="ada@example.org")
    middle, youngest = builders.a_person("A. Reed", "ada@example.org"), builders.a_person("Ada R.", "ada@example.org")
    persons.merge(duplicate=youngest, into=middle, now=NOW, by=None)
    persons.merge(duplicate=middle, into=giver, now=NOW, by=None)

    page = as_giver.get("/account/giving/2026/").content.decode()

    assert "£24.00" in page


def test_the_login_of_a_duplicate_leads_to_the_account_of_the_one_who_stands(client, giver):
    a_gift(25)
    other = builders.a_person("Ada Read", "ada.read@example.org")
    login = persons.ensure_login(other)
    persons.merge(duplicate=other, into=giver, now=NOW, by=None)

    client.force_login(login)

    assert "£25.00" in client.get("/account/giving/2026/").content.decode()


class TestAReceiptAgain:
    def test_from_the_account_is_marked_as_a_copy(self, as_giver, giver):
        number = a_gift(25).allocation.pk

        as_giver.post(f"/account/giving/receipts/{number}/")
        as_giver.post(f"/account/giving/receipts/{number}/")

        letter = Letter.objects.get(kind="receipt-copy")
        assert letter.subject == "Copy of your receipt"
        assert "£25.00" in letter.text
        assert letter.to_email == "ada@example.org"

    def test_of_somebody_else_is_not_found_and_nothing_is_written(self, as_giver, giver):
        number = a_gift(99, name="Ben Marsh", email="ben@example.org").allocation.pk

        assert as_giver.post(f"/account/giving/receipts/{number}/").status_code == 404
        assert not Letter.objects.exists()

    def test_opening_the_address_sends_nothing(self, as_giver, giver):
        number = a_gift(25).allocation.pk

        assert as_giver.get(f"/account/giving/receipts/{number}/").status_code == 405
        assert not Letter.objects.exists()

    def test_by_address_the_answer_is_the_same_known_or_not(self, client, giver):
        a_gift(25)

        pages = [
            client.post("/receipts/", {"email": email}, follow=True).content.decode()
            for email in ("Ada@Example.org", "nobody@example.org")
        ]
        receipts_again.answer_due(on=TODAY, now=NOW)

        assert pages[0] == pages[1]
        assert VAGUE in pages[0]
        assert [letter.to_email for letter in Letter.objects.all()] == ["ada@example.org"]

    def test_by_address_it_is_sent_once_a_day_and_the_address_is_forgotten(self, client, giver):
        a_gift(25)

        for _time in range(3):
            client.post("/receipts/", {"email": "ada@example.org"})
            receipts_again.answer_due(on=TODAY, now=NOW)

        assert Letter.objects.count() == 1
        assert set(ReceiptRequest.objects.values_list("email", flat=True)) == {""}

    def test_by_address_is_refused_to_whoever_asks_too_often(self, client):
        cache.clear()
        answers = [client.post("/receipts/", {"email": f"a{number}@example.org"}).status_code for number in range(12)]

        assert answers.count(429) == 2
        assert ReceiptRequest.objects.count() == 10

    def test_by_address_stops_when_all_the_world_asks(self, monkeypatch):
        monkeypatch.setattr(receipts_again, "MOST_AN_HOUR", 2)
        for number in range(2):
            receipts_again.ask(email=f"a{number}@example.org", on=TODAY, now=NOW)

        with pytest.raises(receipts_again.CannotAsk):
            receipts_again.ask(email="b@example.org", on=TODAY, now=NOW)


class TestStatementsOfAYear:
    AFTER = dt.date(2027, 1, 10)

    def ask(self, mark=None):
        mark = statements.reviewed(statements.review(2026)) if mark is None else mark
        return statements.ask(year=2026, mark=mark, on=self.AFTER, now=NOW, by=None)

    def test_are_one_letter_for_each_person_with_everything_they_gave(self, giver):
        a_gift(25)
        a_gift(10)
        a_gift(99, name="Ben Marsh", email="ben@example.org")

        asked = self.ask()
        statements.send_due(now=NOW)

        letter = Letter.objects.get(to_email="ada@example.org")
        assert asked == 2
        assert all(words in letter.text for words in ("£25.00", "£10.00", "£35.00"))
        assert "£99.00" not in letter.text

    def test_go_out_once_however_often_they_are_asked_for(self, giver):
        a_gift(25)
        self.ask()
        statements.send_due(now=NOW)

        assert self.ask() == 0
        assert statements.send_due(now=NOW) == 0
        assert Letter.objects.filter(kind="annual-statement").count() == 1

    def test_are_not_sent_when_the_figures_changed_since_they_were_looked_at(self, giver):
        a_gift(25)
        mark = statements.reviewed(statements.review(2026))
        a_gift(5)

        with pytest.raises(statements.CannotSend):
            self.ask(mark)

        assert statements.send_due(now=NOW) == 0

    def test_are_not_sent_before_the_year_is_over(self, giver):
        a_gift(25)
        mark = statements.reviewed(statements.review(2026))

        with pytest.raises(statements.CannotSend):
            statements.ask(year=2026, mark=mark, on=TODAY, now=NOW, by=None)

    def test_leave_out_whoever_has_no_address_and_what_went_back(self, giver):
        gift = a_gift(25)
        builders.a_received_gift(name="No Address", email="")
        refunds.take_back(
            allocation=gift.allocation, kind="refund", amount=gift.amount, key="r", on=TODAY, reason="", now=NOW
        )

        assert statements.review(2026) == []
