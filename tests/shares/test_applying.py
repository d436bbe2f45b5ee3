import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments import refunds
from pennypress.payments.models import Payment, RefundOrder
from pennypress.settlement import giving_back
from pennypress.shares import applying, offers, register
from pennypress.shares.models import Application, ApplicationMove
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def apply(**changed):
    builders.an_offer()
    answers = {"accepts_rules": True, "has_read_risk": True, **builders.particulars(**changed)}
    return applying.apply(**answers, now=NOW, on=TODAY)


def all_laws_hold():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds] == []


class TestApplying:
    def test_an_application_waits_for_its_money(self):
        application = apply(shares=25)

        assert application.state == "applied"
        assert application.amount == Money(2500, "GBP")
        assert application.moves.get().state == "applied"

    @pytest.mark.parametrize(
        ("changed", "field", "says"),
        [
            ({"shares": 20_001}, "shares", "Rule 10.1: No individual holds more than 20,000 shares."),
            ({"shares": 100_001, "kind": "organisation"}, "shares", "Rule 10.2"),
            ({"shares": 0}, "shares", "whole number of shares"),
            ({"shares": -5}, "shares", "whole number of shares"),
            ({"shares": 1.5}, "shares", "whole number of shares"),
            ({"born_on": dt.date(2010, 11, 8)}, "born_on", "Rule 6: A member is at least 16"),
            ({"born_on": dt.date(2026, 11, 8)}, "born_on", "date of birth"),
            ({"born_on": None}, "born_on", "date of birth"),
            ({"email": " "}, "email", "e-mail"),
            ({"name": " "}, "name", "full name"),
            ({"name": "x" * 201}, "name", "full name"),
            ({"address": " "}, "address", "postal address"),
            ({"postcode": ""}, "postcode", "postcode"),
            ({"accepts_rules": False}, "accepts_rules", "rules"),
            ({"has_read_risk": False}, "has_read_risk", "risk"),
        ],
        ids=lambda value: str(value) if isinstance(value, dict) else "",
    )
    def test_what_the_rules_or_the_register_do_not_take_is_refused_beside_its_answer(self, changed, field, says):
        with pytest.raises(applying.CannotApply) as refusal:
            apply(**changed)

        assert says in str(refusal.value)
        assert refusal.value.field == field
        assert not Application.objects.exists()
        assert not ApplicationMove.objects.exists()

    def test_sixteen_on_the_day_is_old_enough(self):
        assert apply(born_on=dt.date(2010, 11, 7)).state == "applied"

    def test_an_organisation_has_no_birthday_and_a_wider_limit(self):
        assert apply(kind="organisation", born_on=None, shares=100_000).shares == 100_000

    def test_without_an_open_offer_nobody_applies(self):
        builders.a_society()

        with pytest.raises(applying.CannotApply, match="No share offer"):
            applying.apply(**builders.particulars(), accepts_rules=True, has_read_risk=True, now=NOW, on=TODAY)

        assert not Application.objects.exists()

    def test_an_offer_is_open_on_its_closing_day_and_not_after(self):
        builders.a_society()
        offers.make(name="Autumn offer", opens_on=dt.date(2026, 9, 1), closes_on=TODAY, pitch="")

        assert offers.open_now(TODAY) is not None
        assert offers.open_now(TODAY + dt.timedelta(days=1)) is None


