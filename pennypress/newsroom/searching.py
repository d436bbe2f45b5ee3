"""Search over what everybody may read. What is typed is cleaned first: PostgreSQL never sees a sign it could stumble on."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from pennypress.newsroom import cards, folding, reading, showing
from pennypress.newsroom.cards import Card
from pennypress.newsroom.showing import Onwards

# So many of the newest are listed, twenty to a page.
LISTED = 200
LOOKED_AT = 60
# With fewer than so many in some months or years, a word is rare.
FEW = 40
WHENEVER = ""
MAX_WORDS = 12
LONGEST_WORD = 40
LONGEST_QUERY = 400
_WORD = re.compile(r"[^\W_]+")


def words(typed: str) -> list[str]:
    """This function will give the words to search for: letters and digits only, folded, at most twelve.

    >>> words("  Señor O’Neill & \\x00 (dock | 'strike)!! ")
    ['senor', 'o', 'neill', 'dock', 'strike']
    """
    text = folding.fold(unicodedata.normalize("NFC", typed[:LONGEST_QUERY]))
    return [word[:LONGEST_WORD] for word in _WORD.findall(text)][:MAX_WORDS]


def as_typed(typed: str) -> str:
    """This function will give back what was typed, without control characters, for the search field."""
    text = unicodedata.normalize("NFC", typed[:LONGEST_QUERY])
    return "".join(char for char in text if unicodedata.category(char)[0] != "C").strip()


@dataclass(frozen=True)
class Found:
    """The newest stories that have the words, as far as they are listed; `is_more` where there are others, older."""

    article_ids: list[int]
    is_more: bool


def stories(typed: str, wanted: str | None = None) -> tuple[list[Card], Found, Onwards]:
    """This function will find live stories for everybody that have all the words, the newest first. Blank finds none."""
    found = newest(words(typed))
    number = showing.page_number(wanted)
    last = max(-(-len(found.article_ids) // showing.A_PAGE), 1)
    number = min(number, last)
    ids = found.article_ids[(number - 1) * showing.A_PAGE : number * showing.A_PAGE]
    return cards.cards(reading.these(ids)), found, Onwards(number, has_next=number < last)


# All the words, or any of them. Without a word that search keeps (of "the" and "of" it keeps none) nothing is found.
_ALL, _ANY = "plainto_tsquery('english', %(words)s)", "websearch_to_tsquery('english', %(words)s)"
# The newest are picked from the words alone, and only then it is seen which of them everybody may read: their pages lie
# elsewhere, one look for each.
_FOUND = """WITH found AS MATERIALIZED (
    SELECT row.article_id, row.published_at FROM newsroom_preparedarticle row
    WHERE row.searched @@ ({asked} && %(when)s::tsquery) AND numnode({asked}) > 0),
picked AS MATERIALIZED (SELECT * FROM found ORDER BY published_at DESC, article_id DESC LIMIT %(most)s)
SELECT picked.article_id, {open} FROM picked JOIN wagtailcore_page page ON page.id = picked.article_id
ORDER BY picked.published_at DESC, picked.article_id DESC"""


def newest(asked: list[str], *, any_of_them: bool = False, most: int = LISTED) -> Found:
    """This function will find the newest stories that have all the words, or any of them.

    It looks in the last months first, then further and further back until it has enough. What a word costs that stands in
    every second story is bounded by that, however many stories there are. Of a rare one, all are soon looked at: it is
    known by how few there are in the last months.
    """
    if not asked:
        return Found([], is_more=False)
    statement = _FOUND.format(asked=_ANY if any_of_them else _ALL, open=reading.is_open("page"))
    facts = {"words": (" or " if any_of_them else " ").join(asked), "most": most + 1}
    rows: list[tuple[int, bool]] = []
    for when in _windows(timezone.now()):
        rows = reading.rows(statement, {**facts, "when": when}, is_prepared=False)
        if len(rows) > most or len(rows) < FEW:
            break
    if len(rows) < FEW:
        rows = reading.rows(statement, {**facts, "when": WHENEVER}, is_prepared=False)
    return Found([pk for pk, is_open in rows[:most] if is_open], is_more=len(rows) > most)


def _windows(now: dt.datetime) -> Iterator[str]:
    """The last months and years, wider and wider, by the marks that a story's words hold of them; at last, whenever."""
    month = now.year * 12 + now.month
    # A story dated ahead of our clock stands among the newest.
    yield " | ".join(f"'@m{month - back}'" for back in range(-1, 4))
    for years in (1, 4, 16):
        yield " | ".join(f"'@y{now.year - back}'" for back in range(-1, years + 1))
    yield WHENEVER


_RANKED = """SELECT article_id FROM newsroom_preparedarticle WHERE article_id = ANY(%(ids)s::int[])
ORDER BY ts_rank(searched, websearch_to_tsquery('english', %(words)s)) DESC, published_at DESC LIMIT %(most)s"""


def named(path: str) -> list[str]:
    """This function will give the words of an address's last step: those before it name a section, and no story.

    >>> named("/world/harbour-toll_rise/"), named("/2024/harbour.html")
    (['harbour', 'toll', 'rise'], ['harbour'])
    """
    step = path.rstrip("/").rpartition("/")[2]
    return words(re.sub(r"[_-]+", " ", re.sub(r"\.\w{2,5}$", "", step)))


def meant(path: str, *, most: int = 5) -> list[Card]:
    """This function will guess which stories an address that is not there was meant for, among the newest with its words."""
    asked = [word for word in named(path) if len(word) > 2 and not word.isdecimal()]
    ids = newest(asked, most=LOOKED_AT).article_ids or newest(asked, any_of_them=True, most=LOOKED_AT).article_ids
    facts = {"ids": ids, "words": " or ".join(asked), "most": most}
    return cards.cards(reading.these([pk for (pk,) in reading.rows(_RANKED, facts, is_prepared=False)] if ids else []))
