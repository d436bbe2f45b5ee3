"""Pages that no demo paper has: everything too long, everything missing, and the fund in each of its states.

For the sheet of screenshots. The templates are Django's own; what they show is made up here, with no database.
"""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace as Made

import django
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pennypress.money import Money

INCLUDE = re.compile(r'<esi:include src="/fragments/(\w+)/"\s*/>')
TODAY = dt.date(2026, 6, 5)
NOW = dt.datetime(2026, 6, 5, 14, 20, tzinfo=zoneinfo.ZoneInfo("Europe/London"))
HEADLINE = (
    "Independent inquiry into the misreporting of near misses at container terminals finds that managers at eleven"
    " ports were told not to write down what they had seen"
)
NINE = [
    "Nasreen Akhtar",
    "Joseph Adeyemi",
    "Gwenllian Price",
    "Eilidh Monro",
    "Patrick Lowther",
    "Ruth Tallentire",
    "Irena Dudek",
    "Marcus Bewley",
    "Bartholomew Featherstonehaugh-Wolstenholme",
]
TEXT = "The terminal cut its gangs from six to four although its own papers said that six was the fewest. " * 4


def pages() -> Iterator[tuple[str, str]]:
    """This function will give each extreme page as (name, HTML)."""
    if not settings.configured:
        _configure()
    yield "too-long-story", _compose("newsroom/article_page.html", {"article": _long_story()}, _meter(big=True))
    yield "too-long-front", _compose("newsroom/front_page.html", _long_front(), _meter(big=True))
    yield "missing-story", _compose("newsroom/article_page.html", {"article": _bare_story()}, _no_meter(), bare=True)
    yield "missing-front", _compose("newsroom/front_page.html", {"edition_on": TODAY}, _no_meter(), bare=True)
    for name, meter in _states():
        yield f"fund-{name}", _compose("newsroom/article_page.html", {"article": _bare_story()}, meter)
    yield "error-500", render_to_string("500.html")
    yield "error-maintenance", render_to_string("maintenance.html")


def _configure() -> None:
    root = Path(__file__).resolve().parent.parent
    libraries = {
        "delivery": "pennypress.delivery.templatetags.delivery",
        "money": "pennypress.config.templatetags.money",
    }
    engine = "django.template.backends.django.DjangoTemplates"
    settings.configure(
        DEBUG=True,
        INSTALLED_APPS=["django.contrib.staticfiles", "django.contrib.humanize"],
        STATIC_URL="/static/",
        LANGUAGE_CODE="en-gb",
        TIME_ZONE="Europe/London",
        TEMPLATES=[{"BACKEND": engine, "DIRS": [root / "templates"], "OPTIONS": {"libraries": libraries}}],
    )
    django.setup()


def _compose(template: str, context: dict, meter: Made, *, bare: bool = False) -> str:
    paper = _bare_paper() if bare else _paper()
    society = None if bare else Made(registered_name=paper.society_name)
    around = {"meter": meter, "stale": getattr(meter, "stale", False), "society": society}
    around |= {"owners": 0 if bare else 4212, "supporters": 0 if bare else 1104}
    around["share_price"] = None if bare else Money(100, "GBP")
    html = render_to_string(template, {"paper": paper, **context})
    return INCLUDE.sub(lambda match: render_to_string(f"fragments/{match[1]}.html", around), html)


def _paper() -> Made:
    titles = ["Home", "Work", "World", "Opinion", "Arts", "Sport", "Science and the weather", "Co-operation"]
    return Made(
        masthead="The Daily Lantern",
        strapline="Owned by the people who read it",
        sections=[Made(title=title, slug=title.lower(), url="#") for title in titles],
        footer_pages=[Made(title=title, url="#") for title in ("About", "Privacy", "Corrections and complaints")],
        society_name="Lantern Readers’ Press Society Limited",
        society_number="31877R",
    )


def _bare_paper() -> Made:
    return Made(masthead="News", strapline="", sections=[], footer_pages=[], society_name="", society_number="")


