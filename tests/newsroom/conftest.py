"""The newsroom's tests: a small paper, and an editor at the desk."""

import pytest

from pennypress.newsroom import context
from tests.desk import cast, samples
from tests.newsroom import builders


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


@pytest.fixture
def fund(db):
    """The fund of a society that runs today, with a target of £18,000 and 24 days left."""
    samples.a_society()
    return samples.a_running_fund()
