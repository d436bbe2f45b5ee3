"""Sets the demo paper in type: sections, contributors, stories with their claims, page one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import columns, reading
from pennypress.demo.painting import Ahead
from pennypress.newsroom import indexing, most_read, writing
from pennypress.newsroom.models import ArticlePage, Claim, ContributorPage, Picture, SectionPage, Source, TopicPage

# Seconds in which somebody read the story that is read most.
MOST_SECONDS = 1_800


@dataclass
class Desk:
    """What the demo has set so far, by the keys that the stories use; `painter` brings its pictures."""

    painter: Ahead
    sections: dict[str, SectionPage] = field(default_factory=dict)
    contributors: dict[str, ContributorPage] = field(default_factory=dict)
    topics: dict[str, TopicPage] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    articles: dict[str, ArticlePage] = field(default_factory=dict)
    pictures: dict[tuple[str, int], Picture] = field(default_factory=dict)


def build(*, now: dt.datetime, zone: ZoneInfo, painter: Ahead, step: Callable[[int], None]) -> int:
    """This function will write and publish the whole paper, `step`ping once a story, and count its stories."""
    with indexing.held_back():
        return _set(now=now, zone=zone, painter=painter, step=step)


def _set(*, now: dt.datetime, zone: ZoneInfo, painter: Ahead, step: Callable[[int], None]) -> int:
    particulars = reading.paper()
    writing.make_paper(masthead=particulars["masthead"], strapline=particulars["strapline"])
    desk = _furnish(particulars, Desk(painter))
    stories = reading.stories()
    _meet([told for story in stories for told in story.head.get("sources", [])], desk)
    for number, story in enumerate(stories, 1):
        _write(story, desk, now=now, zone=zone)
        step(number)
    columns.build(now=now, zone=zone, contributors=desk.contributors)
    _lay_out(particulars["front"], desk, now=now)
    return len(stories)


def _furnish(particulars: dict[str, Any], desk: Desk) -> Desk:
    for section in particulars["sections"]:
        desk.sections[section["slug"]] = writing.make_section(**section)
    for topic in particulars["topics"]:
        desk.topics[topic["slug"]] = writing.make_topic(title=topic["title"])
    for person in particulars["contributors"]:
        portrait = _picture(desk, "portrait", person["portrait_seed"], alt=person["name"])
        desk.contributors[person["slug"]] = writing.make_contributor(
            name=person["name"], role=person["role"], place=person["place"], bio=person["bio"], portrait=portrait
        )
    for page in particulars["pages"]:
        text = "".join(_standing(block) for block in reading.blocks(page["body"]))
        writing.make_standing_page(title=page["title"], slug=page["slug"], standfirst=page["standfirst"], text=text)
    return desk


def _standing(block: reading.Block) -> str:
    lines = [writing.inline(line) for line in block.lines]
    if block.kind == "crosshead":
        return f"<h2>{lines[0]}</h2>"
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    return "".join(f"<p>{line}</p>" for line in lines)


def _picture(desk: Desk, motif: str, seed: int, *, alt: str) -> Picture:
    key = (motif, seed)
    if key not in desk.pictures:
        content = desk.painter.take(motif, seed)
        desk.pictures[key] = writing.make_picture(
            title=f"{motif} {seed}", content=content, filename=f"{motif}-{seed}.jpg", alt=alt
        )
    return desk.pictures[key]


def _write(story: reading.Story, desk: Desk, *, now: dt.datetime, zone: ZoneInfo) -> None:
    head = story.head
    today = days.day_of(now, zone)
    shown = head.get("picture") or {}
    desk.articles[story.slug] = writing.write_article(
        section=desk.sections[head["section"]],
        headline=head["headline"],
        web_headline=head.get("web_headline", ""),
        kicker=head.get("kicker", ""),
        standfirst=head.get("standfirst", ""),
        dateline=head.get("dateline", ""),
        slug=story.slug,
        body=[_block(block, desk) for block in story.blocks],
        contributors=[desk.contributors[slug] for slug in head.get("contributors", [])],
        topics=[desk.topics[slug] for slug in head.get("topics", [])],
        picture=_picture(desk, shown["motif"], shown["seed"], alt=shown["caption"]) if shown else None,
        caption=shown.get("caption", ""),
        credit=shown.get("credit", ""),
        is_opinion=bool(head.get("opinion", False)),
        claims=[_claim(told, story.slug, desk, today) for told in head.get("claims", [])],
        book=desk.claims,
        published_at=_published_at(head, today, now, zone),
    )


def _meet(sources: list[dict[str, str]], desk: Desk) -> None:
    for told in sources:
        if "name" in told:
            desk.sources[told["key"]] = writing.make_source(
                name=told["name"],
                kind=told["kind"],
                affiliation=told.get("affiliation", ""),
                standing=told.get("standing", "named"),
            )


def _published_at(head: dict[str, Any], today: dt.date, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    hour, minute = (int(part) for part in str(head.get("time", "06:00")).split(":"))
    day = today - dt.timedelta(days=int(head["days_ago"]))
    moment = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=zone)
    return min(moment, now - dt.timedelta(minutes=1))


def _claim(told: dict[str, Any], slug: str, desk: Desk, today: dt.date) -> writing.Asserted:
    made_on = told.get("made_on")
    return writing.Asserted(
        says=told["says"],
        source=desk.sources[told["source"]],
        key=f"{slug}:{told['key']}",
        made_on=today + dt.timedelta(days=int(made_on)) if made_on is not None else None,
        made_text=told.get("made_text", ""),
        at=told.get("at", ""),
        relations=[_bears(relation, slug) for relation in told.get("relations", [])],
    )


def _bears(relation: dict[str, str], slug: str) -> writing.Bears:
    claim = relation["claim"]
    return writing.Bears(kind=relation["kind"], on=claim if ":" in claim else f"{slug}:{claim}")


def _block(block: reading.Block, desk: Desk) -> writing.Block:
    lines = block.lines
    match block.kind:
        case "quote":
            return writing.Block("pull_quote", text=lines[0], speaker=lines[1])
        case "list":
            return writing.Block("list", lines=lines)
        case "fact":
            return writing.Block("fact_box", title=lines[0], lines=lines[1:])
        case "image":
            motif, seed = lines[0].split()
            picture = _picture(desk, motif, int(seed), alt=lines[1])
            return writing.Block("picture", picture=picture, caption=lines[1], credit=lines[2])
    return writing.Block(block.kind, text=lines[0])


def _lay_out(front: dict[str, Any], desk: Desk, *, now: dt.datetime) -> None:
    writing.make_front(
        splash=desk.articles[front["splash"]],
        leads=[desk.articles[slug] for slug in front["leads"]],
        nibs=[desk.articles[slug] for slug in front["nibs"]],
    )
    most_first = [desk.articles[slug].pk for slug in front["most_read"]]
    most_read.count({pk: MOST_SECONDS // rank for rank, pk in enumerate(most_first, 1)}, now=now)
