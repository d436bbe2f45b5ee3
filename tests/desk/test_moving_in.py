"""Moving in at the desk: a file, its rows, the total typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pennypress.giving.models import Gift
from pennypress.moving.models import Consignment, Likeness
from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db
ROWS = b"date,amount,method,name\n5/11/2024,20,cheque,<b>Nora</b>\n6/11/2024,0,cheque,Ann\n"


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()
    samples.a_running_fund()


def send(desk, content=ROWS, kind="gifts"):
    return desk.post("/desk/moving-in/", {"kind": kind, "file": SimpleUploadedFile("old.csv", content)})


def test_a_file_is_sent_looked_at_and_moved_in():
    desk = cast.at_the_desk(roles.TREASURER)
    address = send(desk).url

    page = desk.get(address).content.decode()
    done = desk.post(address, {"total": "£20", "leave_out": "on"})

    assert "Line 3: the amount is zero" in page
    assert "<b>Nora" not in page
    assert done.status_code == 302
    assert "1 bad rows were left out" in desk.get(address).content.decode()
    assert Gift.objects.get().allocation.receipt.recorded_by.email == "treasurers@example.org"


@pytest.mark.parametrize(
    ("typed", "words"), [({"total": "21", "leave_out": "on"}, "£21.00 was confirmed"), ({"total": "20"}, "lines 3")]
)
def test_a_refusal_says_why_and_keeps_what_was_typed(typed, words):
    desk = cast.at_the_desk(roles.TREASURER)
    address = send(desk).url

    answer = desk.post(address, typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{typed["total"]}"' in answer.content.decode()
    assert not Gift.objects.exists()


def test_a_file_that_cannot_be_read_is_refused_beside_its_field():
    answer = send(cast.at_the_desk(roles.TREASURER), b"what is this")

    assert answer.status_code == 422
    assert "The first line must name the columns" in answer.content.decode()
    assert not Consignment.objects.exists()


def test_a_file_is_dropped():
    desk = cast.at_the_desk(roles.TREASURER)
    address = send(desk).url

    desk.post(f"{address}drop/")

    assert Consignment.objects.get().state == "dropped"


def test_persons_alike_are_made_one():
    likeness = samples.a_likeness()
    desk = cast.at_the_desk(roles.TREASURER)

    page = desk.get("/desk/moving-in/alike/").content.decode()
    desk.post(f"/desk/moving-in/alike/{likeness.pk}/", {"one": ""})

    assert "the same name" in page
    assert Likeness.objects.get().decision == "merged"
    likeness.person.refresh_from_db()
    assert likeness.person.merged_into == likeness.like
