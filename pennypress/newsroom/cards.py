"""A story as it stands in a list or on a front: everything a template shows of it, and no query behind it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from pennypress.newsroom import context
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.reading import Row


class Shown(NamedTuple):
    """A picture as `renditions` prepared it."""

    src: str
    srcset: str
    sizes: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    position: str


@dataclass(frozen=True, slots=True)
class Card:
    url: str
    kicker: str
    headline: str
    standfirst: str
    byline: str
    section: str
    section_url: str
    published_at: dt.datetime
    is_opinion: bool
    picture: Shown | None
    words: int
    article_id: int
    section_id: int
    updated_at: dt.datetime | None = None


def card(story: Row) -> Card:
    """This function will make the card of one story."""
    section = context.section(story.section_id)
    return Card(
        url=path_of(story.url_path),
        kicker=story.kicker,
        headline=story.headline,
        standfirst=story.standfirst,
        byline=names(story.byline),
        section=section["title"],
        section_url=section["url"],
        published_at=story.published_at,
        is_opinion=story.is_opinion,
        picture=Shown(**story.card_picture) if story.card_picture else None,
        words=story.words,
        article_id=story.article_id,
        section_id=story.section_id,
        updated_at=story.updated_at,
    )


def cards(stories: Iterable[Row]) -> list[Card]:
    """This function will make the cards of stories, in their order."""
    return [card(story) for story in stories]


def names(byline: list[dict[str, Any]]) -> str:
    """This function will write a byline in words.

    >>> names([{"name": "Ann Lee"}, {"name": "Bo Hart"}, {"name": "Cy Dunn"}])
    'Ann Lee, Bo Hart and Cy Dunn'
    """
    people = [entry["name"] for entry in byline]
    if len(people) < 2:
        return "".join(people)
    return _("%(first)s and %(last)s") % {"first": ", ".join(people[:-1]), "last": people[-1]}
