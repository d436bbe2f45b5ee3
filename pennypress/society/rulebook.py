"""The rulebook as dated data: which rule stood on a day, and what it fixed.

Subjects used by the system (figures in minor units where they are money):
share.nominal, holding.minimum, holding.maximum.individual, holding.maximum.organisation (shares, not money), member.age.
"""

import datetime as dt

from pennypress import prepared
from pennypress.society.models import Officer, Rule, Society

SHARE_NOMINAL = "share.nominal"
HOLDING_MINIMUM = "holding.minimum"
HOLDING_MAXIMUM_INDIVIDUAL = "holding.maximum.individual"
HOLDING_MAXIMUM_ORGANISATION = "holding.maximum.organisation"
MEMBER_AGE = "member.age"


class NoSuchRule(LookupError):
    """No registered rule of this subject stood on the day."""


class NoSociety(LookupError):
    """The install has no society yet: `pennypress init` records one."""


def society() -> Society:
    """This function will give the society that publishes the paper. Raises: NoSociety."""
    found = founded()
    if found is None:
        raise NoSociety("This paper has no society yet. Run: pennypress init")
    return found


def founded() -> Society | None:
    """This function will give the society that publishes the paper, or None before there is one."""
    return prepared.first(Society, "ORDER BY id LIMIT 1")


def rule(subject: str, *, on: dt.date) -> Rule:
    """This function will give the registered rule of `subject` in force on the day. Raises: NoSuchRule."""
    found = prepared.first(
        Rule,
        "WHERE subject = %(subject)s AND effective_from <= %(on)s AND registered_on <= %(on)s"
        " ORDER BY effective_from DESC, id LIMIT 1",
        subject=subject,
        on=on,
    )
    if found is None:
        raise NoSuchRule(f"No registered rule fixes {subject} on {on}.")
    return found


def officer(office: str, *, on: dt.date) -> Officer | None:
    """This function will give who held an office on the day, or None where nobody did."""
    holders = Officer.objects.filter(office=office, from_on__lte=on).select_related("person")
    return next((holder for holder in holders.order_by("-from_on") if holder.to_on is None or on < holder.to_on), None)
