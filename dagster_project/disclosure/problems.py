"""The published tables cut into problems that have nothing to do with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from dagster_project.disclosure.knowledge import Knowledge
from dagster_project.disclosure.relations.applicants import applicants_system
from dagster_project.disclosure.relations.colonoscopy import colonoscopy_system
from dagster_project.disclosure.relations.flow import flow_system
from dagster_project.disclosure.relations.specialisation import specialisation_system
from dagster_project.disclosure.system import Key, System
from dagster_project.disclosure.tables import BY_NAME, TABLES, left_out_with

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Problem:
    """A degree's flow and mobility, a degree's applicants, the specialisation, or a year's colonoscopies."""

    kind: str
    name: str
    rows: Mapping[str, Rows] = field(default_factory=dict)
    places: tuple[tuple[str, str], ...] = ()
    # Places (table, *key, column) that an earlier publication told, and rows that only it has.
    told_before: tuple[Key, ...] = ()
    only_before: tuple[Key, ...] = ()
    # Where its figures carry noise: the same without.
    without_noise: Problem | None = None

    def keys(self) -> set[Key]:
        """Its rows: (table, *key)."""
        return {
            (name, *(row[column] for column in BY_NAME[name].key))
            for name, rows in self.rows.items()
            for row in rows
        }

    def alone(self) -> Problem:
        """Without what was told before."""
        old = set(self.only_before)
        rows = {
            name: [row for row in rows if (name, *(row[column] for column in BY_NAME[name].key)) not in old]
            for name, rows in self.rows.items()
        }
        return replace(self, rows=rows, told_before=(), only_before=())

    def without(self, places: Iterable[Key]) -> Problem:
        """With no row of the tables that the rows at these places belong to.

        Args:
            places: (table, *key of the row, column).
        """
        gone: dict[str, set[Key]] = {}
        for name, *key, _ in places:
            gone.setdefault(name, set()).add(tuple(key))
        rows = {
            name: [
                row
                for row in rows
                if not any(left_out_with(BY_NAME[name], key, row) for key in gone.get(name, ()))
            ]
            for name, rows in self.rows.items()
        }
        return replace(self, rows=rows)

    def system(self, knowledge: Knowledge) -> System:
        """The counts and what is said of them."""
        match self.kind:
            case "flow":
                return flow_system(
                    self.name.split()[0],
                    self.rows["flow_measures"],
                    self.rows["mobility"],
                    knowledge.measures,
                    self.places,
                    knowledge.observed,
                )
            case "applicants":
                return applicants_system(self.name.split()[0], self.rows["applicants"])
            case "specialisation":
                return specialisation_system(self.rows["specialisation"], self.rows["specialisation_county"])
            case _:
                return colonoscopy_system(self.rows["colonoscopy"], knowledge.lies_in)


def with_before(exact: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """The problems of the exact tables, with what earlier publications told beside them."""
    together, told, only = dict(exact), set[Key](), set[Key]()
    for table in TABLES:
        if table.name not in before or not len(before[table.name]):
            continue
        numbers = [c for c in before[table.name].columns if c in exact[table.name].columns]
        old = before[table.name].select(numbers).cast({c: exact[table.name].schema[c] for c in numbers})
        for column in table.counts:
            keys = old.filter(pl.col(column).is_not_null()).select(table.key)
            told |= {(table.name, *key, column) for key in keys.iter_rows()}
        new_rows = old.join(exact[table.name], on=list(table.key), how="anti")
        only |= {(table.name, *key) for key in new_rows.select(table.key).iter_rows()}
        together[table.name] = pl.concat([exact[table.name], new_rows], how="diagonal")
    found = problems(together)
    if not told and not only:
        return found
    # By row, so that each problem looks up its own.
    told_of: dict[Key, list[Key]] = defaultdict(list)
    for place in told:
        told_of[place[:-1]].append(place)
    return [_knowing(problem, told_of, only) for problem in found]


def with_noise_and_without(
    noisy: Mapping[str, pl.DataFrame], exact: Mapping[str, pl.DataFrame]
) -> list[Problem]:
    """The problems of tables with noise, each with its exact figures beside it."""
    same = {(problem.kind, problem.name): problem for problem in problems(exact)}
    return [replace(p, without_noise=same[(p.kind, p.name)]) for p in problems(noisy)]


def _knowing(problem: Problem, told_of: Mapping[Key, Sequence[Key]], only: set[Key]) -> Problem:
    keys = problem.keys()
    told = [place for key in keys if key in told_of for place in told_of[key]]
    return replace(
        problem,
        told_before=tuple(sorted(told, key=repr)),
        only_before=tuple(sorted(only & keys, key=repr)),
    )


def problems(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """Cut the tables (with the published columns; null: not told) where no relation crosses.

    The order of rows does not matter: what is hidden must not depend on it.
    """
    tables = {
        name: frame.sort(BY_NAME[name].key) if name in BY_NAME else frame for name, frame in tables.items()
    }
    found = []
    teaching: dict[str, list[tuple[str, str]]] = {}
    if "institutions" in tables:
        for row in tables["institutions"].iter_rows(named=True):
            teaching.setdefault(row["degree_code"], []).append((row["institution"], row["study_county"]))
    by_degree = ("degree_code",)
    for degree, cut, rows in _cut(tables, ("flow_measures", "mobility"), by_degree):
        places = tuple(sorted(teaching.get(degree[0], ())))
        found.append(Problem("flow", f"{degree[0]} {cut}", rows, places))
    for degree, cut, rows in _cut(tables, ("applicants",), by_degree):
        found.append(Problem("applicants", f"{degree[0]} {cut}", rows))
    for _, cut, rows in _cut(tables, ("specialisation", "specialisation_county"), ()):
        found.append(Problem("specialisation", cut, rows))
    if "colonoscopy" in tables:
        for year, frame in _by(tables["colonoscopy"], ("year",)).items():
            found.append(Problem("colonoscopy", str(year[0]), {"colonoscopy": frame.to_dicts()}))
    return found


def _cut(
    tables: Mapping[str, pl.DataFrame], names: tuple[str, ...], by: tuple[str, ...]
) -> Iterable[tuple[tuple[Any, ...], str, dict[str, Rows]]]:
    """By key and by groups of windows that overlap; windows apart have no persons in common."""
    here = [name for name in names if name in tables]
    if not here:
        return
    windows = pl.concat([tables[name].select("cohort_from", "cohort_to").unique() for name in here]).unique()
    for start, end in _apart(sorted(windows.iter_rows())):
        inside = pl.col("cohort_from").is_between(start, end)
        parts = {name: _by(tables[name].filter(inside), by) for name in here}
        for key in sorted({key for part in parts.values() for key in part}):
            rows = {name: parts[name][key].to_dicts() if key in parts.get(name, {}) else [] for name in names}
            yield key, f"{start}-{end}", rows


def _apart(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of years that no window crosses the end of."""
    spans: list[tuple[int, int]] = []
    for start, end in windows:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _by(frame: pl.DataFrame, columns: tuple[str, ...]) -> dict[tuple[Any, ...], pl.DataFrame]:
    if not columns:
        return {(): frame} if len(frame) else {}
    return dict(frame.partition_by(columns, as_dict=True, maintain_order=True))
