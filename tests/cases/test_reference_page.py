"""A real page of a reader-owned paper, as a reader copied it from the browser, comes in whole and without its furniture."""

from pathlib import Path

import pytest
from django.core.management import call_command

from pennypress.newsroom import importing
from pennypress.newsroom.models import ArticlePage

PAGE = next(
    (
        parent / "shared" / "cases" / "reference-page.txt"
        for parent in Path(__file__).resolve().parents
        if (parent / "shared" / "cases" / "reference-page.txt").is_file()
    ),
    None,
)
pytestmark = pytest.mark.skipif(PAGE is None, reason="../shared/cases/reference-page.txt is not beside this repository")


def test_the_story_comes_in_and_every_line_of_furniture_is_named():
    copied = importing.parse(importing.decoded(PAGE.read_bytes()))

    assert copied.headline == "US accused of shipping jihadists into Iraq"
    assert len(copied.parts) == 14
    assert {part.kind for part in copied.parts} == {"plain"}
    assert copied.parts[0].text.startswith("WASHINGTON has been accused")
    assert copied.parts[-1].text.endswith("Donald Trump.")
    assert [dropped.what for dropped in copied.dropped] == [
        "skip link",
        "co-op notice",
        "supporter line",
        "fund block",
        "fund block",
        "fund block",
        "fund block",
        "donate button",
    ]


def test_nothing_is_lost_between_story_and_furniture():
    text = importing.decoded(PAGE.read_bytes())

    copied = importing.parse(text)

    told = [copied.headline, *(part.text for part in copied.parts), *(dropped.text for dropped in copied.dropped)]
    assert sorted(told) == sorted(" ".join(line.split()) for line in text.splitlines() if line.strip())


@pytest.mark.django_db
def test_it_becomes_a_page_of_the_paper(client, paper):
    call_command("import", "text", str(PAGE), "--publish", "--section", "world")

    page = client.get(ArticlePage.objects.get().local_path()).content.decode()

    assert '<span class="first-words">WASHINGTON</span> has been accused' in page
    assert "14,179" not in page.split('class="text"')[1].split("</article>")[0]
