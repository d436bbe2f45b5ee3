"""The outbox at the desk: each role its own letters, and a secret letter's words for nobody."""

import re

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


class TestHeldBack:
    @pytest.fixture
    def letters(self):
        return [samples.a_letter(is_held=True) for _number in range(3)]

    def states(self):
        return list(Letter.objects.filter(key__startswith="sample").order_by("pk").values_list("state", flat=True))

    def test_the_list_has_each_with_the_way_to_read_it(self, letters):
        client = cast.at_the_desk(roles.TREASURER)

        page = client.get("/desk/outbox/held/").content.decode()

        for letter in letters:
            assert f"/desk/outbox/{letter.pk}/" in page
        assert "held back" in client.get("/desk/outbox/").content.decode()
        assert "held back" in client.get("/desk/").content.decode()
        assert "Send it" in client.get(f"/desk/outbox/{letters[0].pk}/").content.decode()

    def test_the_ticked_are_sent_or_never_and_the_others_wait(self, letters):
        client = cast.at_the_desk(roles.TREASURER)

        client.post("/desk/outbox/held/", {"letter": [letters[0].pk], "act": "send"})
        client.post("/desk/outbox/held/", {"letter": [letters[2].pk], "act": "never"})

        assert self.states() == ["queued", "held", "never"]
        assert re.findall(r'name="letter"\s+value="(\d+)"', client.get("/desk/outbox/held/").content.decode()) == [
            str(letters[1].pk)
        ]

    def test_all_are_sent_where_they_are_those_that_were_shown(self, letters):
        client = cast.at_the_desk(roles.TREASURER)

        other = client.post("/desk/outbox/held/", {"all": "1", "count": "2"})
        as_shown = self.states()
        client.post("/desk/outbox/held/", {"all": "1", "count": "3"})

        assert (other.status_code, as_shown, self.states()) == (422, ["held"] * 3, ["queued"] * 3)

    def test_with_none_ticked_it_says_so(self, letters):
        answer = cast.at_the_desk(roles.TREASURER).post("/desk/outbox/held/", {"act": "send"})

        assert answer.status_code == 422
        assert "Tick the letters first" in answer.content.decode()
        assert self.states() == ["held"] * 3

    def test_looking_sends_nothing(self, letters):
        cast.at_the_desk(roles.TREASURER).get("/desk/outbox/held/?act=send")

        assert self.states() == ["held"] * 3

    def test_a_secretary_neither_sees_nor_sends_what_came_of_giving(self, letters):
        client = cast.at_the_desk(roles.SECRETARY)

        seen = client.get("/desk/outbox/held/").content.decode()
        answer = client.post("/desk/outbox/held/", {"letter": [letters[0].pk], "act": "send"})

        assert "No letters are held back." in seen
        assert answer.status_code == 422
        assert self.states() == ["held"] * 3
