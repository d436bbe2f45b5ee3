"""The secretary's screens: allotting, refusing, the register and its file."""

import csv
import io

import pytest
from django.db import connection

from pennypress import laws
from pennypress.config import lawbook
from pennypress.desk import spreadsheet
from pennypress.people import roles
from pennypress.shares.models import ApplicationState, RegisterEntry
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()


@pytest.fixture
def secretary():
    return cast.at_the_desk(roles.SECRETARY)


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def test_one_press_allots_one_application(secretary):
    application, other = samples.a_paid_application(), samples.a_paid_application(name="Pia Lund")

    secretary.post("/desk/applications/allot/", {"only": str(application.public_id), "chosen": str(other.public_id)})

    application.refresh_from_db()
    other.refresh_from_db()
    assert (application.state, other.state) == (ApplicationState.ALLOTTED, ApplicationState.PAID)
    assert broken_laws() == []


def test_the_ticked_ones_are_allotted_together(secretary):
    first, second = samples.a_paid_application(), samples.a_paid_application(name="Pia Lund")

    response = secretary.post(
        "/desk/applications/allot/", {"chosen": [str(first.public_id), str(second.public_id)]}, follow=True
    )

    assert "2 applications allotted." in response.content.decode()
    assert RegisterEntry.objects.count() == 2
    assert broken_laws() == []


def test_an_unpaid_application_is_not_allotted_and_the_secretary_is_told_why(secretary):
    application = samples.an_application()

    response = secretary.post("/desk/applications/allot/", {"only": str(application.public_id)}, follow=True)

    assert "Only an application that is paid can be allotted." in response.content.decode()
    assert not RegisterEntry.objects.exists()


def test_allotting_twice_enters_once(secretary):
    application = samples.a_paid_application()
    secretary.post("/desk/applications/allot/", {"only": str(application.public_id)})

    secretary.post("/desk/applications/allot/", {"only": str(application.public_id)})

    assert RegisterEntry.objects.count() == 1


@pytest.mark.parametrize("chosen", ["not-a-number", "", "' OR 1=1 --"])
def test_nonsense_allots_nothing(secretary, chosen):
    samples.a_paid_application()

    response = secretary.post("/desk/applications/allot/", {"only": chosen})

    assert response.status_code == 302
    assert not RegisterEntry.objects.exists()


def test_a_refusal_needs_a_reason(secretary):
    application = samples.a_paid_application()

    response = secretary.post(f"/desk/applications/{application.public_id}/refuse/", {"reason": " "})

    application.refresh_from_db()
    assert response.status_code == 422
    assert application.state == ApplicationState.PAID


def test_an_application_is_refused_with_its_reason(secretary):
    application = samples.a_paid_application()

    secretary.post(f"/desk/applications/{application.public_id}/refuse/", {"reason": "Applied twice"})

    application.refresh_from_db()
    assert (application.state, application.refusal) == (ApplicationState.REFUSED, "Applied twice")
    assert broken_laws() == []


def test_the_register_is_shown_as_at_a_day(secretary):
    member = samples.a_member()

    now = secretary.get("/desk/register/")
    before = secretary.get("/desk/register/?on=2020-01-01")

    assert member.person.name in now.content.decode()
    assert member.person.name not in before.content.decode()


def test_the_registers_file_defuses_formulas(secretary):
    samples.a_member(name='=HYPERLINK("http://bad.example","Olga")')

    response = secretary.get("/desk/register.csv")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1][1] == '\'=HYPERLINK("http://bad.example","Olga")'
    assert rows[1][6] == "50"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1"])
def test_whatever_a_spreadsheet_would_run_is_text(text):
    assert spreadsheet.defused(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Ann Lee", "O'Neill", "7 Dock Road", -5, 0, ""])
def test_whatever_it_would_not_run_is_left_alone(cell):
    assert spreadsheet.defused(cell) == cell
