import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.ledger import balances, chart
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments import refunds
from pennypress.people import persons
from pennypress.people.models import User
from pennypress.shares import certificates, members, register
from pennypress.shares.models import Certificate, Member, NumberIssued, RegisterEntry
from pennypress.society import founding
from tests import builders
from tests.builders import NOW, TODAY, pounds

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + dt.timedelta(days=1)


def allot(application, *, on=TODAY):
    return register.allot(application=application, on=on, now=NOW, by=None)


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def refused(statement, *parameters):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestAllotting:
    def test_the_applicant_becomes_a_member_with_a_number_a_certificate_a_login_and_a_letter(self):
        entry = allot(builders.a_paid_application(shares=25))

        assert (entry.member.number, entry.shares, entry.amount) == (1, 25, pounds(25))
        assert entry.certificate.shares == 25
        assert User.objects.get(email="rosa.field@example.org").person == entry.member.person
        assert Letter.objects.get(kind="certificate").enclosures.get().argument == str(entry.certificate.number)
        assert broken_laws() == []

    def test_the_money_becomes_share_capital(self):
        allot(builders.a_paid_application(shares=25))

        assert balances.of(account=chart.SHARE_CAPITAL, on=TODAY, currency="GBP") == -pounds(25)
        assert not balances.of(account=chart.SHARE_APPLICATIONS, on=TODAY, currency="GBP")

    def test_the_register_has_the_particulars_of_the_application(self):
        person = allot(builders.a_paid_application(kind="organisation", name="Dockers' Branch 4")).member.person

        assert (person.kind, person.address, person.postcode) == ("organisation", "4 Rope Walk\nPort Ellery", "PE1 2AB")

    def test_allotting_again_gives_the_entry_that_stands(self):
        application = builders.a_paid_application()

        assert allot(application) == allot(application)
        assert Certificate.objects.count() == 1

    def test_further_shares_go_to_the_same_member_with_a_new_certificate_for_the_whole(self):
        member = builders.an_owner(shares=5)
        first = certificates.current(member)

        entry = allot(builders.a_paid_application(shares=7), on=TOMORROW)

        first.refresh_from_db()
        assert entry.member == member
        assert first.superseded_by == entry.certificate
        assert entry.certificate.shares == 12
        assert "takes the place" in Letter.objects.filter(kind="certificate").order_by("id").last().text
        assert broken_laws() == []

    def test_two_persons_found_to_be_one_are_one_member(self):
        member = builders.an_owner(name="Rosa Field")
        elder = builders.a_person("Rosa M. Field")
        persons.merge(duplicate=member.person, into=elder, now=NOW, by=None)

        entry = allot(builders.a_paid_application(name="Rosa M. Field"))

        assert entry.member == member
        assert members.of(elder) == member

    @pytest.mark.parametrize("builder", [builders.an_application], ids=["unpaid"])
    def test_what_is_not_paid_is_not_allotted(self, builder):
        with pytest.raises(register.CannotAllot, match="paid"):
            allot(builder())

        assert not Member.objects.exists()
        assert not NumberIssued.objects.exists()

    def test_what_was_taken_back_is_not_allotted(self):
        application = builders.a_paid_application()
        take_back(application)

        with pytest.raises(register.CannotAllot, match="taken back"):
            allot(application)

        assert not RegisterEntry.objects.exists()

    def test_nothing_is_allotted_before_its_money_came(self):
        with pytest.raises(register.CannotAllot, match="before"):
            allot(builders.a_paid_application(), on=TODAY - dt.timedelta(days=1))

        assert not RegisterEntry.objects.exists()

    def test_the_limit_of_the_day_of_allotment_counts_and_is_named(self):
        application = builders.a_paid_application(shares=500)
        founding.adopt_rule(
            subject="holding.maximum.individual",
            rule_number="10.1",
            text="No individual holds more than 100 shares.",
            figure=100,
            effective_from=TOMORROW,
            registered_on=TODAY,
        )

        with pytest.raises(register.CannotAllot, match=r"Rule 10\.1: No individual holds more than 100"):
            allot(application, on=TOMORROW)

        assert not Member.objects.exists()
        assert not NumberIssued.objects.exists()
        assert broken_laws() == []


class TestReadingTheRegister:
    def test_a_holding_is_counted_at_the_end_of_each_day(self):
        member = builders.an_owner(shares=5)
        allot(builders.a_paid_application(shares=7), on=TOMORROW)

        yesterday = TODAY - dt.timedelta(days=1)

        assert [register.holding(member=member, on=day) for day in (yesterday, TODAY, TOMORROW)] == [0, 5, 12]

    def test_owners_and_their_holdings_are_those_of_the_day(self):
        builders.an_owner(shares=5, name="Rosa Field")
        builders.an_owner(shares=8, name="Ivo Marsh", on=TOMORROW)

        assert register.owners_count(TODAY) == 1
        assert register.owners_count(TOMORROW) == 2
        assert [(held.member.number, held.shares, held.paid_up) for held in register.holdings(TOMORROW)] == [
            (1, 5, pounds(5)),
            (2, 8, pounds(8)),
        ]
        assert register.issued(TOMORROW) == 13


