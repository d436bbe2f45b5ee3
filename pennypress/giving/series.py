"""Series of appeals: begun once, their rules and words changed at the desk; one of them is the principal fund."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.delivery import purging
from pennypress.giving import wording
from pennypress.giving.models import AppealSeries, Basis, CarryOver, Unit
from pennypress.giving.wording import STATES

# What a series may change once it has begun; the database keeps the rest.
RULES = ("name", "carry_over", "over_target", "counts_pledges", *(f"words_{state}" for state in STATES))


class CannotBegin(ValueError):
    """The series cannot be begun or changed as asked; the text says why."""


def principal() -> AppealSeries | None:
    """This function will give the series whose meter stands on every page; none before the first has begun."""
    return AppealSeries.objects.filter(is_principal=True).first()


def begin(
    *, name: str, slug: str, currency: str, now: dt.datetime, is_principal: bool = False, **rules: Any
) -> AppealSeries:
    """This function will begin a series of appeals; the first of all is the principal one whether asked or not.

    `rules` are basis, unit, carry_over, over_target, counts_pledges and words_<state>. Writes one row, and takes the
    principal's place from another where asked. Raises: CannotBegin, with nothing written.
    """
    _require_rules(rules)
    fresh = AppealSeries(name=name.strip(), slug=slug, currency=currency, begun_at=now, **rules)
    if not fresh.name:
        raise CannotBegin(_("A series of appeals needs a name."))
    if fresh.unit == Unit.GIVERS and (fresh.carry_over != CarryOver.NONE or fresh.basis != Basis.GROSS):
        raise CannotBegin(_("A series that counts givers carries no money over and knows no fees."))
    try:
        with transaction.atomic():
            standing = AppealSeries.objects.select_for_update().filter(is_principal=True)
            fresh.is_principal = is_principal or not standing.exists()
            if fresh.is_principal:
                standing.update(is_principal=False)
            fresh.save()
            purging.purge("appeal")
    except IntegrityError as error:
        raise CannotBegin(_("A series with this address exists already.")) from error
    return fresh


@transaction.atomic
def change(*, series: AppealSeries, **rules: Any) -> AppealSeries:
    """This function will change a series' name, words and rules from now on. Locks it. Raises: CannotBegin."""
    if unknown := sorted(set(rules) - set(RULES)):
        raise CannotBegin(
            _("What a series counts, and in what, cannot be changed: %(what)s.") % {"what": ", ".join(unknown)}
        )
    _require_rules(rules)
    series = AppealSeries.objects.select_for_update().get(pk=series.pk)
    for field, value in rules.items():
        setattr(series, field, value)
    if series.unit == Unit.GIVERS and series.carry_over != CarryOver.NONE:
        raise CannotBegin(_("A series that counts givers carries no money over and knows no fees."))
    if not series.name.strip():
        raise CannotBegin(_("A series of appeals needs a name."))
    series.save(update_fields=list(rules))
    purging.purge("appeal")
    return series


@transaction.atomic
def make_principal(*, series: AppealSeries) -> AppealSeries:
    """This function will put a series' meter on every page, in place of the one that stood there. Locks both."""
    locked = {found.pk: found for found in AppealSeries.objects.select_for_update().order_by("pk")}
    for other in locked.values():
        if other.is_principal and other.pk != series.pk:
            other.is_principal = False
            other.save(update_fields=["is_principal"])
    chosen = locked[series.pk]
    chosen.is_principal = True
    chosen.save(update_fields=["is_principal"])
    purging.purge("appeal")
    return chosen


def _require_rules(rules: dict[str, Any]) -> None:
    for state in STATES:
        try:
            wording.require(rules.get(f"words_{state}", ""))
        except wording.CannotWord as error:
            raise CannotBegin(str(error)) from error
