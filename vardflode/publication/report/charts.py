"""Figures as SVG: Altair (Vega-Lite) describes charts and maps, a template draws the flow.

No figure asks anything outside itself. Colours differ also in lightness, and lines in their dashes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from font_source_sans_pro import font_directory
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from vardflode.publication.colours import BLUE, DASHES, GREY, INK, LIGHT, LINES, RED
from vardflode.publication.counties import county_shapes
from vardflode.publication.texts import NBSP

FONT = "Source Sans Pro"
# What a page on another machine has in its place.
FAMILY = f"{FONT}, 'Segoe UI', Arial, sans-serif"
FONTS = Path(font_directory)
_LOCALES = {
    "sv": {
        "decimal": ",",
        "thousands": NBSP,
        "grouping": [3],
        "currency": ["", f"{NBSP}kr"],
        "percent": f"{NBSP}%",
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
}
_CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "white",
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#e6e6e6",
        "labelLimit": 600,
    },
    "legend": {
        "orient": "bottom",
        "columns": 3,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "symbolStrokeWidth": 2,
        # A piece of the line, long enough that its dashes are seen.
        "symbolType": "stroke",
        "symbolSize": 900,
        "labelLimit": 600,
    },
    "view": {"stroke": None},
}


@dataclass(frozen=True)
class Step:
    """A step of the flow: what it is called, its size (None: not shown), and what is written of it."""

    name: str
    size: float | None
    number: str
    share: str


def lines(
    rows: Sequence[dict[str, Any]],
    x: str,
    y: str,
    series: str,
    language: str,
    *,
    order: Sequence[str] | None = None,
    whole: bool = False,
    style: str = ".0%",
) -> str:
    """Lines of shares, or of numbers of another style; a line is broken where there is no value.

    Args:
        rows: with x (one of `order`; without it a whole number), y (a fraction, None: not shown) and series.
        x: title of the x axis, and the rows' key.
        y: title of the y axis, and the rows' key.
        series: title of the legend, and the rows' key.
        whole: show all of the scale up to 100 per cent.
        style: how the numbers of the y axis are written.
    """
    names: list[str] = list(dict.fromkeys(row[series] for row in rows))
    # Fields have names of their own: in a title a dot or a bracket would be taken for a path.
    values = [{"x": row[x], "y": row[y], "series": row[series]} for row in rows]
    across = (
        alt.X("x:Q", title=x, axis=alt.Axis(tickMinStep=1, format="d"))
        if order is None
        else alt.X("x:O", title=x, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=order), sort=order)
    )
    scale = alt.Scale(domainMin=0, domainMax=1) if whole else alt.Scale(domainMin=0)
    chart = (
        alt.Chart(alt.Data(values=values), width=560, height=220)
        .mark_line(point=True, strokeWidth=2.2, color=BLUE, invalid="break-paths-show-path-domains")
        .encode(x=across, y=alt.Y("y:Q", title=y, scale=scale, axis=alt.Axis(format=style)))
    )
    if len(names) > 1:
        colours = [LINES[k % len(LINES)] for k in range(len(names))]
        # Of more lines than colours each round has other dashes.
        dashes = [DASHES[(k + k // len(LINES)) % len(DASHES)] for k in range(len(names))]
        told: dict[str, Any] = {"sort": None, "title": series}
        chart = chart.encode(
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colours), **told),
            strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(domain=names, range=dashes), **told),
        )
    return _svg(chart, language)


@dataclass(frozen=True)
class Outlook:
    """A line of an outlook: what it is called, its value by year, and its interval by year."""

    name: str
    values: Mapping[int, float]
    ends: Mapping[int, tuple[float, float]] = field(default_factory=dict)


def outlook(
    panels: Sequence[tuple[str, Sequence[Outlook]]],
    now: int,
    words: tuple[str, str],
    language: str,
    *,
    columns: int = 1,
    dashed: Sequence[str] = (),
    faint: Sequence[str] = (),
) -> str:
    """What has been and what is expected: lines by year, with their intervals, and where the forecast begins.

    Panels stand beside each other with the same years, each with a scale of its own: they are read for their
    courses, not for their sizes.

    Args:
        panels: what each is called (empty: nothing stands above it), and its lines.
        now: the last year that is observed.
        words: titles of the years and of the values.
        columns: panels beside each other.
        dashed, faint: names of lines that are dashed, or grey.
    """
    names = list(dict.fromkeys(line.name for _, lines in panels for line in lines))
    told: dict[str, Any] = {"sort": None, "title": None, "legend": alt.Legend(symbolOpacity=1)}
    strong = iter(LINES)
    colours = ["#8a8a8a" if name in faint else next(strong) for name in names]
    colour = alt.Color("line:N", scale=alt.Scale(domain=names, range=colours), **told)
    dashes = [[6, 3] if name in dashed else [1, 0] for name in names]
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=dashes), **told)
    width, height = (580, 280) if columns == 1 else (590 // columns - 44, 150)
    drawn = []
    for above, lines in panels:
        rows = [
            {"x": year, "y": value, "low": low, "high": high, "line": line.name}
            for line in lines
            for year, value in sorted(line.values.items())
            for low, high in [line.ends.get(year, (None, None))]
        ]
        alone = columns == 1
        across = alt.X(
            "x:Q",
            title=words[0] if alone else None,
            scale=alt.Scale(nice=False, zero=False),
            axis=alt.Axis(tickMinStep=1, format="d", tickCount=7 if alone else 3, grid=False),
        )
        scale = {"scale": alt.Scale(zero=False, nice=True, padding=4), "title": words[1] if alone else None}
        axis = alt.Axis(format=",.0f", tickCount=5 if alone else 4)
        base = alt.Chart(alt.Data(values=rows)).encode(x=across, color=colour)
        at = alt.Chart(alt.Data(values=[{}])).encode(x=alt.XDatum(now, type="quantitative"))
        parts = [
            base.transform_filter("isValid(datum.low)")
            .mark_area(opacity=0.18)
            .encode(y=alt.Y("low:Q", axis=axis, **scale), y2="high:Q"),
            at.mark_rule(color="#8a8a8a", strokeWidth=1, strokeDash=[2, 2]),
            base.mark_line(strokeWidth=2.4).encode(y=alt.Y("y:Q", axis=axis, **scale), strokeDash=dash),
        ]
        title = {"title": alt.Title(above, anchor="start", fontSize=13)} if above else {}
        drawn.append(alt.layer(*parts).properties(width=width, height=height, **title))
    rows_of = [alt.hconcat(*drawn[k : k + columns]) for k in range(0, len(drawn), columns)]
    return _svg(alt.vconcat(*rows_of) if len(drawn) > 1 else drawn[0], language)


def bars(
    rows: Sequence[dict[str, Any]],
    name: str,
    value: str,
    language: str,
    style: str,
    rule: tuple[float, str] | None = None,
) -> str:
    """Horizontal bars in the given order, each with its number, and a line where `rule` says.

    Args:
        style: how numbers are written (`.0%`, `,.2f`).
        rule: where the line stands, and what it is called.
    """
    values = alt.Data(values=[{"name": row[name], "value": row[value]} for row in rows])
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=600))
    x = alt.X("value:Q", title=value, axis=alt.Axis(format=style, tickCount=6))
    base = alt.Chart(values).encode(y=y)
    # Numbers stand where the bar begins: at its end a line may cross them.
    numbers = base.mark_text(align="left", dx=5, color="white", fontSize=12).encode(
        x=alt.XDatum(0, type="quantitative"), text=alt.Text("value:Q", format=style)
    )
    drawn = base.mark_bar(color=BLUE, height=alt.RelativeBandSize(0.72)).encode(x=x) + numbers
    if rule is not None:
        place, words = rule
        at = alt.Chart(alt.Data(values=[{}])).encode(x=alt.XDatum(place, type="quantitative"))
        drawn += at.mark_rule(color=RED, strokeWidth=2, strokeDash=[6, 3])
        drawn += at.mark_text(color=RED, fontSize=12, fontWeight="bold", dy=-8).encode(
            y=alt.YValue(0), text=alt.TextDatum(words)
        )
    return _svg(drawn.properties(width=420, height=alt.Step(20)), language)


def county_maps(
    maps: Sequence[tuple[str, Mapping[str, float | None]]],
    title: str,
    hidden: str,
    language: str,
    style: str = ",.0f",
) -> str:
    """Maps of the counties beside each other on one scale: darker where there are more; grey with a
    dashed edge where the number is not shown.

    Args:
        maps: what each shows (empty: nothing stands above it), and its values by county code.
        title: of the legend.
        hidden: what the legend calls grey.
        style: how numbers are written (`.0%`, `,.0f`).
    """
    shown = [value for _, values in maps for value in values.values() if value is not None]
    lowest, highest = min(shown, default=0), max(shown, default=1)
    fill = alt.Color(
        "value:Q",
        title=title,
        scale=alt.Scale(range=[LIGHT, BLUE], domain=[lowest, highest]),
        legend=alt.Legend(
            format=style, titleLimit=260, values=_marks(lowest, highest, 0.01 if "%" in style else 1)
        ),
    )
    width, height = (220, 460) if len(maps) == 1 else (170, 360)
    drawn = alt.hconcat()
    shapes: dict[str, list[dict[str, Any]]] = {}
    for place, (above, values) in enumerate(maps):
        features = [{**feature, "value": values.get(feature["code"])} for feature in _features()]
        shapes |= {
            f"{kind} {place}": [f for f in features if (f["value"] is None) == (kind == "without")]
            for kind in ("without", "told")
        }
        without, told = (alt.Chart(alt.NamedData(f"{kind} {place}")) for kind in ("without", "told"))
        drawn |= (
            (
                without.mark_geoshape(fill=GREY, stroke="#8a8a8a", strokeDash=[2, 2])
                + told.mark_geoshape(stroke="white", strokeWidth=0.6).encode(color=fill)
            )
            .properties(title=alt.Title(above, anchor="start", fontSize=13), width=width, height=height)
            .project("mercator")
        )
    legends = {**_CONFIG["legend"], "orient": "right", "columns": 1}
    svg = _svg(drawn.resolve_scale(color="shared"), language, {**_CONFIG, "legend": legends}, shapes)
    # A tenth of a point is finer than anyone sees.
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d)\d+", r"\1", path[0]), svg)
    if not any(values.get(feature["code"]) is None for _, values in maps for feature in _features()):
        return svg
    return _below(
        svg,
        f'<rect x="6" y="{{y}}" width="14" height="12" fill="{GREY}" stroke="#8a8a8a" '
        f'stroke-dasharray="2 2"/><text x="26" y="{{text}}" font-family="{FAMILY}" font-size="13" '
        f'fill="{INK}">{escape(hidden)}</text>',
    )


def _marks(lowest: float, highest: float, least: float) -> list[float]:
    """Round numbers for the legend of a scale, at least `least` apart and not so close that they collide."""
    step = 10 ** math.floor(math.log10(max(highest - lowest, least)))
    steps = (step / 5, step / 2, step, 2 * step, 5 * step)
    step = next(s for s in steps if (highest - lowest) / s <= 6 and s >= least)
    return [k * step for k in range(math.ceil(lowest / step), math.floor(highest / step) + 1)] or [lowest]


def flow(steps: Sequence[Step]) -> str:
    """The flow: a bar a step, as wide as the step is large, with its number and its share of another."""
    whole = max((step.size or 0 for step in steps), default=0) or 1
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    template = environment.get_template("flow.svg.j2")
    return template.render(steps=steps, whole=whole, family=FAMILY, blue=BLUE, ink=INK, grey=GREY)


def noted(svg: str, note: str) -> str:
    """A figure with a line below it, which goes with it wherever it is used."""
    if not note:
        return svg
    return _below(
        svg,
        f'<text x="6" y="{{text}}" font-family="{FAMILY}" font-size="13" fill="#6b5500">'
        f"{escape(note)}</text>",
    )


def _below(svg: str, line: str) -> str:
    """A figure that is 22 taller, with a line there: `{y}` is its top, `{text}` where its letters stand."""
    size = re.search(r'width="([0-9.]+)" height="([0-9.]+)"', svg) or re.search(
        r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg
    )
    assert size is not None
    width, height = float(size[1]), float(size[2])
    taller = svg.replace(f'height="{size[2]}"', f'height="{height + 22:g}"', 1)
    taller = re.sub(
        r'viewBox="0 0 [0-9.]+ [0-9.]+"', f'viewBox="0 0 {width:g} {height + 22:g}"', taller, count=1
    )
    line = line.replace("{y}", f"{height + 4:g}").replace("{text}", f"{height + 15:g}")
    return taller.replace(
        "</svg>", f'<rect y="{height:g}" width="{width:g}" height="22" fill="white"/>{line}</svg>'
    )


def png(svg: str) -> bytes:
    """An SVG as a picture, at twice its size."""
    _register_fonts()
    return vl_convert.svg_to_png(svg, scale=2)


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def _svg(
    chart: Any, language: str, config: Mapping[str, Any] = _CONFIG, datasets: Mapping[str, Any] | None = None
) -> str:
    """`datasets`: rows that the chart calls by name; Altair goes through every number of others."""
    _register_fonts()
    spec = {**chart.to_dict(), "config": config, "datasets": datasets or {}}
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4", format_locale=_LOCALES[language])
    # Vega numbers what it defines through a whole process: number it within the figure.
    numbers: dict[str, str] = {}
    return re.sub(
        r"\b(gradient_|clip)([0-9]+)\b",
        lambda found: numbers.setdefault(found[0], f"{found[1]}{len(numbers)}"),
        drawn.replace(f'font-family="{FONT}"', f'font-family="{FAMILY}"'),
    )


@cache
def _features() -> list[dict[str, Any]]:
    """The counties as GeoJSON features."""
    return [
        {"type": "Feature", "code": code, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
        for code, polygons in county_shapes().items()
    ]
