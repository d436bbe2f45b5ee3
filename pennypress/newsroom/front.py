"""Composes page one: what the editor chose, and the newest stories where nothing was chosen. No story stands twice."""

from collections.abc import Iterable
from typing import Any

from pennypress.newsroom import cards, context, reading
from pennypress.newsroom.cards import Card

RECENT = 120
LEADS, NIBS, OPINION, LATEST, OTHERS = 3, 6, 4, 8, 5


def compose(page: Any, *, is_preview: bool) -> dict[str, Any]:
    """This function will lay out page one. Three queries at most, however many stories there are; more for a preview."""
    recent = cards.cards(reading.newest(RECENT))
    lead_ids, nib_ids = (_slots(page.leads), _slots(page.nibs)) if is_preview else reading.slots(page.pk)
    chosen = _chosen({page.splash_id, *lead_ids, *nib_ids}, recent)
    used: set[int] = set()
    splash = _first(_pick([page.splash_id], chosen), _news(recent), recent)
    used.add(splash.article_id if splash else 0)
    leads = _fill(_pick(lead_ids, chosen), _news(recent), used, LEADS)
    opinion = _fill([], (story for story in recent if story.is_opinion), used, OPINION)
    nibs = _fill(_pick(nib_ids, chosen), _news(recent), used, NIBS)
    return {
        "splash": splash,
        "leads": leads,
        "nibs": nibs,
        "opinion": opinion,
        "bands": _bands(recent, used),
        "latest": recent[:LATEST],
    }


def _slots(manager: Any) -> list[int]:
    return [slot.article_id for slot in manager.all()]


def _chosen(ids: set[int | None], recent: list[Card]) -> dict[int, Card]:
    known = {story.article_id: story for story in recent}
    older = ids - {None, *known}
    if older:
        rows = reading.these([pk for pk in older if pk is not None])
        known.update({story.article_id: story for story in cards.cards(rows)})
    return known


def _pick(ids: Iterable[int | None], chosen: dict[int, Card]) -> list[Card]:
    return [chosen[pk] for pk in ids if pk in chosen]


def _news(recent: list[Card]) -> Iterable[Card]:
    return (story for story in recent if not story.is_opinion)


def _first(*groups: Iterable[Card]) -> Card | None:
    return next((story for group in groups for story in group), None)


def _fill(first: list[Card], more: Iterable[Card], used: set[int], wanted: int) -> list[Card]:
    filled: list[Card] = []
    for story in [*first, *more]:
        if len(filled) == wanted:
            break
        if story.article_id not in used:
            filled.append(story)
            used.add(story.article_id)
    return filled


def _bands(recent: list[Card], used: set[int]) -> list[dict[str, Any]]:
    bands = []
    for section in context.known()["sections"]:
        stories = [card for card in recent if card.section_url == section["url"] and card.article_id not in used]
        if stories:
            lead = next((story for story in stories[:4] if story.picture), stories[0])
            others = [story for story in stories if story is not lead][:OTHERS]
            bands.append({"title": section["title"], "url": section["url"], "lead": lead, "others": others})
    return bands
