"""Takes everything out of a picture's file but the picture: place, camera, owner, thumbnail, comments. Pure.

The file is read as an image and written anew, so that what only looks like one is refused, and nothing hidden behind
the image survives. The orientation a camera noted is applied, and the colour profile kept.
"""

import io
import os
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif"}
QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 92},
    "AVIF": {"quality": 85},
}
MAX_PIXELS = 120_000_000


class CannotUsePicture(ValueError):
    """The file is no picture that a paper can print."""


class Bare(ContentFile):
    """A file that `strip` has written."""


def strip(file: IO[bytes]) -> Bare:
    """This function will give the picture alone, as a new file of the same kind. What is bare already stays as it is.

    Raises: CannotUsePicture for what is not a JPEG, PNG, WebP or AVIF picture, SVG included, or is far too large.
    """
    if isinstance(file, Bare):
        return file
    file.seek(0)
    try:
        with Image.open(file, formats=list(ENDINGS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise CannotUsePicture(_("The picture has too many pixels. Make it smaller and try again."))
            return _written_anew(image, str(getattr(file, "name", "") or "picture"))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as fault:
        raise CannotUsePicture(_("This file is no picture that we can print: send JPEG, PNG, WebP or AVIF.")) from fault


def _written_anew(image: Image.Image, name: str) -> Bare:
    kind = str(image.format)
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in ("L", "RGB", "CMYK"):
        upright = upright.convert("RGB")
    bare = Image.new(upright.mode, upright.size)
    if upright.mode == "P":
        bare = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
        bare.info.clear()
    else:
        bare.paste(upright)
    target = io.BytesIO()
    bare.save(target, kind, **QUALITY[kind], **({"icc_profile": profile} if profile else {}))
    stem = os.path.splitext(os.path.basename(name))[0]
    return Bare(target.getvalue(), name=f"{stem}{ENDINGS[kind]}")
