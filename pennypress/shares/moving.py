"""Moving an application from state to state: under a lock on its row, with a dated row for each move."""

import datetime as dt
from typing import Any

from pennypress.people.models import User
from pennypress.shares.models import Application, ApplicationMove, ApplicationState


def locked(application: Application) -> Application:
    """This function will give the application as it stands, its row locked until the transaction ends."""
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def move(
    application: Application, to: ApplicationState, *, now: dt.datetime, by: User | None, note: str = "", **facts: Any
) -> Application:
    """This function will move a locked application to a state, set the `facts` that go with it, and record the move."""
    application.state = to
    for name, value in facts.items():
        setattr(application, name, value)
    application.save(update_fields=["state", *facts])
    record(application, now=now, by=by, note=note)
    return application


def record(application: Application, *, now: dt.datetime, by: User | None, note: str = "") -> ApplicationMove:
    """This function will record what happened to an application in the state it is in."""
    return ApplicationMove.objects.create(
        application=application, state=application.state, moved_at=now, moved_by=by, note=note
    )
