"""Motifs of places: hills, quays, streets, works."""

import math

from pennypress.demo.pictures.plates import BLACK, BRICK, DUSK, MID, MUTED, PALE, PAPER, RED, H, Mix, Point, Print, W


def hills(p: Print) -> None:
    p.sky((0, 0, 150), PAPER, RED)
    for base, mix, cut in ((520, PALE, PAPER), (610, MID, PAPER), (730, DUSK, MUTED), (880, BLACK, MUTED)):
        shape = p.ridge(base, 55)
        p.poly(shape, mix)
        p.carve(shape, cut, p.rng.uniform(-22, 22), 26, 6)
    x = p.rng.uniform(300, 1200)
    for tree in range(9):
        at, foot = (x + 400 + tree * 67 + p.rng.uniform(-20, 20)) % W, p.rng.uniform(835, 900)
        p.poly([(at - 34, foot), (at, foot - p.rng.uniform(110, 190)), (at + 34, foot)], BLACK)
        p.line([(at + 4, foot - 80), (at + 16, foot - 20)], 5, MUTED)
    p.poly([(x + 52, 850), (x + 74, 850), (x + 40, 930), (x + 210, 990), (x + 180, H), (x - 60, H), (x + 60, 1000),
            (x - 30, 930)], PAPER)  # fmt: skip
    p.poly([(x, 800), (x + 60, 755), (x + 120, 800), (x + 120, 860), (x, 860)], PAPER)
    p.poly([(x - 14, 806), (x + 60, 746), (x + 134, 806), (x + 120, 812), (x + 60, 765), (x, 812)], RED)
    p.box(x + 45, 815, 24, 45, BLACK)


def water(p: Print, top: float, mix: Mix = DUSK) -> None:
    area = [(0.0, top), (float(W), top), (float(W), float(H)), (0.0, float(H))]
    p.wash(area, MID, mix)
    p.carve(area, PAPER, 0, 24, 7)
    p.carve(area, BLACK, 0, 60, 6)


def _containers(
    p: Print, x: float, foot: float, columns: int, highest: int, wide: float = 74, tall: float = 34
) -> None:
    for column in range(columns):
        for row in range(p.rng.randint(max(1, highest - 2), highest)):
            left, top = x + column * (wide + 3), foot - (row + 1) * (tall + 3)
            p.box(left, top, wide, tall, p.rng.choice((RED, RED, MUTED, BLACK, DUSK, BRICK, PALE)))
            for rib in range(1, 6):
                p.line([(left + rib * wide / 6, top + 5), (left + rib * wide / 6, top + tall - 5)], 2, PAPER)


def _crane(p: Print, x: float, foot: float, scale: float, mix: Mix, raised: bool) -> None:
    def at(dx: float, dy: float) -> Point:
        return x + dx * scale, foot - dy * scale

    for leg in (0, 130):
        p.line([at(leg, 0), at(leg * 0.9 + 6, 330)], 15 * scale, mix)
    p.line([at(0, 0), at(124, 175)], 7 * scale, mix)
    p.line([at(130, 0), at(6, 175)], 7 * scale, mix)
    for height in (175, 325):
        p.line([at(-10, height), at(140, height)], 13 * scale, mix)
    p.line([at(60, 330), at(60, 470)], 13 * scale, mix)
    p.line([at(-190, 335), at(140, 335)], 16 * scale, mix)
    tip = at(390, 640) if raised else at(470, 340)
    p.line([at(125, 335), tip], 16 * scale, mix)
    for end in (at(-185, 338), tip, at(125, 335)):
        p.line([at(60, 468), end], 4 * scale, mix)
    p.box(*at(-120, 385), 90 * scale, 50 * scale, mix)
    p.box(*at(150, 330), 40 * scale, 34 * scale, RED)


def harbour(p: Print) -> None:
    p.sky((0, 0, 165), (0, 30, 10), RED, 760)
    p.poly(p.ridge(690, 14), PALE)
    for x, scale, mix in ((180, 0.72, MID), (560, 0.8, DUSK), (980 + p.rng.uniform(-60, 60), 1.22, BLACK)):
        _crane(p, x, 800, scale, mix, p.rng.random() < 0.5)
    _containers(p, 40, 800, 7, 4)
    _containers(p, 640, 800, 4, 3)
    p.box(0, 800, W, 46, BLACK)
    for x in range(20, W, 90):
        p.box(x, 846, 22, 60, BLACK)
    water(p, 880)
    p.carve([(0, 800), (W, 800), (W, 846), (0, 846)], MUTED, 0, 14, 4)


