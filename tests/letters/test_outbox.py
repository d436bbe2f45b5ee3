import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress.letters import enclosing, outbox, tasks
from pennypress.letters.enclosing import Enclosed
from pennypress.letters.models import Letter, LetterState

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)


def a_letter(key="code-1", *, enclosures=(), secret=False, to_email="rosa@example.org"):
    return outbox.queue(
        key=key,
        kind="login-code",
        to_name="Rosa Field",
        to_email=to_email,
        context={"code": "49 <12>"},
        now=NOW,
        enclosures=enclosures,
        secret=secret,
    )


def test_a_letter_is_written_once_under_its_key():
    first = a_letter()

    again = a_letter()

    assert again == first
    assert Letter.objects.count() == 1


def test_there_is_no_letter_without_an_address():
    assert a_letter(to_email="") is None
    assert not Letter.objects.exists()


def test_the_plain_text_is_not_escaped_and_the_html_is():
    letter = a_letter()

    assert "49 <12>" in letter.text
    assert "49 &lt;12&gt;" in letter.html


def test_what_is_due_goes_as_text_and_html_with_its_enclosure():
    a_letter(enclosures=[Enclosed("rules.pdf", content=b"%PDF-1.7")])

    went = outbox.send_due(now=NOW)

    (message,) = mail.outbox
    assert went == 1
    assert message.to == ["Rosa Field <rosa@example.org>"]
    assert message.alternatives[0].mimetype == "text/html"
    assert message.attachments[0].content == b"%PDF-1.7"


def test_a_letter_goes_once():
    a_letter()
    outbox.send_due(now=NOW)

    assert outbox.send_due(now=NOW + dt.timedelta(days=9)) == 0
    assert len(mail.outbox) == 1


def test_a_code_that_somebody_waits_for_goes_before_the_notice_to_every_member():
    for number in range(3):
        a_letter(f"notice-{number}")
    a_letter("code", secret=True)
    went = []
    while (letter := outbox._claim(NOW)) is not None:
        went.append(letter.key)

    assert went == ["code", "notice-0", "notice-1", "notice-2"]


def test_the_next_letter_is_found_without_sorting_all_that_wait():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN UPDATE letters_letter {outbox._CLAIM}", {"now": NOW, "waits": outbox.WAITS})
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "letters_in_turn" in plan
    assert "Sort" not in plan


def test_an_enclosure_may_be_made_when_the_letter_goes(monkeypatch):
    monkeypatch.setitem(enclosing._RENDERERS, "numbered", lambda argument: f"page {argument}".encode())
    a_letter(enclosures=[Enclosed("page.txt", renderer="numbered", argument="7", content_type="application/pdf")])

    outbox.send_due(now=NOW)

    assert mail.outbox[0].attachments[0].content == b"page 7"


def test_an_unknown_renderer_is_refused_and_no_letter_is_written():
    with pytest.raises(enclosing.NoSuchRenderer), transaction.atomic():
        a_letter(enclosures=[Enclosed("page.pdf", renderer="nobody", argument="7")])

    assert not Letter.objects.exists()


class TestASecretLetter:
    def test_loses_its_body_once_it_has_gone(self):
        a_letter(secret=True)

        outbox.send_due(now=NOW)

        letter = Letter.objects.get()
        assert "49 <12>" in mail.outbox[0].body
        assert (letter.state, letter.text, letter.html) == ("sent", "", "")

    def test_keeps_it_in_the_demo_where_nothing_leaves_the_machine(self, settings):
        settings.DEMO = True
        a_letter(secret=True)

        outbox.send_due(now=NOW)

        assert mail.outbox == []
        assert Letter.objects.get().state == LetterState.SENT
        assert "49 <12>" in Letter.objects.get().text


