"""Pages copied as text: the story comes in, the furniture stays outside."""

import pytest
from django.core.management import CommandError, call_command

from pennypress.newsroom import furniture, importing
from pennypress.newsroom.models import ArticlePage

STORY = """Dockers win their claim

LIVERPOOL dockers voted yesterday to accept a rise of 9 per cent after a month on strike.

“We need £40 more a week to live,” said Ann Reece. “You gave us that.”

The reader-owned co-operative that prints their bulletin has buying power of its own, she added.

It was over."""


def paragraphs(copied):
    return [part.text for part in copied.parts]


def test_a_bare_story_loses_nothing():
    copied = importing.parse(STORY)

    assert copied.headline == "Dockers win their claim"
    assert paragraphs(copied) == STORY.split("\n\n")[1:]
    assert copied.dropped == []


FURNITURE = [
    ("skip link", "Skip to main content"),
    ("skip link", "Jump to navigation"),
    ("co-op notice", "We're a reader-owned co-operative, which means you can become part of the paper too."),
    ("co-op notice", "We are a readers’ cooperative: you can buy shares in the society."),
    ("co-op notice", "Our co-op is owned by its readers. Join them."),
    ("co-op notice", "You can own us: the share offer is open."),
    ("supporter line", "Become a supporter"),
    ("supporter line", "Become a monthly supporter today"),
    ("supporter line", "Become a supporter of the Lantern"),
    ("supporter line", "Support our journalism"),
    ("supporter line", "Subscribe now"),
    ("fund block", "Fighting fund"),
    ("fund block", "The Fighting Fund"),
    ("fund block", "Our Press Fund"),
    ("fund block", "Readers’ fund"),
    ("fund block", "You've Raised:£ 3,821"),
    ("fund block", "You have raised € 3.821,00"),
    ("fund block", "We’ve raised: US$3,821"),
    ("fund block", "Raised so far: 3 821 kr"),
    ("fund block", "We need:£ 14,179"),
    ("fund block", "We still need CHF 14’179"),
    ("fund block", "Still needed: $14,179"),
    ("fund block", "Target: £18,000"),
    ("fund block", "£3,821 raised of £18,000"),
    ("fund block", "£ 3,821"),
    ("fund block", "3,821 EUR"),
    ("fund block", "24 Days remaining"),
    ("fund block", "1 day left"),
    ("fund block", "Days remaining: 24"),
    ("fund block", "21% funded"),
    ("donate button", "Donate today"),
    ("donate button", "Donate"),
    ("donate button", "Give what you can"),
    ("donate button", "Please donate to our fighting fund"),
    ("cookies", "We use cookies to make this site work."),
    ("cookies", "Accept all cookies"),
    ("cookies", "Manage preferences"),
    ("sharing", "Share this"),
    ("sharing", "Share this article on Facebook"),
    ("sharing", "Facebook Twitter WhatsApp"),
    ("sharing", "Print this page"),
    ("sharing", "12 comments"),
    ("newsletter", "Sign up to our daily newsletter"),
    ("newsletter", "Get the day’s news in your inbox"),
    ("newsletter", "Enter your email address"),
    ("advertisement", "Advertisement"),
    ("navigation", "Home > World > Europe"),
    ("navigation", "Menu"),
    ("imprint", "© 2026 The Lantern Society Limited"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "line"), FURNITURE)
def test_a_line_of_furniture_is_known_and_left_out(what, line):
    head, rest = STORY.split("\n\n", 1)

    copied = importing.parse(f"{head}\n\n{rest}\n\n{line}\n")
    within = importing.parse(STORY.replace("\n\n“We", f"\n\n{line}\n\n“We"))
    above = importing.parse(f"{line}\n\n{STORY}")

    assert [(dropped.what, dropped.text) for dropped in copied.dropped] == [(what, line)]
    assert paragraphs(copied) == paragraphs(within) == paragraphs(above) == STORY.split("\n\n")[1:]


