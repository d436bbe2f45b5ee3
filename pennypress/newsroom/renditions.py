"""Pictures as a page needs them: addresses in several widths, made once at publishing.

Browsers are offered WebP, half as heavy. The first of each list is a JPEG, for whoever takes nothing else: it is what
sharing and feeds show.
"""

from typing import Any

_WEBP = "format-webp|webpquality-66"
WIDE = ("width-1600|format-jpeg|jpegquality-78", *(f"width-{width}|{_WEBP}" for width in (480, 800, 1600)))
CARD = (
    "fill-1200x800|format-jpeg|jpegquality-74",
    *(f"fill-{size}|{_WEBP}" for size in ("420x280", "780x520", "1200x800")),
)
FACE = ("fill-240x240|format-jpeg|jpegquality-76", *(f"fill-{size}|{_WEBP}" for size in ("120x120", "240x240")))
SIZES_WIDE = "(min-width: 1100px) 760px, 100vw"
SIZES_CARD = "(min-width: 700px) 40vw, 100vw"


def wide(picture: Any, *, caption: str = "", credit: str = "") -> dict[str, Any]:
    """This function will give a picture uncropped, for the head of a story or its body."""
    return _shown(picture, WIDE, SIZES_WIDE, caption, credit)


def card(picture: Any, *, caption: str = "", credit: str = "") -> dict[str, Any]:
    """This function will give a picture cropped to three by two around its focal point, for lists and fronts."""
    return _shown(picture, CARD, SIZES_CARD, caption, credit)


def face(picture: Any) -> dict[str, Any]:
    """This function will give a portrait, square around its focal point."""
    return _shown(picture, FACE, "120px", "", "")


def _shown(picture: Any, specs: tuple[str, ...], sizes: str, caption: str, credit: str) -> dict[str, Any]:
    made = picture.get_renditions(*specs)
    largest, *offered = (made[spec] for spec in specs)
    # A small original is not made larger: then several have the same width, and one of them is enough.
    fitting = {rendition.width: rendition for rendition in offered}
    return {
        "src": largest.url,
        "srcset": ", ".join(f"{rendition.url} {rendition.width}w" for rendition in fitting.values()),
        "sizes": sizes,
        "width": largest.width,
        "height": largest.height,
        "alt": picture.description,
        "caption": caption or picture.caption,
        "credit": credit or picture.credit,
        "position": position(picture),
    }


def position(picture: Any) -> str:
    """This function will name where the focal point lies: "centre", "top", "bottom-left" and so on, fit for a class."""
    point = picture.get_focal_point()
    if point is None or not picture.width or not picture.height:
        return "centre"
    down = _third(point.centroid_y / picture.height, "top", "bottom")
    across = _third(point.centroid_x / picture.width, "left", "right")
    return "-".join(part for part in (down, across) if part) or "centre"


def _third(share: float, near: str, far: str) -> str:
    return near if share < 1 / 3 else far if share > 2 / 3 else ""
