"""Staff at the front door: a passkey, added and used under the strict policy, with a key made of software."""

import pytest

from pennypress.people.models import User

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _with_a_key(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def test_a_passkey_is_added_and_comes_in(visitor):
    page = visitor.page
    _with_a_key(page)
    User.objects.create_user("staff@example.org", PASSWORD, name="Edie", is_staff=True)
    visitor.open("/login/?next=/2fa/webauthn/add/")
    page.locator("summary").click()
    page.get_by_label("Email").fill("staff@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("details").get_by_role("button", name="Log in").click()
    page.get_by_label("Password").fill(PASSWORD)
    visitor.press("Confirm")
    page.get_by_label("Passwordless").check()
    visitor.press("Add it")
    page.wait_for_url("**/2fa/recovery-codes/")
    visitor.open("/logout/")
    visitor.press("Log out")

    visitor.open("/login/")
    page.locator("summary").click()
    visitor.press("Use a passkey")

    page.wait_for_url("**/account/")
