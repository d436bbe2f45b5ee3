"""Pages that are read are read by statements that the database has prepared, and planned once."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from pennypress.delivery import asking
from pennypress.payments.sandbox_tables import SandboxPayment

pytestmark = pytest.mark.django_db

# For two facts it is planned otherwise than for the ten that are guessed, so that the database would do so each time.
STATEMENT = """SELECT found.id FROM unnest(%(ids)s::int[]) asked (id) CROSS JOIN LATERAL (
    SELECT id FROM django_content_type kind WHERE kind.id = asked.id ORDER BY app_label, model LIMIT 1) found"""


@pytest.fixture
def line():
    """A line of its own, on which nothing has been asked yet, and no transaction stands."""
    own = connection.copy()
    yield own
    own.close()


def ask(line, times):
    for _each in range(times):
        asking.rows(line, STATEMENT, {"ids": [1, 2]})


def plans(line):
    """How often the database has planned the statement for facts of one time, and how often it used one plan for all."""
    with line.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%asked (id)%'"
        )
        return cursor.fetchone()


def test_a_statement_is_planned_once(line):
    ask(line, 12)

    assert plans(line) == (0, 12 - asking.PREPARED_AFTER)


def test_without_that_it_is_planned_each_time(line, monkeypatch):
    monkeypatch.setattr(asking, "_plan_once", lambda line: None)

    ask(line, 12)

    assert plans(line) == (12 - asking.PREPARED_AFTER, 0)


def test_a_transaction_that_is_taken_back_does_not_take_it_back(line):
    line.set_autocommit(False)
    ask(line, 1)
    line.rollback()
    line.set_autocommit(True)

    ask(line, 12)

    assert plans(line)[0] == 0


def test_on_another_line_it_is_asked_for_again(line):
    ask(line, 12)
    line.close()

    ask(line, 12)

    assert plans(line) == (0, 12 - asking.PREPARED_AFTER)


class TestRowsOfAModel:
    def test_they_are_what_django_reads(self):
        asking_for = "WHERE app_label = %(label)s ORDER BY id"

        found = asking.found(ContentType, asking_for, label="auth")

        assert found == list(ContentType.objects.filter(app_label="auth").order_by("id"))
        assert found
        assert not found[0]._state.adding

    def test_json_among_them_is_read(self):
        kept = SandboxPayment.objects.create(
            key="k", reference="r", method="card", amount_minor=100, currency="GBP", description="", return_url="/",
            taken_back=[{"kind": "refund", "minor": 5}], created_at=timezone.now(),
        )  # fmt: skip

        (found,) = asking.found(SandboxPayment, "WHERE ref = %(ref)s", ref=kept.ref)

        assert found.taken_back == [{"kind": "refund", "minor": 5}]
        assert found.created_at == kept.created_at

    def test_none_are_none(self):
        assert asking.found(ContentType, "WHERE id = %(number)s", number=-1) == []
