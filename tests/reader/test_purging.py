"""What moves the fund's figures, the count of owners and that of supporters purges what shows them, and no page of news."""

import datetime as dt

import pytest
import time_machine

from pennypress.giving import appeals
from pennypress.giving import series as all_series
from pennypress.newsroom import context
from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.shares import certificates
from tests import builders
from tests.builders import NOW, TODAY, pounds
from tests.newsroom import builders as newsroom
from tests.stored import Shelf

METER = {"/appeal/", "/appeals/", "/fragments/appeal/", "/appeal.json", "/appeals/fund.json"}
FUND = METER | {"/appeals/fund/"}
COUNTS = {"/fragments/ownership/", "/fragments/doors/own/", "/fragments/doors/support/"}


@pytest.fixture
def fund(committed, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    context.forget()
    with time_machine.travel(NOW, tick=False):
        builders.a_society()
        newsroom.a_paper()
        yield builders.an_appeal(slug="fund")


@pytest.fixture
def owner(fund):
    return builders.an_owner()


@pytest.fixture
def shelf(fund, owner):
    certificate = f"/certificates/{certificates.current(owner).code}/"
    return Shelf(["/", "/world/", *sorted(FUND), *sorted(COUNTS), certificate, "/certificates/none/"]).begin()


def test_a_settled_gift_ends_what_shows_the_fund_and_nothing_else(shelf):
    builders.by_post(Part(Purpose.GIFT, pounds(40)))

    assert shelf.hear() == {"appeal"}

    assert shelf.stale() == set()
    assert shelf.dropped() == FUND


def test_a_gift_that_is_only_offered_ends_nothing(shelf):
    builders.an_offered_gift()

    assert shelf.hear() == set()
    assert shelf.stale() == set()


def test_a_gift_paid_at_the_provider_ends_what_shows_the_fund(shelf):
    builders.paid(builders.an_offered_gift().gift.payment)

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == FUND


def test_a_new_target_ends_what_shows_the_fund(shelf, fund):
    appeals.change_target(appeal=fund, target=pounds(20_000), from_on=TODAY, reason="Rent", on=TODAY, now=NOW, by=None)

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == FUND


def test_an_appeal_that_goes_on_ends_what_shows_it(shelf, fund):
    appeals.extend(appeal=fund, to_on=dt.date(2026, 12, 5), reason="Rent", on=TODAY, now=NOW, by=None)

    shelf.hear()

    assert shelf.stale() == set()


def test_a_series_with_other_words_ends_what_shows_it(shelf, fund):
    all_series.change(series=fund.series, name="The roof")

    shelf.hear()

    assert shelf.stale() == set()


def test_shares_allotted_end_what_counts_owners(shelf):
    builders.an_owner(name="Nora Quill", email="nora@example.org")

    shelf.hear()

    assert shelf.stale() == set()
    assert {"/fragments/ownership/", "/fragments/doors/own/"} <= shelf.dropped()
    assert not {"/", "/world/", "/fragments/doors/support/", "/fragments/appeal/"} & shelf.dropped()


def test_a_new_supporter_ends_what_counts_supporters(shelf):
    builders.an_active_pledge()

    shelf.hear()

    assert shelf.stale() == set()
    assert "/fragments/doors/support/" in shelf.dropped()
    assert not {"/", "/world/", "/fragments/ownership/", "/fragments/doors/own/"} & shelf.dropped()
