"""Before the society is recorded, the desk says so and does not fall over."""

import pytest

from pennypress.people import roles
from tests.desk import cast

pytestmark = pytest.mark.django_db


def test_the_first_screen_says_that_there_is_no_society():
    response = cast.at_the_desk(roles.TREASURER).get("/desk/")

    assert response.status_code == 200
    assert "pennypress init" in response.content.decode()


def test_a_screen_of_money_says_so_too():
    response = cast.at_the_desk(roles.TREASURER).get("/desk/books/")

    assert response.status_code == 503
    assert "pennypress init" in response.content.decode()
