import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from pennypress.people import demonstration, persons
from pennypress.people.models import DemoMark

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)


def test_an_empty_database_is_marked_once():
    demonstration.mark(now=NOW)

    demonstration.mark(now=NOW)

    assert demonstration.is_marked()
    assert DemoMark.objects.count() == 1


def test_a_paper_with_people_in_it_never_becomes_a_demo():
    persons.recorded(name="Ann Lee", email="ann@example.org", now=NOW)

    with pytest.raises(demonstration.CannotMark):
        demonstration.mark(now=NOW)

    assert not demonstration.is_marked()


def test_the_mark_stays():
    mark = demonstration.mark(now=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        mark.delete()

    assert demonstration.is_marked()
