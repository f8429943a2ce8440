"""The flow of a degree as a diagram that is a table; with scripts a reader chooses window, sex and place."""

from __future__ import annotations

import json
from functools import cache
from itertools import product

import numpy as np
from markupsafe import Markup

from vardflode.publication.cubes import HIDDEN, NOT_APPLICABLE, NOT_OBSERVED
from vardflode.publication.labels import DEGREES, measures, symbol
from vardflode.publication.lookup import Cell
from vardflode.publication.texts import NBSP, window
from vardflode.site.context import Context, environment
from vardflode.site.figures import Figures
from vardflode.site.tables import Line, Table

TOTAL = "flow_measures_total"
# Steps of the flow; the other measures say something else of those who are in a step.
_ASIDE = {"prior_degree", "graduates_nominal_plus_3y", "general_degree"}
# What a reader may choose: a sex, a place, or both.
_BREAKDOWNS = (
    (),
    ("sex",),
    ("institution",),
    ("institution", "sex"),
    ("study_county",),
    ("study_county", "sex"),
)
_SIGNS = {HIDDEN: "-", NOT_APPLICABLE: ".", NOT_OBSERVED: ""}


@cache
def steps(degree: str) -> list[str]:
    """The measures that a degree's flow has."""
    no_licence = not DEGREES[degree]["yrkeskod"]
    return [m for m in measures() if m not in _ASIDE and not (m == "licensed" and no_licence)]


def shown_window(c: Context, degree: str) -> str | None:
    """The newest window of which the whole flow is shown; if there is none, the newest with graduates or beginners."""
    for measure, number in (
        ("in_profession_1y", "share"),
        ("graduates", "share"),
        ("graduates", "numerator"),
        ("beginners", "numerator"),
    ):
        if found := c.figures.newest(TOTAL, "cohort", number, {"degree_code": degree, "measure": measure}):
            return found
    return None


def flow(c: Context, degree: str, chosen: str) -> Markup:
    """The diagram with its choices."""
    windows = c.figures.codes(TOTAL, "cohort")
    before = windows[windows.index(chosen) - 1] if windows.index(chosen) else None
    columns = [
        Line(c.say("Antal", "Number"), {"number": "numerator", "cohort": chosen}),
        Line(c.say("Andel", "Share"), {"number": "share", "cohort": chosen}),
    ]
    if before:
        text = c.say("Andel, började {w}", "Share, began {w}", w=window(before))
        columns.append(Line(str(text), {"number": "share", "cohort": before}))
    table = Table(
        "flode",
        str(
            c.say(
                "Flödet, {d}, nybörjare {w}",
                "The flow, {d}, beginners {w}",
                d=c.name("degree_code", degree),
                w=window(chosen),
            )
        ),
        {"cube": TOTAL, "degree_code": degree},
        [Line(_step(c, m), {"measure": m}) for m in steps(degree)],
        columns,
        c.say("Steg", "Step"),
        c.language,
        bars=True,
        changes=True,
    )
    data = {
        "degree": degree,
        "windows": windows,
        "chosen": windows.index(chosen),
        "measures": steps(degree),
        "cells": _cells(c.figures, degree),
        "signs": {sign: symbol(status) for status, sign in _SIGNS.items()},
        "decimal": "," if c.language == "sv" else ".",
        "thousands": NBSP if c.language == "sv" else ",",
        "percent": f"{NBSP}%" if c.language == "sv" else "%",
        "words": {
            "number": c.say("Antal", "Number"),
            "share": c.say("Andel", "Share"),
            "nation": c.say("Andel, riket", "Share, nation"),
            "before": c.say("Andel, började {w}", "Share, began {w}", w="{w}"),
            "caption": str(
                c.say(
                    "Flödet, {d}, {what}",
                    "The flow, {d}, {what}",
                    d=c.name("degree_code", degree),
                    what="{what}",
                )
            ),
            "beginners": c.say("nybörjare {w}", "beginners {w}", w="{w}"),
        },
    }
    choices = {
        "fonster": [(str(k), window(w)) for k, w in enumerate(windows)],
        "kon": [
            ("", c.say("Alla", "All")),
            *((s, c.name("sex", s)) for s in c.figures.codes("flow_measures_sex", "sex")),
        ],
        "larosate": [("", c.say("Alla", "All")), *_with_numbers(c, degree, "institution")],
        "lan": [("", c.say("Alla", "All")), *_with_numbers(c, degree, "study_county")],
    }
    words = {
        "fonster": c.say("Började", "Began"),
        "kon": c.name_of_dimension("sex"),
        "larosate": c.name_of_dimension("institution"),
        "lan": c.name_of_dimension("study_county"),
    }
    template = environment().get_template("flow.html.j2")
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(
        template.render(
            choices=choices,
            words=words,
            chosen=str(windows.index(chosen)),
            table=c.table(table),
            data=Markup(body),
            say=c.say,
        )
    )


def _step(c: Context, measure: str) -> str:
    of = measures()[measure][f"denominator_{c.language}"]
    name = c.name("measure", measure)
    return name if measure == "beginners" else f"{name} ({c.say('av', 'of')} {of})"


def _with_numbers(c: Context, degree: str, kind: str) -> list[tuple[str, str]]:
    cube = f"flow_measures_{kind}"
    windows = c.figures.codes(cube, "cohort")
    return [
        (code, c.name(kind, code))
        for code in c.figures.codes(cube, kind)
        if any(
            c.cell(cube, "numerator", degree_code=degree, cohort=w, measure="beginners", **{kind: code}).value
            for w in windows
        )
    ]


@cache
def _cells(figures: Figures, degree: str) -> dict[str, str]:
    """`window.sex.place` → numbers and shares of each step, as they are shown; where nobody began nothing is there."""
    found = {}
    windows = figures.codes(TOTAL, "cohort")
    for kinds in _BREAKDOWNS:
        cube = f"flow_measures_{'_'.join(kinds) or 'total'}"
        for codes in product(*(figures.codes(cube, kind) for kind in kinds)):
            of = dict(zip(kinds, codes, strict=True))
            place = of.get("institution") or of.get("study_county") or ""
            for number, window_code in enumerate(windows):
                at = {"degree_code": degree, "cohort": window_code, **of}
                began = figures.cell(cube, "numerator", {**at, "measure": "beginners"})
                if began.status == NOT_OBSERVED or began.value == 0:
                    continue
                texts = [
                    ",".join(
                        _short(figures.cell(cube, name, {**at, "measure": m}), name) for m in steps(degree)
                    )
                    for name in ("numerator", "share")
                ]
                found[f"{number}.{of.get('sex', '')}.{place}"] = "|".join(text.rstrip(",") for text in texts)
    return found


def _short(cell: Cell, name: str) -> str:
    """A number, a share in thousandths (those of the per cent that is shown), in the base 36: they are many."""
    if cell.value is None:
        return _SIGNS[cell.status]
    return np.base_repr(
        int(f"{100 * cell.value:.1f}".replace(".", "")) if name == "share" else int(cell.value), 36
    )
