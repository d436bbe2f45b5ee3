"""Style sheets are collected small, say the same, and are never empty."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from pennypress.config import statics

SHEETS = sorted((Path(__file__).resolve().parent.parent.parent / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_keeps_its_rules_and_its_words(path):
    sheet = path.read_text(encoding="utf-8")

    made = statics.small(sheet)

    assert made.count("{") == sheet.count("{")
    assert "/*" not in made
    assert made.split('"')[1::2] == _bare(sheet).split('"')[1::2]
    assert statics.small(made) == made


def _bare(sheet):
    while "/*" in sheet:
        head, _, rest = sheet.partition("/*")
        sheet = head + rest.partition("*/")[2]
    return sheet


def test_a_sheet_that_was_read_before_is_written_whole(tmp_path, settings):
    content = ContentFile(b"a { color: red; }")
    content.read()

    saved = statics.Storage(location=tmp_path)._save("css/a.css", content)

    assert (tmp_path / saved).read_bytes() == b"a{color: red}"


def test_where_a_file_is_found_is_remembered_until_files_are_collected_anew(tmp_path):
    storage = statics.Storage(location=tmp_path, base_url="/static/")
    storage.hashed_files = {"css/a.css": "css/a.1.css"}
    first = storage.url("css/a.css")
    storage.hashed_files = {"css/a.css": "css/a.2.css"}

    remembered = storage.url("css/a.css")
    storage.save_manifest()

    assert (first, remembered, storage.url("css/a.css")) == (
        "/static/css/a.1.css",
        "/static/css/a.1.css",
        "/static/css/a.2.css",
    )
