"""Appeals: opening one, finding which of them run, and moving its target and its last day with a reason."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.delivery import purging
from pennypress.giving import series as all_series
from pennypress.giving import terms
from pennypress.giving.models import Appeal, AppealExtension, AppealSeries, AppealTarget, Unit
from pennypress.money import Money
from pennypress.people.models import User

# The series that the first appeal of a paper begins, where nobody began one before.
FUND, FUND_SLUG = "Fighting fund", "fighting-fund"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next appeal of a series as the one before it suggests: the day after, as long, for the same target."""

    name: str
    slug: str
    opens_on: dt.date
    closes_on: dt.date
    target: Money | int | None
    pitch: str


class CannotOpen(ValueError):
    """The appeal cannot be opened as asked: its days, its target or its name."""


class CannotChange(ValueError):
    """The target or the last day cannot be moved as asked; the text says why, and nothing was written."""


def running(on: dt.date) -> Appeal | None:
    """This function will give the principal fund's appeal that runs on the paper's day `on`; none, or one."""
    return chosen("", on=on)


def all_running(on: dt.date) -> list[Appeal]:
    """This function will give every appeal that runs on the paper's day `on`, the principal fund's first."""
    found = terms.find("%(on)s BETWEEN appeal.opens_on AND appeal.closes_on", on=on)
    return sorted(found, key=lambda appeal: (not appeal.series.is_principal, appeal.closes_on, appeal.pk))


def chosen(slug: str, *, on: dt.date, running: Sequence[Appeal] | None = None) -> Appeal | None:
    """This function will give the appeal with this address if it runs on the day `on`; for an empty one, the principal
    fund's. It asks nothing where those `running` on the day are known."""
    running = all_running(on) if running is None else running
    fitting = [appeal for appeal in running if (appeal.slug == slug if slug else appeal.series.is_principal)]
    return next(iter(fitting), None)


def before(appeal: Appeal) -> Appeal | None:
    """This function will give the appeal that went before in the same series, or None for the first."""
    earlier = Appeal.objects.filter(series=appeal.series_id, opens_on__lt=appeal.opens_on)
    return earlier.select_related("series", "closing").order_by("-opens_on").first()


def target_on(appeal: Appeal, on: dt.date) -> AppealTarget:
    """This function will give the target that holds on the paper's day `on`; before the opening, the first one."""
    held = appeal.targets.filter(from_on__lte=max(on, appeal.opens_on)).order_by("from_on", "id").last()
    assert held is not None  # An appeal is opened with its target, in one transaction.
    return held


def named(slug: str) -> Appeal | None:
    """This function will give the appeal with this address, or None where there is none."""
    return Appeal.objects.filter(slug=slug).first()


def propose(series: AppealSeries, *, on: dt.date) -> Proposal:
    """This function will draw up the next appeal of a series: from the day after the last one, or from `on`.

    A month that begins on the day on which the last one began, or a whole calendar month after a whole one.
    """
    last = Appeal.objects.filter(series=series).order_by("-opens_on").first()
    opens_on = max(last.closes_on + dt.timedelta(days=1), on) if last else on
    closes_on = days.months_after(opens_on, 1, opens_on.day) - dt.timedelta(days=1)
    held = target_on(last, last.closes_on) if last else None
    month = date_format(opens_on, "F")
    return Proposal(
        name=_("%(month)s %(series)s") % {"month": month, "series": series.name.lower()},
        slug=_free_slug(f"{opens_on:%Y-%m}" if series.is_principal else f"{series.slug}-{opens_on:%Y-%m}"),
        opens_on=opens_on,
        closes_on=closes_on,
        target=(held.amount or held.givers) if held else None,
        pitch=last.pitch if last else "",
    )


def _free_slug(wanted: str) -> str:
    taken = set(Appeal.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    later = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([wanted], later) if slug not in taken)


