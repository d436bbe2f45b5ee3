"""Every public address of the house: it carries tags, and differs by what it names of the query and by nothing else."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
import time_machine

from pennypress.newsroom import context, writing
from tests.access_matrix import MATRIX, PUBLIC
from tests.desk import cast, samples
from tests.newsroom import builders

CANARY = "zzcanary"
# Whatever some view of ours, Django's or Wagtail's might look at.
ASKED = ("page", "q", "appeal", "amount", "next", "asked", "changed", "mode", "format", "utm_source", "_method", "lang")
HEADERS = {
    "x-forwarded-host": f"{CANARY}.example",
    "x-original-url": f"/{CANARY}/",
    "x-rewrite-url": f"/{CANARY}/",
    "x-http-method-override": "DELETE",
    "x-forwarded-prefix": f"/{CANARY}",
    "forwarded": f"host={CANARY}.example",
    "accept-language": "de",
    "referer": f"https://{CANARY}.example/",
    "user-agent": CANARY,
}
SAMPLES = {
    "claims/<int:claim_id>/": "/claims/{claim}/",
    "feeds/sections/<slug:slug>/": "/feeds/sections/world/",
    "feeds/contributors/<slug:slug>/": "/feeds/contributors/zoe-adair/",
    "feeds/topics/<slug:slug>/": "/feeds/topics/ports/",
    "appeals/<slug:slug>/": "/appeals/november/",
    "appeals/<slug:slug>.json": "/appeals/november.json",
}
IN_THE_TREE = ("/", "/world/", "/world/dockers-win-their-claim/", "/contributors/", "/contributors/zoe-adair/")
MORE = (
    "/fragments/doors/own/",
    "/fragments/doors/support/",
    "/fragments/ownership/",
    "/topics/ports/",
    "/privacy/",
    "/no-such-page/",
    "/world/no-such-story/",
    "/search/?q=dockers",
)


@pytest.fixture
def house(db):
    """A paper with a fund, more stories in a section than one page shows, and one of every other kind of page.

    Its clock stands: some figures tell the second at which they were read.
    """
    with time_machine.travel(dt.datetime.now(tz=dt.UTC), tick=False):
        yield _furnished()


def _furnished() -> dict[str, int]:
    context.forget()
    samples.a_society()
    samples.a_running_fund()
    paper = builders.a_paper()
    writing.make_standing_page(title="Privacy", text="<p>We keep little.</p>")
    source = writing.make_source(name="The union")
    book: dict = {}
    claims = [writing.Asserted(key="won", says="They won.", source=source)]
    facts = {"contributors": [paper.writer], "topics": [paper.topic]}
    builders.a_story(paper.section, claims=claims, book=book, **facts)
    for number in range(21):
        builders.a_story(paper.section, f"Dockers, day {number}", **facts)
    return {"claim": book["won"].pk}


def addresses(house) -> list[str]:
    rows = [row for row in MATRIX if row.get == PUBLIC and row.sample != ""]
    own = [SAMPLES.get(row.route, row.sample or f"/{row.route.rstrip('*')}") for row in rows]
    return [address.format(**house) for address in [*own, *IN_THE_TREE, *MORE] if not re.search(r"[<^]", address)]


def asked(address: str, names, **headers):
    query = urlencode([(name, "2" if name == "page" else CANARY) for name in names])
    mark = "&" if "?" in address else "?"
    return cast.logged_in().get(f"{address}{mark}{query}" if query else address, headers=headers)


def is_public(answer) -> bool:
    return answer.get("Cache-Control", "").startswith("public")


@pytest.fixture
def public(house) -> list[str]:
    return [address for address in addresses(house) if is_public(asked(address, ()))]


def differs_by_more(address: str) -> bool:
    """Whether what is answered to a query with everything in it is not what its named part alone would get."""
    named = asked(address, ()).get("Store-Query", "").split()
    whole, part = asked(address, ASKED, **HEADERS), asked(address, named)
    return (whole.status_code, whole.content) != (part.status_code, part.content)


def test_every_public_page_differs_by_the_query_that_it_names_and_by_nothing_else(public):
    assert {"/", "/world/", "/appeal/", "/search/", "/feeds/", "/fragments/appeal/", "/no-such-page/"} <= set(public)

    assert [address for address in public if differs_by_more(address)] == []


def test_no_public_page_says_what_a_visitor_brought(public):
    told = [address for address in public if CANARY.encode() in asked(address, ("next", "utm"), **HEADERS).content]

    assert told == []


def test_every_public_page_says_what_it_shows(public):
    silent = [address for address in public if not asked(address, ()).get("Surrogate-Key")]

    # They show what the deployment says, and nothing of the paper.
    assert set(silent) <= {"/robots.txt", "/speculation-rules.json"}


def test_every_public_page_with_a_masthead_carries_the_furniture(public):
    pages = [asked(address, ()) for address in public]
    without = [page.request["PATH_INFO"] for page in pages if b"The Lantern" in page.content and not _has(page)]

    assert without == []


def _has(page) -> bool:
    return "furniture" in page["Surrogate-Key"].split()


def test_a_section_that_did_not_name_its_pages_would_be_found_out(public, monkeypatch):
    """The control: the page asked for is what a section differs by, and a view that does not say so is told of."""
    monkeypatch.setattr(
        "pennypress.newsroom.showing.caching.make_public",
        lambda response, seconds=60, query=(): _open(response, seconds),
    )

    assert differs_by_more("/world/")


def _open(response, seconds: int):
    response.public_seconds = seconds
    return response
