"""Three plates of ink and the tools to cut them: a lino print drawn by a program, the same for the same seed.

A picture is three plates (black, red and one muted ink) drawn as grey images in a fixed frame of 1600 by 1067. Each
plate is screened with grain, shifted a little as a press would shift it, and overprinted on warm paper.
"""

import functools
import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

W, H = 1600, 1067
PAPER_COLOUR = (255, 253, 247)
BLACK_INK, RED_INK = (27, 26, 23), (163, 35, 27)
MUTED_INKS = ((112, 139, 146), (214, 168, 74), (138, 155, 116))

Point = tuple[float, float]
Mix = tuple[int, int, int]
"""How much of the black, red and muted ink lies in a place, each from 0 to 255."""

PAPER: Mix = (0, 0, 0)
BLACK: Mix = (250, 0, 0)
RED: Mix = (0, 248, 0)
MUTED: Mix = (0, 0, 248)
PALE: Mix = (0, 0, 95)
MID: Mix = (0, 0, 170)
DUSK: Mix = (130, 0, 240)
DEEP: Mix = (205, 0, 248)
BRICK: Mix = (70, 235, 0)
BLUSH: Mix = (0, 80, 20)


@functools.cache
def _grain(number: int) -> Image.Image:
    """Make one frame of even grain, so that any tone of a plate can be screened by comparing with it."""
    tile = Image.frombytes("L", (521, 509), random.Random(number).randbytes(521 * 509))
    tile = ImageOps.equalize(tile.filter(ImageFilter.GaussianBlur(0.8)))
    frame = Image.new("L", (W, H))
    for x in range(0, W, 521):
        for y in range(0, H, 509):
            frame.paste(tile, (x, y))
    return frame


class Print:
    """Three plates and the tools to cut them. Later shapes hide earlier ones, as paper cut-outs would."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.plates = [Image.new("L", (W, H)) for _ in range(3)]
        self.pens = [ImageDraw.Draw(plate) for plate in self.plates]

    def poly(self, points: Sequence[Point], mix: Mix) -> None:
        for pen, tone in zip(self.pens, mix, strict=True):
            pen.polygon(points, fill=tone)

    def box(self, x: float, y: float, width: float, height: float, mix: Mix) -> None:
        for pen, tone in zip(self.pens, mix, strict=True):
            pen.rectangle((x, y, x + width, y + height), fill=tone)

    def disc(self, x: float, y: float, rx: float, mix: Mix, ry: float | None = None) -> None:
        for pen, tone in zip(self.pens, mix, strict=True):
            pen.ellipse((x - rx, y - (ry or rx), x + rx, y + (ry or rx)), fill=tone)

    def line(self, points: Sequence[Point], width: float, mix: Mix) -> None:
        for pen, tone in zip(self.pens, mix, strict=True):
            pen.line(points, fill=tone, width=max(1, round(width)), joint="curve")

    def wash(self, points: Sequence[Point], top: Mix, bottom: Mix) -> None:
        """Fill a shape with a tone that changes from its top edge to its bottom edge."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, upper = round(min(xs)), round(min(ys))
        size = (max(1, round(max(xs)) - left), max(1, round(max(ys)) - upper))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in points], fill=255)
        ramp = Image.linear_gradient("L").resize(size)
        for plate, high, low in zip(self.plates, top, bottom, strict=True):
            tones = [round(high + (low - high) * step / 255) for step in range(256)]
            plate.paste(ramp.point(tones), (left, upper), mask)

    def carve(self, points: Sequence[Point], mix: Mix, angle: float, gap: float, weight: float = 5) -> None:
        """Cut rows of tapering gouge marks across a shape, as in lino."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, upper = round(min(xs)), round(min(ys))
        size = (max(1, round(max(xs)) - left), max(1, round(max(ys)) - upper))
        mask, cuts = Image.new("L", size), Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in points], fill=255)
        pen, reach = ImageDraw.Draw(cuts), math.hypot(*size) / 2
        dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        across = -reach
        while across < reach:
            along = -reach + self.rng.uniform(0, 90)
            while along < reach:
                length, thick = self.rng.uniform(40, 150), weight * self.rng.uniform(0.35, 1)
                x, y = size[0] / 2 + dx * along - dy * across, size[1] / 2 + dy * along + dx * across
                mid, far = (x + dx * length * 0.35, y + dy * length * 0.35), (x + dx * length, y + dy * length)
                flank = (dy * thick / 2, -dx * thick / 2)
                pen.polygon([(x, y), (mid[0] + flank[0], mid[1] + flank[1]), far,
                             (mid[0] - flank[0], mid[1] - flank[1])], fill=255)  # fmt: skip
                along += length + self.rng.uniform(15, 110)
            across += gap * self.rng.uniform(0.7, 1.3)
        cuts = ImageChops.multiply(cuts, mask)
        for plate, tone in zip(self.plates, mix, strict=True):
            plate.paste(tone, (left, upper), cuts)

    def sky(self, top: Mix, bottom: Mix, sun: Mix | None = None, down_to: float = H) -> None:
        area = [(0, 0), (W, 0), (W, down_to), (0, down_to)]
        self.wash(area, top, bottom)
        if sun:
            self.disc(self.rng.uniform(250, 1350), self.rng.uniform(200, 380), self.rng.uniform(90, 150), sun)
        self.carve([(0, 0), (W, 0), (W, down_to * 0.7), (0, down_to * 0.7)], PAPER, 0, 62, 9)

    def ridge(self, base: float, swing: float, left: float = 0, right: float = W) -> list[Point]:
        """Draw the outline of a hill from left to right, closed along the foot of the frame."""
        phases = [(self.rng.uniform(0, 6.3), self.rng.uniform(0.6, 1.4), 0.5**n) for n in range(4)]
        top = [
            (x, base + swing * sum(a * math.sin(p + f * (n + 1) * x / 260) for n, (p, f, a) in enumerate(phases)))
            for x in range(int(left), int(right) + 20, 20)
        ]
        return [*top, (right, H), (left, H)]

    def pressed(self) -> Image.Image:
        """Screen the plates, let them slip a little, and print them on the paper."""
        image = Image.new("RGB", (W, H), PAPER_COLOUR)
        inks = (BLACK_INK, RED_INK, self.rng.choice(MUTED_INKS))
        hard = [max(0, min(255, (value - 112) * 9)) for value in range(256)]
        for number in (2, 1, 0):
            slip = (self.rng.randint(-5, 5), self.rng.randint(-4, 4)) if number else (0, 0)
            plate = ImageChops.offset(self.plates[number], *slip)
            screened = ImageChops.add(plate, _grain(number), scale=2).point(hard)
            overprint = ImageChops.multiply(image, Image.new("RGB", (W, H), inks[number]))
            image = Image.composite(overprint, image, screened)
        # Ink spreads on the paper; and grain as sharp as it is cut weighs twice what a photograph does.
        return image.filter(ImageFilter.GaussianBlur(1.4))
