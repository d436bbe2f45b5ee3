"""The typefaces: small enough for a first paint, and with the figures, ligatures and letters that a paper needs."""

import pytest
from fontTools.ttLib import TTFont

from pennypress.config import fonts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fonts")
    assert all(made for _, made in fonts.build(folder))
    return folder


def _features(file) -> set[str]:
    font = TTFont(file)
    return {record.FeatureTag for table in ("GSUB", "GPOS") for record in font[table].table.FeatureList.FeatureRecord}


def test_the_faces_of_the_first_paint_are_small(folder):
    assert (folder / "serif-regular.woff2").stat().st_size <= 24 * 1024
    assert (folder / "sans-regular.woff2").stat().st_size <= 13 * 1024


def test_the_text_face_keeps_its_figures_kerning_and_small_capitals(folder):
    assert {"kern", "liga", "onum", "lnum", "tnum", "frac", "smcp"} <= _features(folder / "serif-regular.woff2")


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.name)
def test_every_face_sets_pounds_dashes_and_foreign_names(folder, face):
    letters = TTFont(folder / f"{face.name}.woff2").getBestCmap()

    assert {ord(letter) for letter in "£€“”‘’–—…−ğłšřİ"} <= set(letters)


def test_nothing_is_made_twice(folder):
    assert not any(made for _, made in fonts.build(folder))
