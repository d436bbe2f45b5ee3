"""What the paper's stored pages show, in names: a page carries them, and whoever changes a thing purges its name.

A page that shows a story or its card carries `article-N`. One that shows a list carries the list's name as well, which
ends when a story joins it, leaves it or changes its place there, and not when a headline in it is corrected.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from pennypress.newsroom.cards import Card
from pennypress.newsroom.models.prepared import PreparedArticle
from pennypress.newsroom.reading import Story

# The masthead, the menu and the foot, which stand on every page.
FURNITURE = "furniture"
# Page one and the newest stories of the whole paper.
FRONT = "front"
SEARCH = "search"
# What is answered where there is no page: it ends when one may have come.
MISSING = "missing"
# The files of pictures: they are kept for good, and ended together when one of them is taken away.
PICTURES = "pictures"
SITEMAP = "sitemap"
NEWS_SITEMAP = "news-sitemap"


def story(article_id: int) -> str:
    """This function will name whatever shows a story or its card.

    >>> story(12), section(3), contributor(4), topic(5), page(6)
    ('article-12', 'section-3', 'contributor-4', 'topic-5', 'page-6')
    """
    return f"article-{article_id}"


def section(section_id: int) -> str:
    return f"section-{section_id}"


def contributor(contributor_id: int) -> str:
    return f"contributor-{contributor_id}"


def topic(topic_id: int) -> str:
    return f"topic-{topic_id}"


def page(page_id: int) -> str:
    """This function will name a standing page, or a directory."""
    return f"page-{page_id}"


def stories(shown: Any) -> list[str]:
    """This function will name the stories whose cards stand in what a template is given, in lists and bands as well."""
    if isinstance(shown, Card):
        return [story(shown.article_id)]
    inner: Iterable[Any] = ()
    if isinstance(shown, Mapping):
        inner = shown.values()
    elif isinstance(shown, list | tuple):
        inner = shown
    return list(dict.fromkeys(name for value in inner for name in stories(value)))


def beside(row: PreparedArticle | Story) -> list[str]:
    """This function will name the lists from which the stories beside a story are taken: its topics, or its section."""
    return [topic(entry["id"]) for entry in row.topics] or [section(row.section_id)]


def lists(row: PreparedArticle) -> set[str]:
    """This function will name the lists in which a story stands, apart from those of the whole paper."""
    people = (contributor(person["id"]) for person in row.byline)
    return {section(row.section_id), *people, *(topic(entry["id"]) for entry in row.topics)}


def ended(before: PreparedArticle | None, after: PreparedArticle | None) -> list[str]:
    """This function will name what ends when a story's prepared row changes; None where there was or is none.

    A topic's new name is not told here: it stands on no card, and whoever renames it purges the topic.
    """
    rows = [row for row in (before, after) if row is not None]
    if len(rows) < 2 or rows[0].published_at != rows[1].published_at:
        every = (name for row in rows for name in (story(row.article_id), *lists(row)))
        return sorted({FRONT, SEARCH, MISSING, NEWS_SITEMAP, SITEMAP, *every})
    old, new = rows
    names = lists(old) ^ lists(new)
    if any(_plain(getattr(old, field)) != _plain(getattr(new, field)) for field in _SHOWN):
        names.add(story(new.article_id))
    if (old.section_id, old.is_opinion) != (new.section_id, new.is_opinion):
        names.add(FRONT)
    if (old.folded_headline, old.folded_text) != (new.folded_headline, new.folded_text):
        names.add(SEARCH)
    if old.headline != new.headline:
        names.add(NEWS_SITEMAP)
    return sorted(names)


_SHOWN = (
    *("section_id", "headline", "kicker", "standfirst", "byline", "writer", "is_opinion", "picture", "card_picture"),
    *("words", "body_html", "updated_at"),
)


def _plain(value: Any) -> str:
    """A value as the database gives it back: a tuple is a list there."""
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)
