"""Drafting the fund's column: who gave, as they chose, how, and where the fund stands, every figure a reference.

The draft is the editor's to rewrite; the figures are not.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.html import escape, format_html_join
from django.utils.translation import gettext as _

from pennypress.giving import meter, printable
from pennypress.giving.models import Appeal
from pennypress.giving.printable import Printable
from pennypress.money import EXPONENTS, Money, display
from pennypress.newsroom import column_books, figures, writing
from pennypress.newsroom.column_books import correction_figure, gift_figure
from pennypress.newsroom.models.articles import ArticlePage
from pennypress.newsroom.models.columns import Column, ColumnCorrection, ColumnGift
from pennypress.newsroom.models.pages import ContributorPage, SectionPage
from pennypress.payments.models import Method

# Below this, gifts of readers who wish no thanks are told of together; from it on, each has its own line.
SMALL = 50


class CannotDraft(ValueError):
    """There is nothing to write a column of, or it stands already; the text says which."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """A sum about to be thanked for; `is_again` where an earlier column did so and it was chosen again."""

    row: Printable
    is_grouped: bool
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """What stands otherwise than an earlier column printed it."""

    gift: ColumnGift
    from_minor: int
    to_minor: int


def last_column(appeal: Appeal) -> Column | None:
    """This function will give the appeal's latest column, published or not."""
    return Column.objects.filter(appeal=appeal).order_by("-last_on", "-drafted_at").first()


def first_day(appeal: Appeal, last_on: dt.date) -> dt.date:
    """This function will say with which day the next column begins: after the last one, or that very day."""
    before = last_column(appeal)
    return min(before.last_on + dt.timedelta(days=1), last_on) if before else last_on


def to_thank(appeal: Appeal, *, first_on: dt.date, last_on: dt.date, again: bool = False) -> list[Thanks]:
    """This function will choose what a column of these days thanks for: what came in them, and what was entered late.

    A sum stands in one column, unless the days are thanked for `again`. What was taken back altogether is left out.
    """
    counted = printable.counted(appeal)
    thanked = set(ColumnGift.objects.filter(column__appeal=appeal).values_list("allocation_id", flat=True))
    before = last_column(appeal)
    chosen = []
    for row in counted:
        is_late = before is not None and row.on < first_on and row.recorded_at > before.drafted_at
        in_span = first_on <= row.on <= last_on
        is_thanked = row.allocation_id in thanked
        if row.left and ((in_span and (again or not is_thanked)) or (is_late and not is_thanked)):
            chosen.append(Thanks(row, _is_small(row) and not row.words, is_thanked))
    return chosen


def changed(appeal: Appeal) -> list[Changed]:
    """This function will list what stands otherwise in the books than the published columns of the appeal last said."""
    printed = ColumnGift.objects.filter(column__appeal=appeal, is_again=False, column__frozen_at__isnull=False)
    gifts = list(printed.select_related("column").prefetch_related("corrections"))
    now = printable.of([gift.allocation_id for gift in gifts]) if gifts else {}
    found = []
    for gift in gifts:
        told = [one.to_minor for one in gift.corrections.all()]
        said = told[-1] if told else gift.printed_minor or 0
        stands = now[gift.allocation_id].left.minor if gift.allocation_id in now else 0
        if said != stands:
            found.append(Changed(gift, said, stands))
    return found