def ship(p: Print) -> None:
    p.sky((0, 0, 140), PAPER, RED, 720)
    p.poly(p.ridge(655, 16), PALE)
    water(p, 700)
    x = p.rng.uniform(110, 240)
    hull = [(x, 690), (x + 1180, 690), (x + 1270, 640), (x + 1170, 850), (x + 60, 850), (x + 10, 790)]
    p.poly(hull, BLACK)
    p.poly([(x + 33, 815), (x + 1187, 815), (x + 1170, 850), (x + 60, 850)], RED)
    p.carve(hull, MUTED, 0, 34, 5)
    _containers(p, x + 290, 690, 10, 5, 80, 40)
    p.box(x + 60, 470, 180, 220, PAPER)
    p.box(x + 30, 450, 240, 44, BLACK)
    for row in range(4):
        for column in range(5):
            p.box(x + 76 + column * 32, 515 + row * 42, 18, 18, DUSK)
    p.poly([(x + 90, 450), (x + 98, 330), (x + 170, 330), (x + 178, 450)], RED)
    p.box(x + 96, 350, 78, 24, PAPER)
    for n in range(9):
        p.disc(x + 120 - n * n * 5, 300 - n * 22, 22 + n * 9, (0, 0, 200 - n * 14), 18 + n * 6)
    p.carve([(0, 850), (W, 850), (W, 900), (0, 900)], PAPER, 0, 12, 9)


def house(p: Print, x: float, foot: float, wide: float, tall: float, wall: Mix, roof: Mix) -> None:
    top, pitch = foot - tall, wide * 0.42
    p.box(x, top, wide, tall, wall)
    area = [(x, top), (x + wide, top), (x + wide, foot), (x, foot)]
    p.carve(area, PAPER, 0, 15, 4)
    slate = [(x - 8, top + 6), (x + 16, top - pitch), (x + wide - 16, top - pitch), (x + wide + 8, top + 6)]
    p.poly(slate, roof)
    p.carve(slate, MUTED, 0, 16, 4)
    p.box(x + wide * 0.76, top - pitch - 62, 44, 84, wall)
    for pot in (4, 26):
        p.box(x + wide * 0.76 + pot, top - pitch - 84, 13, 24, BLACK)
    for across in (0.12, 0.6):
        p.box(x + wide * across, top + tall * 0.12, wide * 0.27, tall * 0.3, PAPER)
        p.box(
            x + wide * across + 7, top + tall * 0.12 + 7, wide * 0.27 - 14, tall * 0.3 - 14, p.rng.choice((BLACK, DUSK))
        )
        p.box(x + wide * (across + 0.125), top + tall * 0.12, 5, tall * 0.3, PAPER)
    p.box(x + wide * 0.12, top + tall * 0.58, wide * 0.27, tall * 0.27, PAPER)
    p.box(x + wide * 0.12 + 7, top + tall * 0.58 + 7, wide * 0.27 - 14, tall * 0.27 - 14, BLACK)
    p.box(x + wide * 0.6 - 7, top + tall * 0.54, wide * 0.25 + 14, tall * 0.46, PAPER)
    p.box(x + wide * 0.6, top + tall * 0.57, wide * 0.25, tall * 0.43, p.rng.choice((RED, DUSK, BLACK, MUTED)))


def terraces(p: Print) -> None:
    p.sky((0, 0, 130), (0, 40, 0), p.rng.choice((RED, PAPER)))
    p.poly(p.ridge(420, 40), PALE)
    for n in range(11):
        house(p, -30 + n * 150, 600 + (n % 2) * 3 - n * 6, 150, 150, MID, DUSK)
    for n in range(7):
        house(p, -60 + n * 252, 960 - n * 9, 252, 290, BRICK if n % 3 else RED, BLACK)
    p.poly([(0, 962), (W, 900), (W, H), (0, H)], DUSK)
    p.carve([(0, 962), (W, 900), (W, H), (0, H)], PAPER, -2, 22, 6)
    p.poly([(0, 960), (W, 898), (W, 922), (0, 984)], PAPER)


