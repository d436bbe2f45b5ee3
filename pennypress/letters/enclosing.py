"""Enclosing: what goes with a letter, made when the letter is sent rather than when it is written.

A package above registers its renderer in its own `enclosing` module, which is found when the app starts; so letters
knows no certificate, and the transaction that queues one draws no PDF.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pennypress.letters.models import Enclosure, Letter

Renderer = Callable[[str], bytes]
_RENDERERS: dict[str, Renderer] = {}


class NoSuchRenderer(LookupError):
    """An enclosure names a renderer that no installed package registered."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One thing to enclose: its bytes as `content`, or the name of a `renderer` and the `argument` it is asked for."""

    filename: str
    content: bytes | None = None
    renderer: str = ""
    argument: str = ""
    content_type: str = "application/pdf"


def register(name: str, renderer: Renderer) -> None:
    """This function will make `renderer` known under `name`, which rows in the outbox keep."""
    _RENDERERS[name] = renderer


def attach(letter: Letter, enclosed: Enclosed) -> Enclosure:
    """This function will write what goes with a letter. Raises: NoSuchRenderer."""
    if enclosed.renderer and enclosed.renderer not in _RENDERERS:
        raise NoSuchRenderer(enclosed.renderer)
    return Enclosure.objects.create(
        letter=letter,
        filename=enclosed.filename,
        content_type=enclosed.content_type,
        content=enclosed.content,
        renderer=enclosed.renderer,
        argument=enclosed.argument,
    )


def content(enclosure: Enclosure) -> bytes:
    """This function will give an enclosure's bytes, rendered now if they were not kept. Raises: NoSuchRenderer."""
    if enclosure.content is not None:
        return bytes(enclosure.content)
    if enclosure.renderer not in _RENDERERS:
        raise NoSuchRenderer(enclosure.renderer)
    return _RENDERERS[enclosure.renderer](enclosure.argument)
