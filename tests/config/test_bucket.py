"""Pictures in a bucket: uploaded, cut, served, backed up, brought back, against a real server of S3's kind."""

import io
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from pennypress.config import pictures
from pennypress.newsroom import renditions
from pennypress.newsroom.models import Picture
from tests.attacks.papers import free_port

KEYS = {"region": "eu-west-1", "key": "a-key", "secret": "a-secret"}


@pytest.fixture(scope="module")
def endpoint():
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        _await(address)
        yield address
        server.terminate()


def _client(address: str):
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name=KEYS["region"],
        aws_access_key_id=KEYS["key"],
        aws_secret_access_key=KEYS["secret"],
        config=Config(connect_timeout=1, retries={"total_max_attempts": 1}),
    )


def _await(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            _client(address).list_buckets()
        except BotoCoreError:
            assert time.monotonic() < until, "no server of S3's kind answered"
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def bucket(endpoint, settings, request, tmp_path):
    """An empty bucket, in which the paper keeps its pictures; gives a client of its own to look into it with."""
    settings.MEDIA_ROOT = tmp_path / "media"
    client = _client(endpoint)
    name = f"bucket-{abs(hash(request.node.name))}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEYS["region"]})
    settings.STORAGES = {
        **settings.STORAGES,
        "default": pictures.storage(bucket=name, endpoint=endpoint, **KEYS),
    }
    client.name = name
    return client


def _keys(bucket) -> set[str]:
    return {found["Key"] for found in bucket.list_objects_v2(Bucket=bucket.name).get("Contents", [])}


def _upload() -> Picture:
    drawn = io.BytesIO()
    Image.new("RGB", (1800, 1200), "teal").save(drawn, "JPEG")
    return Picture.objects.create(title="A harbour", file=ContentFile(drawn.getvalue(), "harbour.jpg"))


@pytest.mark.django_db
def test_a_picture_and_its_cuts_lie_in_the_bucket_and_are_served_by_the_paper(bucket, client, settings):
    picture = _upload()
    shown = renditions.wide(picture)

    answer = client.get(shown["src"])
    assert shown["src"].startswith("/media/images/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).width == 1600
    cuts = {cut.file.name for cut in picture.renditions.all()}
    assert len(cuts) > 2
    assert _keys(bucket) == cuts | {picture.file.name}
    assert not any(Path(settings.MEDIA_ROOT).rglob("*.jpg"))


@pytest.mark.django_db
def test_nothing_is_shown_that_is_no_picture(bucket, client):
    default_storage.save("documents/minutes.pdf", ContentFile(b"minutes"))

    assert client.get("/media/documents/minutes.pdf").status_code == 404
    assert client.get("/media/images/no-such.jpg").status_code == 404
    assert client.get("/media/../settings.env").status_code == 404


@pytest.fixture
def paper(committed, bucket, settings, tmp_path):
    settings.VAR = tmp_path / "var"
    _upload()
    return settings


def _backup(folder: Path, **options) -> tuple[Path, str]:
    said = StringIO()
    call_command("backup", folder, stdout=said, **options)
    return next(folder.glob("*.tar")), said.getvalue()


def test_a_backup_holds_the_pictures_of_the_bucket_and_brings_them_back(paper, bucket, tmp_path):
    name = Picture.objects.get().file.name
    before = bucket.get_object(Bucket=bucket.name, Key=name)["Body"].read()
    file, _said = _backup(tmp_path / "backups")
    bucket.delete_object(Bucket=bucket.name, Key=name)
    bucket.put_object(Bucket=bucket.name, Key="original_images/later.jpg", Body=b"later")

    call_command("restore", file, replace=True, stdout=StringIO())

    assert _keys(bucket) == {name}
    assert bucket.get_object(Bucket=bucket.name, Key=name)["Body"].read() == before
    assert Picture.objects.get().file.name == name


def test_pictures_may_be_left_in_their_bucket_and_the_backup_says_so(paper, bucket, tmp_path):
    before = _keys(bucket)

    file, said = _backup(tmp_path / "backups", without_pictures=True)
    call_command("restore", file, replace=True, stdout=(restored := StringIO()))

    assert f"pictures left in the bucket {bucket.name}" in said
    assert f"in the bucket {bucket.name}, and stay there" in restored.getvalue()
    assert _keys(bucket) == before
    assert Picture.objects.get().file.read()


def test_a_backup_without_pictures_is_refused_where_its_bucket_is_not_named(paper, bucket, tmp_path, settings):
    file, _said = _backup(tmp_path / "backups", without_pictures=True)
    settings.STORAGES = {**settings.STORAGES, "default": pictures.FOLDER}

    with pytest.raises(CommandError, match=f"{bucket.name}; name it in PENNYPRESS_MEDIA_BUCKET"):
        call_command("restore", file, replace=True, stdout=StringIO())

    assert Picture.objects.count() == 1


def test_pictures_on_a_disk_are_never_left_out(committed, settings, tmp_path):
    with pytest.raises(CommandError, match="on this machine's disk"):
        _backup(tmp_path / "backups", without_pictures=True)

    assert not list(tmp_path.glob("backups/*.tar"))
