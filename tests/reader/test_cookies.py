"""No anonymous page sets a cookie; a page with a form sets the form's own, and is kept by nobody."""

import pytest

from pennypress.giving import links
from pennypress.shares import certificates
from tests import builders
from tests.newsroom import builders as press

pytestmark = pytest.mark.django_db
READ = [
    "/", "/search/", "/search/?q=dockers", "/feeds/", "/sitemap.xml", "/robots.txt", "/appeal/", "/appeal.json",
    "/fragments/appeal/", "/fragments/ownership/",
    "/fragments/doors/own/", "/fragments/doors/support/",
    "/no-such-page/",
]  # fmt: skip
FORMS = ["/give/", "/give/?monthly", "/support/", "/join/", "/login/", "/login/code/"]


@pytest.fixture(autouse=True)
def a_paper(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_offer()
    made = press.a_paper()
    press.a_story(made.section)
    return made


@pytest.mark.parametrize("path", READ)
def test_a_page_to_read_sets_no_cookie(client, path):
    response = client.get(path)

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_section_a_story_and_a_contributor_set_no_cookie(client, a_paper):
    pages = [a_paper.section, a_paper.writer, a_paper.topic, *a_paper.section.get_children()]

    answers = [client.get(page.url) for page in pages]

    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(200, {})] * len(pages)


@pytest.mark.parametrize("path", FORMS)
def test_a_page_with_a_form_sets_the_forms_cookie_and_is_kept_by_nobody(client, path):
    response = client.get(path)

    assert set(response.cookies) == {"csrf"}
    assert response["Cache-Control"] == "private, no-store"


def test_what_is_a_readers_own_is_kept_by_nobody(client):
    gift, pledge = builders.an_offered_gift().gift, builders.an_offered_pledge().pledge
    application = builders.an_application()
    own = [
        f"/give/{gift.public_id}/thanks/",
        f"/support/{pledge.public_id}/thanks/",
        links.manage_path(pledge),
        f"/join/{application.public_id}/thanks/",
        "/account/",
    ]

    answers = [client.get(path) for path in own]

    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert set().union(*(answer.cookies for answer in answers)) <= {"csrf"}


def test_a_verified_certificate_is_the_same_for_everybody(client):
    certificate = certificates.current(builders.an_owner())

    response = client.get(f"/certificates/{certificate.code}/")

    assert response["Cache-Control"].startswith("public")
    assert not response.cookies
