"""Who says so: the claims of a story with their sources, and how claims of all stories bear on each other.

What is off the record is shown nowhere; of a source on background only the affiliation is shown. Only claims of live
stories that are for everybody are shown.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pennypress.newsroom import reading, typography
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.models.claims import Claim, ClaimRelation, Source, Standing

TOLD = {
    "repeats": gettext_lazy("Repeats"),
    "supports": gettext_lazy("Supports"),
    "denies": gettext_lazy("Denies"),
    "answers": gettext_lazy("Answers"),
}
HEARD = {
    "repeats": gettext_lazy("Repeated by"),
    "supports": gettext_lazy("Supported by"),
    "denies": gettext_lazy("Denied by"),
    "answers": gettext_lazy("Answered by"),
}


@dataclass(frozen=True)
class ShownSource:
    name: str
    affiliation: str
    standing_label: str
    kind: str


@dataclass(frozen=True)
class Bearing:
    """How another claim bears on this one, or this on it."""

    label: str
    kind: str
    text: str
    url: str
    source_name: str
    article_id: int = 0


@dataclass(frozen=True)
class ShownClaim:
    number: int
    anchor: str
    text: str
    source: ShownSource
    made: str
    evidence: str
    url: str
    relations: tuple[Bearing, ...] = ()
    has_mark: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as it is kept, with its source as it is known; what of both may be printed is said below."""

    pk: int | None
    says: str
    anchor: str
    made_on: dt.date | None
    made_text: str
    evidence: str
    kind: str
    name: str
    affiliation: str
    standing: str
    article_id: int

    @property
    def is_printable(self) -> bool:
        return self.standing not in ("", Standing.OFF_RECORD)


@dataclass(frozen=True, slots=True)
class Told:
    """That a claim of the story bears on another: one of the story, by its place or itself, or one of another story."""

    claim: int
    kind: str
    place: int | None = None
    other: Said | None = None


def source(of: Source | Said) -> ShownSource:
    """This function will say what may be printed of a source."""
    label = _standing_label(of.standing, get_language())
    if of.standing == Standing.ON_BACKGROUND:
        return ShownSource(of.affiliation or _("A source on background"), "", label, of.kind)
    return ShownSource(of.name, of.affiliation, label, of.kind)


@functools.cache
def _standing_label(standing: str, language: str | None) -> str:
    return str(Standing(standing).label).split(":")[0]


@functools.cache
def _bearing_label(kind: str, language: str | None, *, is_heard: bool) -> str:
    return str((HEARD if is_heard else TOLD)[kind])


def made(claim: Claim | Said) -> str:
    """This function will say in words when a claim was made, as far as is known."""
    return date_format(claim.made_on, "j F Y") if claim.made_on else claim.made_text


_SAID = """{0}.id, {0}.says, {0}.anchor, {0}.made_on, {0}.made_text, {0}.evidence,
    {0}_source.kind, {0}_source.name, {0}_source.affiliation, {0}_source.standing, {0}.page_id"""
_OWN = f"""SELECT {_SAID.format("own")} FROM newsroom_claim own JOIN newsroom_source own_source ON own_source.id = own.source_id
WHERE own.page_id = %(story)s ORDER BY own.sort_order, own.id"""  # noqa: S608 - words of our own
# How the story's claims bear on others, and others on them; of another story only what everybody may read.
_BORNE = f"""SELECT own.id, relation.kind, relation.to_number, own.id = relation.from_claim_id,
    {_SAID.format("other")}
FROM newsroom_claim own
JOIN newsroom_claimrelation relation ON relation.from_claim_id = own.id OR relation.to_claim_id = own.id
LEFT JOIN newsroom_claim other
    ON other.id = CASE WHEN relation.from_claim_id = own.id THEN relation.to_claim_id ELSE relation.from_claim_id END
LEFT JOIN newsroom_source other_source ON other_source.id = other.source_id
LEFT JOIN wagtailcore_page page ON page.id = other.page_id
WHERE own.page_id = %(story)s AND (page.id IS NULL OR page.id = own.page_id OR ({{open}})) ORDER BY relation.id"""  # noqa: S608


