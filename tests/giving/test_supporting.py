"""What whoever pays a pledge may do with it: pause it, take it up, change it, end it, give it for somebody else."""

import datetime as dt

import pytest

from pennypress.giving import beneficiaries, links, pledges
from pennypress.giving.beneficiaries import Beneficiary
from pennypress.giving.models import Collection, CollectionState, Pledge, PledgeChange, PledgeState
from pennypress.letters.models import Letter
from pennypress.payments.models import Payment
from pennypress.people.models import Person, User
from pennypress.settlement import asking
from tests.builders import NOW, TODAY, a_failed_attempt, an_active_pledge, an_appeal, an_offered_pledge, paid, pounds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def appeal(db):
    return an_appeal()


def day(text):
    return dt.date.fromisoformat(text)


def collect(on):
    pledges.collect_due(on=day(on), now=NOW)
    for payment in Payment.objects.filter(state="pending"):
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=day(on), now=NOW)


def collected_on():
    done = Collection.objects.filter(state=CollectionState.COLLECTED)
    return [str(on) for on in done.values_list("due_on", flat=True)]


@pytest.mark.parametrize(
    ("interval", "dates"),
    [(1, ["2026-12-07", "2027-01-07"]), (3, ["2027-02-07", "2027-05-07"]), (12, ["2027-11-07", "2028-11-07"])],
)
def test_it_is_collected_each_month_quarter_or_year(interval, dates):
    an_active_pledge(interval_months=interval)

    for on in dates:
        collect(str(day(on) - dt.timedelta(days=1)))
        collect(on)

    assert collected_on() == ["2026-11-07", *dates]


class TestPausing:
    def test_asks_for_nothing_until_its_day_and_then_goes_on_by_itself(self):
        pledge = pledges.pause(pledge=an_active_pledge(), until=day("2027-02-01"), now=NOW, on=TODAY)
        collect("2027-01-07")

        pledges.resume_due(on=day("2027-02-01"), now=NOW)
        collect("2027-02-07")

        pledge.refresh_from_db()
        assert collected_on() == ["2026-11-07", "2027-02-07"]
        assert [move.change for move in pledge.moves.all()] == ["began", "paused", "resumed"]

    def test_without_a_day_lasts_until_its_supporter_says(self):
        pledge = pledges.pause(pledge=an_active_pledge(), until=None, now=NOW, on=TODAY)

        pledges.resume_due(on=day("2027-06-01"), now=NOW)
        still = Pledge.objects.get().state
        pledges.resume(pledge=pledge, now=NOW, on=day("2027-06-01"))

        assert still == PledgeState.PAUSED
        assert Pledge.objects.get().next_on == day("2027-06-07")

    def test_for_ever_or_for_no_time_is_refused(self):
        pledge = an_active_pledge()

        with pytest.raises(pledges.CannotChange):
            pledges.pause(pledge=pledge, until=TODAY, now=NOW, on=TODAY)
        with pytest.raises(pledges.CannotChange):
            pledges.pause(pledge=pledge, until=day("2028-01-01"), now=NOW, on=TODAY)

        assert Pledge.objects.get().state == PledgeState.ACTIVE

    def test_stops_what_failed_from_being_tried_again(self):
        pledge = an_active_pledge()
        a_failed_attempt(pledge, on=day("2026-12-07"))

        pledges.pause(pledge=pledge, until=None, now=NOW, on=day("2026-12-08"))

        assert pledges.collect_due(on=day("2026-12-20"), now=NOW) == []

    def test_writes_one_letter_for_each_move(self):
        pledge = pledges.pause(pledge=an_active_pledge(), until=None, now=NOW, on=TODAY)

        pledges.pause(pledge=pledge, until=None, now=NOW, on=TODAY)
        pledges.resume(pledge=pledge, now=NOW, on=TODAY)

        kinds = list(Letter.objects.order_by("id").values_list("kind", flat=True))
        assert kinds == ["pledge-begun", "pledge-paused", "pledge-resumed"]


