"""Histories of the register drawn at random: as at any day it equals a naive re-fold, and it never goes below nothing."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pennypress.money import Money
from pennypress.shares import members, register
from pennypress.shares.models import Certificate, NumberIssued
from tests import builders
from tests.builders import NOW

FIRST = dt.date(2026, 1, 1)
DAYS = 8
NAMES = ("Rosa Field", "Ivo Marsh", "Ada Moss")
# Who, on which day, and how many shares come (or go). Days are in no order: entries may be dated back.
acts = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.integers(0, DAYS - 1), st.integers(-40, 60).filter(lambda shares: shares != 0)
    ),
    max_size=10,
)
drawn = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def day(index):
    return FIRST + dt.timedelta(days=index)


def folded(history, name, index):
    """The holding by the plainest means: add up what came and went until that day."""
    return sum(shares for who, when, shares in history if who == name and when <= index)


def never_below_nothing(history):
    return all(folded(history, name, index) >= 0 for name in NAMES for index in range(DAYS))


def entered(name, index, shares):
    """Enters it as the register does, or gives False where the database refuses."""
    member = members.admit(person=builders.a_person(name), on=FIRST, now=NOW)
    kind = "transfer_in" if shares > 0 else "transfer_out"
    try:
        with transaction.atomic():
            register.enter(
                member=member,
                kind=kind,
                shares=shares,
                amount=Money(shares * 100, "GBP"),
                on=day(index),
                now=NOW,
                by=None,
            )
    except DatabaseError:
        return False
    return True


def lived(history):
    """Enters a whole history and gives what of it was accepted."""
    accepted = []
    for act in history:
        would_hold = never_below_nothing([*accepted, act])
        assert entered(*act) == would_hold
        if would_hold:
            accepted.append(act)
    return accepted


@pytest.mark.django_db
@drawn
@given(history=acts)
def test_as_at_any_day_the_register_equals_a_naive_refold(history):
    with transaction.atomic():
        builders.a_society()

        accepted = lived(history)

        who = {name: members.of(builders.a_person(name)) for name in NAMES}
        told = {
            (name, index): register.holding(member=member, on=day(index)) if member else 0
            for name, member in who.items()
            for index in range(DAYS)
        }
        assert told == {(name, index): folded(accepted, name, index) for name in NAMES for index in range(DAYS)}
        issued = [register.issued(day(index)) for index in range(DAYS)]
        assert issued == [sum(held.shares for held in register.holdings(day(index))) for index in range(DAYS)]
        transaction.set_rollback(True)


@pytest.mark.django_db
@drawn
@given(history=acts)
def test_one_certificate_stands_for_each_holding_and_no_number_is_used_twice(history):
    with transaction.atomic():
        builders.a_society()

        accepted = lived(history)

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        standing = Certificate.objects.filter(superseded_by=None, ended_on=None)
        assert sorted(standing.values_list("shares", flat=True)) == sorted(
            held for name in NAMES if (held := folded(accepted, name, DAYS)) > 0
        )
        given_out = list(NumberIssued.objects.values_list("series", "number"))
        assert len(given_out) == len(set(given_out))
        assert Certificate.objects.count() == len([number for series, number in given_out if series == "certificate"])
        transaction.set_rollback(True)
