"""Type set as a sub-editor would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.newsroom import body, marking, typography


@pytest.mark.parametrize(
    ("typed", "is_set"),
    [
        ('He said: "No."', "He said: “No.”"),
        ("\"Why 'us'?\" she asked", "“Why ‘us’?” she asked"),
        ("It's the dockers' claim", "It’s the dockers’ claim"),
        ("back in the '80s", "back in the ’80s"),
        ("wait...", "wait…"),
        ("left - and right -- there", "left\u00a0– and right\u00a0– there"),
        ('("so")', "(“so”)"),
        ("£1 million or 5 per cent", "£1\u00a0million or 5\u00a0per cent"),
        ("Dr Amin met Mrs Lee", "Dr\u00a0Amin met Mrs\u00a0Lee"),
        ("reader-owned co-operative", "reader-owned co-operative"),
        ("https://a.example/x--y", "https://a.example/x–y"),
        ("“already set” – here’s", "“already set”\u00a0– here’s"),
    ],
)
def test_a_line_is_set(typed, is_set):
    assert typography.set_text(typed) == is_set


@given(st.text(alphabet="ab1 '\"-.–—…“”‘’\u00a0(£m)Dr\n", max_size=40))
def test_setting_twice_is_setting_once(typed):
    once = typography.set_text(typed)

    assert typography.set_text(once) == once


def test_a_quotation_goes_on_across_bold():
    assert body.set_html('<p>"<b>No</b>"</p>') == "<p>“<b>No</b>”</p>"


def test_the_capitals_that_open_a_story_are_marked():
    opened = body.first_words("<p>THE TUC said yes.</p><p>NO</p>")

    assert opened == '<p><span class="first-words">THE TUC</span> said yes.</p><p>NO</p>'


@pytest.mark.parametrize("plain", ["<p>Washington said</p>", "<p>A word</p>", "<p><b>BOLD</b> x</p>", "", "<p></p>"])
def test_a_story_that_opens_softly_is_left_alone(plain):
    assert body.first_words(plain) == plain


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("We won", 'He: “<span class="claim-words">We won</span>'),
        ('"We won"', 'He: <span class="claim-words">“We won”</span>'),
        ("won at last", '<b>last<a class="claim-mark"'),
        ("in full", 'in full</a><a class="claim-mark"'),
        ("“we won”", "He: “We won”"),
        ("", "He: “We won”"),
    ],
)
def test_a_mark_stands_after_its_words(anchor, expected):
    text = '<p>He: “We won” won at <b>last</b>, <a href="/x/">told in full</a>.</p>'

    assert expected in marking.mark(text, [(1, anchor)])


def test_a_mark_links_to_its_claim_and_says_so():
    marked = marking.mark("<p>One two.</p>", [(3, "One")])

    assert 'class="claim-mark" href="#claim-3" id="claim-3-mark"' in marked
    assert 'aria-label="Claim 3: who says so"' in marked


def test_two_marks_in_one_paragraph_stand_each_in_its_place():
    marked = marking.mark("<p>One two three.</p>", [(1, "One"), (2, "three")])

    assert marked.index("claim-1-mark") < marked.index("two") < marked.index("claim-2-mark")
    assert "".join(body.text_of(marked).split()) == "One1twothree2."
