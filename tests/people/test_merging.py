import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from pennypress.people import persons
from pennypress.people.models import Person, PersonMerge

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)


def somebody(name, email=""):
    return persons.recorded(name=name, email=email, now=NOW)


def merged(duplicate, into):
    return persons.merge(duplicate=duplicate, into=into, now=NOW, by=None)


def test_the_duplicate_leads_to_the_one_who_stands_and_the_act_is_on_record():
    elder, younger = somebody("Rosa Field", "rosa@example.org"), somebody("R. Field", "rosa@example.org")

    act = merged(younger, elder)

    assert persons.current(Person.objects.get(pk=younger.pk)) == elder
    assert (act.duplicate, act.into) == (younger, elder)
    assert persons.by_email("rosa@example.org") == elder


def test_a_chain_of_merges_leads_to_its_end():
    elder, middle, youngest = somebody("Rosa Field"), somebody("R. Field"), somebody("Rosa F.")
    merged(middle, elder)

    merged(youngest, middle)

    assert Person.objects.get(pk=youngest.pk).merged_into == elder


def test_merging_the_same_two_again_is_harmless():
    elder, younger = somebody("Rosa Field"), somebody("R. Field")

    assert merged(younger, elder) == merged(younger, elder)
    assert PersonMerge.objects.count() == 1


def test_two_persons_are_never_merged_in_a_circle():
    elder, younger = somebody("Rosa Field"), somebody("R. Field")
    merged(younger, elder)

    with pytest.raises(persons.CannotMerge):
        merged(elder, younger)

    assert Person.objects.get(pk=elder.pk).merged_into is None
    assert PersonMerge.objects.count() == 1


def test_a_person_and_an_organisation_are_not_merged():
    person = somebody("Rosa Field")
    branch = Person.objects.create(kind="organisation", name="Dockers' Branch 4", recorded_at=NOW)

    with pytest.raises(persons.CannotMerge):
        merged(branch, person)

    assert not PersonMerge.objects.exists()


def test_the_database_keeps_the_record_of_a_merge():
    merged(somebody("R. Field"), somebody("Rosa Field"))

    with pytest.raises(DatabaseError), transaction.atomic():
        PersonMerge.objects.all().delete()

    assert PersonMerge.objects.exists()
