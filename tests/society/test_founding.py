import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from pennypress.people import persons
from pennypress.society import founding, rulebook
from pennypress.society.models import Officer, Rule, Society

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)


def a_society(**changed):
    particulars = {
        "registered_name": "Harbour Press Society Limited",
        "registration_number": "9001R",
        "registered_office": "1 Quay Street, Port Ellery",
        "legal_form": "Co-operative society",
        "year_end": (12, 31),
        "currency": "GBP",
        "on": TODAY,
    }
    return founding.found(**{**particulars, **changed})


def a_rule(figure=100, *, effective_from=TODAY, registered_on=TODAY):
    return founding.adopt_rule(
        subject=rulebook.SHARE_NOMINAL,
        rule_number="12",
        text="Shares are of one pound.",
        figure=figure,
        effective_from=effective_from,
        registered_on=registered_on,
    )


def somebody(name="Ada Moss"):
    return persons.recorded(name=name, email=f"{name.split()[0].lower()}@example.org", now=NOW)


class TestFounding:
    def test_the_same_particulars_again_give_the_society_that_stands(self):
        assert a_society() == a_society()
        assert Society.objects.count() == 1

    def test_a_second_society_is_refused(self):
        a_society()

        with pytest.raises(founding.CannotFound, match="Harbour Press Society"):
            a_society(registered_name="Another Society Limited")

        assert rulebook.society().registered_name == "Harbour Press Society Limited"

    @pytest.mark.parametrize("changed", [{"year_end": (2, 30)}, {"registered_name": " "}, {"currency": "XXX"}], ids=str)
    def test_what_no_society_has_is_refused(self, changed):
        with pytest.raises(founding.CannotFound):
            a_society(**changed)

        assert not Society.objects.exists()


class TestRules:
    def test_a_rule_stands_from_its_day_until_the_next(self):
        a_rule(100, effective_from=TODAY)
        a_rule(500, effective_from=TODAY + dt.timedelta(days=10))

        assert rulebook.rule(rulebook.SHARE_NOMINAL, on=TODAY + dt.timedelta(days=9)).figure == 100
        assert rulebook.rule(rulebook.SHARE_NOMINAL, on=TODAY + dt.timedelta(days=10)).figure == 500

    def test_a_rule_that_is_not_registered_has_no_force(self):
        a_rule(registered_on=None)

        with pytest.raises(rulebook.NoSuchRule):
            rulebook.rule(rulebook.SHARE_NOMINAL, on=TODAY)

    def test_a_rule_is_registered_later_and_has_force_from_then(self):
        a_rule(registered_on=None)

        a_rule(registered_on=TODAY)

        assert rulebook.rule(rulebook.SHARE_NOMINAL, on=TODAY).figure == 100

    def test_two_figures_from_one_day_are_refused(self):
        a_rule(100)

        with pytest.raises(founding.CannotAdopt):
            a_rule(200)

        assert Rule.objects.get().figure == 100


class TestOffices:
    def test_an_appointment_ends_the_term_before_it(self):
        founding.appoint(person=somebody("Ada Moss"), office="chair", from_on=TODAY)
        founding.appoint(person=somebody("Ben Oyelaran"), office="chair", from_on=TODAY + dt.timedelta(days=5))

        assert str(rulebook.officer("chair", on=TODAY + dt.timedelta(days=4)).person) == "Ada Moss"
        assert str(rulebook.officer("chair", on=TODAY + dt.timedelta(days=5)).person) == "Ben Oyelaran"

    def test_a_committee_has_many_members(self):
        founding.appoint(person=somebody("Ada Moss"), office="committee", from_on=TODAY)
        founding.appoint(person=somebody("Ben Oyelaran"), office="committee", from_on=TODAY)

        assert Officer.objects.filter(to_on=None).count() == 2

    def test_a_term_before_the_standing_one_is_refused(self):
        founding.appoint(person=somebody("Ada Moss"), office="chair", from_on=TODAY)

        with pytest.raises(founding.CannotAppoint):
            founding.appoint(person=somebody("Ben Oyelaran"), office="chair", from_on=TODAY)

        assert Officer.objects.get().to_on is None

    def test_the_database_keeps_who_held_an_office(self):
        term = founding.appoint(person=somebody(), office="chair", from_on=TODAY)

        with pytest.raises(DatabaseError), transaction.atomic():
            term.delete()

        assert Officer.objects.exists()
