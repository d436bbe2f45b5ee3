"""Search over what everybody may read. What is typed is cleaned first: PostgreSQL never sees a sign it could stumble on."""

import re
import unicodedata
from dataclasses import dataclass

from pennypress.newsroom import cards, folding, reading, showing
from pennypress.newsroom.cards import Card
from pennypress.newsroom.showing import Onwards

# So many of the newest are listed, twenty to a page.
LISTED = 200
LOOKED_AT = 60
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


# The paper's time in pieces, the newest first: the months of its last two years, then years, each with its latest story;
# those without a story are left out. Pieces are looked through one after the other while too few are found. Words are kept
# by the year in which they were printed, and among them a mark of the month: so a word that stands in every second story
# costs what its last weeks hold, and a rare one a short look into each year. The newest are picked from the words alone,
# and only then it is seen which of them everybody may read: their pages lie elsewhere, one look for each. Of "the" and "of"
# nothing is kept, and nothing is found.
_FOUND = """WITH RECURSIVE asked (words) AS (SELECT tsvector_to_array(to_tsvector('english', %(words)s))),
piece (number, latest, months_since) AS (
    SELECT 1, max(published_at), date_trunc('year', max(published_at) - interval '1 year', 'UTC')
    FROM newsroom_preparedarticle
    UNION ALL
    SELECT number + 1, (SELECT max(published_at) FROM newsroom_preparedarticle WHERE published_at < date_trunc(
        CASE WHEN latest >= months_since THEN 'month' ELSE 'year' END, latest, 'UTC')), months_since
    FROM piece WHERE latest IS NOT NULL),
looked AS (
    SELECT number, ('(' || (SELECT string_agg(quote_literal(year || ':' || word), '{joined}') FROM unnest(words) word) || ')' ||
        CASE WHEN latest >= months_since THEN ' & ' || quote_literal(year || ':@m' || year * 12 + month) ELSE '' END
        )::tsquery AS wanted
    FROM asked CROSS JOIN piece CROSS JOIN LATERAL (
        SELECT date_part('year', latest AT TIME ZONE 'UTC')::int, date_part('month', latest AT TIME ZONE 'UTC')::int
    ) moment (year, month)
    WHERE latest IS NOT NULL AND words <> '{{}}' ORDER BY number),
picked AS MATERIALIZED (
    SELECT row.article_id, row.published_at
    FROM looked JOIN newsroom_preparedarticle row ON newsroom_words_by_year(row.searched, row.published_at) @@ looked.wanted
    ORDER BY looked.number, row.published_at DESC, row.article_id DESC LIMIT {most:d})
SELECT picked.article_id, {open} FROM picked JOIN wagtailcore_page page ON page.id = picked.article_id
ORDER BY picked.published_at DESC, picked.article_id DESC"""


def newest(asked: list[str], *, any_of_them: bool = False, most: int = LISTED) -> Found:
    """This function will find the newest stories that have all the words, or any of them. One query.

    What it costs is bounded by how many are listed and how many years there are, however many stories have the words.
    """
    if not asked:
        return Found([], is_more=False)
    joined, is_open = " | " if any_of_them else " & ", reading.is_open("page")
    rows = reading.rows(_FOUND.format(joined=joined, open=is_open, most=most + 1), {"words": " ".join(asked)})
    return Found([pk for pk, may_read in rows[:most] if may_read], is_more=len(rows) > most)


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
