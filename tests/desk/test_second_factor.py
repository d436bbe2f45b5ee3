"""The desk opens to staff who have shown a second factor in this session, by whatever address it is tried."""

import datetime as dt
import time

import pytest
from django.test import Client
from django.urls import reverse

from pennypress.desk import second_factor
from pennypress.people import demonstration, roles
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)

# Our screens, Wagtail's own, its API, its previews and choosers, its icons, and an address that is nothing.
ADDRESSES = [
    "/desk/",
    "/desk/pages/",
    "/desk/pages/1/edit/preview/",
    "/desk/api/main/pages/",
    "/desk/choose-page/",
    "/desk/images/",
    "/desk/reports/site-history/",
    "/desk/users/",
    "/desk/block-preview/",
    "/desk/sprite/",
    "/desk/no-such-screen/",
]


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()


@pytest.fixture
def a_demonstration(settings):
    settings.DEMO = True
    settings.BIND = "127.0.0.1"
    demonstration.mark(now=NOW)
    return settings


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_is_sent_to_the_front_door(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_reader_finds_no_desk(address):
    response = cast.logged_in(cast.a_reader()).get(address)

    assert response.status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_second_factor_are_sent_to_set_one_up(address, method):
    client = cast.logged_in(cast.a_member_of_staff(roles.EDITOR))

    response = getattr(client, method)(address)

    assert response.status_code == 302
    assert response.url == reverse("mfa_index")


@pytest.mark.parametrize("address", ADDRESSES)
def test_staff_who_have_a_factor_and_have_not_shown_it_are_asked(address):
    user = cast.a_member_of_staff(roles.EDITOR)
    cast.with_a_second_factor(user)

    response = cast.logged_in(user).get(address)

    assert response.status_code == 302
    assert response.url.startswith(reverse("mfa_reauthenticate") + "?next=")


def test_staff_who_have_shown_their_factor_come_in():
    response = cast.at_the_desk(roles.EDITOR).get("/desk/")

    assert response.status_code == 200


def test_a_factor_taken_away_closes_every_session_it_opened():
    user = cast.a_member_of_staff(roles.TREASURER)
    factor = cast.with_a_second_factor(user)
    client = cast.has_shown(cast.logged_in(user), user, factor)
    assert client.get("/desk/").status_code == 200

    factor.delete()

    assert client.get("/desk/").status_code == 302


def test_a_factor_of_somebody_else_opens_nothing():
    theirs = cast.with_a_second_factor(cast.a_member_of_staff(roles.EDITOR))
    user = cast.a_member_of_staff(roles.TREASURER)
    cast.with_a_second_factor(user)

    response = cast.has_shown(cast.logged_in(user), user, theirs).get("/desk/")

    assert response.status_code == 302


@pytest.mark.parametrize("address", ["/desk/login/", "/desk/password_reset/"])
def test_the_frameworks_own_password_forms_stay_shut(client, address):
    response = client.post(address, {"username": "tom@example.org", "password": "a long enough password"})

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


class TestIdleSessions:
    def test_a_desk_left_open_overnight_asks_again(self):
        user = cast.a_member_of_staff(roles.TREASURER)
        long_ago = time.time() - second_factor.IDLE_SECONDS - 60
        client = cast.has_shown(cast.logged_in(user), user, cast.with_a_second_factor(user), at=long_ago)

        response = client.get("/desk/")

        assert response.url == f"{reverse('account_login')}?next=/desk/"
        assert "_auth_user_id" not in client.session

    def test_a_desk_in_use_stays_open(self):
        user = cast.a_member_of_staff(roles.TREASURER)
        nearly = time.time() - second_factor.IDLE_SECONDS + 600
        client = cast.has_shown(cast.logged_in(user), user, cast.with_a_second_factor(user), at=nearly)

        response = client.get("/desk/")

        assert response.status_code == 200
        assert client.session["desk_seen_at"] > nearly


class TestTheDemonstration:
    def test_asks_for_no_second_factor_when_all_three_conditions_hold(self, a_demonstration):
        client = cast.logged_in(cast.a_member_of_staff(roles.TREASURER))

        response = client.get("/desk/")

        assert response.status_code == 200

    def test_asks_when_the_setting_is_off(self, a_demonstration):
        a_demonstration.DEMO = False
        client = cast.logged_in(cast.a_member_of_staff(roles.TREASURER))

        assert client.get("/desk/").url == reverse("mfa_index")

    @pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.7", "::", "", "paper.example.org"])
    def test_asks_when_the_server_listens_to_others(self, a_demonstration, address):
        a_demonstration.BIND = address
        client = cast.logged_in(cast.a_member_of_staff(roles.TREASURER))

        assert client.get("/desk/").url == reverse("mfa_index")

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
    def test_knows_this_machine_by_its_names(self, a_demonstration, address):
        a_demonstration.BIND = address

        assert second_factor.is_waived()

    def test_asks_when_the_demo_did_not_build_the_database(self, settings):
        settings.DEMO = True
        settings.BIND = "127.0.0.1"
        client = cast.logged_in(cast.a_member_of_staff(roles.TREASURER))

        assert client.get("/desk/").url == reverse("mfa_index")

    def test_still_keeps_readers_out(self, a_demonstration):
        response = cast.logged_in(cast.a_reader()).get("/desk/")

        assert response.status_code == 404


class TestComingInByTheFrontDoor:
    """The whole way over HTTP: the password alone does not open the desk, the code after it does, and only once."""

    @pytest.fixture
    def treasurer(self):
        user = cast.a_member_of_staff(roles.TREASURER)
        return user, cast.with_a_second_factor(user)

    def password(self, client, user):
        return client.post(
            "/login/?next=/desk/", {"login": user.email, "password": cast.PASSWORD, "next": "/desk/"}, follow=False
        )

    def test_the_password_alone_opens_nothing(self, client, treasurer):
        user, _factor = treasurer

        self.password(client, user)

        assert client.get("/desk/").url == f"{reverse('account_login')}?next=/desk/"

    def test_the_code_after_the_password_opens_the_desk(self, client, treasurer):
        user, factor = treasurer
        self.password(client, user)

        response = client.post(reverse("mfa_authenticate"), {"code": cast.code_of(factor)}, follow=True)

        assert response.redirect_chain[-1][0] == "/desk/"
        assert response.status_code == 200

    def test_a_wrong_code_opens_nothing(self, client, treasurer):
        user, _factor = treasurer
        self.password(client, user)

        client.post(reverse("mfa_authenticate"), {"code": "000000"})

        assert client.get("/desk/").status_code == 302

    def test_a_code_is_good_once(self, client, treasurer):
        user, factor = treasurer
        code = cast.code_of(factor)
        self.password(client, user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        another = Client()
        self.password(another, user)

        another.post(reverse("mfa_authenticate"), {"code": code})

        assert another.get("/desk/").status_code == 302
