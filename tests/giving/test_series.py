"""Appeals as a series: several at once, targets and last days that move with a reason, and what one hands to the next."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from pennypress.giving import appeals, meter, series
from pennypress.giving.models import Appeal, AppealExtension, AppealSeries, AppealTarget
from tests.builders import NOW, TODAY, a_received_gift, a_series, an_appeal, pounds

pytestmark = pytest.mark.django_db
OCTOBER = {"name": "October fund", "opens_on": dt.date(2026, 10, 1), "closes_on": dt.date(2026, 10, 31)}
LAST_DAY = dt.date(2026, 11, 30)


def shown():
    return meter.read(now=NOW)


class TestBeginning:
    def test_the_first_series_is_the_principal_one(self):
        fund = a_series(name="Fund", slug="fund")
        roof = a_series()

        assert (fund.is_principal, roof.is_principal) == (True, False)

    def test_another_can_take_its_place_and_there_is_never_more_than_one(self):
        a_series(name="Fund", slug="fund")
        roof = series.make_principal(series=a_series())

        assert list(AppealSeries.objects.filter(is_principal=True)) == [roof]

    def test_the_database_refuses_a_second_principal(self):
        a_series(name="Fund", slug="fund")
        roof = a_series()

        with pytest.raises(DatabaseError), transaction.atomic():
            AppealSeries.objects.filter(pk=roof.pk).update(is_principal=True)

    def test_the_database_refuses_to_be_left_with_none(self):
        a_series()

        with pytest.raises(DatabaseError, match="principal"), transaction.atomic():
            AppealSeries.objects.update(is_principal=False)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    @pytest.mark.parametrize("words", ["{raised} of {tarjet}", "{", "{meter.raised}", "{raised!r}", "{0}", "x" * 301])
    def test_words_with_a_place_that_is_not_known_are_refused(self, words):
        with pytest.raises(series.CannotBegin):
            a_series(words_running=words)

        assert not AppealSeries.objects.exists()

    def test_what_is_counted_cannot_be_changed_afterwards(self):
        fund = a_series()

        with pytest.raises(series.CannotBegin):
            series.change(series=fund, basis="net")
        with pytest.raises(DatabaseError), transaction.atomic():
            AppealSeries.objects.filter(pk=fund.pk).update(basis="net")

    def test_givers_carry_no_money_over(self):
        with pytest.raises(series.CannotBegin):
            a_series(unit="givers", carry_over="both")


class TestSeveralAtOnce:
    def test_a_special_runs_beside_the_fund_and_has_a_meter_of_its_own(self):
        fund = an_appeal()
        roof = a_series()
        special = an_appeal(series=roof, name="Roof", slug="roof", opens_on=TODAY, target=pounds(5_000))
        a_received_gift(amount=pounds(10))

        assert appeals.running(TODAY) == fund
        assert appeals.all_running(TODAY) == [fund, special]
        assert shown().raised == pounds(10)
        assert meter.read(now=NOW, series=roof).raised == pounds(0)

    def test_a_target_in_another_currency_than_the_series_is_refused(self):
        euros = a_series(currency="EUR")

        with pytest.raises(appeals.CannotOpen, match="currency"):
            an_appeal(series=euros)

        assert not Appeal.objects.exists()

    def test_pledges_count_as_the_series_says_unless_the_appeal_says_otherwise(self):
        fund = a_series(counts_pledges=False)

        assert an_appeal(series=fund).counts_pledges is False
        assert an_appeal(**OCTOBER, series=fund, counts_pledges=True).counts_pledges is True


class TestTargets:
    def test_it_holds_from_its_day_on_and_what_held_before_is_kept(self):
        fund = an_appeal()
        later = TODAY + dt.timedelta(days=3)
        appeals.change_target(
            appeal=fund, target=pounds(20_000), from_on=later, reason="The boiler", on=TODAY, now=NOW, by=None
        )

        assert meter.of(fund, on=TODAY, now=NOW).target == pounds(18_000)
        assert meter.of(fund, on=later, now=NOW).target == pounds(20_000)
        assert fund.targets.count() == 2

    def test_of_one_day_the_last_holds(self):
        fund = an_appeal()
        for target in (19_000, 21_000):
            appeals.change_target(
                appeal=fund, target=pounds(target), from_on=TODAY, reason="Why", on=TODAY, now=NOW, by=None
            )

        assert shown().target == pounds(21_000)

    @pytest.mark.parametrize(
        "facts",
        [
            {"reason": " "},
            {"from_on": TODAY - dt.timedelta(days=1)},
            {"from_on": LAST_DAY + dt.timedelta(days=1)},
            {"target": pounds(0)},
            {"target": 300},
        ],
    )
    def test_without_a_reason_or_backwards_it_is_refused(self, facts):
        fund = an_appeal()
        asked = {"target": pounds(1), "from_on": TODAY, "reason": "Why", "on": TODAY, "now": NOW, "by": None, **facts}

        with pytest.raises(appeals.CannotChange):
            appeals.change_target(appeal=fund, **asked)

        assert AppealTarget.objects.count() == 1


class TestExtensions:
    def test_the_last_day_moves_and_the_reason_is_kept(self):
        fund = an_appeal()
        appeals.extend(appeal=fund, to_on=dt.date(2026, 12, 5), reason="The post was late", on=TODAY, now=NOW, by=None)

        assert shown().closes_on == dt.date(2026, 12, 5)
        assert shown().days_left == 29
        assert fund.extensions.get().reason == "The post was late"

    @pytest.mark.parametrize("facts", [{"reason": ""}, {"to_on": LAST_DAY}, {"on": LAST_DAY + dt.timedelta(days=1)}])
    def test_it_is_refused_without_a_reason_or_a_later_day_or_when_it_is_over(self, facts):
        fund = an_appeal()
        asked = {"to_on": dt.date(2026, 12, 5), "reason": "Why", "on": TODAY, "now": NOW, "by": None, **facts}

        with pytest.raises(appeals.CannotChange):
            appeals.extend(appeal=fund, **asked)

        assert not AppealExtension.objects.exists()
        assert Appeal.objects.get().closes_on == LAST_DAY

    def test_it_does_not_run_into_the_next_of_its_series(self):
        fund = an_appeal()
        an_appeal(name="December", opens_on=dt.date(2026, 12, 1), closes_on=dt.date(2026, 12, 31))

        with pytest.raises(appeals.CannotChange, match="Another appeal"):
            appeals.extend(appeal=fund, to_on=dt.date(2026, 12, 1), reason="Why", on=TODAY, now=NOW, by=None)

        assert not AppealExtension.objects.exists()

    def test_the_database_lets_the_last_day_move_in_no_other_way(self):
        an_appeal()

        with pytest.raises(DatabaseError, match="extension"), transaction.atomic():
            Appeal.objects.update(closes_on=dt.date(2026, 12, 24))


class TestCarryingOver:
    @pytest.mark.parametrize(
        ("policy", "came", "carried"),
        [
            ("none", 60, 0),
            ("shortfall", 60, 40),
            ("shortfall", 130, 0),
            ("surplus", 60, 0),
            ("surplus", 130, -30),
            ("both", 60, 40),
            ("both", 130, -30),
        ],
    )
    def test_what_the_appeal_before_hands_on_by_the_policy(self, policy, came, carried):
        fund = a_series(carry_over=policy)
        an_appeal(series=fund, **OCTOBER, target=pounds(100))
        an_appeal(series=fund, target=pounds(100))
        a_received_gift(amount=pounds(came), received_on=dt.date(2026, 10, 5))
        a_received_gift(amount=pounds(5))

        now = shown()

        assert now.carried_in == pounds(carried)
        assert now.needed == pounds(100 + carried - 5)
        assert (now.shortfall, now.credit) == (
            pounds(carried) if carried > 0 else None,
            pounds(-carried) if carried < 0 else None,
        )

    def test_while_the_appeal_before_runs_nothing_is_carried_and_it_says_so(self):
        fund = a_series(carry_over="both")
        an_appeal(series=fund)
        december = an_appeal(series=fund, opens_on=dt.date(2026, 12, 1), closes_on=dt.date(2026, 12, 31))

        ahead = meter.of(december, on=TODAY, now=NOW)

        assert (ahead.carried_in, ahead.is_carried_final) == (pounds(0), False)

    def test_a_surplus_of_more_than_the_target_leaves_nothing_to_need(self):
        fund = a_series(carry_over="surplus")
        an_appeal(series=fund, **OCTOBER, target=pounds(100))
        an_appeal(series=fund, target=pounds(100))
        a_received_gift(amount=pounds(350), received_on=dt.date(2026, 10, 5))

        now = shown()

        assert (now.state, now.needed, now.surplus, now.percent) == ("met", pounds(0), pounds(150), 100)


class TestStates:
    def test_met_it_stops_asking_where_the_series_says_so_and_counts_on(self):
        an_appeal(series=a_series(over_target="stop"), target=pounds(20))
        a_received_gift()

        assert (shown().state, shown().asks, shown().surplus) == ("met", False, pounds(5))

    def test_met_it_asks_on_where_the_series_keeps_counting(self):
        an_appeal(target=pounds(20))
        a_received_gift()

        assert (shown().state, shown().asks) == ("met", True)

    def test_givers_are_the_unit(self):
        an_appeal(series=a_series(unit="givers"), target=3)
        a_received_gift()
        a_received_gift()

        now = shown()

        assert (now.target_givers, now.needed_givers, now.surplus_givers, now.percent) == (3, 1, 0, 66)
        assert (now.target, now.needed, now.raised) == (None, None, pounds(50))

    def test_the_series_has_its_own_words(self):
        an_appeal(series=a_series(words_running="{raised} of {target}: {needed} in {days} days."))
        a_received_gift()

        assert shown().words == "£25 of £18,000: £17,975 in 24 days."
