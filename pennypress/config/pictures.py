"""Where the files of pictures are kept: a folder of this machine, or a bucket that many servers share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def storage(*, bucket: str, endpoint: str, region: str, key: str, secret: str) -> dict[str, Any]:
    """This function will give Django's settings of the storage: the folder where no bucket is named.

    Without a key it is whatever the machine itself was given, as in a cloud.
    """
    if not bucket:
        return FOLDER
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": "path" if endpoint else None,
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": False,
        # A name is never used twice, so that caches may keep what they have for good.
        "file_overwrite": False,
    }
    return {"BACKEND": "pennypress.config.bucket.Bucket", "OPTIONS": options}


def are_here() -> bool:
    """This function will say whether the pictures are on this machine's own disk."""
    return isinstance(default_storage, FileSystemStorage)


def names() -> Iterator[str]:
    """This function will name every file, in order."""
    if are_here():
        root = Path(settings.MEDIA_ROOT)
        files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        yield from sorted(path.relative_to(root).as_posix() for path in files)
    else:
        yield from sorted(_below(""))


def _below(folder: str) -> Iterator[str]:
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in files if name)
    for name in folders:
        yield from _below(f"{folder}{name}/")


def bring(folder: Path) -> None:
    """This function will put the files below `folder` into the bucket, in place of whatever has their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            if default_storage.exists(name):
                default_storage.delete(name)
            with open(path, "rb") as file:
                default_storage.save(name, File(file))


def leave_only(wanted: set[str]) -> None:
    """This function will delete from the bucket whatever is not `wanted`."""
    for name in set(names()) - wanted:
        default_storage.delete(name)
