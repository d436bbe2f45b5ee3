"""The outbox at the desk: each role its own letters, and a secret letter's words for nobody."""

import pytest

from pennypress.letters.models import Letter, LetterState
from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()


@pytest.mark.parametrize("role", [roles.TREASURER, roles.SECRETARY])
def test_a_secret_letter_shows_that_it_is_there_and_not_what_it_says(role):
    letter = samples.a_letter(secret=True)
    client = cast.at_the_desk(role)

    listed = client.get("/desk/outbox/").content.decode()
    opened = client.get(f"/desk/outbox/{letter.pk}/").content.decode()

    assert "A secret letter" in listed
    assert "481516" not in listed + opened


def test_a_secretary_reads_no_letter_that_came_of_giving():
    letter = samples.a_letter()
    client = cast.at_the_desk(roles.SECRETARY)

    assert client.get(f"/desk/outbox/{letter.pk}/").status_code == 404
    assert letter.subject not in client.get("/desk/outbox/").content.decode()


def test_a_treasurer_reads_no_letter_of_the_register():
    samples.a_member()
    letter = Letter.objects.get(kind="certificate")

    assert cast.at_the_desk(roles.TREASURER).get(f"/desk/outbox/{letter.pk}/").status_code == 404
    assert cast.at_the_desk(roles.SECRETARY).get(f"/desk/outbox/{letter.pk}/").status_code == 200


def test_a_letter_that_was_given_up_is_tried_again():
    letter = samples.a_letter()
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.FAILED, attempts=6)

    cast.at_the_desk(roles.TREASURER).post(f"/desk/outbox/{letter.pk}/retry/")

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)
