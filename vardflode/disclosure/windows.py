"""Windows of cohorts: the exact counts of a warehouse, pooled as a publisher asks.

Small single cohorts would hide nearly everything, so several are published as one. Which, each publisher
chooses; so the warehouse counts by single cohort and the pooling is done here, by adding. Restricted: nothing
in these tables has been hidden.
"""

from __future__ import annotations

import contextlib
import re
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl

_SQL = Path(__file__).parent / "sql"
# Each table, and the column of bounds.sql with the first cohort that its windows may hold.
_TABLES = {
    "flow_measures": "first_flow",
    "applicants": "first_applicants",
    "mobility": "first_flow",
    "specialisation": "first_nurses",
    "specialisation_county": "first_nurses",
    "colonoscopy": None,
    "staff_density": None,
    "institutions": None,
}


def windows(last: int, first: int, asked: str) -> list[tuple[int, int]]:
    """The windows of cohorts that a publisher asks for, oldest first.

    Args:
        last: newest cohort that has been seen whole.
        first: oldest cohort there is.
        asked: how many cohorts a window has, the newest one ending with `last` ("3"); or the windows
            themselves ("2000-2010 2011-2013").

    Returns:
        First and last cohort of each window that lies wholly within `first`..`last`.

    Raises:
        ValueError: `asked` cannot be read, or its windows end before they begin, or overlap.
    """
    if re.fullmatch(r"[1-9][0-9]?", asked.strip()):
        width = int(asked)
        found = [(end - width + 1, end) for end in range(last, first + width - 2, -width)]
        return found[::-1]
    words = asked.split()
    matches = [re.fullmatch(r"([0-9]{4})-([0-9]{4})", word) for word in words]
    if not words or not all(matches):
        raise ValueError(
            f"expected a number of cohorts, as 3, or windows, as 2000-2010 2011-2013; found {asked!r}."
        )
    found = sorted((int(match[1]), int(match[2])) for match in matches if match)
    for begin, end in found:
        if begin > end:
            raise ValueError(f"expected windows from an earlier to a later cohort; found {begin}-{end}.")
    for before, after in pairwise(found):
        if after[0] <= before[1]:
            both = f"{before[0]}-{before[1]} and {after[0]}-{after[1]}"
            raise ValueError(f"expected windows that do not overlap; found {both}.")
    return [(begin, end) for begin, end in found if first <= begin and end <= last]


def exact_tables(con: duckdb.DuckDBPyConnection, asked: str) -> dict[str, pl.DataFrame]:
    """The exact counts of a warehouse, pooled in windows: one frame a table, sorted by its key.

    Counts are added, and so are the cell keys (modulo 256). A person who is in several cohorts of a window is
    counted once in each. A row exists where the window's denominator (or number of persons) is at least 1.

    | table | a row is | counts |
    |---|---|---|
    | `flow_measures` | degree, window, attribute, measure | numerator, denominator; `series_break` |
    | `applicants` | degree, window, attribute | applicants, first_choice, admitted |
    | `mobility` | degree, window, one of the counties or `mobility` | persons |
    | `specialisation` | window, specialisation, measure | numerator, denominator |
    | `specialisation_county` | window, specialisation, event, county | persons |
    | `colonoscopy` | year, level, area | all of the mart |
    | `staff_density` | year, area, occupation_group, sex | all of the mart; open data, no keys |
    | `institutions` | degree, institution, study_county | none: where its beginners studied |

    No window ends after the newest läsår that has been seen whole. One of flow or mobility is there when
    every cohort in it is mature; one of `specialisation` when it ends no later than the newest cohort that
    has the measure, and so has `specialisation_county`.
    Each count of persons or examinations has its cell key beside it, `<count>_key`.

    Args:
        con: a warehouse; may be opened read-only. Nothing in it or in the connection is changed.
        asked: as in `windows`.

    Raises:
        ValueError: `asked` cannot be used.
    """
    with contextlib.closing(con.cursor()) as cursor:
        bounds = cursor.sql((_SQL / "bounds.sql").read_text(encoding="utf-8")).pl().to_dicts()[0]
        tables = {}
        for name, first in _TABLES.items():
            if first:
                _register_windows(cursor, bounds["last_cohort"], bounds[first], asked)
            tables[name] = cursor.sql((_SQL / f"{name}.sql").read_text(encoding="utf-8")).pl()
        return tables


def _register_windows(
    cursor: duckdb.DuckDBPyConnection, last: int | None, first: int | None, asked: str
) -> None:
    """Let the SQL see the windows as a table; none where the register was not delivered."""
    if last is None or first is None:
        last, first = -1, 0
    found = windows(last, first, asked)
    frame = pl.DataFrame(found, schema={"cohort_from": pl.Int32, "cohort_to": pl.Int32}, orient="row")
    cursor.register("windows", frame.to_arrow())