class TestTheLimit:
    def test_shares_already_held_count(self):
        builders.an_owner(shares=19_990)

        with pytest.raises(applying.CannotApply, match=r"already held or applied for.*Rule 10.1"):
            apply(shares=11)

        assert Application.objects.count() == 1

    def test_the_text_names_no_holding_to_whoever_types_a_name(self):
        builders.an_owner(shares=19_990)

        with pytest.raises(applying.CannotApply) as refusal:
            apply(shares=11)

        assert "19,990" not in str(refusal.value)

    def test_open_applications_count_and_the_last_share_is_allowed(self):
        apply(shares=19_990)

        with pytest.raises(applying.CannotApply):
            apply(shares=11, name="ROSA FIELD", email="Rosa.Field@Example.org")

        assert apply(shares=10).state == "applied"

    def test_refused_and_withdrawn_applications_do_not_count(self):
        applying.refuse(application=apply(shares=20_000), reason="No", on=TODAY, now=NOW, by=None)
        applying.withdraw(application=apply(shares=20_000), on=TODAY, now=NOW, by=None)

        assert apply(shares=20_000).state == "applied"

    def test_somebody_else_at_the_same_address_has_a_limit_of_their_own(self):
        apply(shares=20_000, email="house@example.org")

        assert apply(shares=20_000, name="Ivo Field", email="house@example.org").state == "applied"

    def test_without_an_email_address_the_postcode_tells_who_it_is(self):
        builders.an_offer()
        on_paper = builders.particulars(shares=20_000, email="", postcode="pe1  2ab")
        applying.record_by_hand(**on_paper, on=TODAY, now=NOW, by=None)

        with pytest.raises(applying.CannotApply):
            applying.record_by_hand(**{**on_paper, "postcode": "PE1 2AB"}, on=TODAY, now=NOW, by=None)

        assert Application.objects.count() == 1


class TestPaying:
    def test_money_is_held_for_the_applicant_and_the_letter_says_one_vote(self):
        builders.a_paid_application(shares=25)

        held = balances.of(account=chart.SHARE_APPLICATIONS, on=TODAY, currency="GBP")
        assert held == Money(-2500, "GBP")
        assert "One member, one vote" in Letter.objects.get(kind="share-application-received").text
        assert all_laws_hold()

    def test_being_told_again_moves_nothing(self):
        application = builders.a_paid_application()

        applying.paid(application=application, allocation=application.allocation, on=TODAY, now=NOW)

        assert application.moves.count() == 2
        assert Letter.objects.count() == 1

    def test_another_sum_is_refused(self):
        application, other = builders.an_application(shares=25), builders.an_application(shares=30)

        with pytest.raises(applying.CannotPay, match="£25"):
            applying.paid(
                application=application,
                allocation=builders.money_for(other).allocations.get(),
                on=TODAY,
                now=NOW,
            )

        application.refresh_from_db()
        assert (application.state, application.allocation) == ("applied", None)

    def test_an_application_has_one_payment_however_often_it_is_asked_for(self, settings, monkeypatch):
        settings.PAYMENT_PROVIDERS = ["sandbox"]
        asked = []
        monkeypatch.setattr(
            "pennypress.payments.taking.ask",
            lambda payment, return_path: asked.append(payment) or type("Asked", (), {"url": "/pay"}),
        )
        application = builders.an_application(shares=25)

        applying.pay(application=application, now=NOW)
        applying.pay(application=application, now=NOW)

        assert len(set(asked)) == 1
        assert Payment.objects.get().amount == Money(2500, "GBP")

    def test_an_application_that_is_paid_asks_for_no_more(self):
        application = builders.a_paid_application()

        with pytest.raises(applying.CannotPay):
            applying.pay(application=application, now=NOW)

        assert not Payment.objects.exists()

    def test_money_that_comes_after_a_refusal_is_booked_and_noted_to_go_back(self):
        application = builders.an_application()
        applying.refuse(application=application, reason="Closed", on=TODAY, now=NOW, by=None)
        allocation = builders.money_for(application).allocations.get()

        late = applying.paid(application=application, allocation=allocation, on=TODAY, now=NOW)

        assert (late.state, late.allocation) == ("refused", allocation)
        assert "given back" in late.moves.last().note
        assert all_laws_hold()


