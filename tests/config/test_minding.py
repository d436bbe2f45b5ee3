"""A server that opens while its database is down serves what was printed; one that is told amiss says so and does not open."""

import contextlib
import threading
import time

import pytest
from django.db import connection

from pennypress.config import embedded, minding
from pennypress.config.readiness import NotReady

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def outside(settings, tmp_path, monkeypatch):
    settings.IS_EMBEDDED = False
    settings.VAR = tmp_path
    monkeypatch.setattr(minding, "ASKED_SECONDS", 0.05)


@pytest.fixture
def printed(tmp_path):
    page = tmp_path / "spool" / "pages" / "ab" / "cd"
    page.parent.mkdir(parents=True)
    page.write_text("{}\n")


@contextlib.contextmanager
def told(**facts):
    """As if the settings named another server or database."""
    connection.close()
    before = {**connection.settings_dict}
    connection.settings_dict.update(facts)
    try:
        yield
    finally:
        connection.settings_dict.update(before)
        connection.close()


def _until(caplog, words):
    until = time.monotonic() + 20
    while words not in caplog.text:
        assert time.monotonic() < until, caplog.text
        time.sleep(0.02)


def test_a_database_that_is_there_opens_the_server(caplog):
    with minding.held():
        assert caplog.text == ""


def test_while_nobody_answers_the_server_opens_over_what_was_printed(printed, tmp_path, caplog):
    with contextlib.ExitStack() as down:
        down.enter_context(told(HOST=str(tmp_path)))

        with minding.held():
            assert "The database does not answer" in caplog.text
            assert "served as it was last printed" in caplog.text
            down.close()
            _until(caplog, "The database is back, and up to date.")


def test_where_nothing_was_printed_it_does_not_open(tmp_path):
    with told(HOST=str(tmp_path)), pytest.raises(NotReady, match="Nothing was printed"), minding.held():
        pass


@pytest.mark.parametrize("amiss", [{"NAME": "no_such_paper"}, {"USER": "nobody_we_know"}])
def test_a_database_that_will_not_have_us_is_no_outage(printed, amiss):
    with told(**amiss), pytest.raises(NotReady, match="will not have us"), minding.held():
        pass


def test_migrations_are_looked_at_when_it_is_back(printed, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("pennypress.config.readiness.pending_migrations", _first_down_then(3, then=0))

    with minding.held():
        _until(caplog, "run: pennypress migrate")
        _until(caplog, "The database is back, and up to date.")


def _first_down_then(pending, *, then):
    answers = iter([None, None, pending, pending])

    def asked():
        answer = next(answers, then)
        if answer is None:
            raise minding._Down("The database does not answer.")
        return answer

    return asked


def test_an_embedded_server_that_does_not_start_is_tried_again(printed, settings, caplog, monkeypatch):
    settings.IS_EMBEDDED = True
    tries = iter([embedded.CannotStart("The disk is full."), embedded.CannotStart("The disk is full.")])

    def held(_var, _tell):
        for trouble in tries:
            raise trouble
        return contextlib.nullcontext()

    monkeypatch.setattr(embedded, "held", held)

    with minding.held():
        assert "The disk is full." in caplog.text
        _until(caplog, "The database is back, and up to date.")


def test_what_is_to_be_done_meanwhile_is_done_beside_the_start(settings, monkeypatch):
    settings.IS_EMBEDDED = True
    is_done = threading.Event()

    def held(_var, _tell):
        assert is_done.wait(10), "It was waited for first."
        return contextlib.nullcontext()

    monkeypatch.setattr(embedded, "held", held)

    with minding.held(meanwhile=is_done.set):
        assert is_done.is_set()
