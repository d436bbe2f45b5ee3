"""Who says so: the claims of a story with their sources, and how claims of all stories bear on each other.

What is off the record is shown nowhere; of a source on background only the affiliation is shown. Only claims of live
stories that are for everybody are shown.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress.newsroom import typography
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.models.claims import Claim, ClaimRelation, Source, Standing
from pennypress.newsroom.models.prepared import restricted_paths

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
    relations: list[Bearing] = field(default_factory=list)
    has_mark: bool = False


def source(row: Source) -> ShownSource:
    """This function will say what may be printed of a source."""
    label = str(row.get_standing_display()).split(":")[0]
    if row.standing == Standing.ON_BACKGROUND:
        return ShownSource(row.affiliation or _("A source on background"), "", label, row.kind)
    return ShownSource(row.name, row.affiliation, label, row.kind)


def made(claim: Claim) -> str:
    """This function will say in words when a claim was made, as far as is known."""
    return date_format(claim.made_on, "j F Y") if claim.made_on else claim.made_text


def panel(article: Any, *, in_memory: bool, marked: str, hidden: Sequence[str]) -> list[ShownClaim]:
    """This function will list a story's claims for its "Who says so" panel. Two queries, or none for a preview."""
    if in_memory:
        every = list(article.claims.all())
        told = [(claim, relation) for claim in every for relation in claim.relations.all()]
        heard: list[ClaimRelation] = []
    else:
        every = list(article.claims.select_related("source"))
        if not every:
            return []
        rows = _relations(Q(from_claim__page_id=article.pk) | Q(to_claim__page_id=article.pk), tuple(hidden))
        own = {claim.pk: claim for claim in every}
        told = [(own[row.from_claim_id], row) for row in rows if row.from_claim_id in own]
        heard = [row for row in rows if row.to_claim_id in own and row.from_claim_id not in own]
    return _panel(every, told, heard, marked)


def _panel(
    every: list[Claim], told: list[tuple[Claim, ClaimRelation]], heard: list[ClaimRelation], marked: str
) -> list[ShownClaim]:
    shown = [claim for claim in every if claim.source_id and claim.source.standing != Standing.OFF_RECORD]
    numbers = {id(claim): number for number, claim in enumerate(shown, start=1)}
    bearings: dict[int, list[Bearing]] = {id(claim): [] for claim in shown}
    for claim, row in told:
        other = _within(every, row)
        if id(claim) in numbers and other is not None and id(other) in numbers:
            bearings[id(claim)].append(_bearing(TOLD, row.kind, other, f"#claim-{numbers[id(other)]}"))
            bearings[id(other)].append(_bearing(HEARD, row.kind, claim, f"#claim-{numbers[id(claim)]}"))
        elif id(claim) in numbers and row.to_claim is not None and _may_show(row.to_claim):
            bearings[id(claim)].append(_bearing(TOLD, row.kind, row.to_claim, address(row.to_claim)))
    for row in heard:
        mine = next((own for own in shown if own.pk == row.to_claim_id), None)
        if mine is not None and _may_show(row.from_claim):
            bearings[id(mine)].append(_bearing(HEARD, row.kind, row.from_claim, address(row.from_claim)))
    return [_shown(claim, numbers[id(claim)], bearings[id(claim)], marked) for claim in shown]


def _within(every: list[Claim], row: ClaimRelation) -> Claim | None:
    """The claim of the same story that a relation points to, by its number in the editor's list or by its row."""
    if row.to_number:
        return every[row.to_number - 1] if row.to_number <= len(every) else None
    return next((claim for claim in every if claim.pk and claim.pk == row.to_claim_id), None)


def _shown(claim: Claim, number: int, bearings: list[Bearing], marked: str) -> ShownClaim:
    return ShownClaim(
        number=number,
        anchor=claim.anchor,
        text=typography.set_text(claim.says),
        source=source(claim.source),
        made=made(claim),
        evidence=typography.set_text(claim.evidence),
        url=address(claim) if claim.pk else "",
        relations=bearings,
        has_mark=f'id="claim-{number}-mark"' in marked,
    )


def _bearing(labels: Any, kind: str, other: Claim, url: str) -> Bearing:
    says, story = typography.set_text(other.says), other.page_id or 0
    return Bearing(str(labels[kind]), kind, says, url, source(other.source).name, story)


def address(claim: Claim) -> str:
    """This function will give the address of a claim's own page."""
    return f"/claims/{claim.pk}/"


def _may_show(claim: Claim) -> bool:
    return claim.source.standing != Standing.OFF_RECORD and claim.page.live


def _relations(wanted: Q, hidden: tuple[str, ...]) -> list[ClaimRelation]:
    rows = ClaimRelation.objects.filter(wanted).order_by("pk")
    sources = rows.select_related("from_claim__source", "to_claim__source", "from_claim__page", "to_claim__page")
    slim = sources.defer("from_claim__page__body", "to_claim__page__body")
    return [row for row in slim if _is_open(row, hidden)]


def _is_open(row: ClaimRelation, hidden: tuple[str, ...]) -> bool:
    pages = [claim.page for claim in (row.from_claim, row.to_claim) if claim is not None]
    return all(page.live and not page.path.startswith(hidden or ("\0",)) for page in pages)


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
        claim=_shown(claim, 1, [], ""),
        story_headline=typography.set_text(claim.page.title),
        story_url=path_of(claim.page.url_path),
        published_at=claim.page.first_published_at,
        timeline=sorted(moments, key=lambda moment: (moment.on, moment.claim_id)),
    )


def _public_claims(wanted: Q) -> Any:
    hidden = Q()
    for path in restricted_paths():
        hidden |= Q(page__path__startswith=path)
    rows = Claim.objects.filter(wanted, page__live=True, page__prepared__isnull=False)
    shown = (
        rows.exclude(source__standing=Standing.OFF_RECORD).exclude(hidden)
        if hidden
        else rows.exclude(source__standing=Standing.OFF_RECORD)
    )
    return shown.select_related("source", "page").defer("page__body")


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
