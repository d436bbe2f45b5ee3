"""Charts: nothing escapes the field, every figure is said in words as well, and words are only ever words."""

import doctest
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from pennypress import charts

WORDS = {"name": "fund", "title": "The fund", "says": "It grew."}
SUMS = st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=40)


def read(svg):
    return ElementTree.fromstring(svg)


def shares(root, name):
    return [float(node.get(name)[:-1]) for node in root.iter() if (node.get(name) or "").endswith("%")]


def a_line(values, **facts):
    fields = {"length": len(values), "targets": [100] * len(values), "shown": "£5", "target_shown": "£100", **WORDS}
    return read(charts.line(values, **{**fields, **facts}))


def test_the_examples_are_true():
    assert doctest.testmod(charts).failed == 0


def test_a_chart_has_a_title_and_says_what_it_shows():
    root = a_line([1, 2])

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "fund-title fund-desc"
    assert [node.text for node in root[:2]] == ["The fund", "It grew."]


def test_words_that_look_like_markup_are_words():
    svg = charts.bars([charts.Bar("<script>", 1, "£1")], **{**WORDS, "title": '"><b>'})

    assert "<script" not in svg
    assert "<b>" not in svg


@given(SUMS)
def test_a_line_stays_in_its_field(values):
    root = a_line(values)

    height = int(root.get("height"))
    downs = [int(y) for node in root.iter() for y in re.findall(r",(-?\d+)", node.get("points") or "")]
    assert all(0 <= down <= height for down in downs)
    assert all(0 <= share <= 100 for share in shares(root, "x") + shares(root, "cx"))


@given(SUMS, SUMS)
def test_bars_and_strips_stay_within_the_picture(one, other):
    rows = [charts.Strip("One", one, "£1", "£9"), charts.Strip("Other", other, "£2", "£9")]
    strips = read(charts.strips(rows, **WORDS))
    bars = read(charts.bars([charts.Bar("a", value, "£", mark=max(value, 1)) for value in one], **WORDS))

    assert all(0 <= share <= 100 for root in (strips, bars) for share in shares(root, "x") + shares(root, "width"))
    assert all(int(node.get("height")) > 0 for node in strips.iter() if node.get("class") == "bar")


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=5))
def test_the_parts_of_a_stack_lie_end_to_end(parts):
    root = read(charts.stacked([charts.Stack("May", parts, "£")], keys=["a"] * len(parts), **WORDS))

    drawn = [node for node in root.iter() if (node.get("class") or "").startswith("part ") and "%" in node.get("width")]
    ends = [float(node.get("x")[:-1]) + float(node.get("width")[:-1]) for node in drawn]
    starts = [float(node.get("x")[:-1]) for node in drawn]
    assert all(abs(end - start) < 0.05 for end, start in zip(ends, starts[1:], strict=False))


def test_a_target_that_changed_is_a_step():
    root = a_line([1, 2, 3], targets=[50, 50, 100], length=3)

    steps = next(node for node in root.iter() if node.get("class") == "target").get("points")
    assert len({point.split(",")[1] for point in steps.split()}) == 2


def test_nothing_at_all_can_be_drawn():
    assert read(charts.bars([], **WORDS)) is not None
    assert read(charts.strips([], **WORDS)) is not None
    assert read(charts.line([], length=30, targets=[], shown="", target_shown="", **WORDS)) is not None
