"""The typefaces: small enough for a first paint, and with the figures, ligatures and letters that a paper needs."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from pennypress.config import fonts

SHEETS = Path(__file__).resolve().parent.parent.parent / "static" / "css"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    assert all(made for _, made in fonts.build(folder))
    return folder


def _features(file) -> set[str]:
    font = TTFont(file)
    return {record.FeatureTag for table in ("GSUB", "GPOS") for record in font[table].table.FeatureList.FeatureRecord}


def test_the_faces_of_the_first_paint_are_small(folder):
    assert (folder / "serif-semibold.woff2").stat().st_size <= 13 * 1024
    assert (folder / "sans-regular.woff2").stat().st_size <= 8 * 1024


def test_the_text_face_keeps_its_figures_kerning_and_small_capitals(folder):
    # Its figures are tabular as they come, and need no feature for that.
    assert {"kern", "liga", "onum", "lnum", "smcp"} <= _features(folder / "serif-regular.woff2")


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.name)
def test_every_face_sets_pounds_dashes_and_foreign_names(folder, face):
    letters = [set(TTFont(folder / f"{name}.woff2").getBestCmap()) for name in (face.name, f"{face.name}-more")]

    assert {ord(letter) for letter in "£€“”‘’–—…−é"} <= letters[0]
    assert {ord(letter) for letter in "ğłšřİëü½"} <= letters[1]
    assert not letters[0] & letters[1]


def test_the_style_sheet_says_which_letters_the_everyday_files_have():
    sheet = (SHEETS / "main.css").read_text(encoding="utf-8")
    told = re.findall(r"(?<!-more)\.woff2\).*unicode-range: ([^;]+);", sheet)

    assert len(told) == 6
    assert {frozenset(_points(ranges)) for ranges in told} == {fonts.EVERYDAY}


def _points(ranges):
    for part in ranges.replace("U+", "").split(", "):
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def test_nothing_is_made_twice(folder):
    assert not any(made for _, made in fonts.build(folder))
