"""The demo newspaper's illustrations: three-ink prints drawn by a program. Owns no files and reads none."""

import io
from collections.abc import Callable

from PIL import Image, ImageOps

from pennypress.demo.pictures import places, portraits, things
from pennypress.demo.pictures.plates import H, Print, W

MOTIFS: dict[str, Callable[[Print], None]] = {
    "ballot": things.ballot,
    "books": things.books,
    "brass": things.brass,
    "bus": things.bus,
    "crowd": things.crowd,
    "curtain": things.curtain,
    "fields": things.fields,
    "harbour": places.harbour,
    "hills": places.hills,
    "hospital": things.hospital,
    "pitch": things.pitch,
    "portrait": portraits.portrait,
    "press": things.press,
    "river": things.river,
    "sawtooth": places.sawtooth,
    "ship": places.ship,
    "terraces": places.terraces,
    "towers": places.towers,
    "viaduct": places.viaduct,
}


def paint(motif: str, seed: int, size: tuple[int, int] = (W, H)) -> bytes:
    """Paint one illustration and return it as a JPEG. The same motif, seed and size give the same bytes."""
    sheet = Print(seed)
    MOTIFS[motif](sheet)
    out = io.BytesIO()
    ImageOps.fit(sheet.pressed(), size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=82, optimize=False)
    return out.getvalue()
