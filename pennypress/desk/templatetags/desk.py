"""What the desk's templates ask: who is looking, and what day it is at the paper."""

import datetime as dt

from django import template
from django.contrib.auth.models import AnonymousUser

from pennypress.desk import screen
from pennypress.people import roles
from pennypress.people.models import User

register = template.Library()


@register.filter
def is_editor(user: User | AnonymousUser) -> bool:
    """This filter will say whether the user holds the editor's role."""
    return roles.holds(user, roles.EDITOR)


@register.simple_tag
def paper_day() -> dt.date:
    """This tag will give the paper's day now."""
    return screen.today()
