"""An attack by other means: written from docs/definitions.md, it shares nothing with the package but the files.

It bounds the counts of `flow_measures`, a degree and window at a time, by linear programmes over what the
definitions say: how far noise moves a count, that a row that is not there may be a group of 0-4, that groups in
each other which are told differently are different groups. It knows no whole numbers: a small count that it knows
too well is a hole in any case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import highspy
import numpy as np
import polars as pl
from scipy.sparse import csr_array

Cell = tuple[str, str]
Count = tuple[str, str, str, str]  # "does", "all" or "does not"; breakdown, value, measure
WIDTH, MANY = 4, 1e5
ROUNDS = 12  # tables that differ in many counts at once, before the others are asked for one by one
# Whose numerator a measure's denominator is, all of it or part of it. Numbers of persons are looked at in every
# year of the made-up registers, so who is resident is looked for at work.
ALL_OF = {
    "prior_degree": "beginners",
    "graduates": "beginners",
    "graduates_nominal_plus_3y": "beginners",
    "general_degree": "graduates",
    "licensed": "graduates",
    "employed_1y": "resident_1y",
    "in_profession_1y": "employed_1y",
}
RETAINED = ("retained_1y", "retained_3y", "retained_5y", "retained_10y")
NESTED = {"institution_sex": ("institution", "sex"), "study_county_sex": ("study_county", "sex")}
TOTAL = ("total", "total")


class Relations:
    """Counts between two ends, and sums of them between two others."""

    def __init__(self) -> None:
        self.number: dict[Count, int] = {}
        self.least: list[float] = []
        self.most: list[float] = []
        self.told: list[float | None] = []
        self.sums: list[tuple[dict[int, float], float, float]] = []

    def count(self, key: Count, value: float | None = None, is_there: bool = True) -> int:
        i = self.number.setdefault(key, len(self.number))
        if i == len(self.least):
            self.least.append(0)
            self.most.append(MANY)
            self.told.append(None)
        if value is not None:
            least, most = sources(int(value))
            self.least[i], self.most[i] = max(self.least[i], least), min(self.most[i], most)
            self.told[i] = value
        return i

    def makes_up(self, whole: int, parts: Iterable[int], gap: float) -> None:
        """The parts are the whole, but for so many who are in rows that are not there."""
        parts = list(parts)
        self._sum([whole], parts, 0, gap)
        for part in parts:
            self.at_most(part, whole)

    def equal(self, whole: Iterable[int], parts: Iterable[int]) -> None:
        self._sum(whole, parts, 0, 0)

    def at_most(self, part: int | None, whole: int | None) -> None:
        if part is not None and whole is not None and part != whole:
            told = self.told[part], self.told[whole]
            self._sum([whole], [part], int(None not in told and told[0] != told[1]), MANY)

    def _sum(self, plus: Iterable[int], minus: Iterable[int], least: float, most: float) -> None:
        terms: dict[int, float] = defaultdict(float)
        for i in plus:
            terms[i] += 1
        for i in minus:
            terms[i] -= 1
        self.sums.append((terms, least, most))


def sources(told: int) -> tuple[float, float]:
    """What a told number can come from: docs/definitions.md, What may be published."""
    if told == 0:
        return 0, 4
    return (1, 10) if told == 5 else (max(5, told - 5), told + 5)


def below(breakdown: str, value: str, measure: str) -> Count:
    """The count that a measure is out of."""
    if measure in ALL_OF:
        return ("does", breakdown, value, ALL_OF[measure])
    return ("does" if measure == "beginners" else "all", breakdown, value, measure)


def relations(rows: list[dict[str, Any]], places: Mapping[str, Collection[str]]) -> Relations:
    """What the rows of a degree and window say; `places`: the counties that each institution teaches in."""
    found = Relations()
    told = {(row["breakdown"], row["breakdown_value"], row["measure"]): row for row in rows}
    values, measures = defaultdict(set), defaultdict(set)
    for breakdown, value, measure in told:
        values[breakdown].add(value)
        measures[breakdown].add(measure)
    licence = "licensed" in measures["total"]
    for breakdown, value in sorted((b, v) for b, inside in values.items() for v in inside):
        for measure in sorted(measures[breakdown]):
            row = told.get((breakdown, value, measure), {"numerator": None, "denominator": 0})
            all_ = found.count(below(breakdown, value, measure), row["denominator"])
            if measure != "beginners":
                does = found.count(("does", breakdown, value, measure), row["numerator"])
                does_not = found.count(("does not", breakdown, value, measure))
                found.equal([all_], [does, does_not])
                found.at_most(does, all_)
        _steps(found, breakdown, value, licence)
    for breakdown, inside in list(values.items()):
        for measure in measures[breakdown]:
            for kind in ("does", "all"):
                _sums(found, kind, breakdown, sorted(inside), measure, values)
    _places(found, measures, values, places)
    return found


def _steps(found: Relations, breakdown: str, value: str, licence: bool) -> None:
    """Who takes a step is among those who took the one before."""

    def does(measure: str) -> int | None:
        return found.number.get(("does", breakdown, value, measure))

    def all_(measure: str) -> int | None:
        return found.number.get(below(breakdown, value, measure))

    found.at_most(does("graduates_nominal_plus_3y"), does("graduates"))
    found.at_most(all_("resident_1y"), does("licensed" if licence else "graduates"))
    found.at_most(all_("established_1y"), does("graduates"))
    before = does("in_profession_1y")
    for measure in RETAINED:
        found.at_most(all_(measure), before)
        before = before if all_(measure) is None else all_(measure)


def _sums(
    found: Relations,
    kind: str,
    breakdown: str,
    inside: list[str],
    measure: str,
    values: Mapping[str, Collection[str]],
) -> None:
    """Parts and totals; of two attributes, those of each."""
    parts = {v: found.number[key] for v in inside if (key := (kind, breakdown, v, measure)) in found.number}
    whole = found.number.get((kind, *TOTAL, measure))
    if breakdown not in ("total", *NESTED) and parts and whole is not None:
        found.makes_up(whole, parts.values(), gap(breakdown, len(parts)))
    for side, outer in enumerate(NESTED.get(breakdown, ())):
        for value in values[outer]:
            whole = found.number.get((kind, outer, value, measure))
            those = [i for v, i in parts.items() if v.rsplit(":", 1)[side] == value]
            if whole is not None and parts:
                found.makes_up(whole, those, gap(NESTED[breakdown][1 - side], len(those)))


def gap(attribute: str, parts: int) -> float:
    """How many persons the rows that are not there may hold: 4 each, of the values that there can be."""
    values = {"sex": 3, "age_group": 6, "prior_degree": 2, "home_county": 22, "study_county": 22}
    return 4 * (values[attribute] - parts) if attribute in values else MANY


def _places(
    found: Relations,
    measures: Mapping[str, Collection[str]],
    values: Mapping[str, Collection[str]],
    places: Mapping[str, Collection[str]],
) -> None:
    """A county's persons are those of the institutions that teach there."""
    for measure in set(measures["institution"]) & set(measures["study_county"]):
        for kind in ("does", "all"):
            of: dict[str, list[int]] = defaultdict(list)
            for institution in sorted(values["institution"]):
                whole = found.number.get((kind, "institution", institution, measure))
                here = [county for county in places[institution] if county in values["study_county"]]
                if whole is None:
                    continue
                parts = [found.count((kind, institution, county, measure)) for county in sorted(here)]
                found.makes_up(whole, parts, 4 * (len(places[institution]) - len(here)))
                for county, part in zip(sorted(here), parts, strict=True):
                    of[county].append(part)
            for county in values["study_county"]:
                whole = found.number.get((kind, "study_county", county, measure))
                if whole is not None:
                    missing = sum(county in where for where in places.values()) - len(of[county])
                    found.makes_up(whole, of[county], 4 * missing)