def towers(p: Print) -> None:
    p.sky((235, 0, 248), (90, 60, 190))
    p.disc(p.rng.uniform(200, 1400), 210, 95, PAPER)
    for base, mix, floors in ((700, (150, 0, 248), 0.1), (1067, (248, 0, 0), 0.42)):
        x = p.rng.uniform(-60, 0)
        while x < W:
            wide, tall = p.rng.choice((150, 190, 230)), p.rng.uniform(330, 720)
            p.box(x, base + 60 - tall, wide, tall + 400, mix)
            p.box(x + wide * 0.3, base + 20 - tall, wide * 0.3, 45, mix)
            for row in range(int(tall // 44)):
                for column in range(int(wide // 38)):
                    lit = p.rng.random()
                    tone = (
                        PAPER if lit < floors * 0.6 else RED if lit < floors * 0.8 else MUTED if lit < floors else mix
                    )
                    p.box(x + 14 + column * 36, base + 84 - tall + row * 44, 22, 24, tone)
            x += wide + p.rng.uniform(10, 90)
    p.box(0, 1010, W, 60, BLACK)


def sawtooth(p: Print) -> None:
    p.sky((0, 0, 150), (0, 25, 0), RED, 700)
    for x in (p.rng.uniform(180, 420), p.rng.uniform(1050, 1350)):
        p.poly([(x, 720), (x + 12, 190), (x + 68, 190), (x + 80, 720)], BRICK)
        p.box(x + 4, 180, 72, 26, BLACK)
        p.carve([(x, 720), (x + 12, 206), (x + 68, 206), (x + 80, 720)], PAPER, 0, 22, 5)
        for n in range(8):
            p.disc(x + 50 + n * n * 6, 160 - n * 19, 24 + n * 10, (0, 0, 190 - n * 14), 18 + n * 6)
    for n in range(7):
        left = -70 + n * 250
        p.poly([(left, 700), (left + 60, 500), (left + 250, 700)], BLACK)
        p.poly([(left + 4, 694), (left + 58, 514), (left + 60, 694)], PAPER)
        p.carve([(left + 64, 515), (left + 245, 700), (left + 64, 700)], MUTED, 46, 17, 5)
    wall = [(0, 695), (W, 695), (W, H), (0, H)]
    p.poly(wall, BRICK)
    p.carve(wall, PAPER, 0, 20, 4)
    for x in range(50, W, 175):
        p.poly([(x, 960), (x, 800), (x + 15, 770), (x + 50, 752), (x + 85, 770), (x + 100, 800), (x + 100, 960)], PAPER)
        p.poly([(x + 10, 950), (x + 10, 803), (x + 50, 764), (x + 90, 803), (x + 90, 950)], BLACK)
        for bar in (36, 62):
            p.box(x + bar, 766, 5, 190, PAPER)
        p.box(x, 855, 100, 5, PAPER)
    p.box(0, 1010, W, 60, BLACK)


def viaduct(p: Print) -> None:
    p.sky((0, 0, 140), PAPER, RED)
    for base, mix in ((480, PALE), (570, MID)):
        shape = p.ridge(base, 45)
        p.poly(shape, mix)
        p.carve(shape, PAPER, 12, 30, 6)
    stone = [(0, 470), (W, 470), (W, 1000), (0, 1000)]
    p.poly(stone, (60, 0, 248))
    p.carve(stone, PAPER, 0, 20, 5)
    for n in range(8):
        x = -110.0 + n * 230
        p.wash([(x, H), (x, 640), *[(x + 85 - 85 * math.cos(t / 10), 640 - 95 * math.sin(t / 10)) for t in range(32)],
                (x + 170, H)], PAPER, (0, 0, 110))  # fmt: skip
    p.box(0, 452, W, 26, BLACK)
    x = p.rng.uniform(80, 420)
    for carriage in range(4):
        left = x + carriage * 226
        p.box(left, 356, 216, 82, RED if carriage else BLACK)
        for window in range(5):
            p.box(left + 16 + window * 39, 374, 26, 28, PAPER)
        for wheel in (36, 70, 146, 180):
            p.disc(left + wheel, 442, 13, BLACK)
    front = p.ridge(930, 35)
    p.poly(front, BLACK)
    p.carve(front, MUTED, -14, 22, 6)
