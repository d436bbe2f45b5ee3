"""The days on which banks work, for notices that are counted in them. Pure.

Bank holidays are those of England and Wales, by the rules that make them; one that is proclaimed for a single year is
not known here, and a paper elsewhere has others. A notice counted over a holiday too few comes a day late, so where in
doubt a day is left out: this module errs on the early side only by naming more holidays, never fewer.
Source: the Banking and Financial Dealings Act 1971, schedule 1, and the proclamations for New Year and early May.
"""

import datetime as dt

_DAY = dt.timedelta(days=1)


def easter(year: int) -> dt.date:
    """This function will give Easter Sunday, by the Gregorian reckoning.

    >>> [str(easter(year)) for year in (2024, 2025, 2026, 2027)]
    ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28']
    """
    golden, century, place = year % 19, *divmod(year, 100)
    leaps, skipped = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * skipped + 2 * (place // 4) - moon - place % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def holidays(year: int) -> frozenset[dt.date]:
    """This function will give the year's bank holidays.

    >>> [str(day) for day in sorted(holidays(2027))][-2:]
    ['2027-12-27', '2027-12-28']
    """
    sunday = easter(year)
    fixed = [
        _on_a_weekday(dt.date(year, 1, 1), ()),
        sunday - 2 * _DAY,
        sunday + _DAY,
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
    ]
    christmas = _on_a_weekday(dt.date(year, 12, 25), ())
    # Of two that move, each takes a weekday of its own.
    boxing = _on_a_weekday(dt.date(year, 12, 26), (christmas,))
    return frozenset([*fixed, christmas, boxing])


def is_open(day: dt.date) -> bool:
    """This function will say whether banks work on a day.

    >>> is_open(dt.date(2026, 12, 25)), is_open(dt.date(2026, 12, 28)), is_open(dt.date(2026, 12, 29))
    (False, False, True)
    """
    return day.weekday() < 5 and day not in holidays(day.year)


def after(day: dt.date, number: int) -> dt.date:
    """This function will give the working day that comes `number` working days after `day`.

    >>> str(after(dt.date(2026, 12, 18), 10))
    '2027-01-06'
    """
    while number or not is_open(day):
        day += _DAY
        if is_open(day) and number:
            number -= 1
    return day


def before(day: dt.date, number: int) -> dt.date:
    """This function will give the last day from which `number` whole working days lie before `day`.

    >>> str(before(dt.date(2027, 1, 6), 10))
    '2026-12-18'
    """
    while number:
        day -= _DAY
        if is_open(day):
            number -= 1
    return day


def _on_a_weekday(day: dt.date, taken: tuple[dt.date, ...]) -> dt.date:
    while day.weekday() >= 5 or day in taken:
        day += _DAY
    return day


def _first_monday(year: int, month: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + (-first.weekday() % 7) * _DAY


def _last_monday(year: int, month: int) -> dt.date:
    last = dt.date(year, month, 31)
    return last - last.weekday() * _DAY
