"""Publishing a column: its sums are checked against the books, its figures frozen, or it is held back with the reason."""

import datetime as dt
import json
from typing import Any

from django.db import transaction
from django.db.models import Max

from pennypress.ledger.models import Entry
from pennypress.newsroom import body, column_books, column_checks, figures
from pennypress.newsroom.column_books import Books
from pennypress.newsroom.models.columns import Column, ColumnGift

_MARK = "data-figure"


class CannotPublish(Exception):
    """The story's figures do not agree with the books; the text says each disagreement, for its editor."""

    def __init__(self, problems: list[str], article: Any) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.article = article


def of(article: Any) -> Column | None:
    """This function will give the column that a story is, if it is one. One query."""
    if article.pk is None:
        return None
    return Column.objects.select_related("appeal").filter(article_id=article.pk).first()


def must_agree(article: Any) -> bool:
    """This function will say whether a story's figures are not proved yet: of a column not frozen, or of no column.

    The last is a copy of a column: its figures are nobody's. One query.
    """
    column = of(article)
    return _MARK in json.dumps(article.body.get_prep_value()) if column is None else column.frozen_at is None


def filled(article: Any, fragment: str, *, now: dt.datetime) -> str:
    """This function will set the figures in a story's printed body: live in a draft, frozen once it is published."""
    if _MARK not in fragment:
        return fragment
    column = of(article)
    values = column_books.read(column, on=column_books.day_of(now), now=now).figures if column else {}
    return figures.fill(fragment, values)


def problems(article: Any, blocks: Any, headings: list[str], *, now: dt.datetime) -> list[str]:
    """This function will say what keeps a story with this body from being published. Stories without figures: nothing."""
    fragment = _bare(blocks)
    column = of(article)
    if column is None:
        return column_checks.unfounded(fragment)
    return column_checks.problems(fragment, headings, column_books.read(column, on=column_books.day_of(now), now=now))


def headings(article: Any) -> list[str]:
    """This function will list the plain text that stands above a story."""
    return [article.title, article.web_headline, article.kicker, article.standfirst]


@transaction.atomic
def make_ready(article: Any, *, now: dt.datetime) -> None:
    """This function will check a column that is about to be published and freeze its figures, from one reading.

    Locks the column. A story that is none is only checked for figures it cannot have. What was frozen stays so, and the
    text is checked against it. Raises: CannotPublish, with nothing written.
    """
    column = of(article)
    fragment = _bare(article.body)
    if column is None:
        found = column_checks.unfounded(fragment)
    else:
        column = Column.objects.select_for_update(of=("self",)).select_related("appeal").get(pk=column.pk)
        books = column_books.read(column, on=column_books.day_of(now), now=now)
        found = column_checks.problems(fragment, headings(article), books)
    if found:
        raise CannotPublish(found, article)
    if column is not None and column.frozen_at is None:
        _freeze(column, books, now)


def park(article: Any, reason: CannotPublish, *, now: dt.datetime) -> None:
    """This function will hold a scheduled column back: it is due no longer, and its editors read why."""
    article.revisions.update(approved_go_live_at=None)
    Column.objects.filter(article_id=article.pk).update(parked_at=now, parked_reason=str(reason))


def _freeze(column: Column, books: Books, now: dt.datetime) -> None:
    column.frozen_at = now
    column.as_of_entry = Entry.objects.aggregate(last=Max("id"))["last"] or 0
    column.figures = {name: {"text": figure.text, "minor": figure.minor} for name, figure in books.figures.items()}
    column.parked_at, column.parked_reason = None, ""
    column.save()
    printed = {line.number: line.now.minor for line in books.lines}
    gifts = list(column.gifts.all())
    for gift in gifts:
        gift.printed_minor = printed[gift.number]
    ColumnGift.objects.bulk_update(gifts, ["printed_minor"])


def _bare(blocks: Any) -> str:
    return body.render([block for block in blocks if block.block_type != "picture"])
