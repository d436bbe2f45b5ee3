"""Checking a column before it is published: do the gifts it names add up to what the books have? Pure.

Law: a text without problems names every gift exactly once, and types no amount that is none of its figures.
"""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from pennypress.money import Money, display
from pennypress.newsroom import figures
from pennypress.newsroom.column_books import DAY, REST, Books, Line


def problems(fragment: str, headings: Sequence[str], books: Books) -> list[str]:
    """This function will say everything that is wrong with a column's text, in words for its editor.

    `fragment` is the story with its references not filled, `headings` the plain text that stands above it.
    """
    named = figures.named(fragment)
    return [
        *_sums(named, books),
        *_unknown(named, books),
        *_not_once(named, books),
        *_changed(books),
        *_missing(books),
        *_typed(fragment, headings, books),
    ]


def unfounded(fragment: str) -> list[str]:
    """This function will say what is wrong with a story that is no column and refers to figures all the same."""
    if not any(name != figures.OWN for name in figures.named(fragment)):
        return []
    return [_("The story refers to figures of the fund, which only a column drafted from the books can do.")]


def _listed(named: Counter[str], books: Books) -> Money:
    """What a reader who adds up the text comes to."""
    minor = sum(
        (books.figures[line.figure].minor or 0) * named[line.figure] for line in books.lines if not line.is_grouped
    )
    return Money(minor + books.money(REST).minor * named[REST], books.currency)


def _sums(named: Counter[str], books: Books) -> list[str]:
    listed, day = _listed(named, books), books.money(DAY)
    if listed == day:
        return []
    apart = display(max(listed - day, day - listed), pence=False)
    words = _(
        "The gifts named in the column add up to %(listed)s, and the books have %(day)s for these days: %(apart)s apart."
    )
    figures_in_words = {"listed": display(listed, pence=False), "day": display(day, pence=False), "apart": apart}
    return [words % figures_in_words]


def _unknown(named: Counter[str], books: Books) -> list[str]:
    known = books.figures.keys() | {figures.OWN}
    return [
        _("The text refers to “%(name)s”, which is no figure of this column: take it out.") % {"name": name}
        for name in named
        if name not in known
    ]


def _not_once(named: Counter[str], books: Books) -> list[str]:
    found = []
    for line in books.lines:
        if line.is_grouped or named[line.figure] == 1 or not line.now:
            continue
        word = _("%(gift)s stands in the text twice.") if named[line.figure] else _("%(gift)s is not in the text.")
        found.append(word % {"gift": _gift(line, line.now)})
    if books.money(REST) and named[REST] != 1:
        word = _("%(amount)s from readers who wish no thanks must stand in the text, once.")
        found.append(word % {"amount": books.figures[REST].text})
    return found


def _changed(books: Books) -> list[str]:
    return [_change(line) for line in books.lines if line.now != line.drafted]


def _change(line: Line) -> str:
    if not line.now:
        return _("%(gift)s has been taken back since the column was drafted.") % {"gift": _gift(line, line.drafted)}
    words = _("%(gift)s is %(now)s in the books now.")
    return words % {"gift": _gift(line, line.drafted), "now": display(line.now, pence=False)}


def _missing(books: Books) -> list[str]:
    words = _("%(amount)s from %(whom)s has come in since the column was drafted, and is not in it.")
    return [
        words % {"amount": display(row.left, pence=False), "whom": row.words or _("a reader who wishes no thanks")}
        for row in books.missing
    ]


def _typed(fragment: str, headings: Sequence[str], books: Books) -> list[str]:
    amounts = [figure.minor for figure in books.figures.values() if figure.minor is not None]
    typed = [*figures.typed(fragment), *(one for text in headings for one in figures.typed_in(text))]
    words = _("“%(text)s” was typed, and is none of the column's figures.")
    return [
        words % {"text": one.text} for one in typed if not any(one.is_of(minor, books.currency) for minor in amounts)
    ]


def _gift(line: Line, amount: Money) -> str:
    whom = line.words or _("a reader who wishes no thanks")
    return _("The %(amount)s from %(whom)s") % {"amount": display(amount, pence=False), "whom": whom}
