"""Wording: what a series says in each state of its meter, in plain text with named places for the figures.

Pure. A place is a name in braces; names that are not known are refused when the words are set, so that no reader ever
sees one. Nothing but these names is looked up: words are text and no programme.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

STATES = ("before", "running", "met", "closed")
PLACES = ("name", "target", "raised", "needed", "surplus", "carried", "givers", "days", "opens", "closes")
LONGEST = 300
_PLACE = re.compile(r"\{([a-z]+)\}")


class CannotWord(ValueError):
    """The words have a place that is not known, or a brace that is none; the text says which would do."""


def require(words: str) -> None:
    """This function will check words before they are kept. Raises: CannotWord.

    >>> require("{raised} of {target}, {days} days to go")
    """
    unknown = [name for name in _PLACE.findall(words) if name not in PLACES]
    if unknown or set("{}") & set(_PLACE.sub("", words)):
        raise CannotWord(
            _("The words may name %(places)s, each in braces, and have no other brace.")
            % {"places": ", ".join(f"{{{place}}}" for place in PLACES)}
        )
    if len(words) > LONGEST:
        raise CannotWord(_("Please keep the words to %(number)d characters.") % {"number": LONGEST})


def fill(words: str, figures: Mapping[str, str]) -> str:
    """This function will put the figures in their places; a place without a figure is left out.

    >>> fill("{raised} of {target}.", {"raised": "£5", "target": "£10"})
    '£5 of £10.'
    """
    return " ".join(_PLACE.sub(lambda place: figures.get(place[1], ""), words).split())
