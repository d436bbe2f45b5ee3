"""The paper's typefaces for the web: Latin subsets of Source Serif Pro and Source Sans Pro, made at set-up.

No font lies in the tree: the whole faces come with the PyPI packages, and `build` cuts them into woff2. The same whole
faces set the PDFs.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from fontTools import subset

STAMP = ".made-of"
# Basic Latin and Latin-1, the rest of Welsh, French and Turkish, the commonest letters of Slavic and Baltic names, then
# dashes, quotes, dagger, ellipsis, primes, fraction bar, euro, numero, trade mark, arrows, minus, thirds and eighths.
_LETTERS = "ŴŵŶŷŸŒœŠšŽžĆćČčĐđĞğİıŁłŃńŇňŘřŚśŞşŻżĄąĘęĚěŌōŪū"
_SIGNS = "‐‑‒–—‘’‚“”„†‡•…′″‹›⁄€№™←↑→↓−⅓⅔⅛"
LATIN = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, _LETTERS + _SIGNS)])
# What stands on nearly every page of an English paper. The other letters are a file of their own, which a browser asks for
# when one of them stands on the page; the style sheet says which file has which (`unicode-range`).
EVERYDAY = frozenset([*range(0x20, 0x7F), *map(ord, "\u00a0£·é\u2002–—‘’“”…€−")])

_TEXT = ("kern", "liga", "ccmp", "locl", "onum", "lnum", "tnum")
_SMALL_CAPITALS = ("smcp",)


@dataclass(frozen=True)
class Face:
    """Two files to make, NAME and NAME-more: the package and whole face they are cut from, and what they keep of its
    features."""

    name: str
    package: str
    source: str
    features: tuple[str, ...] = _TEXT

    @property
    def path(self) -> Path:
        """Where the whole face lies."""
        found = util.find_spec(self.package)
        if found is None or found.origin is None:
            raise CannotBuildFonts(f"The package {self.package} is not installed; run: make setup")
        return Path(found.origin).parent / "files" / self.source


FACES = (
    Face("serif-regular", "font_source_serif_pro", "SourceSerifPro-Regular.ttf", _TEXT + _SMALL_CAPITALS),
    Face("serif-italic", "font_source_serif_pro", "SourceSerifPro-It.ttf"),
    Face("serif-semibold", "font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    Face("serif-bold", "font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
    Face("sans-regular", "font_source_sans_pro", "SourceSansPro-Regular.ttf", ("kern", "liga", "locl", "tnum", "lnum")),
    Face(
        "sans-semibold", "font_source_sans_pro", "SourceSansPro-Semibold.ttf", ("kern", "liga", "locl", "tnum", "lnum")
    ),
    Face("sans-italic", "font_source_sans_pro", "SourceSansPro-It.ttf", ("kern", "liga", "locl", "tnum", "lnum")),
)


class CannotBuildFonts(RuntimeError):
    """A typeface is not where it should be."""


def build(folder: Path) -> Iterator[tuple[Path, bool]]:
    """This function will make every face's woff2 in `folder`, giving each file and whether it was made just now.

    Nothing is done over while the faces, and this module, are those of the last time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / STAMP
    digest = _digest()
    fresh = stamp.exists() and stamp.read_text(encoding="ascii") == digest
    for face in FACES:
        for name, letters in ((face.name, EVERYDAY), (f"{face.name}-more", LATIN - EVERYDAY)):
            file = folder / f"{name}.woff2"
            made = not (fresh and file.exists())
            if made:
                _cut(face, letters, file)
            yield file, made
    stamp.write_text(digest, encoding="ascii")


def _digest() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for face in FACES:
        digest.update(face.path.read_bytes())
    return digest.hexdigest()


def _cut(face: Face, letters: frozenset[int], file: Path) -> None:
    options = subset.Options(
        flavor="woff2", hinting=False, layout_features=list(face.features), name_IDs=[1, 2, 13, 14], notdef_outline=True
    )
    font = subset.load_font(str(face.path), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    whole = file.with_suffix(".part")
    subset.save_font(font, str(whole), options)
    whole.replace(file)
