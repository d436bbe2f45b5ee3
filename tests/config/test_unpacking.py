"""Unpacking a backup: every byte is checked, and nothing is written outside the folder."""

import hashlib
import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from pennypress.config import backups

HARBOUR = "media/pictures/harbour.jpg"
CONTENTS = {"database.dump": b"a dump", HARBOUR: b"a harbour"}


def rewritten(backup: Path, *, instead: dict[str, bytes] | None = None, without: str = "", added: str = "") -> Path:
    """The same backup with some members changed, left out or added."""
    with tarfile.open(backup) as old:
        contents = {member.name: old.extractfile(member).read() for member in old if member.name != without}
    return _tar(backup.with_name("changed.tar"), {**({added: b"new"} if added else {}), **contents, **(instead or {})})


def _tar(place: Path, contents: dict[str, bytes]) -> Path:
    with tarfile.open(place, "w") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return place


def _cut(backup: Path, size: int) -> Path:
    cut = backup.with_name("cut.tar")
    cut.write_bytes(backup.read_bytes()[:size])
    return cut


@pytest.fixture
def backup(tmp_path):
    files = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in CONTENTS.items()
    }
    manifest = backups.Manifest(1, "2026-01-31", "0.1.0", 15, [], [], files)
    whole = {**CONTENTS, backups.MANIFEST: json.dumps(manifest.__dict__).encode()}
    return _tar(tmp_path / "backup.tar", whole)


def test_a_whole_backup_is_unpacked_byte_for_byte(backup, tmp_path):
    manifest = backups.unpack(backup, tmp_path / "to")

    assert manifest.postgresql == 15
    assert {name: (tmp_path / "to" / name).read_bytes() for name in CONTENTS} == CONTENTS


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: rewritten(file, instead={HARBOUR: b"a harbuor"}), "is not as it was written"),
        (lambda file: rewritten(file, instead={"database.dump": b"nothing"}), "is not as it was written"),
        (lambda file: rewritten(file, without=HARBOUR), f"lacks {HARBOUR}"),
        (lambda file: rewritten(file, without="manifest.json"), "has no manifest"),
        (lambda file: rewritten(file, added="media/stranger.jpg"), "says nothing"),
        (lambda file: rewritten(file, added="media/../../escaped"), "no backup of ours"),
        (lambda file: rewritten(file, added="/etc/escaped"), "no backup of ours"),
        (lambda file: rewritten(file, instead={"zz": b"after the manifest"}), "goes on after"),
        (lambda file: rewritten(file, instead={"manifest.json": b"{"}), "cannot be read"),
        (lambda file: rewritten(file, instead={"manifest.json": b"{}"}), "cannot be read"),
        (lambda file: _cut(file, 700), "cut short"),
        (lambda file: _cut(file, 0), "cut short"),
    ],
)
def test_a_damaged_backup_is_refused(backup, tmp_path, damage, words):
    with pytest.raises(backups.DamagedBackup, match=words):
        backups.unpack(damage(backup), tmp_path / "to")

    assert not list(tmp_path.parent.rglob("escaped"))