def holes(found: Relations, wanted: Collection[Count]) -> Iterator[tuple[Count, int, int]]:
    """Which of the wanted counts are known to within less than the width, with their ends.

    Raises:
        ValueError: nothing fits what is said.
    """
    least, most = np.array(found.least), np.array(found.most)
    hidden = np.array(
        [i for count, i in found.number.items() if count in wanted and least[i] < most[i]], dtype=int
    )
    program, size = highspy.Highs(), len(least)
    program.setOptionValue("output_flag", False)
    program.passModel(_model(found, least, most))
    seen_least, seen_most = np.full(size, np.inf), np.full(size, -np.inf)
    columns = np.arange(size, dtype=np.int32)

    def solve(cost: np.ndarray) -> np.ndarray:
        program.changeColsCost(size, columns, cost)
        program.run()
        if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ValueError(program.modelStatusToString(program.getModelStatus()))
        table = np.array(program.getSolution().col_value)
        np.minimum(seen_least, table, out=seen_least)
        np.maximum(seen_most, table, out=seen_most)
        return table

    def narrow() -> np.ndarray:
        return hidden[seen_most[hidden] - seen_least[hidden] < WIDTH]

    random = np.random.default_rng(0)
    for _ in range(ROUNDS):
        left, cost = narrow(), np.zeros(size)
        cost[left] = random.choice([-1.0, 1.0], len(left)) * random.uniform(0.2, 1.2, len(left))
        solve(cost)
        solve(-cost)
    for i in narrow():
        cost = np.zeros(size)
        cost[i] = 1.0
        low, high = np.ceil(solve(cost)[i] - 1e-6), np.floor(solve(-cost)[i] + 1e-6)
        if high - low < WIDTH:
            yield list(found.number)[i], int(low), int(high)


def _model(found: Relations, least: np.ndarray, most: np.ndarray) -> highspy.HighsLp:
    entries = [(r, i, c) for r, (terms, *_) in enumerate(found.sums) for i, c in terms.items()]
    rows, columns, weights = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((weights, (rows, columns)), shape=(len(found.sums), len(least)))
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(len(least)), least, most
    model.row_lower_ = np.array([low for _, low, _ in found.sums], dtype=float)
    model.row_upper_ = np.array([high for *_, high in found.sums], dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model


def problems(flow: pl.DataFrame, institutions: pl.DataFrame) -> Iterator[tuple[Any, Relations]]:
    """The degrees and windows of a published set, and what is said of each."""
    key = ["degree_code", "cohort_from", "cohort_to"]
    told = flow.filter(pl.col("status") != "not_applicable")
    for (degree, *window), rows in sorted(told.partition_by(key, as_dict=True).items()):
        places: dict[str, set[str]] = defaultdict(set)
        for row in institutions.filter(pl.col("degree_code") == degree).iter_rows(named=True):
            places[row["institution"]].add(row["study_county"])
        yield (degree, *window), relations(rows.to_dicts(), places)
