"""Tests run as the application's role, on a clone of a template database that the owner has migrated."""

import os

import dj_database_url
import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread

from pennypress.config import embedded
from tests import browsers, databases


@pytest.fixture(scope="session")
def server():
    """A running PostgreSQL: the one that DATABASE_URL names, or else an embedded one for tests, as long as we need it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    var = settings.VAR / "tests"
    with embedded.held(var, is_for_tests=True):
        settings.DATABASE_OWNER_URL = embedded.url(var, embedded.OWNER_ROLE)
        settings.DATABASE_APP_URL = embedded.url(var, embedded.APP_ROLE)
        connections["default"].settings_dict["HOST"] = dj_database_url.parse(settings.DATABASE_APP_URL)["HOST"]
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
        SEARCHES_PER_MINUTE=10**6,
        REMEMBERED=tmp_path_factory.mktemp("remembered"),
        # Of pictures nothing is kept in memory, as in the product: it would outlive the database that it is of.
        CACHES={
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "renditions": settings.CACHES["renditions"],
        },
        ALLOWED_HOSTS=["testserver", "localhost"],
    ):
        yield


def pytest_collection_modifyitems(items):
    """Where no browser can be driven, the browser tests are skipped, and say how to run them."""
    if not browsers.can_be_driven():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=browsers.HOW))


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if browsers.HOW in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests skipped: {browsers.HOW}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium. Playwright's loop runs in our thread, and Django takes that for async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, **browsers.launch_arguments()}


@pytest.fixture
def house(committed, settings):
    """The whole house on a port of its own over a database of its own; gives its address, for browsers."""
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    settings.PORT = server.port
    settings.SITE_URL = f"http://localhost:{server.port}"
    yield settings.SITE_URL
    server.terminate()