def panel(article_id: int, *, marked: str) -> list[ShownClaim]:
    """This function will list a story's claims for its "Who says so" panel. Two queries, one where there are none."""
    facts = {"story": article_id}
    every = [Said(*row) for row in reading.rows(_OWN, facts)]
    if not every:
        return []
    places = {claim.pk: place for place, claim in enumerate(every)}
    told, heard = [], []
    for own, kind, number, is_told, *other in reading.rows(_BORNE.format(open=reading.is_open("page")), facts):
        page_id = other[-1]
        within = places.get(other[0]) if page_id == article_id else number - 1 if number else None
        if is_told:
            told.append(Told(places[own], kind, within, Said(*other) if within is None and other[0] else None))
        elif page_id != article_id:
            heard.append(Told(places[own], kind, other=Said(*other)))
    return _panel(every, told, heard, marked)


def previewed(article: Any, *, marked: str) -> list[ShownClaim]:
    """This function will list the claims of a story as it stands in memory. What bears on them from elsewhere is left out."""
    rows = list(article.claims.all())
    places = {row.pk: place for place, row in enumerate(rows) if row.pk}
    told = []
    for place, row in enumerate(rows):
        for relation in row.relations.all():
            within = relation.to_number - 1 if relation.to_number else places.get(relation.to_claim_id)
            other = relation.to_claim if within is None else None
            told.append(Told(place, relation.kind, within, _said(other) if other and other.page.live else None))
    return _panel([_said(row) for row in rows], told, [], marked)


def _said(claim: Claim) -> Said:
    of = claim.source if claim.source_id else None
    return Said(
        pk=claim.pk,
        says=claim.says,
        anchor=claim.anchor,
        made_on=claim.made_on,
        made_text=claim.made_text,
        evidence=claim.evidence,
        kind=of.kind if of else "",
        name=of.name if of else "",
        affiliation=of.affiliation if of else "",
        standing=of.standing if of else "",
        article_id=claim.page_id or 0,
    )


def _panel(every: list[Said], told: list[Told], heard: list[Told], marked: str) -> list[ShownClaim]:
    shown = [place for place, claim in enumerate(every) if claim.is_printable]
    numbers = {place: number for number, place in enumerate(shown, start=1)}
    bearings: dict[int, list[Bearing]] = {place: [] for place in shown}
    for tie in told:
        if tie.claim not in numbers:
            continue
        if tie.place in numbers:
            other, mine = every[tie.place], every[tie.claim]
            bearings[tie.claim].append(_bearing(tie.kind, other, f"#claim-{numbers[tie.place]}"))
            bearings[tie.place].append(_bearing(tie.kind, mine, f"#claim-{numbers[tie.claim]}", is_heard=True))
        elif tie.other is not None and tie.other.is_printable:
            bearings[tie.claim].append(_bearing(tie.kind, tie.other, address(tie.other)))
    for tie in heard:
        if tie.claim in numbers and tie.other is not None and tie.other.is_printable:
            bearings[tie.claim].append(_bearing(tie.kind, tie.other, address(tie.other), is_heard=True))
    return [_shown(every[place], numbers[place], bearings[place], marked) for place in shown]


def _shown(claim: Said, number: int, bearings: list[Bearing], marked: str) -> ShownClaim:
    return ShownClaim(
        number=number,
        anchor=claim.anchor,
        text=typography.set_text(claim.says),
        source=source(claim),
        made=made(claim),
        evidence=typography.set_text(claim.evidence),
        url=address(claim) if claim.pk else "",
        relations=tuple(bearings),
        has_mark=f'id="claim-{number}-mark"' in marked,
    )


