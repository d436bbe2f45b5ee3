"""Search over what everybody may read. What is typed is cleaned first: PostgreSQL never sees a sign it could stumble on."""

import re
import unicodedata
from typing import Any

from django.core.paginator import Page as PageOf
from wagtail.search.query import MATCH_NONE, PlainText

from pennypress.newsroom import cards, folding, showing
from pennypress.newsroom.cards import Card
from pennypress.newsroom.models import ArticlePage, PreparedArticle
from pennypress.newsroom.models.prepared import restricted_paths

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


def stories(typed: str, wanted: str | None = None) -> tuple[list[Card], PageOf]:
    """This function will find live stories for everybody that have all the words, the best first. Blank finds none."""
    page_obj = showing.paginate(_found(words(typed), operator="and"), wanted)
    return _cards(page_obj.object_list), page_obj


def meant(path: str, *, most: int = 5) -> list[Card]:
    """This function will guess which stories an address that is not there was meant for."""
    asked = [word for word in words(re.sub(r"[/_-]+", " ", path)) if len(word) > 2 and not word.isdecimal()]
    return _cards(_found(asked, operator="or")[:most])


def _found(asked: list[str], *, operator: str) -> Any:
    """Drafts have no prepared row, and so no place in the index; what is not for everybody is taken out before counting."""
    query = PlainText(" ".join(asked), operator=operator) if asked else MATCH_NONE
    return PreparedArticle.objects.exclude(article_id__in=_closed()).search(query)


def _closed() -> list[int]:
    return [
        pk
        for path in restricted_paths()
        for pk in ArticlePage.objects.filter(path__startswith=path).values_list("pk", flat=True)
    ]


def _cards(found: Any) -> list[Card]:
    ids = [row.pk for row in found]
    rows = {row.article_id: row for row in PreparedArticle.objects.public().filter(article_id__in=ids)} if ids else {}
    return cards.cards(rows[pk] for pk in ids if pk in rows)
