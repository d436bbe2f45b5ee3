"""Tests run as the application's role, on a clone of a template database that the owner has migrated."""

import os

import pytest
from django.conf import settings
from django.test import override_settings

from pennypress.config import embedded
from tests import databases


@pytest.fixture(scope="session")
def server():
    """A running PostgreSQL: the one that DATABASE_URL names, or else the embedded one, for as long as we need it."""
    if os.environ.get("DATABASE_URL"):
        yield
    else:
        with embedded.held(settings.VAR):
            yield


@pytest.fixture(scope="session")
def django_db_setup(server, django_db_blocker):
    """One clone of the template for the whole run; tests roll back."""
    with django_db_blocker.unblock(), databases.clone_in_use():
        yield


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A database of its own for a test that commits: cloned before, dropped after, never flushed."""
    with django_db_blocker.unblock(), databases.clone_in_use():
        yield


@pytest.fixture(autouse=True, scope="session")
def plain_settings(tmp_path_factory):
    """Static files without a manifest, media in a folder of this run's own, passwords hashed cheaply."""
    with override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        PAPER_SECONDS=0,
        ALLOWED_HOSTS=["testserver", "localhost"],
    ):
        yield
