"""The three who run the demo paper. Their passwords are printed: they open a database that the demo marked as its own."""

from pennypress.people import roles
from pennypress.people.models import User

PASSWORD = "a-lantern-for-every-reader"  # noqa: S105 - the demo's, printed at its start
STAFF = (
    ("editor@example.org", "Ruth Tallentire", roles.EDITOR),
    ("treasurer@example.org", "Ifor Bevan", roles.TREASURER),
    ("secretary@example.org", "Mairead Lynch", roles.SECRETARY),
)


def appoint() -> None:
    """This function will give each role one member of staff with a login."""
    for email, name, role in STAFF:
        roles.give(User.objects.create_user(email, PASSWORD, name=name), role)
