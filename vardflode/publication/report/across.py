"""Counties and institutions in rows, degrees in columns: where a profession is taught, and where it works."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vardflode.publication.labels import dimension, label
from vardflode.publication.report.document import Block, Chapter, Paragraph
from vardflode.publication.report.material import Material
from vardflode.publication.texts import parted, window

# Columns with names as long as those of degrees that fit on a page.
MOST_COLUMNS = 6
# Cube, its number, measure (empty: it has none), the dimension of its rows, what the table is called.
_TABLES = (
    ("flow_measures_study_county", "numerator", "beginners", "study_county", "across_study"),
    ("mobility_work_county", "persons", "", "work_county", "across_work"),
    ("flow_measures_institution", "numerator", "beginners", "institution", "across_institution"),
    ("flow_measures_institution", "numerator", "graduates", "institution", "across_graduates"),
)


def across(m: Material) -> Iterator[Chapter]:
    """Every degree of the edition, also those with few persons: counts can be told of all."""
    blocks = [block for table in _TABLES for block in _tables(m, *table)]
    if blocks:
        yield Chapter("places", m.say("across"), [Paragraph(m.say("across_intro")), *blocks])


def even(items: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Items in as few parts of at most so many as there must be, about as many in each."""
    size = math.ceil(len(items) / max(math.ceil(len(items) / most), 1))
    return (items[at : at + size] for at in range(0, len(items), max(size, 1)))


def _tables(m: Material, name: str, metric: str, measure: str, rows_by: str, key: str) -> Iterator[Block]:
    """The newest of the windows that most degrees are told of."""
    cube = m.cubes.get(name)
    if cube is None:
        return
    end = [measure] if measure else []
    places = cube.codes(rows_by)
    degrees = [degree for degree in m.edition.degrees if degree in cube.codes("degree_code")]

    def told(code: str) -> list[str]:
        return [d for d in degrees if any(cube.cell(metric, d, code, p, *end).is_shown for p in places)]

    code = max(reversed(cube.codes("cohort")), key=lambda code: len(told(code)))
    for part in even(told(code), MOST_COLUMNS):
        rows = [
            [
                label(rows_by, place, m.language),
                *(cube.cell(metric, degree, code, place, *end).number(m.language) for degree in part),
            ]
            for place in places
            if any(cube.cell(metric, degree, code, place, *end).value != 0 for degree in part)
        ]
        head = [dimension(rows_by)[m.language], *(parted(label("degree_code", d, m.language)) for d in part)]
        yield m.table(cube.cube.table, m.say(key, window=window(code)), head, rows)
