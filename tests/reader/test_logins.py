import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from pennypress.letters.models import Letter
from pennypress.people import persons
from pennypress.people.models import User
from tests import builders

pytestmark = pytest.mark.django_db
SHUT = [
    "/signup/", "/email/", "/confirm-email/", "/confirm-email/some-key/", "/password/set/", "/password/reset/",
    "/password/reset/done/", "/password/reset/key/a1-b2/",
]  # fmt: skip
STAFF_PAGES = [
    "/2fa/",
    "/2fa/totp/activate/",
    "/2fa/webauthn/",
    "/2fa/webauthn/add/",
    "/2fa/recovery-codes/generate/",
    "/password/change/",
    "/logout/",
    "/reauthenticate/",
]


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def reader():
    person = persons.recorded(name="Ada Reed", email="ada@example.org", now=builders.NOW)
    return persons.ensure_login(person)


@pytest.fixture
def editor():
    return User.objects.create_user("ed@example.org", "a long enough password", name="Ed", is_staff=True)


def _ask(client, email):
    return client.post("/login/code/", {"email": email}, follow=True)


def _come_in(client, user):
    client.post("/login/", {"login": user.email, "password": "a long enough password"})
    client.post("/reauthenticate/", {"password": "a long enough password"})


def _code():
    letter = Letter.objects.get(kind="login-code")
    return re.search(r"^\s{4}(\S+)$", letter.text, re.M).group(1)


def test_a_reader_comes_in_with_a_code_sent_by_e_mail(client, reader):
    _ask(client, "Ada@Example.org")
    before = client.session.session_key

    response = client.post("/login/code/confirm/", {"code": _code()})

    assert response["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(reader.pk)
    assert client.session.session_key != before
    assert Letter.objects.get().secret


def test_whoever_has_come_in_finds_their_account_and_no_chatter(client, reader):
    _ask(client, "Ada@Example.org")

    page = client.post("/login/code/confirm/", {"code": _code()}, follow=True).content.decode()

    assert "has been sent" not in page
    assert "Successfully" not in page


def test_a_wrong_code_lets_nobody_in(client, reader):
    _ask(client, reader.email)

    response = client.post("/login/code/confirm/", {"code": "WRONG-1"})

    assert "id_code_error" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_address_without_a_login_gets_the_same_answer_and_no_letter(client, reader):
    known = _ask(client, reader.email)
    unknown = _ask(type(client)(), "nobody@example.org")

    def said(response, email):
        page = re.sub(r'value="[^"]{20,}"', "", response.content.decode())
        return (response.status_code, response.redirect_chain, page.replace(email, "…"))

    assert said(known, reader.email) == said(unknown, "nobody@example.org")
    assert [letter.to_email for letter in Letter.objects.all()] == [reader.email]


def test_asking_again_and_again_is_limited(client, reader):
    for _attempt in range(10):
        _ask(type(client)(), reader.email)

    assert Letter.objects.count() <= 3


def test_logging_in_with_a_get_is_not_possible(client, reader):
    client.force_login(reader)

    client.get("/logout/")

    assert "_auth_user_id" in client.session


def test_a_password_comes_in_as_well(client, editor):
    client.post("/login/", {"login": editor.email, "password": "a long enough password"})

    assert client.session["_auth_user_id"] == str(editor.pk)


def test_a_wrong_password_is_told_and_the_door_of_the_staff_stays_open(client, editor):
    response = client.post("/login/", {"login": editor.email, "password": "not this one"})

    assert "<details open>" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_has_a_second_factor_is_asked_for_it_after_a_code_too(client, editor):
    totp.TOTP.activate(editor, totp.generate_totp_secret())
    _ask(client, editor.email)

    response = client.post("/login/code/confirm/", {"code": _code()}, follow=True)

    assert response.redirect_chain[-1][0] == "/2fa/authenticate/"
    assert Authenticator.objects.count() == 1
    assert "_auth_user_id" not in client.session
    assert "Second factor" in response.content.decode()


@pytest.mark.parametrize("path", SHUT)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_we_do_not_have_are_not_found(client, reader, path, method):
    client.force_login(reader)

    assert getattr(client, method)(path).status_code == 404


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_page_of_the_door_is_a_page_of_the_paper(client, editor, path):
    _come_in(client, editor)

    response = client.get(path)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="masthead"' in page
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/login/", "/login/code/", *STAFF_PAGES])
def test_nothing_runs_inline_on_a_page_of_the_door(client, editor, path):
    if path in STAFF_PAGES:
        _come_in(client, editor)

    page = client.get(path).content.decode()

    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r'\son\w+="|\sstyle="|src="data:|<style', page)


def test_the_front_door_sets_the_forms_cookie_only(client):
    response = client.get("/login/")

    assert response["Cache-Control"] == "private, no-store"
    assert set(response.cookies) == {"csrf"}