class TestRefusing:
    def test_money_that_came_by_hand_waits_for_the_treasurer_and_the_reason_is_told(self):
        application = builders.a_paid_application(shares=25)

        applying.refuse(application=application, reason="We are full.", on=TODAY, now=NOW, by=None)

        letter = Letter.objects.get(kind="share-application-refused")
        order = RefundOrder.objects.get()
        assert "We are full." in letter.text
        assert "£25.00" in letter.text
        assert (order.state, order.is_by_hand, order.amount) == ("approved", True, application.amount)
        assert balances.of(account=chart.SHARE_APPLICATIONS, on=TODAY, currency="GBP") == -application.amount
        assert all_laws_hold()

    def test_money_paid_back_by_hand_has_its_entry_and_its_letter(self):
        application = builders.a_paid_application(shares=25)
        applying.refuse(application=application, reason="We are full.", on=TODAY, now=NOW, by=None)

        giving_back.paid_back(order=RefundOrder.objects.get(), on=TODAY, reference="000777", by=None, now=NOW)

        assert not refunds.left(application.allocation)
        assert balances.of(account=chart.SHARE_APPLICATIONS, on=TODAY, currency="GBP") == Money(0, "GBP")
        assert "£25.00" in Letter.objects.get(kind="refund").text
        assert all_laws_hold()

    def test_a_large_sum_waits_for_a_second_person(self):
        application = builders.a_paid_application(shares=101)

        applying.refuse(application=application, reason="We are full.", on=TODAY, now=NOW, by=None)

        assert RefundOrder.objects.get().state == "asked"

    def test_an_applicant_who_had_not_paid_is_told_that_nothing_was_taken(self):
        applying.refuse(application=builders.an_application(), reason="Closed", on=TODAY, now=NOW, by=None)

        assert "Nothing has been taken from you." in Letter.objects.get().text

    def test_a_refusal_without_a_reason_is_refused(self):
        application = builders.a_paid_application()

        with pytest.raises(applying.CannotRefuse):
            applying.refuse(application=application, reason=" ", on=TODAY, now=NOW, by=None)

        application.refresh_from_db()
        assert application.state == "paid"
        assert not Letter.objects.filter(kind="share-application-refused").exists()

    def test_what_is_allotted_is_not_refused(self):
        member = builders.an_owner()
        application = Application.objects.get()

        with pytest.raises(applying.CannotRefuse):
            applying.refuse(application=application, reason="Late", on=TODAY, now=NOW, by=None)

        assert register.holding(member=member, on=TODAY) == 5
        assert Entry.objects.count() == 2

    def test_what_nobody_paid_for_lapses_in_time(self):
        stale, fresh = builders.an_application(), builders.an_application(name="Ivo Field")
        ApplicationMove.objects.count()

        count = applying.lapse_unpaid(on=TODAY, now=NOW + applying.LAPSES_AFTER)
        later = applying.lapse_unpaid(on=TODAY, now=NOW + applying.LAPSES_AFTER + dt.timedelta(minutes=1))

        assert (count, later) == (0, 2)
        assert {Application.objects.get(pk=each.pk).state for each in (stale, fresh)} == {"withdrawn"}


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change",
        [
            {"state": "allotted"},
            {"state": "paid"},
            {"state": "refused"},
            {"shares": 6},
            {"name": "Somebody Else"},
            {"amount_minor": 1},
        ],
        ids=str,
    )
    def test_an_application_that_jumps_or_says_something_else(self, change):
        application = builders.an_application()

        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.update(**change)

        application.refresh_from_db()
        assert (application.state, application.shares, application.name) == ("applied", 5, "Rosa Field")

    def test_an_application_that_goes_back(self):
        builders.a_paid_application()

        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.update(state="applied")

        assert Application.objects.get().state == "paid"

    def test_another_allocation_in_place_of_the_first(self):
        builders.a_paid_application()

        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.update(allocation=None)

        assert Application.objects.get().allocation is not None


class TestTheSecretarysChecks:
    def test_all_hold_for_an_application_that_can_be_allotted(self):
        application = builders.a_paid_application()

        assert all(check.holds for check in applying.checks(application=application, on=TODAY))

    def test_money_that_is_not_here_is_named(self):
        application = builders.an_application()

        money, *_others = applying.checks(application=application, on=TODAY)

        assert (money.holds, "paid" in money.trouble) == (False, True)


def test_an_application_sent_twice_under_one_id_is_one_application():
    builders.an_offer()
    answers = {"accepts_rules": True, "has_read_risk": True, **builders.particulars(shares=20_000)}
    public_id = uuid.uuid4()

    first = applying.apply(**answers, public_id=public_id, now=NOW, on=TODAY)
    second = applying.apply(**answers, public_id=public_id, now=NOW, on=TODAY)

    assert first == second
    assert Application.objects.count() == 1
