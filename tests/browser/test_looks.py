"""Every public page, in light and dark: no serious fault of access, no complaint on the console, nothing beside the edge."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from pennypress.giving import links
from pennypress.shares import certificates
from tests import builders
from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser
GRAVE = {"serious", "critical"}


def _addresses(paper):
    gift = builders.an_offered_gift().gift
    pledge = builders.an_offered_pledge().pledge
    application = builders.an_application(name="Ola Birk")
    certificate = certificates.current(paper.owner)
    story = paper.story.specific.url
    return {
        "front": "/",
        "section": paper.section.url,
        "story": story,
        "contributor": paper.writer.url,
        "topic": paper.topic.url,
        "claim": f"/claims/{paper.claim.pk}/",
        "standing page": paper.standing.url,
        "search": "/search/",
        "search with answers": "/search/?q=dockers",
        "not found": "/no-such-page/",
        "appeal": "/appeal/",
        "give": "/give/",
        "gift given": f"/give/{gift.public_id}/thanks/",
        "support": "/support/",
        "support begun": f"/support/{pledge.public_id}/thanks/",
        "pledge": links.manage_path(pledge),
        "join": "/join/",
        "applied": f"/join/{application.public_id}/thanks/",
        "certificate": f"/certificates/{certificate.code}/",
        "unknown certificate": "/certificates/AAAA-BBBB-CCCC/",
        "log in": "/login/",
        "ask for a code": "/login/code/",
        "payment": f"/sandbox/pay/{gift.payment.provider_ref}/",
    }


def _faults(page, only=None):
    options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found if fault["impact"] in GRAVE]


def _overflows(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def _look(visit, path):
    """Looks at one page in both lights; gives what is wrong with it."""
    visit.open(path)
    visit.page.emulate_media(color_scheme="light")
    wrong = _faults(visit.page)
    # What the light changes is colour, and nothing else.
    visit.page.emulate_media(color_scheme="dark")
    wrong += [f"dark {fault}" for fault in _faults(visit.page, only=["color-contrast"])]
    if not visit.page.title().strip(" ·"):
        wrong.append("no title")
    if _overflows(visit.page):
        wrong.append("wider than the window")
    return wrong


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_public_page_can_be_used_by_everybody(paper, new_context, size):
    context = new_context(**(PHONE if size == "phone" else {}))
    page = context.new_page()
    visit = Visit(page, paper)
    page.on("console", lambda said: visit.troubles.append(f"{page.url} {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: visit.troubles.append(f"{page.url} {error}"))

    wrong = {name: found for name, path in _addresses(paper).items() if (found := _look(visit, path))}

    assert wrong == {}
    assert [said for said in visit.troubles if "404" not in said] == []


def test_the_steps_to_ownership_can_be_used_by_everybody(visitor):
    wrong = {}
    visitor.open("/join/")
    visitor.fill("How many shares?", "50")
    for step in (2, 3, 4):
        with visitor.page.expect_navigation():
            visitor.press("Continue")
        wrong[step] = _faults(visitor.page)
        _fill(visitor, step)

    assert wrong == {2: [], 3: [], 4: []}


def _fill(visitor, step):
    match step:
        case 2:
            visitor.fill("Full name", "Nell Ashby")
            visitor.fill("Postal address", "2 Mill Lane")
            visitor.fill("Postcode", "PE1 3CD")
            visitor.fill("Date of birth", "1975-03-09")
            visitor.fill("E-mail address", "nell@example.org")
        case 3:
            visitor.page.get_by_label("I have read the rules").check()
            visitor.page.get_by_label("I have read what I risk").check()


def test_the_account_can_be_used_by_everybody(visitor):
    client = Client()
    client.force_login(visitor.paper.owner.person.login, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["session"].value
    visitor.page.context.add_cookies([{"name": "session", "value": session, "url": visitor.paper.url}])

    visitor.open("/account/")

    assert "1,250" in visitor.page.locator("main").inner_text()
    assert _faults(visitor.page) == []


def test_a_fault_put_on_a_page_is_found(visitor):
    visitor.open("/give/")

    visitor.page.evaluate("document.querySelector('label[for=id_email]').remove()")

    assert any(fault.startswith("label") for fault in _faults(visitor.page))
