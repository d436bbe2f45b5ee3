"""Charts: SVG drawn on the server from plain data, for the reader's paper and for the desk.

Pure: whole numbers and words in, markup out; it knows no money, no dates and no database. Whoever calls it puts the same
figures in a table beneath, says in words what the picture shows (`says`), and gives each chart of a page a `name` of its
own. Across, everything is in per cent, so that letters keep their size on a phone and on a desk; colours and faces come
from `static/css/charts.css`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Heights in CSS pixels: a line of letters, a horizontal bar with its labels, the field of a line chart.
_LETTERS, _BAR, _ROW, _FIELD, _STRIP = 18, 10, 40, 220, 44
_NONE = SafeString("")
# So many tints a stack has; parts beyond share the last one, so that a caller rather adds small parts up.
TINTS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its name, its length, what stands at its end, and a mark (a target) to measure it against."""

    label: str
    value: int
    shown: str
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of upright bars, a bar for each place, with what the row adds up to and what its highest bar says."""

    label: str
    values: Sequence[int]
    shown: str
    highest: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """One horizontal bar of several parts, in the order of the keys, with what it adds up to."""

    label: str
    parts: Sequence[int]
    shown: str


# Where on the axis what is written: the place (0 is the left edge) and the words.
Tick = tuple[int, str]


def bars(rows: Sequence[Bar], *, name: str, title: str, says: str) -> SafeString:
    """This function will draw horizontal bars, each with its name before and its figure at the end of the line above it."""
    longest = max([max(row.value, row.mark or 0) for row in rows], default=0)
    drawn = format_html_join("", "{}", ((_bar(row, number, longest),) for number, row in enumerate(rows)))
    return _picture(drawn, height=max(len(rows), 1) * _ROW, name=name, title=title, says=says, kind="bars")


def _bar(row: Bar, number: int, longest: int) -> SafeString:
    top = number * _ROW + _LETTERS + 3
    mark = _NONE
    if row.mark is not None:
        mark = format_html(
            '<rect class="mark" x="{}%" y="{}" width="2" height="{}"/>', _across(row.mark, longest), top - 3, _BAR + 6
        )
    return format_html(
        '{}<rect class="ground" x="0" y="{}" width="100%" height="{}"/><rect class="bar" x="0" y="{}" width="{}%"'
        ' height="{}"/>{}',
        _labels(row.label, row.shown, number * _ROW + _LETTERS - 4),
        top,
        _BAR,
        top,
        _across(max(row.value, 0), longest),
        _BAR,
        mark,
    )


def line(
    values: Sequence[int],
    *,
    length: int,
    targets: Sequence[int],
    name: str,
    title: str,
    says: str,
    shown: str,
    target_shown: str,
    pace_shown: str = "",
    scale: Sequence[tuple[int, str]] = (),
    ticks: Sequence[Tick] = (),
) -> SafeString:
    """This function will draw a sum as it grew, place by place, against its target and an even pace.

    `values` is the sum at the end of each place so far, of `length` places in all; `targets` what was asked for at each
    place, so that a target that changed is a step; without `pace_shown` no pace is drawn. `scale` is written at the left,
    as (value, words). Law: nothing is drawn outside of the field; what is below nothing is drawn at nothing.
    """
    top = max([*values, *targets, *(value for value, _words in scale), 1])
    field = _Field(length, top)
    drawn = [
        format_html_join("", "{}", ((field.rule(value, words),) for value, words in scale)),
        field.steps(targets),
        field.pace(targets[-1], pace_shown) if pace_shown and targets else _NONE,
        field.curve(values),
        field.label_of_target(targets[-1], target_shown) if targets else _NONE,
        field.label_of_curve(values, shown, pace=targets[-1] if targets else 0),
        _axis(ticks, length, _FIELD + 2 * _LETTERS - 2),
    ]
    height = _FIELD + 2 * _LETTERS + 6
    return _picture(_joined(drawn), height=height, name=name, title=title, says=says, kind="line")


class _Field:
    """The field of a line chart: `length` places across and values from nothing to `top`."""

    def __init__(self, length: int, top: int) -> None:
        self.length = max(length, 1)
        self.top = top

    def down(self, value: int) -> int:
        return _LETTERS + round(_FIELD * (1 - max(value, 0) / self.top))

    def rule(self, value: int, words: str) -> SafeString:
        at = self.down(value)
        return format_html(
            '<rect class="rule" x="0" y="{}" width="100%" height="1"/><text class="small" x="0" y="{}">{}</text>',
            at,
            at - 4,
            words,
        )

    def steps(self, targets: Sequence[int]) -> SafeString:
        pairs = [(place, target) for place, target in enumerate(targets)]
        points = [(edge, target) for place, target in pairs for edge in (place, place + 1)]
        return self._path(points, "target")

    def pace(self, target: int, words: str) -> SafeString:
        at = self.down(target * 4 // 5)
        line = self._path([(0, 0), (self.length, target)], "pace")
        return format_html('{}<text class="small" x="79%" y="{}" text-anchor="end">{}</text>', line, at - 6, words)

    def curve(self, values: Sequence[int]) -> SafeString:
        return self._path([(0, 0), *((place + 1, value) for place, value in enumerate(values))], "curve")

    def label_of_target(self, target: int, words: str) -> SafeString:
        return format_html('<text x="100%" y="{}" text-anchor="end">{}</text>', self.down(target) - 6, words)

    def label_of_curve(self, values: Sequence[int], words: str, *, pace: int) -> SafeString:
        last = values[-1] if values else 0
        across = _across(len(values), self.length)
        is_right = len(values) * 3 > self.length * 2
        is_behind = last * self.length < pace * len(values) and not is_right
        # At the right edge the words of the target stand above its line: keep clear of them.
        is_below = is_behind or (is_right and abs(self.down(last) - self.down(pace)) < _LETTERS + 4)
        return format_html(
            '<circle class="end" cx="{}%" cy="{}" r="4"/>'
            '<text class="said" x="{}%" y="{}" dx="{}" text-anchor="{}">{}</text>',
            across,
            self.down(last),
            across,
            self.down(last) + (20 if is_below and self.down(last) < _FIELD - 6 else -10),
            -2 if is_right else 8,
            "end" if is_right else "start",
            words,
        )

    def _path(self, points: Sequence[tuple[int, int]], kind: str) -> SafeString:
        if not points:
            return _NONE
        written = " ".join(f"{across},{self.down(value)}" for across, value in points)
        return format_html(
            '<svg x="0" y="0" width="100%" height="{height}" viewBox="0 0 {length} {height}" preserveAspectRatio="none">'
            '<polyline class="{kind}" points="{written}"/></svg>',
            height=_LETTERS + _FIELD + 2,
            length=self.length,
            kind=kind,
            written=written,
        )


def strips(rows: Sequence[Strip], *, name: str, title: str, says: str, ticks: Sequence[Tick] = ()) -> SafeString:
    """This function will draw one row of upright bars under another, over the same places.

    Each row has its own scale, and its highest bar says what it stands for: rows are to be compared by when, not by how
    much. Law: what is below nothing is drawn at nothing.
    """
    step = _LETTERS + _STRIP + 14
    drawn = [_strip(row, number * step) for number, row in enumerate(rows)]
    places = max([len(row.values) for row in rows], default=0)
    height = len(rows) * step
    drawn.append(_axis(ticks, places, height + 8))
    return _picture(_joined(drawn), height=height + _LETTERS, name=name, title=title, says=says, kind="strips")


def _strip(row: Strip, top: int) -> SafeString:
    places, highest = max(len(row.values), 1), max([*row.values, 0])
    foot = top + _LETTERS + 12 + _STRIP - 4
    upright = [
        (_across(place, places), foot - round(_STRIP * value / highest), _across(4, 5 * places), value)
        for place, value in enumerate(row.values)
        if value > 0
    ]
    drawn = format_html_join(
        "",
        '<rect class="bar" x="{}%" y="{}" width="{}%" height="{}"/>',
        ((x, y, width, max(foot - y, 1)) for x, y, width, _value in upright),
    )
    rule = format_html('<rect class="rule" x="0" y="{}" width="100%" height="1"/>', foot)
    return _joined([_labels(row.label, row.shown, top + _LETTERS - 4), drawn, rule, _peak(row, foot, highest)])


def _peak(row: Strip, foot: int, highest: int) -> SafeString:
    if not row.highest or not highest:
        return _NONE
    place = list(row.values).index(highest)
    is_right = place * 2 > len(row.values)
    return format_html(
        '<text class="small" x="{}%" y="{}" dx="{}" text-anchor="{}">{}</text>',
        _across(place if is_right else place + 1, len(row.values)),
        foot - _STRIP + 9,
        -3 if is_right else 1,
        "end" if is_right else "start",
        row.highest,
    )


def stacked(rows: Sequence[Stack], *, keys: Sequence[str], name: str, title: str, says: str) -> SafeString:
    """This function will draw horizontal bars of several parts, with the keys of their tints above.

    Law: the parts of a bar lie end to end, so that its length is their sum.
    """
    longest = max([sum(max(part, 0) for part in row.parts) for row in rows], default=0)
    head = (len(keys) + 1) // 2 * _LETTERS + 8
    drawn = [_key(key, number) for number, key in enumerate(keys)]
    drawn += [_stack(row, head + number * _ROW, longest) for number, row in enumerate(rows)]
    return _picture(
        _joined(drawn), height=head + max(len(rows), 1) * _ROW, name=name, title=title, says=says, kind="stacked"
    )


def _key(key: str, number: int) -> SafeString:
    down, across = divmod(number, 2)
    return format_html(
        '<rect class="part part-{}" x="{}%" y="{}" width="11" height="11"/><text class="small" x="{}%" y="{}" dx="16">{}</text>',
        min(number + 1, TINTS),
        across * 50,
        down * _LETTERS + 3,
        across * 50,
        down * _LETTERS + 13,
        key,
    )


def _stack(row: Stack, top: int, longest: int) -> SafeString:
    drawn, before = [_labels(row.label, row.shown, top + _LETTERS - 4)], 0
    for number, part in enumerate(row.parts, 1):
        if part > 0:
            drawn.append(
                format_html(
                    '<rect class="part part-{}" x="{}%" y="{}" width="{}%" height="{}"/>',
                    min(number, TINTS),
                    _across(before, longest),
                    top + _LETTERS + 3,
                    _across(part, longest),
                    _BAR,
                )
            )
            before += part
    return _joined(drawn)


def scale(top: int, *, lines: int = 3) -> list[int]:
    """This function will choose round values for the lines of a scale from nothing up to `top`, nothing left out.

    >>> scale(18_000), scale(7), scale(0)
    ([5000, 10000, 15000], [2, 4, 6], [])
    """
    if top <= 0:
        return []
    step = 1
    while top // step > lines:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return list(range(step, top + 1, step))


def _labels(label: str, shown: str, down: int) -> SafeString:
    return format_html(
        '<text x="0" y="{}">{}</text><text class="said" x="100%" y="{}" text-anchor="end">{}</text>',
        down,
        label,
        down,
        shown,
    )


def _axis(ticks: Sequence[Tick], places: int, down: int) -> SafeString:
    return format_html_join(
        "",
        '<text class="small" x="{}%" y="{}" text-anchor="{}">{}</text>',
        ((_across(place, places), down, _anchor(place, places), words) for place, words in ticks),
    )


def _anchor(place: int, places: int) -> str:
    if place == 0:
        return "start"
    return "end" if place >= places else "middle"


def _across(part: int, whole: int) -> str:
    """Per cent with two digits, in whole numbers throughout."""
    hundredths = part * 10_000 // whole if whole > 0 else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _joined(drawn: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in drawn))


def _picture(drawn: SafeString, *, height: int, name: str, title: str, says: str, kind: str) -> SafeString:
    return format_html(
        '<svg class="chart chart-{kind}" width="100%" height="{height}" role="img"'
        ' aria-labelledby="{name}-title {name}-desc" focusable="false">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{says}</desc>{drawn}</svg>',
        kind=kind,
        height=height,
        name=name,
        title=title,
        says=says,
        drawn=drawn,
    )