@transaction.atomic
def draft(
    *,
    appeal: Appeal,
    section: SectionPage,
    first_on: dt.date,
    last_on: dt.date,
    now: dt.datetime,
    again: bool = False,
    headline: str = "",
    standfirst: str = "",
    prose: Sequence[writing.Block] = (),
    contributors: Sequence[ContributorPage] = (),
) -> ArticlePage:
    """This function will write the draft of a column for the days from `first_on` to `last_on`, both counted.

    `prose` stands before what is drafted in place of the usual opening; it may refer to figures as {{raised}}. Writes the
    story and its column. Raises: CannotDraft, with nothing written.
    """
    _one_at_a_time()
    if last_on < first_on:
        raise CannotDraft(_("The last day comes before the first."))
    thanks = to_thank(appeal, first_on=first_on, last_on=last_on, again=again)
    if not thanks:
        raise CannotDraft(_("Nothing has come in on these days that a column has not thanked for."))
    article = writing.write_article(
        section=section,
        headline=headline or _headline(first_on, last_on),
        kicker=appeal.name[:60],
        standfirst=standfirst,
        contributors=contributors,
        body=[writing.Block("plain", text="…")],
        published_at=None,
    )
    column = Column.objects.create(article=article, appeal=appeal, first_on=first_on, last_on=last_on, drafted_at=now)
    gifts = _write_gifts(column, thanks)
    _write_corrections(column)
    article.body = _body(column, gifts, prose, now)
    article.save_revision(clean=False)
    article.save()
    return article


@transaction.atomic
def bring_up_to_date(*, column: Column, now: dt.datetime) -> ArticlePage:
    """This function will take into a draft what has come in since, at its end, and note what has changed or gone.

    Writes a revision of the story. What was taken back altogether is in the column no more; the editor takes its words
    out. Raises: CannotDraft, for a column that is published.
    """
    _one_at_a_time()
    column = Column.objects.select_for_update(of=("self",)).select_related("appeal").get(pk=column.pk)
    if column.frozen_at is not None:
        raise CannotDraft(_("This column is published: what has changed since goes into the next one."))
    _note_changes(column)
    counted = printable.counted(column.appeal)
    came = [row for row in column_books.unthanked(column.appeal, counted, column) if row.left]
    gifts = _write_gifts(column, [Thanks(row, is_grouped=False) for row in came])
    column.parked_at, column.parked_reason = None, ""
    column.save(update_fields=["parked_at", "parked_reason"])
    article: ArticlePage = column.article.get_latest_revision_as_object()
    if gifts:
        article.body.append(("text", _paragraph(_("Since then"), gifts, column.appeal.currency)))
    article.save_revision(clean=False)
    return article


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('newsroom.column'))")


def _note_changes(column: Column) -> None:
    standing = printable.of([gift.allocation_id for gift in column.gifts.all()])
    for gift in column.gifts.all():
        left = standing[gift.allocation_id].left.minor if gift.allocation_id in standing else 0
        if not left:
            gift.delete()
        elif gift.drafted_minor != left:
            gift.drafted_minor = left
            gift.save(update_fields=["drafted_minor"])


def _write_gifts(column: Column, thanks: Sequence[Thanks]) -> list[ColumnGift]:
    last = column.gifts.order_by("-number").first()
    begin = last.number + 1 if last else 1
    methods = list(Method.values)
    ordered = sorted(
        thanks, key=lambda one: (methods.index(one.row.method), -one.row.left.minor, one.row.allocation_id)
    )
    return ColumnGift.objects.bulk_create(
        ColumnGift(
            column=column,
            number=number,
            allocation_id=one.row.allocation_id,
            words=one.row.words,
            method=one.row.method,
            is_grouped=one.is_grouped,
            is_again=one.is_again,
            drafted_minor=one.row.left.minor,
        )
        for number, one in enumerate(ordered, begin)
    )


def _write_corrections(column: Column) -> None:
    ColumnCorrection.objects.bulk_create(
        ColumnCorrection(column=column, number=number, gift=one.gift, from_minor=one.from_minor, to_minor=one.to_minor)
        for number, one in enumerate(changed(column.appeal), 1)
    )


def _is_small(row: Printable) -> bool:
    return row.left.minor < SMALL * 10 ** EXPONENTS[row.left.currency]


def _headline(first_on: dt.date, last_on: dt.date) -> str:
    last = date_format(last_on, "l j F")
    if first_on == last_on:
        return _("The fund on %(day)s") % {"day": last}
    return _("The fund from %(first)s to %(last)s") % {"first": date_format(first_on, "l j"), "last": last}


