"""What money may be for, as one list to choose from by its first letter: appeals, accounts, products by name."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _

from pennypress.giving import appeals
from pennypress.giving.models import Appeal
from pennypress.ledger import chart
from pennypress.ledger.models import Account, AccountKind
from pennypress.money import Money
from pennypress.payments.models import Allocation, Purpose
from pennypress.payments.parts import Part
from pennypress.subscriptions import products

# Appeals that closed so long ago are still offered: late post is for them.
LATE_DAYS = 60
EARLY_DAYS = 14
# The accounts of income that a purpose of its own has.
_OWN = (chart.GIFTS, chart.PLEDGES, chart.SUBSCRIPTIONS)

Choices = list[tuple[str, str]]


def choices(on: dt.date) -> Choices:
    """This function will list what post may be for on the paper's day `on`, the running fund first."""
    running = appeals.running(on)
    offered: Choices = [("gift", _("Gift: %(name)s") % {"name": running.name if running else _("the fund")})]
    offered += [(f"gift:{one.slug}", _("Gift: %(name)s") % {"name": one.name}) for one in _near(on) if one != running]
    offered.append(("subscription", _("Subscription")))
    offered += [
        (f"subscription:{number}", _("Subscription: %(product)s") % {"product": words})
        for number, words in subscriptions(on)
    ]
    offered += [(f"other:{one.code}", _("Other income: %(name)s") % {"name": one.name}) for one in incomes()]
    offered.append(("unallocated", _("Waiting for a purpose")))
    return offered


def subscriptions(on: dt.date) -> Choices:
    """This function will list the products that a subscription may buy on the paper's day `on`, by number."""
    words = _("%(name)s, %(price)s")
    return [(str(one.pk), words % {"name": one.name, "price": one.price}) for one in products.offered(on)]


def _near(on: dt.date) -> list[Appeal]:
    since, until = on - dt.timedelta(days=LATE_DAYS), on + dt.timedelta(days=EARLY_DAYS)
    return list(Appeal.objects.filter(closes_on__gte=since, opens_on__lte=until).order_by("-opens_on"))


def incomes() -> list[Account]:
    """This function will list the accounts that other income may be credited to."""
    return list(Account.objects.filter(kind=AccountKind.INCOME).exclude(code__in=_OWN))


def part(chosen: str, amount: Money) -> Part:
    """This function will make the part of a choice, "gift:roof" or "other:4920"."""
    purpose, _colon, detail = chosen.partition(":")
    match purpose:
        case Purpose.GIFT:
            return Part(Purpose.GIFT, amount, appeal=detail)
        case Purpose.OTHER:
            return Part(Purpose.OTHER, amount, account="" if detail == chart.OTHER_INCOME else detail)
        case Purpose.SUBSCRIPTION:
            return Part(Purpose.SUBSCRIPTION, amount, product=detail)
        case _:
            return Part(Purpose(purpose), amount)


def chosen_of(part: Part, on: dt.date) -> str:
    """This function will give the choice that a part was made of, received on the day `on`."""
    if part.purpose == Purpose.GIFT:
        running = appeals.running(on)
        return "gift" if not part.appeal or (running and running.slug == part.appeal) else f"gift:{part.appeal}"
    if part.purpose == Purpose.OTHER:
        return f"other:{part.account or chart.OTHER_INCOME}"
    if part.product:
        return f"subscription:{part.product}"
    return str(part.purpose)


def words(allocation: Allocation) -> str:
    """This function will say what an allocation is for, with its appeal or account."""
    gift = getattr(allocation, "gift", None)
    if gift is not None and gift.appeal is not None:
        return _("Gift: %(name)s") % {"name": gift.appeal.name}
    bought = next(iter(allocation.subscriptions.all()), None)
    if bought is not None:
        return _("Subscription: %(name)s") % {"name": bought.product.name}
    if allocation.account is not None:
        return _("Other income: %(name)s") % {"name": allocation.account.name}
    return str(allocation.get_purpose_display())


class PurposeField(forms.ChoiceField):
    """One choice of the list; chosen with the keyboard by its first letter."""

    def __init__(self, *, on: dt.date, extra: Choices = (), **options: object) -> None:  # type: ignore[assignment]
        empty: Choices = [] if options.get("required", True) else [("", "")]
        super().__init__(choices=[*empty, *choices(on), *extra], **options)  # type: ignore[arg-type]