@pytest.mark.parametrize(
    "line",
    [
        "The fighting fund of the union was raised to £18,000 last week.",
        "They need £14,179 to mend the roof, she said.",
        "“We need £14,179,” the treasurer said.",
        "Donate today, the charity urged its friends across Wales.",
        "Ministers have 24 days remaining to reply.",
        "He told you and me that cookies are made of flour.",
        "The co-operative sold shares worth £3 million.",
        "Become a supporter of a club and you inherit its sorrows.",
        "Share this with care: that was the message of the leak.",
        "Sign up or be sacked, the agency told drivers on Friday.",
    ],
)
def test_a_sentence_of_a_story_about_such_things_stays(line):
    assert furniture.named(line) is None
    assert line in paragraphs(importing.parse(f"{STORY}\n\n{line}\n\nThat was all that was said of it at the time."))


def test_related_headlines_go_and_the_story_goes_on():
    related = "Related\n\nA strike in Hull\n\nRead more: Ports in figures\n\n"

    copied = importing.parse(STORY.replace("The reader-owned", related + "The reader-owned"))

    assert paragraphs(copied) == STORY.split("\n\n")[1:]
    assert [dropped.what for dropped in copied.dropped] == ["related"] * 3


def test_by_lines_dates_crossheads_lists_and_standfirst_find_their_places():
    page = STORY.replace(
        "LIVERPOOL", "A month on strike ends in victory at the port\n\nBy Ann Lee\n\n4 May 2026\n\nLIVERPOOL"
    ).replace("It was over.", "What next\n\n• One vote\n\n• Two votes\n\nIt was over.")

    copied = importing.parse(page)

    assert copied.standfirst == "A month on strike ends in victory at the port"
    assert [part.kind for part in copied.parts] == ["plain", "plain", "plain", "crosshead", "list", "plain"]
    assert {dropped.what for dropped in copied.dropped} == {"by-line or date"}


def test_hard_wrapped_text_is_joined():
    wrapped = STORY.replace("rise of 9 per cent after", "rise of 9 per cent\nafter")

    assert paragraphs(importing.parse(wrapped)) == STORY.split("\n\n")[1:]


def test_windows_files_and_utf_16_are_read():
    assert importing.parse(importing.decoded(STORY.replace("\n", "\r\n").encode("cp1252"))) == importing.parse(STORY)
    assert importing.decoded(STORY.encode("utf-16")) == STORY


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "no text"),
        (bytes(range(1, 32)) * 9, "no text"),
        (b"x" * (importing.LARGEST + 1), "too large"),
        (b"Skip to main content\n\nBecome a supporter\n", "No headline"),
        (b"This is one long paragraph of a story that nobody gave a headline to at all.\n", "No headline"),
        (b"A headline and nothing else\n\nDonate today\n", "No story"),
    ],
)
@pytest.mark.django_db
def test_a_file_with_no_story_is_refused_in_one_line_and_nothing_is_written(tmp_path, paper, content, message):
    file = tmp_path / "page.txt"
    file.write_bytes(content)

    with pytest.raises(CommandError, match=message) as refused:
        call_command("import", "text", str(file))

    assert "\n" not in str(refused.value)
    assert not ArticlePage.objects.exists()


@pytest.mark.django_db
def test_a_directory_or_a_file_that_is_not_there_is_refused(tmp_path, paper):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import", "text", str(tmp_path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import", "text", str(tmp_path / "none.txt"))


@pytest.mark.django_db
def test_an_import_is_a_draft_that_says_what_was_left_out(tmp_path, paper, client, capsys):
    file = tmp_path / "page.txt"
    file.write_text(f"Skip to main content\n\n{STORY} *And* so.\n\nDonate today\n")

    call_command("import", "text", str(file))

    draft = ArticlePage.objects.get()
    said = capsys.readouterr().out
    assert not draft.live
    assert client.get(draft.local_path()).status_code == 404
    assert "line   1  skip link" in said
    assert "donate button       Donate today" in said
    assert "*And* so." in str(draft.body)


@pytest.mark.django_db
def test_an_import_can_be_published_in_a_section(tmp_path, paper, client):
    file = tmp_path / "page.txt"
    file.write_text(STORY)

    call_command("import", "text", str(file), "--publish", "--section", "world")

    assert "LIVERPOOL" in client.get("/world/dockers-win-their-claim/").content.decode()


@pytest.mark.django_db
def test_an_unknown_section_is_refused_with_the_known_ones(tmp_path, paper):
    file = tmp_path / "page.txt"
    file.write_text(STORY)

    with pytest.raises(CommandError, match="Sections: world"):
        call_command("import", "text", str(file), "--section", "nowhere")

    assert not ArticlePage.objects.exists()
