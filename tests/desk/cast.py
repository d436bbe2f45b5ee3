"""The cast of the desk's tests: members of staff who have come in with a second factor, and readers who have not."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from pennypress.people import roles
from pennypress.people.models import User

PASSWORD = "a long enough password"


def a_reader(email="reader@example.org"):
    return User.objects.create_user(email, PASSWORD, name="Rhys Reader")


def a_member_of_staff(role, email=None):
    name = {roles.EDITOR: "Edie Editor", roles.TREASURER: "Tom Treasurer", roles.SECRETARY: "Sal Secretary"}[role]
    user = User.objects.create_user(email or f"{role.lower()}@example.org", PASSWORD, name=name)
    roles.give(user, role)
    return user


def with_a_second_factor(user):
    return TOTP.activate(user, generate_totp_secret()).instance


def code_of(authenticator):
    """What the authenticator app shows now."""
    secret = authenticator.wrap().instance.data["secret"]
    return format_hotp_value(hotp_value(decrypt(secret), next(yield_hotp_counters_from_time())))


def logged_in(user=None):
    client = Client()
    if user is not None and not isinstance(user, AnonymousUser):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def has_shown(client, user, authenticator, *, at=None):
    """Notes in the client's session what allauth notes when the code has been asked and was right."""
    session = client.session
    record = {"method": "mfa", "at": at or time.time(), "id": authenticator.pk, "type": Authenticator.Type.TOTP}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def at_the_desk(role, email=None):
    """A client whose member of staff has come in properly."""
    user = a_member_of_staff(role, email)
    return has_shown(logged_in(user), user, with_a_second_factor(user))
