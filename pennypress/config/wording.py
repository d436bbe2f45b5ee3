"""Wording: texts that were translated once are remembered.

Django looks for each of them in the catalogue of every app, one after another, at every page that says it.
"""

import functools

from django.conf import settings
from django.utils.translation import trans_real

# More than all templates have together.
MOST = 10_000


def remember() -> None:
    """This function will have each text looked up once in the paper's own language. Call it when all apps are loaded."""
    spoken = trans_real.translation(settings.LANGUAGE_CODE)
    spoken.gettext = functools.lru_cache(maxsize=MOST)(spoken.gettext)  # type: ignore[method-assign]
