"""Prepares a story for its readers once, when it is published: the body as HTML, its marks, byline and pictures.

`prepare` writes nothing, and serves previews as well; `store` keeps what readers get.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from pennypress.delivery import purging
from pennypress.newsroom import body, column_publishing, folding, marking, renditions, tags, typography
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.models.prepared import Cutting, PreparedArticle

UPDATED_AFTER = dt.timedelta(minutes=10)


def prepare(article: Any) -> PreparedArticle:
    """This function will make what readers see of the story as it stands in memory. Writes nothing but picture sizes."""
    published_at = article.first_published_at or timezone.now()
    changed_at = article.last_published_at
    picture = article.lead_picture
    legend = {"caption": article.lead_caption, "credit": article.lead_credit}
    bare = column_publishing.filled(article, body.render(article.body), now=timezone.now())
    text = body.text_of(bare)
    return PreparedArticle(
        article=article,
        section_id=article.get_parent().pk,
        headline=typography.set_text(article.title),
        kicker=typography.set_text(article.kicker),
        standfirst=typography.set_text(article.standfirst),
        web_headline=article.web_headline,
        dateline=article.dateline,
        byline=_byline(article),
        topics=_topics(article),
        writer=_writer(article),
        is_opinion=article.is_opinion,
        picture=renditions.wide(picture, **legend) if picture else None,
        card_picture=renditions.card(picture, **legend) if picture else None,
        words=len(text.split()),
        folded_headline=folding.fold(f"{article.title} {article.web_headline} {article.kicker}"),
        folded_text=folding.fold(" ".join((article.standfirst, article.dateline, *_searched_names(article), text))),
        body_html=marking.mark(bare, anchors(article)),
        published_at=published_at,
        updated_at=changed_at if changed_at and changed_at - published_at > UPDATED_AFTER else None,
        prepared_at=timezone.now(),
    )


@transaction.atomic
def store(article: Any) -> PreparedArticle:
    """This function will prepare a live story and keep it. Writes its row, files it, and purges what shows the story."""
    before = PreparedArticle.objects.filter(article_id=article.pk).first()
    row = prepare(article)
    row.save()
    file(row)
    purging.purge(*tags.ended(before, row))
    return row


def file(row: PreparedArticle) -> None:
    """This function will file a prepared story under what its row names, and nothing else. Writes its cuttings."""
    pages = {entry["id"] for entry in (*row.topics, *row.byline)}
    Cutting.objects.filter(story=row).delete()
    Cutting.objects.bulk_create(Cutting(story=row, page_id=pk, published_at=row.published_at) for pk in sorted(pages))


@transaction.atomic
def remove(article: Any) -> None:
    """This function will take a story away from every public page. Deletes its prepared row, and purges what shows it."""
    rows = PreparedArticle.objects.filter(article_id=article.pk)
    before = rows.first()
    if before is not None:
        rows.delete()
        purging.purge(*tags.ended(before, None))


@transaction.atomic
def again(articles: Any) -> int:
    """This function will prepare the live ones of some stories again, as what they show has changed elsewhere.

    Purges what shows them.
    """
    live = list(articles.filter(live=True))
    for article in live:
        store(article)
    return len(live)


def printable(article: Any) -> list[Any]:
    """This function will list the story's claims that may be printed, in order; off the record is never printed."""
    return [claim for claim in article.claims.all() if claim.source_id and claim.source.standing != "off_record"]


def anchors(article: Any) -> list[tuple[int, str]]:
    """This function will pair the numbers that readers see with the words in the text."""
    return [(number, claim.anchor) for number, claim in enumerate(printable(article), start=1)]


def bare_body(blocks: Any) -> str:
    """This function will print the words of a body without making pictures, to look for words in it."""
    return body.render([block for block in blocks if block.block_type != "picture"])


def _searched_names(article: Any) -> list[str]:
    return [person["name"] for person in _byline(article)] + [topic["title"] for topic in _topics(article)]


def _byline(article: Any) -> list[dict[str, Any]]:
    people = (entry.contributor for entry in article.contributors.all())
    return [
        {"id": person.pk, "name": person.title, "role": person.role, "url": path_of(person.url_path)}
        for person in people
        if person.live
    ]


def _topics(article: Any) -> list[dict[str, Any]]:
    live = [topic for topic in article.topics.all() if topic.live]
    return [{"id": topic.pk, "title": topic.title, "url": path_of(topic.url_path)} for topic in live]


def _writer(article: Any) -> dict[str, Any] | None:
    first = next((entry.contributor for entry in article.contributors.all() if entry.contributor.live), None)
    if first is None or not first.bio:
        return None
    portrait = renditions.face(first.portrait) if first.portrait else None
    return {"name": first.title, "url": path_of(first.url_path), "bio": first.bio, "portrait": portrait}
