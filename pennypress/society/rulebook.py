"""The rulebook as dated data: which rule stood on a day, and what it fixed.

Subjects used by the system (figures in minor units where they are money):
share.nominal, holding.minimum, holding.maximum.individual, holding.maximum.organisation (shares, not money), member.age.
"""

import datetime as dt

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
    found = Society.objects.first()
    if found is None:
        raise NoSociety("This paper has no society yet. Run: pennypress init")
    return found


def rule(subject: str, *, on: dt.date) -> Rule:
    """This function will give the registered rule of `subject` in force on the day. Raises: NoSuchRule."""
    standing = Rule.objects.filter(
        subject=subject, effective_from__lte=on, registered_on__isnull=False, registered_on__lte=on
    )
    found = standing.order_by("-effective_from").first()
    if found is None:
        raise NoSuchRule(f"No registered rule fixes {subject} on {on}.")
    return found


def officer(office: str, *, on: dt.date) -> Officer | None:
    """This function will give who held an office on the day, or None where nobody did."""
    holders = Officer.objects.filter(office=office, from_on__lte=on).select_related("person")
    return next((holder for holder in holders.order_by("-from_on") if holder.to_on is None or on < holder.to_on), None)
