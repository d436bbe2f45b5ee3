"""The newsroom's tests: a small paper, and pages that say what they were given."""

import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from pennypress.newsroom import context
from tests.desk import cast
from tests.newsroom import builders

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True, scope="session")
def templates_stand_in(plain_settings):
    """Where the paper's own template is not there, one of these is shown."""
    engines = copy.deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"] = [*engines[0]["DIRS"], TEMPLATES]
    with override_settings(TEMPLATES=engines):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What one test's paper was called, the next must not hear."""
    context.forget()
    yield
    context.forget()


@pytest.fixture
def paper(db):
    """A paper with one section and one writer."""
    return builders.a_paper()


@pytest.fixture
def editor(admin_user):
    """The desk as the chief editor has it open."""
    return cast.has_shown(cast.logged_in(admin_user), admin_user, cast.with_a_second_factor(admin_user))
