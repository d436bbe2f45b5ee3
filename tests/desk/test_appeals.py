"""Appeals at the desk: the next one in two clicks, terms that move with a reason, a forecast, and the close."""

import datetime as dt

import pytest
from django.utils import timezone

from pennypress.giving import appeals, series
from pennypress.giving.models import Appeal, AppealClosing, AppealExtension, AppealSeries, AppealTarget
from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()


@pytest.fixture
def treasurer():
    return cast.at_the_desk(roles.TREASURER)


def an_ended_fund(*, carry_over="both"):
    fund = series.begin(name="Fighting fund", slug="fund", currency="GBP", now=timezone.now(), carry_over=carry_over)
    on = samples.today()
    return appeals.open_appeal(
        series=fund,
        name="Last month",
        slug="last",
        opens_on=on - dt.timedelta(days=30),
        closes_on=on - dt.timedelta(days=1),
        target=samples.pounds(100),
        pitch="For paper and ink",
        now=timezone.now(),
    )


def refused(response):
    assert response.status_code == 422
    return response.content.decode()


class TestTheNext:
    def test_it_opens_in_two_clicks_with_what_is_carried_shown_before(self, treasurer):
        an_ended_fund()
        samples.a_cheque(received_on=samples.today() - dt.timedelta(days=5))

        response = treasurer.get("/desk/appeals/series/fund/next/")
        offered = {name: response.context["form"][name].value() for name in response.context["form"].fields}
        opened = treasurer.post("/desk/appeals/series/fund/next/", offered)

        assert "£75.00</strong> wanting" in response.content.decode()
        assert opened.status_code == 302
        after = Appeal.objects.get(opens_on=samples.today())
        assert after.pitch == "For paper and ink"
        assert appeals.target_on(after, samples.today()).amount == samples.pounds(100)

    def test_days_of_another_are_refused_with_what_was_typed(self, treasurer):
        last = an_ended_fund()
        typed = {
            "name": "Again",
            "slug": "again",
            "opens_on": last.opens_on,
            "closes_on": last.closes_on,
            "target": "5",
        }

        shown = refused(treasurer.post("/desk/appeals/series/fund/next/", typed))

        assert "Another appeal runs on some of these days." in shown
        assert 'value="Again"' in shown
        assert Appeal.objects.count() == 1


class TestSeries:
    TYPED = {"name": "Roof", "slug": "roof", "currency": "GBP", "basis": "net", "unit": "money", "carry_over": "none",
             "over_target": "stop", "counts_pledges": ""}  # fmt: skip

    def test_one_is_begun_with_its_rules(self, treasurer):
        treasurer.post("/desk/appeals/series/", self.TYPED)

        roof = AppealSeries.objects.get()
        assert (roof.basis, roof.over_target, roof.counts_pledges, roof.is_principal) == ("net", "stop", False, True)

    @pytest.mark.parametrize("wrong", [{"words_met": "{total}"}, {"name": ""}, {"unit": "givers"}, {"slug": "no slug"}])
    def test_what_cannot_be_is_refused_with_nothing_written(self, treasurer, wrong):
        refused(treasurer.post("/desk/appeals/series/", {**self.TYPED, **wrong}))

        assert not AppealSeries.objects.exists()

    def test_its_words_are_changed(self, treasurer):
        an_ended_fund()
        typed = {"name": "The fund", "carry_over": "none", "over_target": "count", "words_running": "{raised} so far"}

        treasurer.post("/desk/appeals/series/fund/", typed)

        assert AppealSeries.objects.get().words_running == "{raised} so far"

    def test_another_takes_the_principal_place(self, treasurer):
        an_ended_fund()
        series.begin(name="Roof", slug="roof", currency="GBP", now=timezone.now())

        treasurer.post("/desk/appeals/series/roof/principal/")

        assert AppealSeries.objects.get(is_principal=True).slug == "roof"


class TestTerms:
    def test_the_target_is_changed_with_a_reason_and_by_whom(self, treasurer):
        samples.a_running_fund()
        typed = {"target": "20,000", "from_on": samples.today(), "reason": "Paper is dearer"}

        treasurer.post("/desk/appeals/november/target/", typed)

        changed = AppealTarget.objects.order_by("-id").first()
        assert (changed.amount, changed.reason, changed.set_by.name) == (
            samples.pounds(20_000),
            "Paper is dearer",
            "Tom Treasurer",
        )

    def test_without_a_reason_it_is_refused_and_what_was_typed_stays(self, treasurer):
        samples.a_running_fund()

        shown = refused(
            treasurer.post("/desk/appeals/november/target/", {"target": "20,000", "from_on": samples.today()})
        )

        assert 'value="20,000"' in shown
        assert AppealTarget.objects.count() == 1

    def test_it_is_extended_with_a_reason(self, treasurer):
        fund = samples.a_running_fund()
        later = fund.closes_on + dt.timedelta(days=3)

        treasurer.post("/desk/appeals/november/extend/", {"to_on": later, "reason": "A strike at the post"})

        assert AppealExtension.objects.get().reason == "A strike at the post"
        assert Appeal.objects.get().closes_on == later


class TestClosing:
    def test_an_appeal_that_is_over_is_closed_by_the_treasurer(self, treasurer):
        an_ended_fund()

        treasurer.post("/desk/appeals/last/close/")

        assert AppealClosing.objects.get().closed_by.name == "Tom Treasurer"
        assert "Stands now at" in treasurer.get("/desk/appeals/last/").content.decode()

    def test_one_that_runs_is_not(self, treasurer):
        samples.a_running_fund()

        treasurer.post("/desk/appeals/november/close/")

        assert not AppealClosing.objects.exists()


def test_with_too_few_appeals_there_is_no_forecast_but_a_word(treasurer):
    samples.a_running_fund()

    shown = treasurer.get("/desk/appeals/november/").content.decode()

    assert "No forecast: 0 appeals went before it" in shown


def test_with_a_habit_to_go_by_there_is_one_with_its_picture(treasurer):
    on = samples.today()
    for number in range(4, 0, -1):
        opens_on = on - dt.timedelta(days=6 + 30 * number)
        appeals.open_appeal(
            name=f"Month {number}",
            slug=f"month-{number}",
            opens_on=opens_on,
            closes_on=opens_on + dt.timedelta(days=29),
            target=samples.pounds(100),
            pitch="",
            now=timezone.now(),
        )
        samples.a_cheque(received_on=opens_on + dt.timedelta(days=1))
        samples.a_cheque(received_on=opens_on + dt.timedelta(days=20))
    samples.a_running_fund()
    samples.a_cheque(received_on=on - dt.timedelta(days=3))

    response = treasurer.get("/desk/appeals/november/")

    assert response.context["forecast"].expected == samples.pounds(50)
    assert '<svg class="chart chart-stacked"' in response.content.decode()


def test_all_series_are_listed(treasurer):
    an_ended_fund()

    shown = treasurer.get("/desk/appeals/").content.decode()

    assert "Last month" in shown
    assert "to be closed" in shown
