"""Physicians on their way to specialist."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.publication.texts import window
from vardflode.site import charts
from vardflode.site.context import Context
from vardflode.site.tables import Line, Table

TRAINING, PATH, POSTS = "st_training_total", "physician_path", "planned_posts"
_NUMBERS = ("in_training", "started", "completed", "stopped")


def physicians(c: Context) -> Markup:
    """Training posts, who is in them, and how long the way is."""
    year = c.figures.newest(
        "st_training_specialty", "year", "in_training", {"specialty": "allmanmedicin"}
    ) or str(c.material.last_year)
    return c.section(
        "st",
        c.say("Läkare i specialiseringstjänstgöring", "Physicians in specialist training"),
        c.lines_along(
            "st-tid",
            c.say(
                "I specialiseringstjänstgöring, och de som började, blev klara och avbröt under året",
                "In specialist training, and those who began, finished and stopped in the year",
            ),
            "year",
            c.figures.codes(TRAINING, "year"),
            c.numbers(*_NUMBERS),
            cube=TRAINING,
        ),
        c.beside(
            c.by(
                "st-specialitet",
                c.say("Specialiteter, {y}", "Specialties, {y}", y=year),
                "specialty",
                c.numbers("in_training", "started", "completed"),
                cube="st_training_specialty",
                year=year,
            ),
            c.by(
                "planerade",
                c.say("Planerade ST-tjänster, riket", "Planned posts of specialist training, the nation"),
                "specialty",
                c.lines_of(POSTS, "year"),
                bars=False,
                cube=POSTS,
                number="planned",
                county="00",
            ),
        ),
        _path(c),
    )


def _path(c: Context) -> Markup:
    """The share that has taken each step, by years since the degree, of the window that has been followed longest."""
    windows, years, steps = (c.figures.codes(PATH, d) for d in ("degree_cohort", "years_after", "step"))
    told = {
        w: sum(
            c.cell(PATH, "share", degree_cohort=w, step=s, years_after=y).is_shown
            for y in years
            for s in steps
        )
        for w in windows
    }
    if not any(told.values()):
        return Markup("")
    chosen = max(windows, key=lambda w: (told[w], w))
    caption = c.say(
        "Läkares väg till specialist, examinerade {w}, efter år sedan examen",
        "Physicians' way to specialist, graduates of {w}, by years since the degree",
        w=window(chosen),
    )
    lines = c.lines_of(PATH, "step")
    at = {"cube": PATH, "number": "share", "degree_cohort": chosen}
    table = Table(
        "lakarvag",
        caption,
        at,
        [Line(y, {"years_after": y}) for y in years],
        lines,
        c.name_of_dimension("years_after"),
        c.language,
    )
    drawn = charts.lines(years, c.series("years_after", years, lines, at), c.write("share"), caption, most=1)
    return c.chart(caption, drawn, c.table(table, folded=True))