def _long_story() -> dict:
    source = Made(name="Risk assessment RA-117, Deck lashing and unlashing", affiliation=NINE[8], kind="document")
    source.standing_label = "Document"
    other = Made(label="Denied by", kind="denies", text=HEADLINE, url="#", source_name=NINE[8])
    claim = Made(number=1, text=HEADLINE, source=source, made="in March 2023", url="#", relations=[other] * 3)
    claim.has_mark = False
    return {
        "headline": HEADLINE,
        "kicker": "The Paull Reach lashing gangs dispute",
        "standfirst": TEXT,
        "byline": [{"name": name, "url": "#", "role": "Housing and local government correspondent"} for name in NINE],
        "dateline": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        "published_at": NOW,
        "updated_at": NOW,
        "section": {"title": "Work", "url": "#"},
        "body_html": SafeString(f"<p>{TEXT}</p>" * 12),
        "claims": [claim] * 4,
        "topics": [{"title": title, "url": "#"} for title in NINE],
    }


def _bare_story() -> dict:
    return {"headline": "Bare", "body_html": SafeString("<p>One line.</p>"), "section": {"title": "", "url": ""}}


def _long_front() -> dict:
    card = Made(url="#", kicker=HEADLINE[:60], headline=HEADLINE, standfirst=TEXT, byline=", ".join(NINE), picture=None)
    card.published_at, card.is_opinion, card.section = NOW, False, "Work"
    view = Made(**{**vars(card), "is_opinion": True})
    band = {"title": "Science and the weather", "url": "#", "lead": card, "others": [card] * 5}
    short = Made(**{**vars(card), "headline": "No", "standfirst": "", "byline": "", "kicker": ""})
    return {
        "edition_on": TODAY,
        "splash": card,
        "leads": [card, short, card],
        "nibs": [card, short] * 3,
        "opinion": [view] * 4,
        "bands": [band, {**band, "lead": short, "others": []}],
        "latest": [card] * 8,
    }


def _meter(state: str = "running", *, big: bool = False, **changed: object) -> Made:
    target, raised = (200_000_000, 123_456_789) if big else (1_800_000, 382_100)
    name = "The Great Roof, Presses and Readers’ Rooms Restoration Appeal of 2026" if big else "The June fund"
    meter = Made(state=state, name=name, currency="GBP", givers=214, days_left=24, is_last_day=False, as_of=NOW)
    meter.target, meter.raised = Money(target, "GBP"), Money(raised, "GBP")
    meter.needed, meter.surplus = Money(max(target - raised, 0), "GBP"), Money(0, "GBP")
    meter.opens_on, meter.closes_on, meter.percent, meter.pace_percent = (
        dt.date(2026, 5, 29),
        dt.date(2026, 6, 28),
        21,
        26,
    )
    return Made(**{**vars(meter), **changed})


def _no_meter() -> Made:
    return _meter("none", name="", currency="", target=None, raised=None, needed=None, surplus=None)


def _states() -> list[tuple[str, Made]]:
    surplus = {"raised": Money(1_824_000, "GBP"), "needed": Money(0, "GBP"), "surplus": Money(24_000, "GBP")}
    return [
        ("before", _meter("before")),
        ("running", _meter()),
        ("last-day", _meter(is_last_day=True, days_left=1, percent=88, pace_percent=100)),
        ("shortfall", _meter(shortfall=Money(214_000, "GBP"), needed=Money(1_631_900, "GBP"))),
        ("after-fees", _meter(credit=Money(90_000, "GBP"), needed=Money(1_327_900, "GBP"), basis="net")),
        ("own-words", _meter(words="£3,821 of £18,000, with 24 days to go.")),
        ("givers", _meter(target_givers=500, needed_givers=286, surplus_givers=0, unit="givers")),
        ("met", _meter("met", percent=100, **surplus)),
        ("met-stopped", _meter("met", percent=100, asks=False, **surplus)),
        ("closed", _meter("closed", percent=95, givers=812, raised=Money(1_720_450, "GBP"))),
        ("none", _no_meter()),
        ("stale", _meter(stale=True)),
    ]
