"""The sheet of a certificate: one A4 page, lying, with its ornament, its words and its code, as a PDF.

Nothing is fetched from anywhere: the only files it may open are the typefaces installed with the app.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.template.loader import render_to_string

from pennypress.shares import guilloche, spelling
from pennypress.shares.models import Certificate
from pennypress.society import rulebook
from pennypress.society.models import Office

if TYPE_CHECKING:
    from weasyprint import Document

# A4, lying, in millimetres; the middle line of the woven border and half its breadth.
WIDTH, HEIGHT = 297, 210
BORDER = guilloche.Frame(width=WIDTH - 37, height=HEIGHT - 37, radius=9)
HALF = 5.2
# How many characters of a name fit at which size of the sheet.
SOCIETY_SIZES = ((42, "grand"), (62, "large"))
HOLDER_SIZES = ((26, "grand"), (38, "large"), (64, "long"), (104, "longest"))


@dataclass(frozen=True, slots=True)
class Ornament:
    """The line work of one certificate, as data of SVG paths."""

    weave: str
    thread: str
    corner: str
    heart: str
    ground: str


def draw(certificate: Certificate) -> bytes:
    """This function will draw a certificate as a PDF of one page. It writes nothing."""
    pdf = lay_out(certificate).write_pdf()
    assert pdf is not None
    return pdf


def lay_out(certificate: Certificate) -> "Document":
    """This function will lay the sheet out, page by page: there is one."""
    # Here and not above: the press brings WeasyPrint with it, and most processes never draw a sheet.
    from pennypress.shares import press

    return press.lay_out(html(certificate))


def html(certificate: Certificate) -> str:
    """This function will write the sheet as HTML, for the press."""
    return render_to_string("shares/certificate.html", words(certificate))


def ornament(number: int) -> Ornament:
    """This function will draw the ornament that belongs to a certificate's number, and to no neighbour's."""
    seeds = guilloche.Seeds(number)
    beads = seeds.one_of([(9, 6), (10, 7), (11, 8)])
    weave = guilloche.band(BORDER, half=HALF, beads=beads, waves=seeds.one_of([1, 2]), strands=16, dip=0.34)
    thread = guilloche.band(BORDER, half=HALF * 0.94, beads=beads, waves=3, strands=6, dip=0.62)
    teeth = seeds.one_of([59, 61, 67])
    corner = guilloche.hypotrochoid(radius=12.5, teeth=teeth, wheel=seeds.one_of([21, 22, 23]), reach=0.8)
    heart = guilloche.rosette(radius=5.2, folds=seeds.one_of([8, 9, 10]), depth=0.5, rings=8, turn=seeds.turn())
    folds, turn = seeds.one_of([10, 12, 14, 16]), seeds.one_of([0, 1]) * math.pi
    ground = [
        line
        for twist in (0.19, -0.19)
        for line in guilloche.flower(radius=97, folds=folds, depth=0.16, rings=17, turn=turn, twist=twist, squash=0.62)
    ]
    return Ornament("".join(weave), "".join(thread), corner, "".join(heart), "".join(ground))


def words(certificate: Certificate) -> dict[str, Any]:
    """This function will gather what a sheet says: the society as it is, the holder and officers as on the day of issue."""
    society = rulebook.society()
    spelt = spelling.in_words(certificate.shares)
    address = f"{settings.SITE_URL}/certificates/{certificate.code}/"
    return {
        "certificate": certificate,
        "number": f"{certificate.number:06d}",
        "society": society,
        "society_size": _size(society.registered_name, SOCIETY_SIZES),
        "holder": certificate.holder,
        "holder_size": _size(certificate.holder, HOLDER_SIZES),
        "shares": certificate.shares,
        "micro": f"{society.registered_name} · {certificate.number:06d} · {certificate.code} · " * 12,
        "in_words": spelt[0].upper() + spelt[1:],
        "words_are_long": len(spelt) > 48,
        "paid_up": certificate.nominal * certificate.shares,
        "chair": rulebook.officer(Office.CHAIR, on=certificate.issued_on),
        "secretary": rulebook.officer(Office.SECRETARY, on=certificate.issued_on),
        "address": address.removeprefix("https://").removeprefix("http://"),
        "code": segno.make(address, error="m").svg_inline(border=0, dark="#1b1a17", omitsize=True, svgclass=None),
        "ornament": ornament(certificate.number),
    }


def _size(text: str, steps: tuple[tuple[int, str], ...]) -> str:
    """Names are set as large as they fit: on one line if it can be, on two if it must."""
    return next((size for limit, size in steps if len(text) <= limit), "fullest")
