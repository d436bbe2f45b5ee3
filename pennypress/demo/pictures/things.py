"""Motifs of people together and of things: crowds, wards, pitches, presses."""

import math

from pennypress.demo.pictures import places
from pennypress.demo.pictures.plates import (
    BLACK,
    BLUSH,
    BRICK,
    DUSK,
    MID,
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


def _person(p: Print, x: float, y: float, size: float, mix: Mix) -> None:
    p.disc(x, y, size * 0.42, mix, size * 0.52)
    p.poly([(x - size * 0.16, y), (x + size * 0.16, y), (x + size * 0.2, y + size), (x - size * 0.2, y + size)], mix)
    p.disc(x, y + size * 1.5, size * 0.98, mix, size * 0.88)
    p.box(x - size * 0.98, y + size * 1.5, size * 1.96, size * 4, mix)
    kind = p.rng.random()
    if kind < 0.3:
        p.disc(x, y - size * 0.22, size * 0.46, BLACK if mix != BLACK else DUSK, size * 0.36)
        p.box(x - size * 0.58, y - size * 0.24, size * 1.16, size * 0.13, BLACK if mix != BLACK else DUSK)
    elif kind < 0.5:
        p.disc(x, y + size * 0.1, size * 0.55, mix, size * 0.62)


def crowd(p: Print) -> None:
    p.sky((0, 0, 100), PAPER)
    for n in range(9):
        places.house(p, -40 + n * 190, 520, 190, 240, PALE, MID)
    for x, y, wide, mix in ((120.0, 190, 380, RED), (640.0, 130, 440, RED), (1180.0, 230, 320, BLACK)):
        x += p.rng.uniform(-50, 50)
        for pole in (x + 12, x + wide - 12):
            p.line([(pole, y - 24), (pole + 6, 800)], 12, BLACK)
        p.poly([(x, y), (x + wide, y + 10), (x + wide - 6, y + 235), (x + wide / 2, y + 255), (x + 4, y + 225)], mix)
        for reach, tone in ((1.0, PAPER), (0.76, MUTED), (0.3, PAPER)):
            dx, dy = 96 * reach, 66 * reach
            middle = x + wide / 2
            p.poly(
                [(middle - dx, y + 122), (middle, y + 122 - dy), (middle + dx, y + 122), (middle, y + 122 + dy)], tone
            )
        for row in (24, 212):
            p.box(x + 50, y + row, wide - 100, 10, PAPER)
    for y, size, mixes in (
        (500, 34, (MID, DUSK)),
        (580, 46, (DUSK, BRICK, MUTED)),
        (690, 62, (BLACK, DUSK, RED)),
        (840, 88, (BLACK,)),
    ):
        x = p.rng.uniform(-40, 10)
        while x < W + 60:
            _person(p, x, y + p.rng.uniform(-18, 18), size * p.rng.uniform(0.9, 1.1), p.rng.choice(mixes))
            x += size * p.rng.uniform(1.45, 2.0)
    p.carve([(0, 880), (W, 880), (W, H), (0, H)], MUTED, 82, 30, 7)


def hospital(p: Print) -> None:
    p.sky((0, 0, 140), (0, 30, 0), RED, 900)
    p.poly(p.ridge(560, 45), PALE)
    for x, y, wide, mix, shade in (
        (90.0, 520, 420, MID, PAPER),
        (430, 250, 760, PAPER, DUSK),
        (1120, 470, 420, MUTED, PAPER),
    ):
        p.box(x, y, wide, 920 - y, mix)
        p.box(x - 8, y - 16, wide + 16, 20, BLACK)
        for row in range(int((860 - y) // 72)):
            p.box(x + 18, y + 28 + row * 72, wide - 36, 36, shade if mix != PAPER else BLACK)
            for column in range(int(wide // 54)):
                tone = (
                    p.rng.choice((PAPER, PALE, RED, PALE)) if mix == PAPER else p.rng.choice((DUSK, DUSK, BLACK, RED))
                )
                p.box(x + 22 + column * 54, y + 32 + row * 72, 42, 28, tone)
    p.poly([(1190, 250), (1250, 290), (1250, 920), (1190, 920)], BLACK)
    p.box(1010, 110, 80, 140, BLACK)
    p.box(560, 190, 210, 60, DUSK)
    p.box(605, 50, 130, 140, RED)
    for stroke in (635, 690):
        p.box(stroke, 75, 16, 90, PAPER)
    p.box(635, 112, 70, 16, PAPER)
    p.box(0, 916, W, 160, DUSK)
    p.carve([(0, 916), (W, 916), (W, H), (0, H)], PAPER, 0, 26, 7)
    x = p.rng.uniform(200, 900)
    p.poly([(x, 960), (x, 830), (x + 210, 830), (x + 210, 850), (x + 270, 860), (x + 300, 905), (x + 300, 960)], PAPER)
    p.box(x, 895, 300, 22, RED)
    p.box(x + 215, 862, 46, 30, BLACK)
    for wheel in (60, 240):
        p.disc(x + wheel, 960, 32, BLACK)
        p.disc(x + wheel, 960, 12, PAPER)
    for tree in (40, 1330, 1480):
        p.box(tree + 44, 840, 12, 100, BLACK)
        p.disc(tree + 50, 800, 74, BLACK, 92)
        p.carve([(tree, 720), (tree + 100, 720), (tree + 100, 880), (tree, 880)], MUTED, 60, 18, 6)


def pitch(p: Print) -> None:
    p.box(0, 0, W, H, MUTED)
    for stripe in range(0, 10, 2):
        p.box(stripe * 160, 0, 160, H, MID)
    p.carve([(0, 0), (W, 0), (W, H), (0, H)], PAPER, 90, 48, 4)
    p.line([(90, 80), (1510, 80), (1510, 987), (90, 987), (90, 80)], 9, PAPER)
    p.line([(800, 80), (800, 987)], 9, PAPER)
    for ring in (150, 141):
        p.disc(800, 533, ring, PAPER if ring == 150 else MUTED)
    p.box(796, 385, 9, 300, PAPER)
    for side in (1, -1):
        for deep, high in ((240, 560), (95, 270)):
            x = 90.0 if side == 1 else 1510.0
            p.line([(x, 533 - high / 2), (x + side * deep, 533 - high / 2), (x + side * deep, 533 + high / 2),
                    (x, 533 + high / 2)], 9, PAPER)  # fmt: skip
    for n in range(20):
        x, y, mix = p.rng.uniform(180, 1420), p.rng.uniform(150, 900), RED if n % 2 else BLACK
        p.poly([(x, y), (x + 120, y + 64), (x + 136, y + 46), (x + 14, y - 14)], DUSK)
        p.disc(x, y, 34, mix, 22)
        p.disc(x + 2, y - 2, 15, PAPER if n % 2 else BLUSH)
    p.disc(p.rng.uniform(500, 1100), p.rng.uniform(300, 800), 12, PAPER)


def curtain(p: Print) -> None:
    p.box(0, 0, W, H, BLACK)
    p.wash([(280, 140), (1320, 140), (1320, 860), (280, 860)], (60, 0, 248), (0, 30, 60))
    p.disc(p.rng.uniform(620, 980), 430, 190, PAPER)
    p.poly([(280, 860), (1320, 860), (1600, 960), (0, 960)], PALE)
    for n in range(-9, 10):
        p.line([(800 + n * 60, 860), (800 + n * 100, 960)], 3, BLACK)
    x = p.rng.uniform(640, 960)
    p.poly([(x - 62, 900), (x - 34, 620), (x + 34, 620), (x + 62, 900)], BLACK)
    p.disc(x, 575, 34, BLACK, 42)
    p.line([(x + 20, 650), (x + 150, 560)], 20, BLACK)
    for side in (0, 1):
        for n in range(9):
            a, b = n * 48, (n + 1) * 48
            drape = [(a, 0), (b, 0), (b * 0.98, 420), (b * (0.78 - n * 0.03), 640), (b * 0.86, 980), (a * 0.86, 980),
                     (a * (0.78 - n * 0.03), 640), (a * 0.98, 420)]  # fmt: skip
            shape = [(W - px, py) for px, py in drape] if side else drape
            p.poly(shape, RED if n % 2 else BRICK)
            p.carve(shape, BLACK, 88 if side else 92, 19, 6)
    for n in range(8):
        p.disc(n * 228, 0, 124, RED if n % 2 else BRICK, 165)
        p.disc(n * 228, 0, 124, BLACK, 20)
        p.carve([(n * 228 - 110, 20), (n * 228 + 110, 20), (n * 228 + 70, 130), (n * 228 - 70, 130)], BLACK, 90, 22, 6)
    p.box(0, 975, W, 100, BLACK)
    for n in range(14):
        p.disc(40 + n * 120 + p.rng.uniform(-25, 25), 1040, 48, DUSK, 58)


def fields(p: Print) -> None:
    p.sky((0, 0, 130), PAPER, RED, 420)
    p.poly(p.ridge(330, 22), MID)
    rows = ((380, 470), (470, 590), (590, 760), (760, H))
    for row, (top, foot) in enumerate(rows):
        x = p.rng.uniform(-300, -100)
        while x < W:
            wide = p.rng.uniform(260, 420) * (1 + row * 0.35)
            lean, mix = (x - 800) * 0.35, p.rng.choice((MUTED, PALE, BRICK, DUSK, MID, BLUSH, PAPER))
            patch = [(x, top), (x + wide, top), (x + wide + lean + wide * 0.3, foot), (x + lean, foot)]
            p.poly(patch, mix)
            p.carve(
                patch,
                PAPER if mix in (MUTED, BRICK, DUSK, MID) else DUSK,
                p.rng.choice((4, 35, 62, 118, 150)),
                16 + row * 7,
                4 + row,
            )
            p.line([(x, top), (x + lean, foot)], 5 + row * 3, BLACK)
            x += wide
        for _ in range(26 - row * 4):
            p.disc(p.rng.uniform(0, W), top, 11 + row * 8, BLACK, 9 + row * 6)
        p.line([(0, top), (W, top)], 5 + row * 2, BLACK)
    x = p.rng.uniform(300, 1200)
    p.box(x, 560, 150, 70, PAPER)
    p.poly([(x - 10, 565), (x + 20, 515), (x + 130, 515), (x + 160, 565)], RED)
    p.box(x + 62, 590, 24, 40, BLACK)


def bus(p: Print) -> None:
    p.sky((0, 0, 140), PAPER, PAPER)
    for base, mix in ((470, PALE), (590, MID)):
        shape = p.ridge(base, 60)
        p.poly(shape, mix)
        p.carve(shape, PAPER, 15, 30, 6)
    p.poly([(0, 800), (W, 770), (W, H), (0, H)], BLACK)
    p.carve([(0, 800), (W, 770), (W, H), (0, H)], MUTED, -1, 24, 6)
    x = p.rng.uniform(230, 420)
    body = [(x, 850), (x, 380), (x + 30, 350), (x + 840, 350), (x + 890, 400), (x + 905, 640), (x + 905, 850)]
    p.poly(body, RED)
    p.carve([(x, 690), (x + 905, 690), (x + 905, 850), (x, 850)], BLACK, 0, 22, 4)
    p.box(x, 660, 905, 22, PAPER)
    for n in range(5):
        p.box(x + 34 + n * 140, 430, 122, 170, PAPER)
        p.box(x + 40 + n * 140, 436, 110, 158, DUSK)
        p.poly(
            [(x + 50 + n * 140, 590), (x + 110 + n * 140, 440), (x + 135 + n * 140, 440), (x + 75 + n * 140, 590)], PALE
        )
        if p.rng.random() < 0.6:
            p.disc(x + 95 + n * 140, 540, 27, BLACK, 34)
            p.disc(x + 95 + n * 140, 610, 46, BLACK, 44)
    p.box(x, 600, 905, 60, RED)
    p.box(x + 752, 430, 110, 400, PAPER)
    p.box(x + 760, 438, 44, 384, BLACK)
    p.box(x + 812, 438, 44, 384, DUSK)
    p.box(x + 620, 368, 200, 42, BLACK)
    for n in range(6):
        p.box(x + 640 + n * 27, 378, 15, 22, PAPER)
    for wheel in (170, 650):
        p.disc(x + wheel, 850, 84, RED)
        p.disc(x + wheel, 856, 74, BLACK)
        p.disc(x + wheel, 856, 34, PAPER)
        p.disc(x + wheel, 856, 14, BLACK)
    p.box(1370, 420, 14, 520, PAPER)
    p.disc(1377, 420, 62, PAPER)
    p.disc(1377, 420, 50, RED)
    p.box(1330, 408, 94, 24, PAPER)


def ballot(p: Print) -> None:
    p.box(0, 0, W, H, RED)
    p.carve([(0, 0), (W, 0), (W, H), (0, H)], BLACK, p.rng.uniform(20, 40), 60, 7)
    p.poly([(0, 880), (W, 820), (W, H), (0, H)], DUSK)
    p.carve([(0, 880), (W, 820), (W, H), (0, H)], PAPER, -2, 26, 6)
    lean = p.rng.uniform(-70, 70)
    paper = [(640 + lean, 110), (990 + lean, 160), (935, 520), (605, 520)]
    p.poly([(px + 16, py + 16) for px, py in paper], BLACK)
    p.poly(paper, PAPER)
    for n in range(4):
        y = 190 + n * 70
        p.line([(690 + lean * (1 - n / 5), y), (850 + lean * (1 - n / 5), y + 22)], 13, DUSK)
        left = 880 + lean * (1 - n / 5) - n * 8
        p.line([(left, y - 2), (left + 48, y + 5), (left + 41, y + 53), (left - 7, y + 46), (left, y - 2)], 6, BLACK)
        if n == 1:
            p.line([(left - 4, y + 2), (left + 46, y + 48)], 12, RED)
            p.line([(left + 48, y + 2), (left - 4, y + 50)], 12, RED)
    p.poly([(420, 520), (1120, 520), (1250, 470), (560, 470)], (120, 0, 248))
    p.poly([(590, 506), (950, 506), (978, 490), (620, 490)], BLACK)
    p.poly([(600, 440), (952, 440), (940, 503), (606, 503)], PAPER)
    p.poly([(420, 520), (1120, 520), (1120, 940), (420, 940)], BLACK)
    p.poly([(1120, 520), (1250, 470), (1250, 880), (1120, 940)], DUSK)
    p.carve([(420, 520), (1120, 520), (1120, 940), (420, 940)], MUTED, 0, 30, 5)
    p.box(560, 650, 420, 150, PAPER)
    p.box(574, 664, 392, 122, BLACK)
    for n, wide in enumerate((300, 220)):
        p.box(770 - wide / 2, 690 + n * 42, wide, 20, PAPER)
    p.disc(1186, 660, 20, PAPER)


def press(p: Print) -> None:
    p.box(0, 0, W, H, PALE)
    p.carve([(0, 0), (W, 0), (W, 900), (0, 900)], PAPER, 0, 34, 8)
    p.box(0, 920, W, 150, BLACK)
    p.carve([(0, 920), (W, 920), (W, H), (0, H)], MUTED, 0, 24, 5)
    frame = [(150, 930), (150, 330), (230, 240), (980, 240), (1060, 330), (1060, 930)]
    p.poly(frame, (150, 0, 248))
    p.carve(frame, MUTED, 90, 30, 6)
    p.poly([(240, 920), (240, 380), (290, 330), (920, 330), (970, 380), (970, 920)], BLACK)
    web = [(0, 560), (330, 560), (425, 430), (530, 690), (680, 690), (785, 430), (890, 560), (1120, 560), (1400, 760)]
    p.line(web, 54, BLACK)
    p.line([(x, y - 6) for x, y in web], 38, PAPER)
    for n in range(14):
        p.line([(980 + n * 11, 540), (980 + n * 11, 566)], 4, DUSK if n % 4 else PAPER)
    for x, y, size, mix in ((425, 545, 122, RED), (785, 545, 122, RED), (605, 545, 84, MUTED), (425, 790, 96, MUTED),
                            (785, 790, 96, MUTED), (605, 800, 70, RED), (425, 370, 48, MUTED), (785, 370, 48, MUTED),
                            (90, 760, 210, PAPER)):  # fmt: skip
        p.disc(x, y, size + 9, BLACK)
        p.disc(x, y, size, mix)
        for ring in range(4 if mix == PAPER else 2):
            inner = size * (0.86 - ring * 0.17)
            p.disc(x, y, inner, BLACK if mix != PAPER else DUSK)
            p.disc(x, y, inner - 5, mix)
        for spoke in range(6):
            a = spoke * math.pi / 3 + p.seed
            p.line([(x, y), (x + size * 0.5 * math.cos(a), y + size * 0.5 * math.sin(a))], 8, BLACK)
        p.disc(x, y, size * 0.2, BLACK)
    for n in range(12):
        x, y = 1190 + (n % 2) * 8, 900 - n * 17
        p.poly([(x, y), (x + 330, y), (x + 350, y + 17), (x + 14, y + 17)], BLACK)
        p.poly([(x + 8, y + 4), (x + 326, y + 4), (x + 338, y + 14), (x + 18, y + 14)], PAPER)
    top = [(1180, 712), (1290, 600), (1590, 600), (1520, 712)]
    p.poly(top, PAPER)
    p.line([*top, top[0]], 6, BLACK)
    p.poly([(1296, 616), (1562, 616), (1552, 636), (1276, 636)], RED)
    for n in range(3):
        p.line([(1262 - n * 18, 652 + n * 18), (1380 - n * 18, 652 + n * 18)], 5, DUSK)
        p.line([(1402 - n * 18, 652 + n * 18), (1530 - n * 12, 652 + n * 18)], 5, DUSK)
    p.poly([(330, 60), (520, 60), (575, 150), (275, 150)], BLACK)
    p.line([(425, 0), (425, 70)], 10, BLACK)
    p.poly([(290, 156), (560, 156), (610, 240), (240, 240)], PAPER)


def books(p: Print) -> None:
    p.box(0, 0, W, H, BLACK)
    for shelf in range(3):
        foot, x = 335 + shelf * 345, 20.0
        p.wash([(0, foot - 320), (W, foot - 320), (W, foot), (0, foot)], (250, 0, 248), (150, 0, 248))
        while x < W - 30:
            wide, tall = p.rng.uniform(34, 88), p.rng.uniform(190, 285)
            mix, lean = p.rng.choice((RED, BRICK, MUTED, MID, PAPER, DUSK, BLUSH, RED)), 0.0
            if p.rng.random() < 0.12:
                lean, x = 46, x + 46
            spine = [(x - lean, foot - tall), (x + wide - lean, foot - tall), (x + wide, foot), (x, foot)]
            p.poly(spine, mix)
            line = BLACK if mix in (PAPER, BLUSH, MID) else PAPER
            for band in (0.12, 0.17, 0.82):
                y = foot - tall * (1 - band)
                shift = lean * (1 - band)
                p.line([(x + 3 - shift, y), (x + wide - 4 - shift, y)], 5, line)
            if wide > 52:
                p.line(
                    [(x + wide / 2 - lean * 0.7, foot - tall * 0.7), (x + wide / 2 - lean * 0.4, foot - tall * 0.36)],
                    13,
                    line,
                )
            p.carve(spine, BLACK if mix != DUSK else MUTED, 88, 24, 4)
            x += wide + 4
        p.box(0, foot, W, 26, BRICK)
        p.carve([(0, foot), (W, foot), (W, foot + 26), (0, foot + 26)], PAPER, 0, 10, 3)


def river(p: Print) -> None:
    p.sky((0, 0, 150), PAPER, p.rng.choice((RED, PAPER)), 600)
    shape = p.ridge(330, 60)
    p.poly(shape, MID)
    p.carve(shape, PAPER, -16, 26, 6)
    for n in range(10):
        places.house(p, -30 + n * 166, 640, 166, 190, p.rng.choice((PAPER, BRICK, BRICK, PALE)), BLACK)
    p.box(0, 636, W, 60, DUSK)
    p.carve([(0, 636), (W, 636), (W, 696), (0, 696)], PAPER, 0, 14, 5)
    places.water(p, 690, (215, 0, 248))
    x = p.rng.uniform(380, 620)
    arch = [(x - 420, 820), (x - 60, 590), (x + 200, 545), (x + 460, 590), (x + 820, 820)]
    p.poly([*arch, (x + 820, 1000), (x - 420, 1000)], BLACK)
    p.carve([*arch, (x + 820, 1000), (x - 420, 1000)], MUTED, 0, 20, 5)
    for centre, rx, ry in ((x - 90, 150, 150), (x + 200, 130, 270), (x + 490, 150, 150)):
        top = [
            (centre + rx * math.cos(math.pi + t * math.pi / 20), 960 + ry * math.sin(math.pi + t * math.pi / 20))
            for t in range(21)
        ]
        p.wash(top, MID, (190, 0, 248))
    water = [(0, 955), (W, 955), (W, H), (0, H)]
    p.wash(water, (150, 0, 248), (235, 0, 248))
    p.carve(water, PAPER, 0, 20, 7)


def brass(p: Print) -> None:
    p.box(0, 0, W, H, RED)
    p.carve([(0, 0), (W, 0), (W, H), (0, H)], BLACK, 8, 54, 7)
    for x, y, k in ((-60.0, 250, 1.15), (1130.0, 300, 1.15), (500.0, 330, 1.6)):
        x += p.rng.uniform(-30, 30)

        def at(*pairs: Point, x: float = x, y: float = y, k: float = k) -> list[Point]:
            return [(x + dx * k, y + dy * k) for dx, dy in pairs]

        for width, mix in ((64 * k, BLACK), (44 * k, MUTED), (10 * k, PAPER)):
            p.line(
                at((120, 60), (120, 500), (140, 555), (190, 580), (225, 580), (275, 555), (295, 500), (295, 250)),
                width,
                mix,
            )
        p.line(at((90, 330), (320, 330)), 30 * k, BLACK)
        p.line(at((90, 330), (320, 330)), 16 * k, MUTED)
        for valve in range(3):
            left = 152 + valve * 40
            p.poly(at((left, 215), (left + 36, 215), (left + 36, 450), (left, 450)), BLACK)
            p.poly(at((left + 6, 222), (left + 30, 222), (left + 30, 443), (left + 6, 443)), PAPER)
            p.poly(at((left + 20, 222), (left + 30, 222), (left + 30, 443), (left + 20, 443)), MUTED)
            p.line(at((left + 18, 215), (left + 18, 172 + valve % 2 * 18)), 9 * k, BLACK)
            p.disc(*at((left + 18, 172 + valve % 2 * 18))[0], 16 * k, PAPER, 8 * k)
        p.poly(at((-70, -60), (310, -60), (190, 90), (156, 220), (84, 220), (50, 90)), BLACK)
        bell = at((-50, -50), (290, -50), (176, 86), (144, 215), (96, 215), (64, 86))
        p.poly(bell, MUTED)
        p.carve(bell, PAPER, 84, 26 * k, 11)
        p.disc(*at((120, -60))[0], 192 * k, BLACK, 62 * k)
        p.disc(*at((120, -60))[0], 180 * k, MUTED, 52 * k)
        p.disc(*at((120, -54))[0], 142 * k, BLACK, 36 * k)