def take_back(application):
    return refunds.take_back(
        allocation=application.allocation,
        kind="dispute",
        amount=application.amount,
        key=f"dispute-{application.pk}",
        on=TODAY,
        reason="",
        now=NOW,
    )


class TestUnwinding:
    def unwind(self, application):
        return register.unwind(application=application, reason="Dispute lost", on=TOMORROW, now=NOW, by=None)

    def test_shares_whose_money_was_taken_back_leave_the_register(self):
        application = builders.a_paid_application(shares=25)
        member = allot(application).member
        take_back(application)

        self.unwind(application)

        assert [register.holding(member=member, on=day) for day in (TODAY, TOMORROW)] == [25, 0]
        assert certificates.current(member) is None
        assert balances.of(account=chart.SHARE_CAPITAL, on=TOMORROW, currency="GBP") == Money(0, "GBP")
        assert broken_laws() == []

    def test_it_happens_once(self):
        application = builders.a_paid_application()
        allot(application)
        take_back(application)
        self.unwind(application)

        with pytest.raises(register.CannotUnwind):
            self.unwind(application)

        assert RegisterEntry.objects.count() == 2

    def test_shares_whose_money_is_here_stay(self):
        application = builders.a_paid_application()
        allot(application)

        with pytest.raises(register.CannotUnwind):
            self.unwind(application)

        assert RegisterEntry.objects.count() == 1

    def test_a_dispute_breaks_no_law_before_the_secretary_acts(self):
        application = builders.a_paid_application()
        allot(application)

        take_back(application)

        assert broken_laws() == []


class TestCertificates:
    @pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"], ids=["as printed", "with spaces", "with a line end"])
    def test_are_found_by_their_code(self, typed):
        certificate = certificates.current(builders.an_owner())

        assert certificates.by_code(typed.format(certificate.code)) == certificate

    def test_are_found_however_the_code_is_typed(self):
        certificate = certificates.current(builders.an_owner())

        assert certificates.by_code(certificate.code.lower().replace("-", " ")) == certificate

    @pytest.mark.parametrize("typed", ["", "ABC", "ABCD-EFGH-JKMX", "x" * 500])
    def test_a_code_that_nobody_has_finds_nothing(self, typed):
        builders.an_owner()

        assert certificates.by_code(typed) is None


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE shares_registerentry SET shares = shares + 1",
            "DELETE FROM shares_registerentry",
            "TRUNCATE shares_registerentry CASCADE",
            "UPDATE shares_numberissued SET number = number + 1",
            "DELETE FROM shares_numberissued",
            "UPDATE shares_certificate SET shares = 6",
            "UPDATE shares_certificate SET holder = 'Somebody Else'",
            "DELETE FROM shares_certificate",
            "UPDATE shares_certificate SET ended_on = now()",
            "UPDATE shares_member SET number = 2",
            "UPDATE shares_member SET person_id = person_id + 1",
            "DELETE FROM shares_applicationmove",
            "ALTER TABLE shares_registerentry DISABLE TRIGGER ALL",
        ],
    )
    def test_any_change_of_what_stands_in_the_register(self, statement):
        member = builders.an_owner()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

        refused(statement)

        assert register.holding(member=member, on=TODAY) == 5

    def test_a_holding_below_nothing_on_any_day_even_one_that_is_made_good_later(self):
        member = builders.an_owner(on=TOMORROW)

        refused(
            """INSERT INTO shares_registerentry (member_id, kind, shares, amount_minor, currency, "on", recorded_at)
               VALUES (%s, 'withdrawal', -1, -100, 'GBP', %s, now())""",
            member.pk,
            TODAY,
        )

        assert RegisterEntry.objects.count() == 1

    def test_an_entry_that_no_certificate_follows(self):
        member = builders.an_owner()

        refused(
            """INSERT INTO shares_registerentry (member_id, kind, shares, amount_minor, currency, "on", recorded_at)
               VALUES (%s, 'transfer_in', 1, 100, 'GBP', %s, now())""",
            member.pk,
            TODAY,
        )

        assert RegisterEntry.objects.count() == 1

    def test_a_number_that_was_not_given_out(self):
        person = builders.a_person("Ivo Marsh")

        refused(
            "INSERT INTO shares_member (number, person_id, admitted_on, cessation_reason) VALUES (77, %s, now(), '')",
            person.pk,
        )

        assert not Member.objects.exists()

    def test_a_second_member_for_one_person(self):
        member = builders.an_owner()
        NumberIssued.objects.create(series="member", number=2, issued_at=NOW)

        refused(
            "INSERT INTO shares_member (number, person_id, admitted_on, cessation_reason) VALUES (2, %s, now(), '')",
            member.person_id,
        )

        assert Member.objects.count() == 1
