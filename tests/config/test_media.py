"""Pictures are kept for good by every cache, and are gone from all of them when one has to go."""

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from pennypress.newsroom import renditions
from pennypress.newsroom.models import Picture
from tests.newsroom.builders import a_jpeg

SOON, NOTHING_SECONDS = 10, 0.3


@pytest.fixture
def ear(committed):
    address = make_conninfo(settings.DATABASE_APP_URL, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as listening:
        listening.execute("LISTEN purge")
        yield listening


@pytest.fixture
def picture(ear):
    cache.clear()  # Wagtail remembers the last test's picture of the same number.
    return Picture.objects.create(title="A harbour", file=ContentFile(a_jpeg(), "harbour.jpg"))


def _purged(ear, seconds=NOTHING_SECONDS) -> list[str]:
    return [notice.payload for notice in ear.notifies(timeout=seconds)]


def test_a_picture_may_be_kept_for_good_and_says_by_what_it_is_ended(picture, client):
    answer = client.get(renditions.wide(picture)["src"])

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Surrogate-Key"] == "pictures"


def test_when_caches_are_told_that_a_picture_is_gone_nobody_can_fetch_it_any_longer(picture, ear):
    shown = renditions.wide(picture)["src"].removeprefix("/media/")
    _purged(ear)

    picture.delete()

    assert not default_storage.exists(shown)
    assert "pictures" in _purged(ear)[-1]


def test_a_picture_whose_deletion_is_rolled_back_stays(picture, ear):
    shown = renditions.wide(picture)["src"].removeprefix("/media/")
    _purged(ear)

    with pytest.raises(RuntimeError), transaction.atomic():
        picture.delete()
        raise RuntimeError

    assert default_storage.exists(shown)
    assert _purged(ear) == []