class TestChanging:
    def test_all_at_once_is_one_step_and_one_letter(self):
        pledge = an_active_pledge()

        pledges.change(pledge=pledge, amount=pounds(30), interval_months=3, anchor_day=20, now=NOW, on=TODAY)

        pledge.refresh_from_db()
        assert (pledge.amount, pledge.interval_months, pledge.next_on) == (pounds(30), 3, day("2026-12-20"))
        changes = {move.change for move in pledge.moves.all()}
        assert changes == {"began", PledgeChange.AMOUNT, PledgeChange.INTERVAL, PledgeChange.DAY}
        assert Letter.objects.filter(kind="pledge-changed").count() == 1

    @pytest.mark.parametrize("told", [{"interval_months": 2}, {"anchor_day": 0}, {"anchor_day": 32}])
    def test_to_what_there_is_not_is_refused(self, told):
        pledge = an_active_pledge()

        with pytest.raises(pledges.CannotChange):
            pledges.change(pledge=pledge, amount=pounds(10), now=NOW, on=TODAY, **told)

        assert pledge.moves.count() == 1


def test_another_day_never_brings_two_collections_close_together():
    pledge = an_active_pledge(on=day("2026-11-30"))

    pledges.change(pledge=pledge, amount=pledge.amount, anchor_day=5, now=NOW, on=day("2026-12-01"))

    pledge.refresh_from_db()
    assert pledge.next_on == day("2027-01-05")


class TestGivenForSomebodyElse:
    whom = Beneficiary("Nora Quill", "Nora@Example.org", TODAY + dt.timedelta(days=3))

    def a_pledge(self):
        return an_active_pledge(beneficiary=self.whom)

    def test_the_payer_pays_and_the_beneficiary_is_credited(self):
        pledge = self.a_pledge()

        assert (pledge.person.name, pledge.credited.name) == ("Ada Reed", "Nora Quill")
        assert pledge.credited.email == "nora@example.org"

    def test_nobody_is_recorded_or_told_before_the_money_has_come(self):
        an_offered_pledge(beneficiary=self.whom)

        beneficiaries.tell_due(on=self.whom.tell_on, now=NOW)

        assert not Person.objects.exists()
        assert not Letter.objects.exists()

    def test_the_beneficiary_is_told_once_on_the_chosen_day(self):
        self.a_pledge()

        told = [beneficiaries.tell_due(on=TODAY + dt.timedelta(days=number), now=NOW) for number in (0, 2, 3, 4)]

        letter = Letter.objects.get(kind="pledge-for-you")
        assert told == [0, 0, 1, 0]
        assert letter.to_email == "nora@example.org"
        assert User.objects.filter(email="nora@example.org").exists()

    def test_the_letter_gives_the_beneficiary_no_power_over_it(self):
        pledge = self.a_pledge()
        beneficiaries.tell_due(on=self.whom.tell_on, now=NOW)

        letter = Letter.objects.get(kind="pledge-for-you")
        assert str(pledge.public_id) not in letter.text + letter.html
        assert links.manage_path(pledge) not in letter.text + letter.html

    def test_what_was_taken_back_or_ended_is_not_told(self):
        pledge = self.a_pledge()
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)

        assert beneficiaries.tell_due(on=self.whom.tell_on, now=NOW) == 0

    @pytest.mark.parametrize(
        "whom",
        [
            Beneficiary(" "),
            Beneficiary("Nora", "no address"),
            Beneficiary("Nora", "", TODAY),
            Beneficiary("Nora", "nora@example.org", TODAY - dt.timedelta(days=1)),
            Beneficiary("Nora", "nora@example.org", TODAY + dt.timedelta(days=400)),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, whom):
        with pytest.raises(pledges.CannotGive):
            an_offered_pledge(beneficiary=whom)

        assert not Pledge.objects.exists()


def test_a_late_first_payment_of_an_ended_pledge_begins_nothing():
    offered = an_offered_pledge()
    pledges.cancel(pledge=offered.pledge, now=NOW, on=TODAY)

    paid(offered.pledge.collections.get().payment)

    assert not Letter.objects.filter(kind="pledge-begun").exists()
