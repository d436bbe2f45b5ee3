"""Claims: who says so, over all stories."""

import datetime as dt

import pytest

from pennypress.newsroom import sourcing, writing
from pennypress.newsroom.models import ArticlePage, Claim
from pennypress.newsroom.writing import Asserted, Bears
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def disputed(paper):
    """A claim of January, repeated in one story and denied in a later one."""
    book = {}
    leader = writing.make_source(name="A Leader", affiliation="The League")
    president = writing.make_source(name="The President")
    paper.january = builders.a_story(
        paper.section,
        "The charge",
        published_at=builders.NOW - dt.timedelta(days=30),
        claims=[
            Asserted(
                key="charge",
                says="Fighters were moved.",
                source=leader,
                made_text="in January",
                evidence="eyewitnesses",
                at="DOCKERS voted",
            ),
            Asserted(key="backing", says="It was seen.", source=leader, relations=[Bears("supports", "charge")]),
        ],
        book=book,
    )
    paper.denial = builders.a_story(
        paper.section,
        "The denial",
        claims=[
            Asserted(
                key="denial",
                says="Nothing was moved.",
                source=president,
                made_on=dt.date(2026, 3, 4),
                relations=[Bears("denies", "charge")],
            )
        ],
        book=book,
    )
    paper.book = book
    return paper


def test_a_story_says_who_says_so(client, disputed):
    context = client.get(disputed.january.local_path()).context["article"]
    charge = context["claims"][0]

    assert (charge.number, charge.text, charge.made) == (1, "Fighters were moved.", "in January")
    assert (charge.source.name, charge.source.affiliation) == ("A Leader", "The League")
    assert [(tie.label, tie.text) for tie in charge.relations] == [
        ("Supported by", "It was seen."),
        ("Denied by", "Nothing was moved."),
    ]
    assert charge.has_mark
    assert charge.evidence == "eyewitnesses"
    assert 'id="claim-1-mark"' in context["body_html"]


def test_a_denial_points_to_what_it_denies(client, disputed):
    claim = client.get(disputed.denial.local_path()).context["article"]["claims"][0]

    assert claim.made == "4 March 2026"
    assert [(tie.label, tie.url) for tie in claim.relations] == [("Denies", f"/claims/{disputed.book['charge'].pk}/")]


def test_a_claim_has_a_page_with_its_story_by_date(client, disputed):
    answer = client.get(f"/claims/{disputed.book['charge'].pk}/")
    timeline = answer.context["timeline"]

    assert {moment.text for moment in timeline} == {"Fighters were moved.", "It was seen.", "Nothing was moved."}
    assert [moment.on for moment in timeline] == sorted(moment.on for moment in timeline)
    assert [moment.label for moment in timeline if moment.text == "Nothing was moved."] == ["Denied by"]


def test_a_claim_of_a_withdrawn_story_is_gone_and_its_denial_falls_silent(client, disputed):
    charge = disputed.book["charge"].pk
    disputed.january.unpublish()

    assert client.get(f"/claims/{charge}/").status_code == 404
    assert client.get(disputed.denial.local_path()).context["article"]["claims"][0].relations == ()


def test_editing_and_publishing_again_keeps_claims_and_what_points_at_them(client, disputed):
    charge = disputed.book["charge"]
    page = ArticlePage.objects.get(pk=disputed.january.pk).get_latest_revision_as_object()
    page.kicker = "Changed"
    page.save_revision().publish()

    assert Claim.objects.filter(pk=charge.pk).exists()
    assert client.get(f"/claims/{charge.pk}/").context["timeline"]


def test_a_claim_written_in_a_draft_keeps_its_row_from_its_first_publishing_on(disputed):
    page = ArticlePage.objects.get(pk=disputed.january.pk).get_latest_revision_as_object()
    page.claims.add(Claim(says="New.", source=writing.make_source(name="A Leader", affiliation="The League")))
    page.save_revision().publish()
    first = Claim.objects.get(says="New.").pk

    page = ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    page.kicker = "Again"
    page.save_revision().publish()

    assert Claim.objects.get(says="New.").pk == first


def test_a_preview_shows_claims_that_have_no_row_yet(rf, disputed):
    page = ArticlePage.objects.get(pk=disputed.january.pk)
    page.claims.add(Claim(says="Not yet.", source=writing.make_source(name="The President"), sort_order=9))

    panel = sourcing.previewed(page, marked="")

    assert [claim.text for claim in panel] == ["Fighters were moved.", "It was seen.", "Not yet."]


def test_a_claim_nobody_made_is_refused(paper):
    source = writing.make_source(name="X")
    claims = [Asserted(says="x", source=source, relations=[Bears("denies", "nowhere")])]

    with pytest.raises(writing.CannotWrite, match="nowhere"):
        builders.a_story(paper.section, claims=claims)

    assert not ArticlePage.objects.exists()
