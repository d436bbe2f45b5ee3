"""Portraits, cut from a few pieces by the seed."""

import math

from pennypress.demo.pictures.plates import (
    BLACK,
    BLUSH,
    BRICK,
    DEEP,
    DUSK,
    MUTED,
    PALE,
    PAPER,
    RED,
    H,
    Mix,
    Point,
    Print,
    W,
)


def portrait(p: Print) -> None:
    """Draw a columnist. The seed's remainder by 8 chooses the hair, so that faces can be cast."""
    ground = p.rng.choice((RED, MUTED, PALE))
    kind, skin = p.seed % 8, p.rng.choice((PAPER, BLUSH, (0, 60, 90), (0, 90, 150)))
    p.box(0, 0, W, H, ground)
    p.carve([(0, 0), (W, 0), (W, H), (0, H)], PAPER if ground != PALE else MUTED, p.rng.uniform(-35, 35), 38, 8)
    hair = BLACK if p.rng.random() < 0.7 else DUSK
    if kind in (1, 3, 6):
        p.disc(800, 470, 285, hair, 330)
        p.box(800 - 285, 470, 570, {1: 150, 3: 400, 6: 250}[kind], hair)
    warm = BRICK if ground != RED else BLACK
    _bust(p, p.rng.choice((BLACK, DEEP, warm)), skin)
    face = [
        (800 + 205 * math.cos(a) * (1 - 0.22 * max(0, math.sin(a)) ** 2), 480 + 272 * math.sin(a))
        for a in (step / 16 for step in range(101))
    ]
    _face(p, face, skin, warm)
    _hair(p, face, kind, hair, BRICK if ground != RED else DUSK)


def _bust(p: Print, coat: Mix, skin: Mix) -> None:
    shape = [(300, H), (340, 930), (470, 850), (660, 800), (940, 800), (1130, 850), (1260, 930), (1300, H)]
    p.poly(shape, coat)
    p.carve(shape, MUTED if coat != BRICK else BLACK, 75, 30, 6)
    p.poly([(690, 640), (910, 640), (930, 830), (800, 930), (670, 830)], skin)
    p.poly([(800, 700), (910, 640), (930, 830), (800, 930)], BLACK)
    p.disc(800, 742, 112, BLACK, 66)
    p.poly([(640, 800), (700, 790), (800, 935), (740, 1000)], PAPER)
    p.poly([(960, 800), (900, 790), (800, 935), (860, 1000)], PAPER)


def _face(p: Print, face: list[Point], skin: Mix, lips: Mix) -> None:
    """Light the face from the left and leave the right of it in shadow, with the profile between."""
    p.disc(590, 500, 30, skin, 54)
    p.disc(1010, 500, 30, BLACK, 54)
    p.poly(face, skin)
    profile = [
        (800, 750),
        (812, 690),
        (790, 668),
        (826, 640),
        (800, 612),
        (770, 590),
        (762, 572),
        (812, 460),
        (795, 420),
    ]
    p.poly([(800, 210), *sorted((q for q in face if q[0] > 800), key=lambda q: q[1]), *profile], BLACK)
    p.carve([(830, 300), (1000, 300), (1000, 650), (850, 720)], skin if skin != PAPER else MUTED, 70, 26, 6)
    p.poly([(638, 446), (690, 420), (764, 428), (762, 444), (690, 438)], BLACK)
    p.disc(706, 478, 40, PAPER, 16)
    p.disc(708, 478, 17, BLACK, 16)
    p.line([(664, 474), (700, 460), (750, 474)], 7, BLACK)
    p.line([(850, 478), (886, 466), (930, 480)], 7, PAPER)
    p.disc(892, 480, 15, PAPER, 6)
    p.line([(722, 642), (752, 656), (800, 658)], 10, lips if lips == BLACK else RED)
    p.line([(800, 658), (846, 654), (868, 644)], 7, PAPER)


def _hair(p: Print, face: list[Point], kind: int, hair: Mix, scarf: Mix) -> None:
    if kind in (0, 2, 5):
        crop = [(1000, 330), (985, 240), (880, 165), (720, 165), (620, 235), (600, 340)]
        p.poly([*(q for q in face if q[1] < 380), *crop], hair)
    if kind in (1, 3, 6):
        p.poly([(588, 520), (600, 300), (720, 200), (900, 200), (1000, 300), (1014, 520), (985, 400), (760, 300)], hair)
    if kind == 4:
        for n in range(34):
            a = math.pi + n * math.pi / 33
            p.disc(800 + 215 * math.cos(a), 400 + 215 * math.sin(a), p.rng.uniform(46, 72), hair)
    if kind == 7:
        turns = [t / 16 for t in range(101)]
        outer = [(800 + 275 * math.cos(t), 480 + 340 * math.sin(t)) for t in turns]
        inner = [(800 + 185 * math.cos(t), 500 + 245 * math.sin(t)) for t in reversed(turns)]
        p.poly([*outer, outer[0], *inner], scarf)
        p.poly([(620, 700), (980, 700), (1060, 900), (800, 1000), (540, 900)], scarf)
        p.carve([(560, 700), (1040, 700), (1060, 900), (800, 1000), (540, 900)], PAPER, 30, 30, 6)
    if kind in (2, 5):
        p.poly([*(q for q in face if q[1] > 570), (640, 590), (700, 630), (800, 622), (900, 630)], hair)
        p.line([(745, 662), (850, 664)], 8, PAPER)
    if kind in (0, 3, 5):
        for x, rim in ((706, BLACK), (890, PAPER)):
            for pen, tone in zip(p.pens, rim, strict=True):
                pen.arc((x - 66, 430, x + 66, 536), 0, 360, fill=tone, width=9)
        p.line([(772, 478), (824, 478)], 8, BLACK)
