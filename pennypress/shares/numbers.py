"""Numbers of members and certificates, given out once each from an append-only table."""

import datetime as dt

from django.db import connection
from django.db.models import Max

from pennypress.shares.models import NumberIssued

MEMBER = "member"
CERTIFICATE = "certificate"


def issue(*, series: str, now: dt.datetime) -> int:
    """This function will give out the next number of a series, which nobody else is ever given.

    Call it in a transaction: one number is given out at a time. Should the transaction be undone, its number was never
    given. Writes one row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shares.numbers'))")
    last = NumberIssued.objects.filter(series=series).aggregate(last=Max("number"))["last"] or 0
    return NumberIssued.objects.create(series=series, number=last + 1, issued_at=now).number
