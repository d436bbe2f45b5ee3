"""The books at the desk: every figure leads to what it is the sum of, down to the entry."""

import datetime as dt

import pytest

from pennypress.config import lawbook
from pennypress.desk import books
from pennypress.money import Money
from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()
    samples.a_running_fund()


@pytest.fixture
def treasurer():
    return cast.at_the_desk(roles.TREASURER)


def test_the_trial_balance_leads_to_lines_and_lines_to_entries(treasurer):
    samples.a_cheque()

    trial = treasurer.get("/desk/books/").content.decode()
    lines = treasurer.get("/desk/books/accounts/4000/")
    entry = lines.context["movements"][0].line.entry_id

    assert "/desk/books/accounts/4000/" in trial
    assert "the books balance" in trial
    assert lines.context["closing"] == samples.pounds(-25)
    assert f"/desk/books/entries/{entry}/" in lines.content.decode()
    assert "£25.00" in treasurer.get(f"/desk/books/entries/{entry}/").content.decode()


def test_the_trial_balance_is_as_at_the_day_asked_for(treasurer):
    samples.a_cheque()

    response = treasurer.get("/desk/books/?on=2020-01-01")

    assert response.context["trial"].rows == []


def test_the_balance_runs_from_what_is_brought_forward(treasurer):
    samples.a_cheque(received_on=samples.today() - dt.timedelta(days=3))
    samples.a_cheque()

    response = treasurer.get(f"/desk/books/accounts/4000/?from={samples.today()}")

    assert response.context["forward"] == samples.pounds(-25)
    assert [movement.balance for movement in response.context["movements"]] == [Money(-5000, "GBP")]


def test_the_second_page_carries_the_balance_on(treasurer, monkeypatch):
    monkeypatch.setattr("pennypress.desk.screen.ROWS_A_PAGE", 1)
    samples.a_cheque()
    samples.a_cheque()

    response = treasurer.get("/desk/books/accounts/4000/?p=2")

    assert response.context["forward"] == samples.pounds(-25)
    assert response.context["movements"][0].balance == samples.pounds(-50)


def test_minus_is_a_true_minus_and_figures_stand_right(treasurer):
    samples.a_cheque()

    assert '<td class="figure desk-roomy">−£25.00</td>' in treasurer.get("/desk/books/accounts/4000/").content.decode()


@pytest.mark.parametrize(
    "address", ["books/?on=tomorrow", "books/accounts/4000/?from=x&to=y&p=z", "receipts/?q=%00&p=9"]
)
def test_nonsense_in_the_address_is_passed_over(treasurer, address):
    assert treasurer.get(f"/desk/{address}").status_code == 200


def test_the_laws_are_checked_and_hold(treasurer):
    samples.a_cheque()

    response = treasurer.get("/desk/books/laws/")

    assert response.context["broken"] == []


def test_the_treasurer_is_shown_every_law_of_money_shares_and_letters():
    shown = {law.name for law in books.LAWBOOK}

    assert {law.name for law in lawbook.every_law() if not law.name.startswith(("newsroom.", "gateway."))} == shown