class TestWhenTheMailServerRefuses:
    @pytest.fixture
    def mail_server(self, monkeypatch):
        def refuse(error):
            def send(message):
                raise error

            monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)

        return refuse

    def test_the_letter_waits_and_says_what_went_wrong(self, mail_server):
        mail_server(ConnectionRefusedError("no route"))
        a_letter()

        outbox.send_due(now=NOW)

        letter = Letter.objects.get()
        assert (letter.state, letter.attempts) == ("queued", 1)
        assert letter.due_at == NOW + outbox.WAITS[0]
        assert "no route" in letter.trouble

    def test_an_address_that_does_not_exist_is_given_up_at_once(self, mail_server):
        mail_server(smtplib.SMTPRecipientsRefused({"rosa@example.org": (550, b"no such user")}))
        a_letter()

        outbox.send_due(now=NOW)

        assert Letter.objects.get().state == LetterState.FAILED

    def test_after_the_last_attempt_it_is_given_up_and_may_be_sent_again_by_hand(self, mail_server, monkeypatch):
        mail_server(TimeoutError())
        a_letter()
        for attempt in range(len(outbox.WAITS)):
            outbox.send_due(now=NOW + dt.timedelta(days=2 * attempt))
        given_up = Letter.objects.get()

        again = outbox.send_again(letter=given_up, now=NOW + dt.timedelta(days=30))

        assert given_up.state == LetterState.FAILED
        assert (again.state, again.attempts) == ("queued", 0)

    def test_an_attempt_that_dies_holds_up_no_other_letter(self, mail_server):
        a_letter("dies")
        a_letter("waits")
        mail_server(ZeroDivisionError())

        for _worker in range(2):
            with pytest.raises(ZeroDivisionError):
                outbox.send_due(now=NOW)

        assert set(Letter.objects.values_list("key", "attempts")) == {("dies", 1), ("waits", 1)}


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change",
        [
            {"text": "Other words"},
            {"text": "", "html": ""},
            {"subject": "Other"},
            {"to_email": "else@example.org"},
            {"state": "sent"},
        ],
        ids=lambda change: "-".join(change),
    )
    def test_any_change_of_a_letter_but_its_state(self, change):
        a_letter()

        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.update(**change)

        assert Letter.objects.get().text != "Other words"

    def test_a_letter_that_went_to_wait_again(self):
        a_letter()
        outbox.send_due(now=NOW)

        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.update(state="queued", sent_at=None)

        assert Letter.objects.get().state == LetterState.SENT

    def test_the_removal_of_a_letter(self):
        letter = a_letter()

        with pytest.raises(DatabaseError), transaction.atomic():
            letter.delete()

        assert Letter.objects.exists()


class TestAskingTheWorker:
    def test_letters_that_nobody_waits_for_go_together_a_second_later(self, django_capture_on_commit_callbacks):
        for number in range(20):
            with django_capture_on_commit_callbacks(execute=True):
                a_letter(f"thanks-{number}")

        (job,) = ProcrastinateJob.objects.filter(task_name=outbox.TASK)
        assert job.status == "todo"
        waits = job.scheduled_at - timezone.now()
        assert dt.timedelta() < waits <= outbox.GATHERED

    def test_a_code_that_somebody_waits_for_goes_at_once_whatever_is_gathered(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            a_letter("thanks")
            a_letter("code", secret=True)

        moments = ProcrastinateJob.objects.filter(task_name=outbox.TASK).values_list("scheduled_at", flat=True)
        assert sorted(moment > timezone.now() for moment in moments) == [False, True]
        assert outbox.TASK in app.tasks

    def test_a_round_sends_one_at_least_and_asks_for_another_while_there_are_more(self):
        for number in range(2):
            a_letter(f"notice-{number}")

        assert outbox.send_due(now=NOW, within=dt.timedelta()) == 1
        (job,) = ProcrastinateJob.objects.filter(task_name=outbox.TASK, status="todo")
        assert job.scheduled_at is None or job.scheduled_at <= timezone.now()
        assert outbox.send_due(now=NOW, within=dt.timedelta()) == 1
        assert outbox.send_due(now=NOW, within=dt.timedelta()) == 0

    def test_what_the_worker_does_is_such_a_round(self, monkeypatch):
        monkeypatch.setattr(outbox, "ROUND", dt.timedelta())
        for number in range(3):
            a_letter(f"notice-{number}")

        tasks.send_due()

        assert Letter.objects.filter(state="sent").count() == 1

    def test_a_round_whose_letters_all_went_asks_for_none(self):
        a_letter("thanks")

        assert outbox.send_due(now=NOW, within=outbox.ROUND) == 1
        assert not ProcrastinateJob.objects.exists()

    def test_one_that_is_held_asks_for_nobody(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as to_do:
            outbox.queue(
                key="held", kind="login-code", to_name="", to_email="a@example.org", context={}, now=NOW, is_held=True
            )

        assert to_do == []
