"""Two committee members press at once. Each race has a control, which takes the protection away and must then fail."""

import contextlib
import threading

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pennypress import laws
from pennypress.config import lawbook
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.shares import certificates, members, moving, register
from pennypress.shares.models import Application, Certificate, Member, NumberIssued, RegisterEntry
from pennypress.society import founding
from tests import builders
from tests.builders import NOW, TODAY


def at_once(*acts):
    """Runs the acts in threads that set off together; gives what each returned or raised."""
    line, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        try:
            line.wait(timeout=10)
            ends[index] = act()
        except (DatabaseError, ValueError) as error:
            ends[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=numbered) for numbered in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ends


def allotting(application):
    return lambda: register.allot(application=application, on=TODAY, now=NOW, by=None)


def broken_laws():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def as_owner(statement):
    """Runs a statement as the owner of the tables, in the database of this test."""
    where = conninfo_to_dict(settings.DATABASE_OWNER_URL)
    where["dbname"] = connection.settings_dict["NAME"]
    with psycopg.connect(make_conninfo(**where), autocommit=True) as owner:
        owner.execute(statement)


def narrower_limit():
    """From TODAY on nobody holds more than 15,000: two applications that were fine together no longer are."""
    founding.adopt_rule(
        subject="holding.maximum.individual",
        rule_number="10.1",
        text="No individual holds more than 15,000 shares.",
        figure=15_000,
        effective_from=TODAY,
        registered_on=TODAY,
    )


def held_together(monkeypatch, module, name):
    """Makes both threads go past a point before either goes on: the worst moment."""
    meeting, real = threading.Barrier(2), getattr(module, name)

    def meet(*args, **facts):
        answer = real(*args, **facts)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=2)
        return answer

    monkeypatch.setattr(module, name, meet)


@pytest.mark.usefixtures("committed")
class TestOneApplicationAllottedTwiceAtOnce:
    def test_stands_in_the_register_once_and_both_are_told_so(self):
        application = builders.a_paid_application(shares=25)

        first, second = at_once(allotting(application), allotting(application))

        assert first == second == RegisterEntry.objects.get()
        assert Letter.objects.filter(kind="certificate").count() == 1
        assert broken_laws() == []

    def test_control_without_the_lock_one_of_them_fails(self, monkeypatch):
        application = builders.a_paid_application(shares=25)
        monkeypatch.setattr(moving, "locked", lambda application: Application.objects.get(pk=application.pk))
        held_together(monkeypatch, moving, "locked")

        ends = at_once(allotting(application), allotting(application))

        assert any(isinstance(end, DatabaseError) for end in ends)


@pytest.mark.usefixtures("committed")
class TestTwoApplicationsOfOnePersonAllottedAtOnce:
    def test_make_one_member_with_one_standing_certificate(self):
        few, more = builders.a_paid_application(shares=5), builders.a_paid_application(shares=7)

        first, second = at_once(allotting(few), allotting(more))

        assert first.member == second.member
        assert Certificate.objects.get(superseded_by=None).shares == 12
        assert broken_laws() == []

    def test_never_go_over_the_limit_together(self):
        applications = [builders.a_paid_application(shares=10_000), builders.a_paid_application(shares=10_000)]
        narrower_limit()

        ends = at_once(*[allotting(application) for application in applications])

        assert sum(isinstance(end, register.CannotAllot) for end in ends) == 1
        assert register.issued(TODAY) == 10_000

    def test_control_without_the_registers_lock_one_person_is_two_members(self, monkeypatch):
        few, more = builders.a_paid_application(shares=5), builders.a_paid_application(shares=7)
        monkeypatch.setattr(register, "_alone", lambda: None)
        held_together(monkeypatch, members, "entered")

        at_once(allotting(few), allotting(more))

        assert Member.objects.count() == 2


@pytest.mark.usefixtures("committed")
class TestNumbers:
    def test_given_out_at_once_are_all_different_and_none_is_skipped(self):
        applications = [builders.a_paid_application(name=f"Reader {letter}") for letter in "ABCDEF"]

        at_once(*[allotting(application) for application in applications])

        issued = NumberIssued.objects.filter(series="member").values_list("number", flat=True)
        assert sorted(issued) == [1, 2, 3, 4, 5, 6]
        assert broken_laws() == []

    def test_of_an_allotment_that_failed_were_never_given(self):
        application = builders.a_paid_application()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            allotting(application)()
            raise ZeroDivisionError

        assert allotting(application)().member.number == 1


@pytest.mark.usefixtures("committed")
class TestHoldingBelowNothing:
    def taking_out(self, member):
        def act():
            return register.enter(
                member=member,
                kind="withdrawal",
                shares=-4,
                amount=Money(-400, "GBP"),
                on=TODAY,
                now=NOW,
                by=None,
            )

        return act

    def test_is_never_reached_by_two_withdrawals_at_once(self, monkeypatch):
        member = builders.an_owner(shares=5)
        # The register's own lock is taken away: what is tried here is the database's.
        monkeypatch.setattr(register, "_alone", lambda: None)

        ends = at_once(self.taking_out(member), self.taking_out(member))

        assert sum(isinstance(end, DatabaseError) for end in ends) == 1
        assert register.holding(member=member, on=TODAY) == 1

    def test_control_without_the_trigger_it_is(self, monkeypatch):
        member = builders.an_owner(shares=5)
        as_owner("DROP TRIGGER holding_not_negative ON shares_registerentry")
        as_owner("DROP TRIGGER certificate_tells_holding_on_entry ON shares_registerentry")
        monkeypatch.setattr(certificates, "follow", lambda **facts: None)

        at_once(self.taking_out(member), self.taking_out(member))

        assert register.holding(member=member, on=TODAY) == -3
        assert "shares.no_holding_below_nothing" in broken_laws()
        assert "shares.guards_stand" in broken_laws()