def _body(
    column: Column, gifts: Sequence[ColumnGift], prose: Sequence[writing.Block], now: dt.datetime
) -> list[tuple[str, Any]]:
    currency = column.appeal.currency
    fund = meter.of(column.appeal, on=column_books.day_of(now), now=now)
    parts: list[tuple[str, Any]] = [writing.stream_block(block) for block in prose] or [("text", _opening(fund))]
    named = [gift for gift in gifts if not gift.is_grouped]
    for method, of_it in groupby(named, key=lambda gift: gift.method):
        parts.append(("text", _paragraph(_came(method), list(of_it), currency)))
    if len(named) < len(gifts):
        parts.append(("text", _sentence(_("And {{rest}} came in {{rest_gifts}} from readers who wish no thanks."))))
    parts += [("text", _correction(one)) for one in column.corrections.select_related("gift__column", "column__appeal")]
    parts.append(("fact_box", {"title": column.appeal.name, "text": _standing(fund)}))
    values = column_books.read(column, on=column_books.day_of(now), now=now).figures
    return [(kind, _with_values(value, values)) for kind, value in parts]


def _opening(fund: meter.Meter) -> str:
    came = _("{{day}} has come in, in {{gifts}}.")
    if fund.target is None:
        return _sentence(came + " " + _("That takes the fund to {{raised}}, with {{days_left}} to go."))
    stands = _(
        "That takes the fund to {{raised}} of the {{target}} it needs, with {{needed}} to find in {{days_left}}."
    )
    return _sentence(" ".join(filter(None, (came, stands, _carried(fund)))))


def _carried(fund: meter.Meter) -> str:
    if fund.shortfall:
        return _("To the target comes {{carried_over}} that was missing last time.")
    return _("Off it comes {{carried_over}} that was left over last time.") if fund.credit else ""


def _standing(fund: meter.Meter) -> str:
    lines = [_("Raised: {{raised}}"), _("Left: {{days_left}}")]
    if fund.target is not None:
        lines.insert(1, _("We need: {{needed}}"))
    return "".join(_sentence(line) for line in lines)


def _paragraph(how: str, gifts: Sequence[ColumnGift], currency: str) -> str:
    listed = format_html_join("; ", "{}, {}", ((_whom(gift), _reference(gift, currency)) for gift in gifts))
    return f"<p>{escape(how)}: {listed}.</p>"


def _came(method: str) -> str:
    """How money came, as a column says it at the head of a list."""
    match method:
        case Method.CASH:
            return _("In cash")
        case Method.COLLECTION:
            return _("From collections")
        case _:
            name = str(Method(method).label)
            kept = name if method in (Method.DIRECT_DEBIT, Method.PAYPAL) else name.lower()
            return _("By %(method)s") % {"method": kept}


def _correction(one: ColumnCorrection) -> str:
    words = _("The {{own}} from %(whom)s in our column of %(day)s has not reached us after all.")
    if one.to_minor:
        words = _("The {{own}} from %(whom)s in our column of %(day)s should have read {{correction}}.")
    was = display(Money(one.from_minor, one.column.appeal.currency), pence=False)
    day = date_format(one.gift.column.last_on, "j F")
    # The references first: what a giver is called is text, whatever it looks like.
    told = escape(words).replace("{{own}}", figures.reference(figures.OWN, was))
    told = told.replace("{{correction}}", figures.reference(correction_figure(one.number), was))
    return "<p>" + told % {"whom": escape(_whom(one.gift)), "day": escape(day)} + "</p>"


def _sentence(text: str) -> str:
    return f"<p>{figures.references(escape(text))}</p>"


def _whom(gift: ColumnGift) -> str:
    return gift.words or _("a reader who wishes no thanks")


def _reference(gift: ColumnGift, currency: str) -> str:
    return figures.reference(gift_figure(gift.number), display(Money(gift.drafted_minor, currency), pence=False))


def _with_values(value: Any, values: Mapping[str, figures.Figure]) -> Any:
    """Writes into each reference how it reads now, for those who see the text without the books."""
    if isinstance(value, dict):
        return {key: _with_values(one, values) for key, one in value.items()}
    return figures.fill(value, values, keep=True) if isinstance(value, str) else value
