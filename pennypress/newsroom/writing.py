"""Writes stories, fronts and pages from code: for the demo paper, for imports and for tests.

Everything goes the way that the desk's own pages go: validated, with a revision kept, prepared for its readers.
"""

import datetime as dt
import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.html import escape
from django.utils.text import slugify
from wagtail.models import Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published

from pennypress.newsroom import column_publishing, figures, stripping
from pennypress.newsroom.models import (
    ArticleContributor,
    ArticlePage,
    Claim,
    ClaimRelation,
    ContributorPage,
    DirectoryPage,
    FrontLead,
    FrontNib,
    FrontPage,
    Paper,
    Picture,
    SectionPage,
    Source,
    StandardPage,
    TopicPage,
)


class CannotWrite(ValueError):
    """The story or page lacks what it must have."""


@dataclass(frozen=True)
class Block:
    """One part of a body. `kind` is text, plain (text without Markdown), crosshead, pull_quote, picture, list or fact_box.

    Text may hold **bold**, *italic*, [links](https://…) and, in a column, {{figures}}; `lines` are those of a list or the
    paragraphs of a fact box.
    """

    kind: str
    text: str = ""
    speaker: str = ""
    title: str = ""
    lines: Sequence[str] = ()
    picture: Picture | None = None
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Bears:
    """How a claim bears on another: `on` is the key of one in this story or in the book of claims, or the claim itself."""

    kind: str
    on: str | Claim


@dataclass(frozen=True)
class Asserted:
    """A claim to be written with a story; `at` are the exact words in the body where its mark stands."""

    says: str
    source: Source
    key: str = ""
    made_on: dt.date | None = None
    made_text: str = ""
    evidence: str = ""
    at: str = ""
    relations: Sequence[Bears] = ()


@transaction.atomic
def write_article(
    *,
    section: SectionPage,
    headline: str,
    body: Sequence[Block],
    published_at: dt.datetime | None,
    updated_at: dt.datetime | None = None,
    web_headline: str = "",
    kicker: str = "",
    standfirst: str = "",
    dateline: str = "",
    slug: str = "",
    contributors: Sequence[ContributorPage] = (),
    topics: Sequence[TopicPage] = (),
    picture: Picture | None = None,
    caption: str = "",
    credit: str = "",
    is_opinion: bool = False,
    claims: Sequence[Asserted] = (),
    book: MutableMapping[str, Claim] | None = None,
) -> ArticlePage:
    """This function will write a story, published as of `published_at`, or a draft where that is None.

    `book` holds claims of earlier stories by key, for relations; the story's own are added to it. Writes the page, its
    revision and its prepared row. Raises: CannotWrite without a headline, or for a claim key that nobody made.
    """
    if not headline.strip():
        raise CannotWrite("A story needs a headline.")
    article = ArticlePage(
        title=headline.strip(),
        slug=free_slug(section, slug or headline),
        web_headline=web_headline,
        kicker=kicker,
        standfirst=standfirst,
        dateline=dateline,
        lead_picture=picture,
        lead_caption=caption,
        lead_credit=credit,
        is_opinion=is_opinion,
        body=[stream_block(block) for block in body],
    )
    article.contributors = [ArticleContributor(contributor=person) for person in contributors]
    article.topics = list(topics)
    article.claims = [_claim(asserted, place) for place, asserted in enumerate(claims)]
    _relate(list(article.claims.all()), claims, book or {})
    _put_in_place(section, article, published_at, updated_at)
    if book is not None:
        rows = article.claims.order_by("sort_order")
        book.update({asserted.key: row for asserted, row in zip(claims, rows, strict=True) if asserted.key})
    return article


def publish(article: ArticlePage, *, at: dt.datetime) -> None:
    """This function will publish a draft as of the moment `at`: its latest words, and of a column the figures of then.

    Raises: column_publishing.CannotPublish.
    """
    revision = article.latest_revision
    story = article.get_latest_revision_as_object()
    with transaction.atomic():
        column_publishing.make_ready(story, now=at)
        story.first_published_at = story.last_published_at = at
        story.live, story.live_revision, story.has_unpublished_changes = True, revision, False
        story.save()
        page_published.send(sender=type(story), instance=story, revision=None)