def _bearing(kind: str, other: Said, url: str, *, is_heard: bool = False) -> Bearing:
    label = _bearing_label(kind, get_language(), is_heard=is_heard)
    return Bearing(label, kind, typography.set_text(other.says), url, source(other).name, other.article_id)


def address(claim: Claim | Said) -> str:
    """This function will give the address of a claim's own page."""
    return f"/claims/{claim.pk}/"


@dataclass(frozen=True)
class Moment:
    """One line of a claim's timeline: what was said, by whom, when, in which story, and how it bears on the claim."""

    claim_id: int
    label: str
    kind: str
    text: str
    source: ShownSource
    made: str
    evidence: str
    on: dt.date
    story_headline: str
    story_url: str
    is_this: bool
    article_id: int


@dataclass(frozen=True)
class ClaimStory:
    claim: ShownClaim
    story_headline: str
    story_url: str
    published_at: dt.datetime
    timeline: list[Moment]


class NoSuchClaim(LookupError):
    """No claim with this number stands in a story that everybody may read."""


def claim_story(claim_id: int) -> ClaimStory:
    """This function will tell a claim's story over all stories, by date. Raises: NoSuchClaim."""
    claim = _public_claims(Q(pk=claim_id)).first()
    if claim is None:
        raise NoSuchClaim
    ties = _ties(claim)
    others = {row.pk: row for row in _public_claims(Q(pk__in=[pk for _label, _kind, pk in ties]))}
    moments = [_moment(claim, "", "", is_this=True)]
    moments += [_moment(others[pk], label, kind, is_this=False) for label, kind, pk in ties if pk in others]
    return ClaimStory(
        claim=_shown(_said(claim), 1, [], ""),
        story_headline=typography.set_text(claim.page.title),
        story_url=path_of(claim.page.url_path),
        published_at=claim.page.first_published_at,
        timeline=sorted(moments, key=lambda moment: (moment.on, moment.claim_id)),
    )


def _public_claims(wanted: Q) -> Any:
    shown = Claim.objects.filter(wanted, page__prepared__isnull=False).exclude(source__standing=Standing.OFF_RECORD)
    return reading.only_open(shown, "page").select_related("source", "page").defer("page__body")


def bear_on(article_id: int) -> list[int]:
    """This function will give the other stories whose claims bear on a story's claims, or its claims on theirs."""
    rows = ClaimRelation.objects.filter(Q(from_claim__page_id=article_id) | Q(to_claim__page_id=article_id))
    pages = {pk for pair in rows.values_list("from_claim__page_id", "to_claim__page_id") for pk in pair if pk}
    return sorted(pages - {article_id})


def _ties(claim: Claim) -> list[tuple[str, str, int]]:
    """(label, kind, claim) of each claim that bears on this one or that it bears on, numbers of the story resolved."""
    siblings = list(Claim.objects.filter(page_id=claim.page_id).order_by("sort_order").values_list("pk", flat=True))
    rows = ClaimRelation.objects.filter(Q(from_claim__page_id=claim.page_id) | Q(to_claim=claim)).order_by("pk")
    ties = []
    for row in rows:
        numbered = siblings[row.to_number - 1] if row.to_number and row.to_number <= len(siblings) else None
        target = row.to_claim_id or numbered
        if row.from_claim_id == claim.pk and target:
            ties.append((str(TOLD[row.kind]), row.kind, target))
        elif target == claim.pk:
            ties.append((str(HEARD[row.kind]), row.kind, row.from_claim_id))
    return ties


def _moment(claim: Claim, label: str, kind: str, *, is_this: bool) -> Moment:
    return Moment(
        claim_id=claim.pk,
        label=label,
        kind=kind,
        text=typography.set_text(claim.says),
        source=source(claim.source),
        made=made(claim),
        evidence=typography.set_text(claim.evidence),
        on=claim.made_on or claim.page.first_published_at.date(),
        story_headline=typography.set_text(claim.page.title),
        story_url=path_of(claim.page.url_path),
        is_this=is_this,
        article_id=claim.page_id,
    )
