"""Pictures as a page needs them: addresses in several widths, made once at publishing."""

from typing import Any

WIDE = ("width-1600|format-jpeg|jpegquality-78", "width-800|format-jpeg|jpegquality-76")
CARD = ("fill-1200x800|format-jpeg|jpegquality-74", "fill-600x400|format-jpeg|jpegquality-72")
FACE = ("fill-240x240|format-jpeg|jpegquality-76", "fill-120x120|format-jpeg|jpegquality-74")
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
    largest, *smaller = (made[spec] for spec in specs)
    fitting = [rendition for rendition in smaller if rendition.width < largest.width]
    return {
        "src": largest.url,
        "srcset": ", ".join(f"{rendition.url} {rendition.width}w" for rendition in (*fitting, largest)),
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
