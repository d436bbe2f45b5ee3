"""The demo paper itself: built once, in a database of its own, and looked at from all sides."""

import datetime as dt

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.demo import build
from pennypress.giving import appeals, meter
from pennypress.giving.models import AppealClosing, AppealExtension, AppealTarget
from pennypress.ledger import balances, chart
from pennypress.money import Money
from pennypress.newsroom.models import ArticlePage, Column, FrontPage, PreparedArticle
from pennypress.payments import bank_balance
from pennypress.payments.models import BankAccount, Method, Payout, Receipt
from pennypress.people import demonstration
from pennypress.settlement import matching
from pennypress.shares import register
from pennypress.shares.models import Application
from tests import databases

NOW = dt.datetime.now(dt.UTC)
TODAY = timezone.localdate(NOW)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    sandbox = override_settings(PAYMENT_PROVIDERS=["sandbox"])
    with sandbox, django_db_blocker.unblock(), databases.clone_in_use():
        build.build(now=NOW, lawbook=lawbook.every_law(), say=lambda _line: None)
        yield


pytestmark = pytest.mark.usefixtures("demo")


def test_the_running_appeal_stands_where_the_real_one_stood():
    shown = meter.as_json(meter.read(now=NOW))

    assert (shown["raised_minor"], shown["needed_minor"], shown["days_left"]) == (382_100, 1_417_900, 24)


def test_eighteen_appeals_are_closed_and_one_handed_its_deficit_on_once():
    closings = AppealClosing.objects.order_by("appeal__opens_on")

    assert closings.count() == 18
    assert [closing.carried_out_minor > 0 for closing in closings].count(True) == 1
    assert [closing.carried_in_minor > 0 for closing in closings].count(True) == 1
    assert all(closing.carried_out_minor >= 0 for closing in closings)


def test_a_target_changed_once_in_its_month_an_appeal_was_extended_and_the_roof_is_asked_for_beside():
    assert AppealTarget.objects.exclude(reason="").count() == 1
    assert AppealExtension.objects.count() == 1
    assert [appeal.slug for appeal in appeals.all_running(TODAY)][1:] == ["roof-over-page-one"]


def test_every_law_holds():
    broken = [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]

    assert broken == []


def test_there_are_sixty_stories_with_their_claims_and_a_front_page():
    stories = ArticlePage.objects.live().filter(column=None)

    assert stories.count() == 60
    assert sum(story.claims.count() for story in stories) >= 80
    assert FrontPage.objects.get().splash is not None


def test_the_funds_columns_are_printed_and_each_goes_on_where_the_last_one_stood():
    columns = list(Column.objects.order_by("last_on"))
    raised = [column.figures["raised"]["minor"] for column in columns]

    assert len(columns) >= 2
    assert all(column.frozen_at is not None for column in columns)
    came = [column.figures["day"]["minor"] for column in columns]
    assert [sum(came[: place + 1]) for place in range(len(came))] == raised
    assert "{{" not in "".join(PreparedArticle.objects.get(pk=column.pk).body_html for column in columns)


def test_four_hundred_own_the_paper_and_three_wait_to():
    assert register.owners_count(NOW.date()) == 400
    assert Application.objects.filter(state="paid").count() == 3


def test_about_three_thousand_receipts_came_by_every_method_but_two():
    assert 2_800 <= Receipt.objects.exclude(allocations__purpose="shares").count() <= 3_300
    assert set(Method.values) - set(Receipt.objects.values_list("method", flat=True)) == {
        Method.DIRECT_DEBIT,
        Method.PAYPAL,
    }


def test_each_payout_leaves_nothing_with_whoever_took_the_cards():
    payouts = list(Payout.objects.order_by("arrives_on"))
    left = {payout.arrives_on: balances.of(account=chart.CARD_CLEARING, on=payout.arrives_on, currency="GBP") for payout in payouts}  # fmt: skip  # noqa: E501

    assert len(payouts) > 40
    assert {payout.provider for payout in payouts} == {"sandbox", "terminal"}
    assert all(payout.state == "paid" and sum(line.fee_minor for line in payout.lines.all()) > 0 for payout in payouts)
    assert {on: money for on, money in left.items() if money} == {}


def test_the_bank_ties_with_the_books_but_for_the_last_visit_and_what_waits_to_be_matched():
    account = BankAccount.objects.get()
    found = bank_balance.reconcile(account=account, on=TODAY)
    open_days = {line.entry.on for line in found.only_books if line.entry.key.startswith("banked-")}
    others = [line for line in found.only_books if not line.entry.key.startswith("banked-")]

    assert (found.rest, found.before) == (Money(0, "GBP"), Money(0, "GBP"))
    assert len(open_days) == 1
    assert len(others) == 2
    assert len(found.only_statement) == len(matching.waiting(account)) == 20
    assert len(found.only_books) < 30


def test_in_the_weeks_before_every_line_of_the_bank_is_matched():
    found = bank_balance.reconcile(account=BankAccount.objects.get(), on=TODAY - dt.timedelta(days=7))

    assert (found.only_statement, found.only_books) == ([], [])
    assert found.difference == Money(0, "GBP")


def test_the_database_says_that_the_demo_built_it():
    assert demonstration.is_marked()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_user WHERE is_staff")
        assert cursor.fetchone() == (3,)