def open_appeal(
    *,
    name: str,
    slug: str,
    opens_on: dt.date,
    closes_on: dt.date,
    target: Money | int,
    pitch: str,
    now: dt.datetime,
    counts_pledges: bool | None = None,
    series: AppealSeries | None = None,
    by: User | None = None,
) -> Appeal:
    """This function will set up an appeal that runs from `opens_on` to `closes_on`, both counted.

    `target` is money, or a number of givers where the series counts those. Without a `series` it is the principal
    fund's, begun with its first appeal. Writes the appeal and its first target. Raises: CannotOpen when another appeal
    of the series has one of its days, or the slug is taken.
    """
    if closes_on < opens_on:
        raise CannotOpen(_("An appeal closes on or after the day on which it opens."))
    if (target.minor if isinstance(target, Money) else target) <= 0:
        raise CannotOpen(_("An appeal needs a target above zero."))
    try:
        with transaction.atomic():
            held = series or _fund(target, now)
            _require_unit(held, target)
            appeal = Appeal.objects.create(
                series=held,
                name=name,
                slug=slug,
                opens_on=opens_on,
                closes_on=closes_on,
                currency=held.currency,
                pitch=pitch,
                counts_pledges=held.counts_pledges if counts_pledges is None else counts_pledges,
                opened_at=now,
            )
            _set_target(appeal, target, from_on=opens_on, reason="", by=by, now=now)
    except IntegrityError as error:
        if "runs on days of another" in str(error):
            raise CannotOpen(_("Another appeal runs on some of these days.")) from error
        raise CannotOpen(_("An appeal with this address exists already.")) from error
    return appeal


def _fund(target: Money | int, now: dt.datetime) -> AppealSeries:
    standing = all_series.principal()
    if standing is not None:
        return standing
    if not isinstance(target, Money):
        raise CannotOpen(_("A target in givers needs a series that counts givers."))
    return all_series.begin(name=FUND, slug=FUND_SLUG, currency=target.currency, now=now)


def _require_unit(series: AppealSeries, target: Money | int) -> None:
    if isinstance(target, Money) != (series.unit == Unit.MONEY):
        raise CannotOpen(_("The target is in another unit than its series counts in."))
    if isinstance(target, Money) and target.currency != series.currency:
        raise CannotOpen(_("The target is in another currency than its series."))


def _set_target(
    appeal: Appeal, target: Money | int, *, from_on: dt.date, reason: str, by: User | None, now: dt.datetime
) -> AppealTarget:
    purging.purge("appeal")
    return AppealTarget.objects.create(
        appeal=appeal,
        from_on=from_on,
        amount_minor=target.minor if isinstance(target, Money) else None,
        givers=None if isinstance(target, Money) else target,
        reason=reason.strip(),
        set_by=by,
        set_at=now,
    )


@transaction.atomic
def change_target(
    *,
    appeal: Appeal,
    target: Money | int,
    from_on: dt.date,
    reason: str,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
) -> AppealTarget:
    """This function will change what an appeal asks for from the start of the day `from_on`, today or later, for a reason.

    Locks the appeal; writes one row. What held before stays on record. Raises: CannotChange.
    """
    appeal = _still_open(appeal)
    if not reason.strip():
        raise CannotChange(_("Please say why the target is changed: readers will ask."))
    if (target.minor if isinstance(target, Money) else target) <= 0:
        raise CannotChange(_("An appeal needs a target above zero."))
    if not max(on, appeal.opens_on) <= from_on <= appeal.closes_on:
        raise CannotChange(_("A target is changed from today or from a later day of the appeal, never backwards."))
    try:
        _require_unit(appeal.series, target)
    except CannotOpen as error:
        raise CannotChange(str(error)) from error
    return _set_target(appeal, target, from_on=from_on, reason=reason, by=by, now=now)


@transaction.atomic
def extend(
    *, appeal: Appeal, to_on: dt.date, reason: str, on: dt.date, now: dt.datetime, by: User | None
) -> AppealExtension:
    """This function will let an appeal that has not ended go on until `to_on`, and keep the reason.

    Locks the appeal; writes the extension and moves the last day. Raises: CannotChange, with nothing written.
    """
    appeal = _still_open(appeal)
    if not reason.strip():
        raise CannotChange(_("Please say why the appeal goes on longer: readers will ask."))
    if to_on <= appeal.closes_on:
        raise CannotChange(_("An extension leads to a later day than %(day)s.") % {"day": appeal.closes_on})
    if on > appeal.closes_on:
        raise CannotChange(_("This appeal has ended. Open the next one instead."))
    try:
        with transaction.atomic():
            extension = AppealExtension.objects.create(
                appeal=appeal,
                from_on=appeal.closes_on,
                to_on=to_on,
                reason=reason.strip(),
                extended_by=by,
                extended_at=now,
            )
            appeal.closes_on = to_on
            appeal.save(update_fields=["closes_on"])
            purging.purge("appeal")
    except IntegrityError as error:
        raise CannotChange(_("Another appeal of this series runs on some of these days.")) from error
    return extension


def _still_open(appeal: Appeal) -> Appeal:
    locked = Appeal.objects.select_for_update(of=("self",)).select_related("series").get(pk=appeal.pk)
    if hasattr(locked, "closing"):
        raise CannotChange(_("This appeal is closed, and its figures are final."))
    return locked
