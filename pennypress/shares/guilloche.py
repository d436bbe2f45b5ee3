"""Guilloche: the fine line work of a certificate, drawn by mathematics. Pure: a number in, SVG paths out.

Lengths are millimetres. The same certificate number always draws the same lines, and its neighbour draws others: how
many waves, where they begin and how the rosettes are folded come from a hash of the number.
"""

import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Point = tuple[float, float]
Choice = TypeVar("Choice")
FULL = 2 * math.pi
# Between two points of a smooth curve, and how many points a swing has: fine enough that no corner shows in print.
STEP = 0.45
POINTS = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """The middle line of a border: a rectangle with round corners, its centre at nought."""

    width: float
    height: float
    radius: float

    @property
    def across(self) -> float:
        """From the middle of the upper side to the middle of the corner."""
        return self.width / 2 - self.radius + self._eighth

    @property
    def down(self) -> float:
        """From the middle of the corner to the middle of the side."""
        return self.height / 2 - self.radius + self._eighth

    @property
    def _eighth(self) -> float:
        return self.radius * math.pi / 4

    def at(self, along: float) -> tuple[Point, Point]:
        """The point a way along the first quarter, from the middle of the upper side, and the outward direction there."""
        straight = self.width / 2 - self.radius
        if along <= straight:
            return (along, -self.height / 2), (0.0, -1.0)
        bend = self.radius * math.pi / 2
        if along <= straight + bend:
            angle = (along - straight) / self.radius
            out = (math.sin(angle), -math.cos(angle))
            return (straight + self.radius * out[0], self.radius - self.height / 2 + self.radius * out[1]), out
        return (self.width / 2, self.radius - self.height / 2 + along - straight - bend), (1.0, 0.0)


class Seeds:
    """Numbers drawn from a hash of the certificate's: the same every time, and nothing to be guessed at."""

    def __init__(self, number: int) -> None:
        self._digest = hashlib.sha256(f"certificate {number}".encode()).digest()
        self._next = 0

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """This function will choose one of `choices`."""
        self._next += 1
        return choices[self._digest[self._next % len(self._digest)] % len(choices)]

    def turn(self) -> float:
        """This function will choose an angle."""
        return self.one_of(range(256)) / 256 * FULL


def band(frame: Frame, *, half: float, beads: tuple[int, int], waves: int, strands: int, dip: float) -> list[str]:
    """This function will weave one quarter of a band along a frame: strands that swing about its middle line.

    `beads` on the way from the middle of the upper side to the corner, and on to the middle of the other side; each
    strand swings `waves` times in a bead, and `dip` says how far the weave is drawn in between beads. Whole beads and
    waves and an even number of strands make the four quarters, mirrored, meet without a seam.
    """
    if strands % 2:
        raise ValueError("an odd number of strands leaves a seam")

    def beat(along: float) -> float:
        if along <= frame.across:
            return beads[0] * along / frame.across
        return beads[0] + beads[1] * (along - frame.across) / frame.down

    def strand(shift: float) -> Callable[[float], Point]:
        def at(along: float) -> Point:
            swell = 1 - dip * (0.5 - 0.5 * math.cos(FULL * beat(along)))
            away = half * swell * math.sin(FULL * waves * beat(along) + shift)
            (x, y), (right, down) = frame.at(along)
            return x + right * away, y + down * away

        return at

    shifts = [FULL * (index + 0.5) / strands for index in range(strands)]
    count = sum(beads) * waves * POINTS
    length = frame.across + frame.down
    return [path([strand(shift)(length * index / count) for index in range(count + 1)]) for shift in shifts]


def rosette(*, radius: float, folds: int, depth: float, rings: int, turn: float) -> list[str]:
    """This function will draw a rosette: rings folded into petals, each turned on until they come round."""
    shifts = [turn + FULL * ring / rings for ring in range(rings)]
    return [_ring(radius, folds, depth, shift, 1.0) for shift in shifts]


def flower(
    *, radius: float, folds: int, depth: float, rings: int, turn: float, twist: float, squash: float
) -> list[str]:
    """This function will draw a flower: rings one within the other, each turned by `twist` from the one around it."""
    sizes = [radius * (1 - 0.62 * ring / rings) for ring in range(rings)]
    return [_ring(size, folds, depth, turn + twist * ring, squash) for ring, size in enumerate(sizes)]


def _ring(radius: float, folds: int, depth: float, shift: float, squash: float) -> str:
    def at(angle: float) -> Point:
        away = radius * (1 - depth * (0.5 + 0.5 * math.cos(folds * angle + shift)))
        return away * math.cos(angle), away * math.sin(angle) * squash

    count = folds * POINTS
    return path([at(FULL * index / count) for index in range(count)], closed=True)


def hypotrochoid(*, radius: float, teeth: int, wheel: int, reach: float) -> str:
    """This function will draw the line of a pen in a wheel that rolls inside a ring, until it meets its beginning.

    The ring has `teeth`, the wheel fewer with no common divisor; the pen is `reach` of the wheel's radius out. The
    figure is scaled to `radius`.
    """
    small = wheel / teeth
    size = radius / ((1 - small) + small * reach)
    count = max(math.ceil(FULL * radius * wheel / STEP), 400)

    def at(angle: float) -> Point:
        rolled = angle * (1 - small) / small
        return (
            size * ((1 - small) * math.cos(angle) + small * reach * math.cos(rolled)),
            size * ((1 - small) * math.sin(angle) - small * reach * math.sin(rolled)),
        )

    return path([at(FULL * wheel * index / count) for index in range(count)], closed=True)


def path(points: Sequence[Point], *, closed: bool = False) -> str:
    """This function will write points as the data of an SVG path, in hundredths of a millimetre, each from the last.

    Rounding does not add up: every point is rounded by itself.

    >>> path([(0, 0), (1, 0.5), (1, 1)], closed=True)
    'M0 0l100 50 0 50z'
    """
    whole = [(round(x * 100), round(y * 100)) for x, y in points]
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in itertools.pairwise(whole)]
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps)}{'z' if closed else ''}"
