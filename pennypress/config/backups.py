"""Backups: the database and the pictures in one file, with a manifest of checksums as its last member.

Secrets and the settings of the deployment are not in it: a backup travels, and those should not travel with it.
"""

import datetime as dt
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from pennypress import laws
from pennypress.config import lawbook, pgtools, pictures

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
MEDIA = "media/"
_BLOCK = 1 << 20
# All of it but what is no record and is made anew: the meter's checkpoints, and counts that end within the hour.
_WHOLE = (
    "--format=custom",
    "--no-owner",
    "--no-privileges",
    "--no-comments",
    "--exclude-table-data=giving_metercheckpoint",
    "--exclude-table-data=config_shared_count",
)


class DamagedBackup(ValueError):
    """The file is not a backup, or not as it was written."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: by name, each file's bytes and sha256; the laws that were broken when it was made."""

    format: int
    made_at: str
    pennypress: str
    postgresql: int
    migrations: list[str]
    laws_broken: list[str]
    files: dict[str, dict[str, Any]]
    # The bucket in which the pictures were left, where they are not among the files.
    pictures_in: str = ""


class CannotLeavePictures(ValueError):
    """The pictures are on this machine, and without them it would be no backup."""


def make(
    folder: Path, *, now: dt.datetime, say: Callable[[str], None], with_pictures: bool = True
) -> tuple[Path, Manifest]:
    """This function will write a backup into `folder`, whole or not at all, readable by its owner alone.

    The database is one moment's; pictures are copied after it, so that none of its pictures is missing; those in a bucket
    may be left there. A paper with a broken law is backed up too, and the manifest says which.

    Raises: CannotLeavePictures, pgtools.NoSuchTool, pgtools.ToolFailed, OSError.
    """
    if not with_pictures and pictures.are_here():
        raise CannotLeavePictures("The pictures are on this machine's disk, and in no bucket.")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"pennypress-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.tar"
    making = place.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
        dump = Path(scratch) / DATABASE
        say("Writing the database…")
        pgtools.run("pg_dump", *_WHOLE, f"--file={dump}")
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                files = {DATABASE: _add(tar, dump, DATABASE)}
                if with_pictures:
                    say("Writing the pictures…")
                    files |= {MEDIA + name: _add_picture(tar, name) for name in pictures.names()}
                manifest = _manifest(now, files, "" if with_pictures else getattr(default_storage, "bucket_name", ""))
                _add_manifest(tar, manifest)
            file.flush()
            os.fsync(file.fileno())
        making.replace(place)
    return place, manifest


def _add_picture(tar: tarfile.TarFile, name: str) -> dict[str, Any]:
    with default_storage.open(name, "rb") as file:
        return _add_open(tar, file, file.size, MEDIA + name)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    with open(path, "rb") as file:
        return _add_open(tar, file, path.stat().st_size, name)


def _add_open(tar: tarfile.TarFile, file: Any, size: int, name: str) -> dict[str, Any]:
    """Adds a file and gives its bytes and checksum, of exactly the bytes that were added."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    counted = _Hashing(file)
    tar.addfile(member, counted)  # type: ignore[arg-type]
    return {"bytes": member.size, "sha256": counted.digest.hexdigest()}


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: Any) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        read: bytes = self.file.read(size)
        self.digest.update(read)
        return read


def _manifest(now: dt.datetime, files: dict[str, dict[str, Any]], pictures_in: str) -> Manifest:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    broken = [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]
    version = metadata.version("pennypress") if _is_installed() else "unknown"
    made_at, server = now.isoformat(), pgtools.server_major()
    return Manifest(FORMAT, made_at, version, server, applied, broken, files, pictures_in)


def _is_installed() -> bool:
    return any(True for _ in metadata.distributions(name="pennypress"))


def _add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    content = json.dumps(asdict(manifest), indent=1).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def unpack(file: Path, folder: Path) -> Manifest:
    """This function will unpack a backup into `folder`, checking every byte; nothing outside `folder` is written.

    Raises: DamagedBackup, in words that name what is wrong.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar:
                if manifest is not None:
                    raise DamagedBackup(f"{file.name} goes on after its manifest: it was changed.")
                if member.name == MANIFEST:
                    manifest = _read_manifest(tar, member, file)
                else:
                    found[member.name] = _unpack_one(tar, member, folder, file)
    except (tarfile.TarError, EOFError, OSError) as trouble:
        raise DamagedBackup(f"{file.name} is cut short, or is no backup: {trouble}") from trouble
    if manifest is None:
        raise DamagedBackup(f"{file.name} is cut short, or is no backup: it has no manifest.")
    _require_equal(manifest.files, found, file)
    return manifest


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, file: Path) -> dict[str, Any]:
    place = (folder / member.name).resolve()
    is_ours = member.name == DATABASE or member.name.startswith(MEDIA)
    if not member.isfile() or not is_ours or not place.is_relative_to(folder.resolve()):
        raise DamagedBackup(f"{file.name} holds {member.name!r}, which no backup of ours holds.")
    place.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    content = tar.extractfile(member)
    with open(place, "wb") as written:
        while content is not None and (block := content.read(_BLOCK)):
            digest.update(block)
            size += len(block)
            written.write(block)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _read_manifest(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> Manifest:
    content = tar.extractfile(member)
    try:
        manifest = Manifest(**json.loads(content.read() if content else b""))
    except (TypeError, ValueError) as trouble:
        raise DamagedBackup(f"The manifest of {file.name} cannot be read: {trouble}") from trouble
    if manifest.format != FORMAT:
        raise DamagedBackup(f"{file.name} has format {manifest.format}; this Pennypress reads {FORMAT}.")
    return manifest


def _require_equal(wanted: dict[str, Any], found: dict[str, Any], file: Path) -> None:
    if missing := sorted(set(wanted) - set(found)):
        raise DamagedBackup(f"{file.name} lacks {missing[0]} ({len(missing)} missing in all).")
    if added := sorted(set(found) - set(wanted)):
        raise DamagedBackup(f"{file.name} holds {added[0]}, of which its manifest says nothing.")
    if changed := sorted(name for name in wanted if wanted[name] != found[name]):
        raise DamagedBackup(f"In {file.name}, {changed[0]} is not as it was written ({len(changed)} changed in all).")
