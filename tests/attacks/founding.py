"""A society with an appeal that runs today, for papers that are served by processes of their own."""

import datetime as dt

from django.utils import timezone

from tests.builders import a_society, an_appeal


def found() -> None:
    a_society()
    today = timezone.localdate()
    an_appeal(opens_on=today - dt.timedelta(days=3), closes_on=today + dt.timedelta(days=20))
