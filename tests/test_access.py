"""Deny by default: every address of the project stands in the role matrix, and answers as the matrix says."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pennypress.desk import urls as desk_urls
from pennypress.people import roles
from tests.access_matrix import DESK, MATRIX, PUBLIC, Row, row_of
from tests.desk import cast, samples

WHO = {"A": None, "R": "reader", "E": roles.EDITOR, "T": roles.TREASURER, "S": roles.SECRETARY}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
TRIED = [row for row in MATRIX if row.sample != ""]


def client_of(letter: str):
    if letter == "A":
        return cast.logged_in()
    if letter == "R":
        return cast.logged_in(cast.a_reader())
    return cast.at_the_desk(WHO[letter])


def refuses(response) -> bool:
    """Whether an answer is a shut door: not yours, not there for you, or the way back to a door."""
    if response.status_code in (403, 404, 405):
        return True
    if response.status_code != 302:
        return False
    back = {reverse("account_login"), reverse("wagtailadmin_home")}
    return urlsplit(response.url).path in back


@pytest.mark.parametrize("route", ROUTES)
def test_every_address_stands_in_the_matrix(route):
    assert row_of(route) is not None, f"{route} has no entry in tests/access_matrix.py: say who may open it"


def test_no_screen_of_the_desk_hides_behind_another():
    names = list(routes(desk_urls.urlpatterns))

    assert [route for route in set(names) if names.count(route) > 1] == []


def test_no_row_of_the_matrix_stands_twice():
    spoken = [row.route for row in MATRIX]

    assert [route for route in set(spoken) if spoken.count(route) > 1] == []


def test_every_row_of_the_matrix_speaks_for_an_address():
    spoken_for = {row_of(route) for route in ROUTES}

    assert [row.route for row in MATRIX if row not in spoken_for] == []


@pytest.mark.parametrize("row", [row for row in MATRIX if row.sample == ""], ids=lambda row: row.route)
def test_an_address_that_is_not_tried_says_why(row):
    assert row.why


def is_answered(row: Row, response) -> bool:
    """Whether an address lets its visitor in. Of what is public, nothing may stand at the sample address: 404 is an answer."""
    if row.get == PUBLIC:
        return response.status_code != 403 and response.status_code < 500
    return not refuses(response)


def address(row: Row, numbers: dict[str, object]) -> str:
    return (row.sample or f"/{row.route.rstrip('*')}").format(**numbers)


@pytest.mark.django_db
class TestTheDesk:
    """Our own screens, tried by all five with things that are there: who may is answered, who may not is refused."""

    @pytest.mark.parametrize("row", DESK, ids=lambda row: row.route)
    def test_reading(self, row):
        at = address(row, samples.all_of_them())

        answered = {letter for letter in WHO if client_of(letter).get(at).status_code == 200}

        assert answered == set(row.get)

    @pytest.mark.parametrize("row", DESK, ids=lambda row: row.route)
    def test_writing(self, row):
        at = address(row, samples.all_of_them())

        answered = {letter for letter in WHO if not refuses(client_of(letter).post(at, {}))}

        assert answered == set(row.post)


@pytest.mark.django_db
@pytest.mark.parametrize("row", [row for row in TRIED if row not in DESK], ids=lambda row: row.route)
def test_everything_else_answers_as_the_matrix_says(row):
    samples.a_society()

    answered = {letter for letter in WHO if is_answered(row, client_of(letter).get(address(row, {})))}

    assert answered == set(row.get)


@pytest.mark.django_db
@pytest.mark.parametrize("letter", "TS")
@pytest.mark.parametrize(
    "path",
    ["pages/1/", "pages/1/edit/", "pages/add/wagtailcore/page/1/", "pages/1/delete/", "images/add/", "snippets/"],
)
def test_the_treasurer_and_the_secretary_touch_no_news(path, letter):
    response = client_of(letter).post(f"/desk/{path}", {"title": "News"})

    assert response.status_code == 403


@pytest.mark.django_db
def test_without_the_decorator_a_screen_falls_to_the_editors(monkeypatch):
    """The control: the refusals above come from the roles a screen names, and an unnamed screen is still not open."""
    callback = next(view for view in _desk_views() if getattr(view, "desk_roles", None) == {roles.SECRETARY})
    monkeypatch.delattr(callback, "desk_roles")

    response = cast.at_the_desk(roles.TREASURER).get("/desk/applications/")

    assert response.status_code == 403


def _desk_views() -> Iterator[object]:
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "desk/":
            yield from (
                inner.callback for inner in pattern.url_patterns if getattr(inner, "name", "") == "desk_applications"
            )
