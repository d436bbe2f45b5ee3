"""Entitlement: who has what on a day. Derived from subscriptions each time, stored nowhere."""

import datetime as dt

from django.db.models import Q, QuerySet

from pennypress.people import persons
from pennypress.people.models import Person
from pennypress.subscriptions.models import Subscription


def entitled(person: Person, on: dt.date) -> bool:
    """This function will say whether a person may read the e-paper on a day. Those merged into them are they."""
    standing = persons.current(person)
    theirs = Person.objects.filter(Q(pk=standing.pk) | Q(merged_into=standing))
    return running(on).filter(person__in=theirs, product__includes_epaper=True).exists()


def running(on: dt.date) -> QuerySet[Subscription]:
    """This function will give the subscriptions that run on a day."""
    not_ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return Subscription.objects.filter(not_ended, starts_on__lte=on, ends_on__gt=on)
