"""From exact tables to published ones: what is told in the end is attacked, and row order decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl
import pytest

from dagster_project.disclosure.bounds import intervals
from dagster_project.disclosure.emit import published
from dagster_project.disclosure.knowledge import Knowledge
from dagster_project.disclosure.plan import _with_it, hide
from dagster_project.disclosure.problems import problems
from dagster_project.disclosure.relations.flow import AFTER, WHOLE
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import Key
from dagster_project.disclosure.tables import BY_NAME
from tests.disclosure import people

RULE = Rule()
KNOWLEDGE = Knowledge(
    people.MEASURES, people.LIES_IN, observed=[("employed_1y", WHOLE), ("retained_3y", AFTER)]
)
OVERLAPPING = [(2000, 2003), (2002, 2005)]
APART = [(2000, 2005)]
# Few enough to be quick.
BREAKDOWNS = ("total", "sex", "institution", "institution_sex")


def exact(kind: str) -> dict[str, pl.DataFrame]:
    """The exact tables of a few made-up persons."""
    if kind == "flow":
        persons = people.students(7, 30)
        teaching = [{"degree_code": "XX", "institution": i, "study_county": c} for i, c in people.PLACES]
        tables = {
            "flow_measures": [
                row for row in people.flow_rows(persons, APART) if row["breakdown"] in BREAKDOWNS
            ],
            "mobility": people.mobility_rows(persons, APART),
            "institutions": teaching,
        }
    elif kind == "applicants":
        tables = {"applicants": people.applicant_rows(7, 70, OVERLAPPING)}
    elif kind == "specialisation":
        rows, counties = people.specialisation_rows(7, 90, OVERLAPPING)
        tables = {"specialisation": rows, "specialisation_county": counties}
    else:
        tables = {"colonoscopy": people.colonoscopy_rows(7, 90)}
    return {name: pl.DataFrame(rows) for name, rows in tables.items()}


def hidden_of(tables: Mapping[str, pl.DataFrame]) -> tuple[set[Key], set[Key]]:
    own, every = set[Key](), set[Key]()
    for problem in problems(tables):
        mine, hidden, _ = hide(problem, problem.system(KNOWLEDGE), RULE)
        own |= mine
        every |= hidden
    return own, every


@cache
def hidden_in(kind: str) -> tuple[set[Key], set[Key]]:
    return hidden_of(exact(kind))


KINDS = pytest.mark.parametrize("kind", ["flow", "applicants", "specialisation", "colonoscopy"])


@KINDS
def test_no_attack_works_on_the_tables_as_they_are_published(kind: str) -> None:
    tables = exact(kind)
    _, hidden = hidden_in(kind)
    told = {
        name: published(BY_NAME[name], frame, hidden) if name in BY_NAME else frame
        for name, frame in tables.items()
    }
    attacked = 0
    for problem in problems(told):
        system = problem.system(KNOWLEDGE)
        unknown = [i for i in np.flatnonzero(np.isnan(system.value)).tolist() if system.is_count[i]]
        found = intervals(system, unknown, RULE, enough=RULE.width)
        assert not [system.keys[i] for i, interval in found.items() if interval.gives_away(RULE)]
        attacked += len(unknown)
    assert attacked > 5


@KINDS
def test_no_small_count_and_no_share_of_one_is_published(kind: str) -> None:
    tables = exact(kind)
    own, hidden = hidden_in(kind)
    assert own <= hidden
    for name in tables.keys() & BY_NAME.keys():
        table = BY_NAME[name]
        told = published(table, tables[name], hidden)
        for count in table.counts:
            assert not told.filter(pl.col(count).is_between(1, RULE.threshold - 1)).height
        for share, of in table.follows.items():
            if share in told.columns:
                assert not told.filter(
                    pl.col(share).is_not_null() & pl.any_horizontal(pl.col(of).is_null())
                ).height
        if "share" in table.follows:
            rest = pl.col("denominator") - pl.col("numerator")
            assert not told.filter(
                rest.is_between(1, RULE.threshold - 1) & pl.col("share").is_not_null()
            ).height
        shown = told.filter(pl.col("status") == "shown")
        assert shown.equals(told.filter(~pl.any_horizontal(pl.col(table.counts).is_null())))


@KINDS
def test_order_of_rows_does_not_matter(kind: str) -> None:
    tables = exact(kind)
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in tables.items()}
    assert hidden_of(shuffled) == hidden_in(kind)


def test_a_base_is_worth_what_is_not_told_without_it() -> None:
    """The numerator 0 stands in the rows of the bases 1 and 2; 3 is hidden for its own sake."""
    worth = np.array([6.0, 4.0, 5.0, 7.0])
    assert _with_it(worth, {0: {1, 2}, 3: {1}}, {3}).tolist() == [6.0, 7.0, 8.0, 7.0]
