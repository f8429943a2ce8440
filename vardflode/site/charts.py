"""Charts as small SVG, drawn from told numbers; texts take their size from the page: a phone has larger."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup

from vardflode.publication.colours import LINES
from vardflode.publication.counties import county_shapes

WIDTH, HEIGHT = 560, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 16, 14, 34
# So many points that each has room for its own mark.
_MARKED = 16
Write = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """A line: a value (None: not shown) at each x, and by place the ends of its interval."""

    name: str
    values: Sequence[float | None]
    ends: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    dashed: bool = False


@dataclass(frozen=True)
class _Frame:
    """Where values stand in a chart."""

    count: int
    low: float
    high: float

    def across(self, place: int) -> str:
        room = WIDTH - _LEFT - _RIGHT
        return f"{_LEFT + (place * room / (self.count - 1) if self.count > 1 else room / 2):.1f}"

    def up(self, value: float) -> str:
        room = HEIGHT - _TOP - _BOTTOM
        return f"{HEIGHT - _BOTTOM - (value - self.low) / (self.high - self.low) * room:.1f}"

    def point(self, place: int, value: float) -> str:
        return f"{self.across(place)} {self.up(value)}"


def lines(
    x: Sequence[str],
    series: Sequence[Series],
    write: Write,
    label: str,
    *,
    zero: bool = True,
    most: float | None = None,
    now: tuple[int, str] | None = None,
    rule: float | None = None,
) -> Markup:
    """Lines over categories in order, with a legend above them; nothing where no value is shown.

    Args:
        x: what each place is called.
        series: the lines; each is broken where it has no value.
        write: how a value is written on the axis.
        label: what a screen reader is told; the numbers are in the table below.
        zero: the axis begins at zero.
        most: the axis ends there at least.
        now: the place in x after which everything is expected, and the word for that.
        rule: a value that others are held against.
    """
    told = [value for line in series for value in line.values if value is not None]
    told += [end for line in series for ends in line.ends.values() for end in ends]
    if not told:
        return Markup("")
    low, high, marks = _scale(min([*told, 0] if zero else told), max(told if most is None else [*told, most]))
    frame = _Frame(len(x), low, high)
    parts = [
        *_axes(frame, x, marks, write),
        *(_now(frame, *now) if now else ()),
        *([_rule(frame, rule)] if rule is not None else []),
        *(_band(frame, number, line) for number, line in enumerate(series) if line.ends),
        *(part for number, line in enumerate(series) for part in _line(frame, x, number, line, write)),
    ]
    drawn = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, Markup("").join(parts)
    )
    return (legend(series) if len(series) > 1 else Markup("")) + drawn


def _axes(frame: _Frame, x: Sequence[str], marks: Sequence[float], write: Write) -> Iterator[Markup]:
    for mark in marks:
        y = frame.up(mark)
        yield Markup('<path class="grid" d="M{} {}H{}"/>').format(_LEFT, y, WIDTH - _RIGHT)
        text = '<text class="tick" x="{}" y="{}" dy=".35em" text-anchor="end">{}</text>'
        yield Markup(text).format(_LEFT - 8, y, write(mark))
    every = math.ceil(len(x) / max(2, 44 // (max(map(len, x)) + 2)))
    for place in reversed(range(len(x) - 1, -1, -every)):
        anchor = "end" if place == len(x) - 1 > 0 else "middle"
        text = '<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>'
        yield Markup(text).format(frame.across(place), HEIGHT - 10, anchor, x[place])


def _now(frame: _Frame, place: int, word: str) -> Iterator[Markup]:
    x = frame.across(place)
    yield Markup('<path class="now" d="M{} {}V{}"/>').format(x, _TOP, HEIGHT - _BOTTOM)
    yield Markup('<text class="tick" x="{:.1f}" y="{}">{} →</text>').format(float(x) + 6, _TOP - 2, word)


def _rule(frame: _Frame, value: float) -> Markup:
    return Markup('<path class="now rule" d="M{} {}H{}"/>').format(_LEFT, frame.up(value), WIDTH - _RIGHT)


def _band(frame: _Frame, number: int, line: Series) -> Markup:
    ends = sorted(line.ends.items())
    around = [frame.point(place, high) for place, (_, high) in ends]
    around += [frame.point(place, low) for place, (low, _) in reversed(ends)]
    return Markup('<path class="band s{}" d="M{}Z"/>').format(number % len(LINES), "L".join(around))


def _line(frame: _Frame, x: Sequence[str], number: int, line: Series, write: Write) -> Iterator[Markup]:
    path, pen = "", "M"
    for place, value in enumerate(line.values):
        path += f"{pen}{frame.point(place, value)}" if value is not None else ""
        pen = "L" if value is not None else "M"
    yield Markup('<path class="line s{} {}" d="{}"/>').format(number % len(LINES), _dash(number, line), path)
    for place, value in enumerate(line.values):
        if value is not None and len(x) <= _MARKED:
            text = '<circle class="dot s{}" cx="{}" cy="{}" r="3.2"><title>{} {}: {}</title></circle>'
            at = (frame.across(place), frame.up(value))
            yield Markup(text).format(number % len(LINES), *at, line.name, x[place], write(value))


def _dash(number: int, line: Series) -> str:
    return "dashed" if line.dashed else f"d{number % len(LINES)}"


def legend(series: Sequence[Series]) -> Markup:
    """What each line is called, with a piece of it."""
    item = (
        '<li><svg class="key" viewBox="0 0 28 10" aria-hidden="true"><path class="line s{} {}" d="M0 5H28"/>'
        "</svg>{}</li>"
    )
    items = [
        Markup(item).format(number % len(LINES), _dash(number, line), line.name)
        for number, line in enumerate(series)
    ]
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _scale(least: float, most: float) -> tuple[float, float, list[float]]:
    """The ends of an axis, and round numbers on it."""
    if most <= least:
        most = least + 1
    step = 10 ** math.floor(math.log10(most - least))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if (most - least) / s <= 5.01)
    low, high = math.floor(least / step + 1e-9) * step, math.ceil(most / step - 1e-9) * step
    return low, high, [low + k * step for k in range(round((high - low) / step) + 1)]


# Longitude and latitude to the points of a map: at 63° north a degree of longitude is 0.454 of latitude's.
_WEST, _NORTH, _EAST_WEST, _SCALE = 10.9, 69.1, 0.454, 26.0
MAP = (156, 360)
_SHADES = 6


@cache
def county_paths() -> dict[str, str]:
    """The outline of each county, by code."""
    return {
        code: "".join(_ring(ring) for polygon in polygons for ring in polygon)
        for code, polygons in county_shapes().items()
    }


def _ring(ring: Sequence[tuple[float, float]]) -> str:
    points: list[tuple[float, float]] = []
    for east, north in ring:
        x, y = (east - _WEST) * _EAST_WEST * _SCALE, (_NORTH - north) * _SCALE
        point = (round(x, 1), round(y, 1))
        if not points or math.dist(point, points[-1]) > 1.4:
            points.append(point)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z" if len(points) > 3 else ""


@cache
def outlines() -> Markup:
    """The counties, once a page: maps refer to them."""
    paths = Markup("").join(
        Markup('<path id="lan{}" d="{}"/>').format(code, path) for code, path in county_paths().items()
    )
    svg = '<svg class="outlines" aria-hidden="true" width="0" height="0"><defs>{}</defs></svg>'
    return Markup(svg).format(paths)


def county_map(
    values: Mapping[str, float | None], names: Mapping[str, str], write: Write, label: str, most: float
) -> Markup:
    """A map of the counties: darker where there are more; dashed where the number is not shown.

    Args:
        most: the value that is darkest.
    """
    drawn = []
    for code in county_paths():
        value = values.get(code)
        shade = min(_SHADES - 1, int(_SHADES * max(value or 0, 0) / most))
        told = names[code] if value is None else f"{names[code]}: {write(value)}"
        use = '<use href="#lan{}" class="{}"><title>{}</title></use>'
        drawn.append(Markup(use).format(code, "none" if value is None else f"m{shade}", told))
    svg = '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    return Markup(svg).format(*MAP, label, Markup("").join(drawn))


def shades(most: float, write: Write, hidden: str) -> Markup:
    """The legend of maps: what the shades mean, and what is called grey (if not empty)."""
    steps = Markup("").join(Markup('<i class="m{}"></i>').format(k) for k in range(_SHADES))
    none = Markup('<span class="nokey"><i></i>{}</span>').format(hidden) if hidden else ""
    return Markup('<p class="shades"><span>{}</span>{}<span>{}</span>{}</p>').format(
        write(0), steps, write(most), none
    )
