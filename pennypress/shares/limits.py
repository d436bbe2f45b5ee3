"""Limits: what the society's rules say of a holding and of who may hold, each refusal with the rule it comes from."""

import datetime as dt

from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.people.models import PersonKind
from pennypress.society import rulebook
from pennypress.society.models import Rule

_MAXIMUM = {
    PersonKind.INDIVIDUAL: rulebook.HOLDING_MAXIMUM_INDIVIDUAL,
    PersonKind.ORGANISATION: rulebook.HOLDING_MAXIMUM_ORGANISATION,
}


class AgainstTheRules(ValueError):
    """A rule of the society forbids it; the text names the rule. `field` says what of the application it is about."""

    def __init__(self, why: str, *, rule: Rule, field: str) -> None:
        self.rule, self.field = rule, field
        named = _("Rule %(number)s: %(text)s") % {"number": rule.rule_number, "text": rule.text}
        super().__init__(f"{why} {named}")


def nominal(*, on: dt.date) -> Money:
    """This function will give the nominal value of one share on the day. Raises: rulebook.NoSuchRule."""
    return Money(rulebook.rule(rulebook.SHARE_NOMINAL, on=on).figure, rulebook.society().currency)


def minimum(*, on: dt.date) -> Rule:
    """This function will give the rule that says how many shares a member holds at least."""
    return rulebook.rule(rulebook.HOLDING_MINIMUM, on=on)


def maximum(*, kind: str, on: dt.date) -> Rule:
    """This function will give the rule that says how many shares a person, or an organisation, holds at most."""
    return rulebook.rule(_MAXIMUM[PersonKind(kind)], on=on)


def require_holding(*, kind: str, already: int, shares: int, on: dt.date) -> None:
    """This function will check that `shares` more, on top of those held or applied for `already`, are within the rules.

    The text does not say how many are held: whoever types another's name learns no figure. Raises: AgainstTheRules.
    """
    least, most = minimum(on=on), maximum(kind=kind, on=on)
    if already + shares < least.figure:
        why = _("A member holds at least %(figure)s shares.") % {"figure": f"{least.figure:,}"}
        raise AgainstTheRules(why, rule=least, field="shares")
    if shares > most.figure:
        why = _("These are more shares than one member may hold, which is %(figure)s.") % {"figure": f"{most.figure:,}"}
        raise AgainstTheRules(why, rule=most, field="shares")
    if already + shares > most.figure:
        why = _(
            "With the shares already held or applied for in this name, this is more than one member may hold, "
            "which is %(figure)s."
        ) % {"figure": f"{most.figure:,}"}
        raise AgainstTheRules(why, rule=most, field="shares")


def require_age(*, born_on: dt.date, on: dt.date) -> None:
    """This function will check that somebody born on a day is old enough on another. Raises: AgainstTheRules."""
    rule = rulebook.rule(rulebook.MEMBER_AGE, on=on)
    if age(born_on, on) < rule.figure:
        raise AgainstTheRules(
            _("A member is at least %(figure)s years old.") % {"figure": rule.figure}, rule=rule, field="born_on"
        )


def age(born_on: dt.date, on: dt.date) -> int:
    """This function will count whole years. Born on 29 February, one is older from 1 March where there is no such day.

    >>> age(dt.date(2010, 11, 8), dt.date(2026, 11, 7))
    15
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