def _put_in_place(
    section: Page, article: Page, published_at: dt.datetime | None, updated_at: dt.datetime | None
) -> None:
    article.live = published_at is not None
    article.has_unpublished_changes = published_at is None
    article.first_published_at = published_at
    article.last_published_at = updated_at or published_at
    with disable_reference_index_auto_update():  # Once at the end, instead of at each of thirty saves.
        section.add_child(instance=article)
        revision = article.save_revision(clean=False)
    ReferenceIndex.create_or_update_for_object(article)
    if published_at is not None:
        article.live_revision = revision
        article.has_unpublished_changes = False
        Page.objects.filter(pk=article.pk).update(live_revision=revision, has_unpublished_changes=False)
        page_published.send(sender=type(article), instance=article, revision=None)


def free_slug(parent: Page, wanted: str) -> str:
    """This function will make an address from a headline that no other page under `parent` has."""
    stem = slugify(re.sub(r"[’'“”\"]", "", wanted))[:80].strip("-") or "story"
    taken = set(parent.get_children().filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _claim(asserted: Asserted, place: int) -> Claim:
    return Claim(
        says=asserted.says,
        source=asserted.source,
        made_on=asserted.made_on,
        made_text=asserted.made_text,
        evidence=asserted.evidence,
        anchor=asserted.at,
        sort_order=place,
    )


def _relate(rows: Sequence[Claim], claims: Sequence[Asserted], book: Mapping[str, Claim]) -> None:
    numbers = {asserted.key: number for number, asserted in enumerate(claims, start=1) if asserted.key}
    for row, asserted in zip(rows, claims, strict=True):
        row.relations = [_relation(bears, numbers, book) for bears in asserted.relations]


def _relation(bears: Bears, numbers: Mapping[str, int], book: Mapping[str, Claim]) -> ClaimRelation:
    if isinstance(bears.on, str) and bears.on in numbers:
        return ClaimRelation(kind=bears.kind, to_number=numbers[bears.on])
    other = bears.on if isinstance(bears.on, Claim) else book.get(bears.on)
    if other is None:
        raise CannotWrite(f"No claim has the key {bears.on!r}.")
    return ClaimRelation(kind=bears.kind, to_claim=other)


def stream_block(block: Block) -> tuple[str, Any]:
    """This function will make the editor's block of one part of a body. Raises: CannotWrite for a kind there is not."""
    match block.kind:
        case "text":
            return "text", f"<p>{inline(block.text)}</p>"
        case "plain":
            return "text", f"<p>{escape(block.text)}</p>"
        case "crosshead":
            return "crosshead", block.text
        case "pull_quote":
            return "pull_quote", {"text": block.text, "speaker": block.speaker}
        case "picture":
            return "picture", {"picture": block.picture, "caption": block.caption, "credit": block.credit}
        case "list":
            return "list", list(block.lines)
        case "fact_box":
            return "fact_box", {"title": block.title, "text": _facts(block)}
    raise CannotWrite(f"A story has no part of the kind {block.kind!r}.")


def _facts(block: Block) -> str:
    lines = [line for line in (block.text, *block.lines) if line]
    items = "".join(f"<li>{inline(line[2:])}</li>" for line in lines if line.startswith("- "))
    words = "".join(f"<p>{inline(line)}</p>" for line in lines if not line.startswith("- "))
    return words + (f"<ul>{items}</ul>" if items else "")


def inline(text: str) -> str:
    """This function will turn the little Markdown of a paragraph into rich text, everything else escaped.

    >>> inline("**No** to <b> and [yes](https://example.org/)")
    '<b>No</b> to &lt;b&gt; and <a href="https://example.org/">yes</a>'
    """
    out = escape(text).replace("&#x27;", "'").replace("&quot;", '"')
    out = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", out)
    out = figures.references(out)
    out = re.sub(r"(?<!\*)\*(?!\s)(.+?)(?<!\s)\*(?!\*)", r"<i>\1</i>", out)
    return re.sub(r"\[([^\]]+)\]\((https?://[^\s)\"]+|/[^\s)\"]*)\)", r'<a href="\2">\1</a>', out)


def front_page() -> FrontPage:
    """This function will give page one, which every install has."""
    return FrontPage.objects.get()


def make_paper(*, masthead: str, strapline: str, accent: str = "red") -> Paper:
    """This function will name the paper. Writes its settings and the address of its site."""
    paper = Paper.load()
    paper.masthead, paper.strapline, paper.accent = masthead, strapline, accent
    paper.save()
    Site.objects.update(site_name=masthead)
    settings_host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    Site.objects.filter(is_default_site=True).update(hostname=settings_host)
    return paper


def make_section(*, title: str, standfirst: str = "", slug: str = "", in_menus: bool = True) -> SectionPage:
    """This function will open a section at the end of the paper's sections."""
    return _child(
        front_page(),
        SectionPage(title=title, slug=slug or slugify(title), standfirst=standfirst, show_in_menus=in_menus),
    )


def make_contributor(
    *, name: str, role: str = "", place: str = "", bio: str = "", portrait: Picture | None = None
) -> ContributorPage:
    """This function will take a contributor on."""
    page = ContributorPage(title=name, slug=slugify(name), role=role, place=place, bio=bio, portrait=portrait)
    return _child(_directory("contributors"), page)


def make_topic(*, title: str, standfirst: str = "") -> TopicPage:
    """This function will open a topic."""
    return _child(_directory("topics"), TopicPage(title=title, slug=slugify(title), standfirst=standfirst))


def make_standing_page(*, title: str, text: str, standfirst: str = "", slug: str = "") -> StandardPage:
    """This function will make a standing page, such as privacy or complaints, named at the foot of every page."""
    page = StandardPage(title=title, slug=slug or slugify(title), text=text, standfirst=standfirst, show_in_menus=True)
    return _child(front_page(), page)


def make_source(*, name: str, kind: str = "person", affiliation: str = "", standing: str = "named") -> Source:
    """This function will give the source of this name, affiliation and standing, writing it where it is new."""
    source, _created = Source.objects.get_or_create(
        name=name, affiliation=affiliation, standing=standing, defaults={"kind": kind}
    )
    return source


def make_picture(
    *,
    title: str,
    content: bytes,
    filename: str,
    alt: str,
    caption: str = "",
    credit: str = "",
    focus: tuple[int, int] | None = None,
) -> Picture:
    """This function will take a picture in, cleaned of what its file says besides; `focus` is a point in its pixels.

    Raises: stripping.CannotUsePicture.
    """
    picture = Picture(title=title, description=alt, caption=caption, credit=credit)
    picture.file = stripping.strip(ContentFile(content, name=filename))
    if focus:
        picture.focal_point_x, picture.focal_point_y = focus
        picture.focal_point_width = picture.focal_point_height = 1
    picture.save()
    return picture


@transaction.atomic
def make_front(
    *, splash: ArticlePage | None, leads: Sequence[ArticlePage] = (), nibs: Sequence[ArticlePage] = ()
) -> FrontPage:
    """This function will lay out page one and publish it."""
    page = front_page()
    page.splash = splash
    page.leads = [FrontLead(article=story, sort_order=place) for place, story in enumerate(leads)]
    page.nibs = [FrontNib(article=story, sort_order=place) for place, story in enumerate(nibs)]
    page.save_revision().publish()
    return front_page()


def _directory(slug: str) -> DirectoryPage:
    return DirectoryPage.objects.get(slug=slug)


def _child(parent: Page, page: Any) -> Any:
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page
