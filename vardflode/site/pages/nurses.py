"""How nurses go on to specialise."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.publication.texts import window
from vardflode.site import charts
from vardflode.site.context import Context
from vardflode.site.tables import Line, Table

CUBE = "specialisation"
_WITHIN = "started_within_"


def specialisation(c: Context) -> Markup:
    """Curves by years since the licence, and the specialisations."""
    windows = c.figures.codes(CUBE, "nurse_cohort")
    within = [m for m in c.figures.codes(CUBE, "measure") if m.startswith(_WITHIN)]
    at = {"cube": CUBE, "specialisation": "total"}
    lines = [Line(window(w), {"nurse_cohort": w}) for w in windows]
    rows = [Line(c.name("measure", m), {"measure": m}) for m in within]
    caption = str(
        c.say(
            "Andel som har börjat specialisera sig, efter år sedan legitimationen",
            "Share who have begun to specialise, by years since the licence",
        )
    )
    table = Table(
        "specialisering",
        caption,
        {**at, "number": "share"},
        rows,
        lines,
        c.name_of_dimension("measure"),
        c.language,
    )
    drawn = (
        charts.lines(
            [m.removeprefix(_WITHIN) for m in within],
            [
                s
                for s in c.series("measure", within, lines, {**at, "number": "share"})
                if any(v is not None for v in s.values)
            ],
            c.write("share"),
            caption,
        )
        if within
        else Markup("")
    )
    newest = c.figures.newest(
        CUBE, "nurse_cohort", "numerator", {"specialisation": "total", "measure": "graduates"}
    )
    by = c.table(
        Table(
            "inriktningar",
            str(
                c.say(
                    "Specialiseringar efter inriktning, legitimerade {w}",
                    "Specialisations, licensed in {w}",
                    w=window(newest or ""),
                )
            ),
            {"cube": CUBE, "number": "numerator", "nurse_cohort": newest or ""},
            [
                Line(c.name("specialisation", s), {"specialisation": s})
                for s in c.figures.codes(CUBE, "specialisation")
                if s != "total"
            ],
            [Line(c.name("measure", m), {"measure": m}) for m in ("started", "graduates", "established_1y")],
            c.name_of_dimension("specialisation"),
            c.language,
            bars=True,
        )
    )
    return c.section(
        "specialisering-del",
        c.say("Vidareutbildning till specialistsjuksköterska", "Specialisation of nurses"),
        c.chart(caption, drawn, c.table(table, folded=True)) if drawn else Markup(""),
        by,
    )
