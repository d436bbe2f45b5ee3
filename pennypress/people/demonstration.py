"""Whether this database is a demonstration: built by the demo, with nobody real in it.

A real paper can never become one: the mark is refused once the database holds anybody, and it never goes away.
"""

import datetime as dt

from pennypress.people.models import DemoMark, Person, User


class CannotMark(RuntimeError):
    """The database holds people already, so it is not the demo's to mark."""


def mark(*, now: dt.datetime) -> DemoMark:
    """This function will mark an empty database as built by the demo, the first act of building it.

    Marking again is harmless. Writes at most one row. Raises: CannotMark when persons or logins stand there unmarked.
    """
    standing = DemoMark.objects.first()
    if standing is not None:
        return standing
    if User.objects.exists() or Person.objects.exists():
        raise CannotMark("This database holds people already: the demo is built in an empty one.")
    return DemoMark.objects.create(marked_at=now)


def is_marked() -> bool:
    """This function will say whether the demo built this database."""
    return DemoMark.objects.exists()
