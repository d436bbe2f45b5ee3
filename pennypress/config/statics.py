"""Static files as they are collected: style sheets without what only their writers need, each named by its content."""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Words in quotes stay as they are; comments go, and the white space around them and around signs that part.
_SPARE = re.compile(r"""("[^"]*"|'[^']*')|(?:\s|/\*.*?\*/)*([{};,])(?:\s|/\*.*?\*/)*|(?:\s|/\*.*?\*/)+""", re.DOTALL)
OURS = "css/"


def small(sheet: str) -> str:
    """This function will give a style sheet that says the same in fewer bytes.

    >>> small('a  b { content: " ,  "; } /* why */ @media (width < 9rem) { c, d { top: calc(1px + 2px); } }')
    'a b{content: " ,  "}@media (width < 9rem){c,d{top: calc(1px + 2px)}}'
    """
    return _SPARE.sub(lambda found: found[1] or found[2] or " ", sheet).replace(";}", "}").strip()


class Storage(CompressedManifestStaticFilesStorage):
    """Whitenoise's, over our style sheets made small. Where a file is found is remembered: a page names a dozen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().url(name, force)
        return found

    def save_manifest(self) -> None:
        super().save_manifest()
        self._found.clear()

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(OURS) and name.endswith(".css"):
            content.seek(0)
            content = ContentFile(small(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
