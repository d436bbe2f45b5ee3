"""Pages that are read are read by statements that the database has prepared, and planned once."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from pennypress import prepared
from pennypress.letters import outbox
from pennypress.letters.models import Letter
from pennypress.payments.models import Method, Payment
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
        prepared.rows(line, STATEMENT, {"ids": [1, 2]})


def plans(line):
    """How often the database has planned the statement for facts of one time, and how often it used one plan for all."""
    with line.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%asked (id)%'"
        )
        return cursor.fetchone()


def test_a_statement_is_planned_once(line):
    ask(line, 12)

    assert plans(line) == (0, 12 - prepared.PREPARED_AFTER)


def test_without_that_it_is_planned_each_time(line, monkeypatch):
    monkeypatch.setattr(prepared, "_plan_once", lambda line: None)

    ask(line, 12)

    assert plans(line) == (12 - prepared.PREPARED_AFTER, 0)


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

    assert plans(line) == (0, 12 - prepared.PREPARED_AFTER)


class TestRowsOfAModel:
    def test_they_are_what_django_reads(self):
        asking_for = "WHERE app_label = %(label)s ORDER BY id"

        found = prepared.found(ContentType, asking_for, label="auth")

        assert found == list(ContentType.objects.filter(app_label="auth").order_by("id"))
        assert found
        assert not found[0]._state.adding

    def test_json_among_them_is_read(self):
        kept = SandboxPayment.objects.create(
            key="k", reference="r", method="card", amount_minor=100, currency="GBP", description="", return_url="/",
            taken_back=[{"kind": "refund", "minor": 5}], created_at=timezone.now(),
        )  # fmt: skip

        (found,) = prepared.found(SandboxPayment, "WHERE ref = %(ref)s", ref=kept.ref)

        assert found.taken_back == [{"kind": "refund", "minor": 5}]
        assert found.created_at == kept.created_at

    def test_none_are_none(self):
        assert prepared.found(ContentType, "WHERE id = %(number)s", number=-1) == []


def a_payment():
    return Payment(
        provider="sandbox",
        method=Method.CARD,
        amount_minor=70_000,
        currency="GBP",
        payer_name="Rosa Field",
        payer_email="rosa@example.org",
        started_at=timezone.now(),
    )


def test_what_is_written_reads_as_what_django_saves():
    ours, its = prepared.written(a_payment()), a_payment()
    its.save()

    read, theirs = (Payment.objects.values().get(pk=one.pk) for one in (ours, its))

    their_own = {"id", "public_id", "started_at"}
    assert {name: read[name] for name in read.keys() - their_own} == {
        name: theirs[name] for name in theirs.keys() - their_own
    }
    assert read["public_id"] == ours.public_id
    assert read["started_at"] == ours.started_at


def test_what_is_written_can_be_saved_again():
    ours = prepared.written(a_payment())
    ours.provider_ref = "sp_1"

    ours.save()

    assert list(Payment.objects.values_list("pk", "provider_ref")) == [(ours.pk, "sp_1")]


def test_what_the_database_refuses_raises_as_saving_does():
    first = prepared.written(a_payment())
    again = a_payment()
    again.public_id = first.public_id

    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.written(again)

    assert Payment.objects.count() == 1


def test_what_stands_already_is_not_written_again():
    first, again = a_payment(), a_payment()
    again.public_id = first.public_id

    assert prepared.written_once(first, by="public_id")
    assert not prepared.written_once(again, by="public_id")

    assert again.pk is None
    assert list(Payment.objects.values_list("pk", flat=True)) == [first.pk]


def test_json_is_written_and_read_as_it_was():
    facts = {"key": "k", "amounts": [1, 2], "words": "“so”"}
    payment = SandboxPayment(
        method="card", amount_minor=500, currency="GBP", key="one", taken_back=[facts], created_at=timezone.now()
    )

    prepared.written(payment)

    assert SandboxPayment.objects.get().taken_back == [facts]


def test_of_what_is_saved_only_the_fields_named_are_written():
    payment, other = prepared.written(a_payment()), prepared.written(a_payment())
    payment.provider_ref, payment.payer_name = "sp_1", "Somebody else"

    prepared.saved(payment, "provider_ref")

    assert set(Payment.objects.values_list("pk", "provider_ref", "payer_name")) == {
        (payment.pk, "sp_1", "Rosa Field"),
        (other.pk, "", "Rosa Field"),
    }


def test_to_save_what_is_gone_or_has_no_such_field_is_an_error():
    payment = a_payment()
    payment.pk = 2**31

    with pytest.raises(DatabaseError):
        prepared.saved(payment, "provider_ref")
    with pytest.raises(KeyError):
        prepared.saved(payment, "provider_reference")


def test_what_is_changed_is_given_as_it_is_now():
    payment = prepared.written(a_payment())
    prepared.written(a_payment())
    change = "SET provider_ref = %(ref)s WHERE id = %(payment)s AND provider_ref = ''"

    changed = prepared.changed(Payment, change, payment=payment.pk, ref="sp_1")

    assert [(one.pk, one.provider_ref) for one in changed] == [(payment.pk, "sp_1")]
    assert prepared.changed(Payment, change, payment=payment.pk, ref="sp_2") == []
    assert set(Payment.objects.values_list("provider_ref", flat=True)) == {"sp_1", ""}


class TestBehindAPooler:
    """Where each transaction may have another connection, nothing is prepared, and the same is written and read."""

    @pytest.fixture(autouse=True)
    def pooled(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)  # noqa: FBT003

    def test_what_is_written_is_read(self):
        payment = prepared.written(a_payment())

        found = prepared.first(Payment, "WHERE id = %(payment)s", payment=payment.pk)

        assert found == payment
        assert (found.method, found.amount_minor, found.mandate_id) == ("card", 70_000, None)

    def test_json_is_written_and_read(self):
        facts = [{"key": "k", "amounts": [1, 2]}]
        prepared.written(
            SandboxPayment(
                method="card", amount_minor=5, currency="GBP", key="one", taken_back=facts, created_at=timezone.now()
            )
        )

        assert [one.taken_back for one in prepared.found(SandboxPayment, "")] == [facts]

    def test_a_letter_is_claimed_once(self):
        now = timezone.now()
        outbox.queue(key="one", kind="login-code", to_name="", to_email="a@example.org", context={"code": "1"}, now=now)

        assert (outbox.send_due(now=now), outbox.send_due(now=now)) == (1, 0)
        (letter,) = Letter.objects.all()
        assert (letter.state, letter.attempts, letter.due_at) == ("sent", 1, now + outbox.WAITS[0])
