"""The fund at the desk: figures that add up, and no giver beyond the words chosen for print on an editor's page."""

import pytest

from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()
    samples.a_running_fund()


def page(client, address="/desk/fund/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_treasurer_sees_who_gave():
    samples.a_cheque()

    shown = page(cast.at_the_desk(roles.TREASURER))

    assert samples.CANARY_NAME in shown
    assert "£25.00" in shown


@pytest.mark.parametrize("address", ["/desk/fund/", "/desk/"])
@pytest.mark.parametrize("thanks_as", ["not", "place", "initials"])
def test_an_editor_sees_no_name_that_was_not_chosen_for_print(thanks_as, address):
    samples.a_cheque(thanks_as=thanks_as)

    shown = page(cast.at_the_desk(roles.EDITOR), address)

    assert samples.CANARY_NAME not in shown
    assert "Canary W" not in shown
    assert samples.CANARY_EMAIL not in shown
    assert "100412" not in shown


def test_an_editor_sees_the_words_chosen_and_the_amount():
    samples.a_cheque(thanks_as="initials")

    shown = page(cast.at_the_desk(roles.EDITOR))

    assert f"C.W., {samples.CANARY_PLACE}" in shown
    assert "£25.00" in shown


def test_a_giver_who_wishes_no_thanks_has_no_place_either():
    samples.a_cheque(thanks_as="not")

    shown = page(cast.at_the_desk(roles.EDITOR))

    assert samples.CANARY_PLACE not in shown
    assert "not to be named" in shown


def test_the_canary_would_be_seen():
    """The control: the same page with a giver who chose to be named does show the name."""
    samples.a_cheque(thanks_as="name")

    assert samples.CANARY_NAME in page(cast.at_the_desk(roles.EDITOR))


def test_what_is_raised_is_the_sum_of_what_its_link_shows():
    samples.a_cheque()
    samples.a_cheque(amount=samples.pounds(75), thanks_as="name")

    response = cast.at_the_desk(roles.TREASURER).get("/desk/fund/appeals/november/")

    assert response.context["sum"] == response.context["fund"].raised == samples.pounds(100)
