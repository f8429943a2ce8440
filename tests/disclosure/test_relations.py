"""What is said of published counts is true of persons: made-up ones, counted by plain Python."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from collections.abc import Callable, Sequence, Set
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from dagster_project.disclosure.bounds import Interval, intervals
from dagster_project.disclosure.knowledge import Knowledge, with_observed
from dagster_project.disclosure.relations.applicants import applicants_system
from dagster_project.disclosure.relations.colonoscopy import colonoscopy_system
from dagster_project.disclosure.relations.flow import AFTER, SAME, TIMELY, WHOLE, flow_system
from dagster_project.disclosure.relations.periods import pieces
from dagster_project.disclosure.relations.specialisation import specialisation_system
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import MANY, System
from dagster_project.settings import PROJECT
from tests.disclosure import people

Rows = list[dict[str, Any]]
OBSERVED = {
    ("employed_1y", WHOLE),
    ("retained_3y", AFTER),
    ("established_1y", SAME),
    ("resident_1y", TIMELY),
    ("retained_1y", TIMELY),
}
APART = [(2000, 2002), (2003, 2005)]
OVERLAPPING = [(2000, 2003), (2002, 2005)]
NESTED = [(2000, 2005), (2002, 2003)]
WINDOWS = pytest.mark.parametrize(
    "windows", [APART, OVERLAPPING, NESTED], ids=["apart", "overlapping", "nested"]
)


def broken(system: System) -> list[str]:
    """What is said between known counts and is not true."""
    value = np.asarray(system.value)
    matrix, low, high = system.matrix()
    is_told = abs(matrix) @ np.isnan(value).astype(float) == 0
    sums = matrix @ np.nan_to_num(value)
    wrong = is_told & ((sums < low - 1e-9) | (sums > high + 1e-9))
    return [system.relations[r][4] for r in np.flatnonzero(wrong)]


def filled(system: System, finer: System) -> System:
    """What is not told because no window is so short, from a system that has all short windows."""
    for i, key in enumerate(system.keys):
        if math.isnan(system.value[i]) and not system.is_count[i] and key[0] not in ("class", "taught"):
            number = finer.index.get(key)
            system.value[i] = 0.0 if number is None else finer.value[number]
    return system


def is_possible(system: System) -> bool:
    """Whether whole numbers can stand for what is not known, by a solver that the gate does not use."""
    value = np.asarray(system.value)
    least = np.where(np.isnan(value), system.at_least, value)
    most = np.where(np.isnan(value), 1e6, value)
    matrix, low, high = system.matrix()
    found = milp(
        np.zeros(len(value)),
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(least, most),
        integrality=np.ones(len(value)),
    )
    return bool(found.success)


def hide(rows: Rows, names: Sequence[str], random: np.random.Generator, chance: float = 0.4) -> Rows:
    """Some of the numbers not told."""
    return [
        row | {name: None for name in names if random.random() < chance} | {"share": row.get("share")}
        for row in rows
    ]


def flow(
    windows: Sequence[tuple[int, int]],
    seed: int = 1,
    moves: Sequence[tuple[int, int]] | None = None,
    *,
    licence: bool = True,
    joint: bool = False,
) -> System:
    """`joint`: later steps are told by degree before the start, too."""
    persons = people.students(seed, 120)
    persons = persons if licence else people.without_licence(persons)
    return flow_system(
        "XX",
        [row for row in people.flow_rows(persons, windows) if joint or not _by_prior(row)],
        people.mobility_rows(persons, windows if moves is None else moves),
        people.MEASURES,
        people.PLACES,
        observed=OBSERVED,
    )


def applicants(windows: Sequence[tuple[int, int]], seed: int = 1) -> System:
    return applicants_system("XX", people.applicant_rows(seed, 60, windows))


def specialisation(windows: Sequence[tuple[int, int]], seed: int = 1) -> System:
    return specialisation_system(*people.specialisation_rows(seed, 60, windows))


def colonoscopy(_: Sequence[tuple[int, int]], seed: int = 1) -> System:
    return colonoscopy_system(people.colonoscopy_rows(seed, 80), people.LIES_IN)


def all_windows(*told: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The windows, and every piece that they cut each other into."""
    made_of = pieces([window for windows in told for window in windows])
    return sorted({*made_of, *(piece for inside in made_of.values() for piece in inside)})


def unlicensed(windows: Sequence[tuple[int, int]], seed: int = 1) -> System:
    return flow(windows, seed, licence=False)


def joint(windows: Sequence[tuple[int, int]], seed: int = 1) -> System:
    return flow(windows, seed, joint=True)


BUILT = pytest.mark.parametrize("build", [flow, unlicensed, joint, applicants, specialisation, colonoscopy])


@BUILT
@WINDOWS
@pytest.mark.parametrize("seed", [1, 2])
def test_every_relation_holds_for_the_true_counts(
    build: Callable[..., System], windows: Sequence[tuple[int, int]], seed: int
) -> None:
    system = filled(build(windows, seed), build(all_windows(windows), seed))
    assert system.relations
    assert not broken(system)
    assert is_possible(system)


@pytest.mark.parametrize("moves", [APART, OVERLAPPING, NESTED, [(2001, 2004)]])
def test_mobility_in_other_windows_than_the_flow(moves: Sequence[tuple[int, int]]) -> None:
    system = filled(flow(OVERLAPPING, 1, moves), flow(all_windows(OVERLAPPING, moves), 1))
    assert not broken(system)
    assert is_possible(system)


@pytest.mark.parametrize("windows", [OVERLAPPING, NESTED, [(2000, 2005), (2000, 2002), (2003, 2005)]])
def test_what_one_window_does_not_tell_is_not_known_to_be_nobody(windows: Sequence[tuple[int, int]]) -> None:
    persons = people.students(1, 120)
    rows, moves = people.flow_rows(persons, windows), people.mobility_rows(persons, windows)
    finer = flow(all_windows(windows), 1, joint=True)
    for last in windows:
        told = [row for row in rows if not ((row["cohort_from"], row["cohort_to"]) == last and _less(row))]
        moved = [row for row in moves if not ((row["cohort_from"], row["cohort_to"]) == last and _less(row))]
        assert len(told) < len(rows)
        assert len(moved) < len(moves)
        system = flow_system("XX", told, moved, people.MEASURES, people.PLACES, observed=OBSERVED)
        system = filled(system, finer)
        assert not broken(system)
        assert is_possible(system)


def _less(row: dict[str, Any]) -> bool:
    """Rows that a publisher may leave out of one window: a breakdown, or of a breakdown some measures."""
    return _by_prior(row) or row["breakdown"] in ("home_county", "study_county_sex", "mobility")


def _by_prior(row: dict[str, Any]) -> bool:
    return row["breakdown"] == "prior_degree" and row.get("measure") not in ("beginners", "prior_degree")


@BUILT
@WINDOWS
def test_true_counts_stay_possible_when_some_are_hidden(
    build: Callable[..., System], windows: Sequence[tuple[int, int]]
) -> None:
    system = build(all_windows(windows), 4)
    random = np.random.default_rng(4)
    for i in range(len(system.value)):
        if random.random() < 0.5:
            system.value[i] = math.nan
    assert not broken(system)
    assert is_possible(system)


@WINDOWS
def test_shares_and_ratios_that_are_told_fit_the_counts_that_are_not(
    windows: Sequence[tuple[int, int]],
) -> None:
    random = np.random.default_rng(5)
    rows, counties = people.specialisation_rows(5, 60, windows)
    special = specialisation_system(hide(rows, ("numerator", "denominator"), random), counties)
    persons = people.students(5, 80)
    steps = flow_system(
        "XX",
        hide(people.flow_rows(persons, windows), ("numerator", "denominator"), random),
        people.mobility_rows(persons, windows),
        people.MEASURES,
        people.PLACES,
    )
    colon = colonoscopy_system(
        hide(people.colonoscopy_rows(5, 80), ("colonoscopies", "private", "caecum", "endoscopists"), random),
        people.LIES_IN,
    )
    for system in (special, steps, colon):
        assert any(": its share" in says or ": private_share" in says for *_, says in system.relations)
        assert not broken(system)
        assert is_possible(system)


def numbers(table: str, name: str, system: System) -> list[int]:
    return sorted({i for place, i in system.columns.items() if place[0] == table and place[-1] == name})


@BUILT
def test_one_count_that_is_one_off_breaks_a_relation(build: Callable[..., System]) -> None:
    system = filled(build(OVERLAPPING), build(all_windows(OVERLAPPING)))
    told = {
        flow: [*numbers("flow_measures", "numerator", system), *numbers("mobility", "persons", system)],
        unlicensed: numbers("flow_measures", "numerator", system),
        joint: numbers("flow_measures", "numerator", system),
        applicants: [
            i for i in numbers("applicants", "applicants", system) if system.keys[i][3] in ("total", "sex")
        ],
        specialisation: [
            *numbers("specialisation", "numerator", system),
            *numbers("specialisation", "denominator", system),
            *numbers("specialisation_county", "persons", system),
        ],
        colonoscopy: numbers("colonoscopy", "colonoscopies", system),
    }[build]
    assert len(told) >= 6
    for i in told:
        system.value[i] += 1
        assert broken(system), system.keys[i]
        system.value[i] -= 1


def test_sex_within_institution_and_county_is_related_to_both() -> None:
    system = flow([(2000, 2005)])
    said = [says for *_, says in system.relations]
    for nested, outer in (("institution_sex", "institution A"), ("institution_sex", "sex 2"),
                          ("study_county_sex", "study_county 03"), ("study_county_sex", "sex unknown")):  # fmt: skip
        assert f"XX 2000-2005 graduates: {nested} sums to {outer}" in said


@WINDOWS
@pytest.mark.parametrize("licence", [True, False])
def test_steps_of_those_who_had_a_degree_before_are_counted_in_each_cell(
    windows: Sequence[tuple[int, int]], licence: bool
) -> None:
    finer = flow(all_windows(windows), 1, licence=licence, joint=True)
    system = filled(flow(windows, 1, licence=licence, joint=True), finer)
    persons = people.students(1, 120)
    persons = persons if licence else people.without_licence(persons)
    joint = 0
    for i, key in enumerate(system.keys):
        those = [part for part in key if str(part).startswith("prior_degree ")]
        if those and key[0] == "flow":
            system.value[i] = _counted(persons, key[2], key[3], key[4], those[0], key[-1])
            joint += 1
    assert joint > 100
    assert not broken(system)


def _counted(
    persons: Sequence[people.Person],
    window: tuple[int, int],
    breakdown: str,
    value: str,
    those: str,
    name: str,
) -> int:
    had = those == "prior_degree yes"
    group = [
        person
        for person in people.inside(persons, window)
        if people.BREAKDOWNS[breakdown](person) == value and person["prior_degree"] == had
    ]
    measure = name.removeprefix("not ").removesuffix(" denominator")
    asked = [person[measure] for person in group if person[measure] is not None]
    if name.endswith(" denominator"):
        return len(asked)
    return len(asked) - sum(asked) if name.startswith("not ") else sum(asked)


def test_degree_before_the_start_as_measure_and_as_breakdown_are_put_together() -> None:
    """All of sex 1 had none: what those who had one did, sex 2 did."""
    told = [
        ("total", "total", "beginners", 60, 60), ("total", "total", "prior_degree", 10, 60),
        ("total", "total", "graduates", 48, 60),
        ("sex", "1", "beginners", 30, 30), ("sex", "1", "prior_degree", 0, 30),
        ("sex", "1", "graduates", None, 30),
        ("sex", "2", "beginners", 30, 30), ("sex", "2", "prior_degree", 10, 30),
        ("sex", "2", "graduates", None, 30),
        ("prior_degree", "yes", "beginners", 10, 10), ("prior_degree", "yes", "graduates", 8, 10),
        ("prior_degree", "no", "beginners", 50, 50), ("prior_degree", "no", "graduates", 40, 50),
    ]  # fmt: skip
    possible = {
        first
        for first, with_one, with_none in itertools.product(range(31), range(11), range(21))
        if first + with_one + with_none == 48 and with_one == 8 and first + with_none == 40
        # Nothing would be hidden were none of it small.
        if not {first, 30 - first, 48 - first, first - 18}.isdisjoint(range(1, 5))
    }
    names = ("breakdown", "breakdown_value", "measure", "numerator", "denominator")
    window = {"degree_code": "XX", "cohort_from": 2000, "cohort_to": 2002, "share": None}
    rows = [window | dict(zip(names, row, strict=True)) for row in told]
    system = flow_system("XX", rows, [], people.MEASURES)
    assert proved(system, "1", "graduates") == (min(possible), max(possible))
    without = [row for row in rows if row["breakdown"] != "prior_degree" or row["measure"] == "beginners"]
    assert proved(flow_system("XX", without, [], people.MEASURES), "1", "graduates") == (19, 29)


def test_an_institution_with_its_own_county_has_the_same_persons_as_the_county() -> None:
    system = flow([(2000, 2005)])
    institution = system.index["flow", "XX", (2000, 2005), "institution", "D", "beginners"]
    county = system.index["flow", "XX", (2000, 2005), "study_county", "12", "beginners"]
    assert any(
        set(counts) == {institution, county} and low == high == 0
        for counts, _, low, high, _ in system.relations
    )


def small_flow(
    rows: Sequence[tuple[str, str, int | None, int | None]], *, observed: Set[tuple[str, str]] = OBSERVED
) -> System:
    """A degree of two sexes: (sex or total, measure, numerator, denominator)."""
    names = ("breakdown_value", "measure", "numerator", "denominator")
    window = {"degree_code": "XX", "cohort_from": 2000, "cohort_to": 2002, "share": None}
    told = [
        window | dict(zip(names, row, strict=True)) | {"breakdown": "total" if row[0] == "total" else "sex"}
        for row in rows
    ]
    return flow_system("XX", told, [], people.MEASURES, observed=observed)


def proved(system: System, sex: str, name: str) -> tuple[int, int]:
    i = system.index["flow", "XX", (2000, 2002), "sex", sex, name]
    interval = intervals(system, [i], Rule())[i]
    return interval.low, interval.high


def test_a_measure_without_a_row_says_that_the_one_it_is_all_of_is_zero() -> None:
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("total", "beginners", 30, 30), ("1", "beginners", 14, 14), ("2", "beginners", 16, 16),
        ("total", "graduates", 3, 30), ("1", "graduates", None, 14), ("2", "graduates", None, 16),
        ("total", "licensed", None, 3), ("1", "licensed", None, None),
    ]  # fmt: skip
    assert proved(small_flow(rows), "1", "graduates") == (3, 3)
    both = [*rows, ("2", "licensed", None, None)]
    assert proved(small_flow(both), "1", "graduates") == (1, 2)
    # Where no licence is told at all, a row that is not there says nothing.
    none = [row for row in rows if row[1] != "licensed"]
    assert proved(small_flow(none), "1", "graduates") == (0, 3)


def test_all_residents_are_looked_for_at_work_where_every_year_was_delivered() -> None:
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("total", "beginners", 30, 30), ("1", "beginners", 14, 14), ("2", "beginners", 16, 16),
        ("total", "resident_1y", 20, 22), ("1", "resident_1y", None, 10), ("2", "resident_1y", None, 12),
        ("total", "employed_1y", None, None), ("1", "employed_1y", None, 9), ("2", "employed_1y", None, None),
    ]  # fmt: skip
    assert proved(small_flow(rows), "1", "resident_1y") == (9, 9)
    assert proved(small_flow(rows, observed=frozenset()), "1", "resident_1y") == (9, 10)


def test_who_is_looked_for_later_was_looked_for_before_where_every_year_was_delivered() -> None:
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("total", "beginners", 30, 30), ("1", "beginners", 14, 14), ("2", "beginners", 16, 16),
        ("1", "retained_1y", None, 6), ("1", "retained_3y", None, None),
    ]  # fmt: skip
    assert proved(small_flow(rows), "1", "retained_3y denominator") == (1, 6)
    assert proved(small_flow(rows, observed=frozenset()), "1", "retained_3y denominator") == (1, MANY)


def test_whether_every_year_was_delivered_is_seen_from_the_figures() -> None:
    def seen(**changed: int) -> Set[tuple[str, str]]:
        told = {"resident_1y": 9, "employed_1y": 9, "retained_1y": 8, "retained_3y": 7} | changed
        column = {"resident_1y": "numerator"}
        frame = pl.DataFrame(
            {
                **{name: ["x"] * 4 for name in ("degree_code", "breakdown", "breakdown_value")},
                **{name: [1] * 4 for name in ("cohort_from", "cohort_to")},
                "measure": list(told),
                **{
                    side: [n if column.get(name, "denominator") == side else None for name, n in told.items()]
                    for side in ("numerator", "denominator")
                },
            },
            schema_overrides={"numerator": pl.Int64, "denominator": pl.Int64},
        )
        return set(with_observed(Knowledge(people.MEASURES, []), frame).observed)

    facts = {("employed_1y", WHOLE), ("retained_3y", AFTER)}
    assert seen() == facts
    assert seen(employed_1y=8) == facts - {("employed_1y", WHOLE)}
    assert seen(retained_3y=9) == facts - {("retained_3y", AFTER)}
    assert not with_observed(Knowledge(people.MEASURES, []), None).observed


def test_of_a_degree_without_a_licence_those_looked_at_after_the_degree_are_those_after_the_entry() -> None:
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("total", "beginners", 30, 30), ("1", "beginners", 14, 14), ("2", "beginners", 16, 16),
        ("1", "resident_1y", None, 10), ("1", "employed_1y", None, None), ("1", "established_1y", None, 9),
    ]  # fmt: skip
    assert proved(small_flow(rows), "1", "not resident_1y") == (1, 1)
    employed = [*rows[:4], ("1", "employed_1y", 6, 9), ("1", "established_1y", None, 9)]
    assert proved(small_flow(employed), "1", "established_1y")[1] == 6
    licensed = [
        *rows, ("total", "graduates", None, 30), ("1", "graduates", 12, 14), ("2", "graduates", None, 16),
        ("total", "licensed", None, None), ("1", "licensed", 12, 12), ("2", "licensed", None, None),
    ]  # fmt: skip
    assert proved(small_flow(licensed), "1", "not resident_1y") == (0, 9)


def test_who_of_a_degree_without_a_licence_is_not_looked_at_took_it_late() -> None:
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("1", "beginners", 14, 14), ("1", "graduates", 12, 14), ("1", "graduates_nominal_plus_3y", 9, 14),
        ("1", "resident_1y", None, None),
    ]  # fmt: skip
    assert proved(small_flow(rows), "1", "resident_1y denominator") == (9, 12)
    assert proved(small_flow(rows, observed=frozenset()), "1", "resident_1y denominator") == (1, 12)


def beginners(told: Sequence[tuple[str, str, int | None]]) -> list[dict[str, object]]:
    """Rows of one window; each is a breakdown, a value and how many began."""
    window = {"degree_code": "XX", "cohort_from": 2000, "cohort_to": 2002, "share": None}
    return [
        window
        | {"measure": "beginners", "breakdown": b, "breakdown_value": v, "numerator": n, "denominator": n}
        for b, v, n in told
    ]


def test_whose_sex_is_unknown_has_no_known_age() -> None:
    system = flow([(2000, 2005)])
    assert not [says for *_, says in system.relations if "age unknown" in says]  # no ages are told
    told = [("sex", "2", 20), ("sex", "unknown", None), ("age_group", "-21", 20), ("age_group", "unknown", 3)]
    assert proved(flow_system("XX", beginners(told), [], people.MEASURES), "unknown", "beginners") == (3, 3)


def test_an_institution_in_several_counties_has_its_persons_in_them() -> None:
    """A teaches in 01 and 03, B in 03: who is in 01 is A's, so the rest of A is in 03."""
    told = [
        ("institution", "A", None),
        ("institution", "B", 20),
        ("study_county", "01", 6),
        ("study_county", "03", 23),
    ]
    system = flow_system("XX", beginners(told), [], people.MEASURES, [("A", "01"), ("A", "03"), ("B", "03")])
    i = system.index["flow", "XX", (2000, 2002), "institution", "A", "beginners"]
    assert intervals(system, [i], Rule())[i].low == intervals(system, [i], Rule())[i].high == 9


def test_who_is_over_60_in_a_larger_area_is_so_in_a_part_of_it() -> None:
    numbers = dict.fromkeys(("colonoscopies", "private", "screening", "caecum", "adenoma", "covered"), 50)
    rows = [
        {name: number * (2 if level == "nation" else 1) for name, number in numbers.items()}
        | {"year": 2020, "level": level, "area": area, "endoscopists": e, "over_60": o, "trainees": t}
        for level, area, e, o, t in [("nation", "00", 40, 9, 8), ("region", "01", 25, 6, 5), ("region", "12", 15, None, None)]
    ]  # fmt: skip
    system = colonoscopy_system(rows, people.LIES_IN)
    for name, most in (("over_60", 3), ("trainees", 3)):
        i = system.index["colonoscopy", 2020, "region", "12", name]
        found = intervals(system, [i], Rule())[i]
        # All 40 work in one region each, so no one counts twice.
        assert (found.low, found.high) == (most, most), name


def test_nobody_took_a_specialisation_of_which_no_county_is_told() -> None:
    window = {"cohort_from": 2000, "cohort_to": 2002, "share": None}
    rows = [
        window | {"specialisation": s, "measure": "graduates", "numerator": None, "denominator": d}
        for s, d in [("total", 20), ("psykiatri", 12), ("onkologi", 8)]
    ]
    county = window | {"event": "degree", "county": "01", "persons": 9}
    total, part = county | {"specialisation": "total"}, county | {"specialisation": "psykiatri"}

    def graduates(*counties: dict[str, Any]) -> Interval:
        system = specialisation_system(rows, counties)
        i = system.index["specialisation", (2000, 2002), "onkologi", "graduates"]
        return intervals(system, [i], Rule())[i]

    assert graduates(total, part).high == 0
    # Where no specialisation is told by county, a missing one says nothing.
    assert graduates(total).high > 0


def test_counts_and_relations_come_in_the_same_order_whatever_the_hashes_of_texts() -> None:
    """What is hidden must not depend on the process: the solver meets the counts in their order."""
    code = (
        "from tests.disclosure.test_relations import *\n"
        "for build in (flow, unlicensed, applicants, specialisation, colonoscopy):\n"
        "    system = build(OVERLAPPING)\n"
        "    print(system.keys, system.relations)\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=PROJECT,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("2", "4", "5", "6")
    }
    assert len(said) == 1
    assert said != {b""}


def test_who_is_not_admitted_at_all_is_so_somewhere() -> None:
    window = {"degree_code": "XX", "cohort_from": 2000, "cohort_to": 2002}
    rows = [
        window | {"breakdown": b, "breakdown_value": v, "applicants": a, "first_choice": f, "admitted": d}
        for b, v, a, f, d in [
            ("total", "total", 20, 16, 15), ("institution", "A", 12, None, None), ("institution", "B", 10, 10, 10)
        ]
    ]  # fmt: skip
    system = applicants_system("XX", rows)
    for name, most in (("admitted", 7), ("first_choice", 8)):
        i = system.index["applicants", "XX", (2000, 2002), "institution", "A", name]
        assert intervals(system, [i], Rule())[i].high == most, name


def test_those_who_do_and_do_not_are_all_also_in_each_county_of_an_institution() -> None:
    """Two institutions teach in the same two counties; what they count can be enumerated."""
    told: dict[str, dict[str, tuple[int | None, int | None]]] = {
        "A": {"beginners": (9, 9), "prior_degree": (3, 9), "graduates": (None, 9)},
        "B": {"beginners": (6, 6), "prior_degree": (None, 6), "graduates": (1, 6)},
        "01": {"beginners": (9, 9), "prior_degree": (None, 9), "graduates": (1, 9)},
        "03": {"beginners": (6, 6), "prior_degree": (2, 6), "graduates": (None, 6)},
    }
    rows = [
        {"degree_code": "XX", "cohort_from": 2000, "cohort_to": 2002, "share": None, "measure": measure}
        | {"breakdown": "study_county" if value < "A" else "institution", "breakdown_value": value}
        | {"numerator": numerator, "denominator": denominator}
        for value, measures in told.items()
        for measure, (numerator, denominator) in measures.items()
    ]
    both = [("A", "01"), ("A", "03"), ("B", "01"), ("B", "03")]
    system = flow_system("XX", rows, [], people.MEASURES, both)
    i = system.index["flow", "XX", (2000, 2002), "institution", "A", "graduates"]

    possible = set[int]()
    for a01 in range(10):
        room = (a01, 9 - a01, 9 - a01, 6 - (9 - a01))  # of A in 01 and 03, of B in 01 and 03
        if min(room) < 0:
            continue
        splits = list(itertools.product(*(range(most + 1) for most in room)))
        if any(a + b == 3 and b + d == 2 for a, b, _, d in splits):  # degrees before: 3 of A, 2 in 03
            # Graduates: 1 of B, 1 in 01.
            possible |= {a + b for a, b, c, d in splits if c + d == 1 and a + c == 1}
    found = intervals(system, [i], Rule())[i]
    assert (found.low, found.high) == (min(possible), max(possible))


def test_a_divided_county_brings_no_more_of_a_kind_than_it_has_endoscopists() -> None:
    """01 lies in H1, and a part of 03: beside the 5 of 01 there are at most its 4."""
    numbers = dict.fromkeys(("colonoscopies", "private", "screening", "caecum", "adenoma", "covered"), 100)
    rows = [
        {name: number * 3 // (2 if level == "health_region" else 3) for name, number in numbers.items()}
        | {"year": 2020, "level": level, "area": area, "endoscopists": e, "over_60": o, "trainees": 0}
        for level, area, e, o in [
            ("health_region", "H1", 30, None),
            ("health_region", "H2", 20, None),
            ("region", "01", 26, 5),
            ("region", "12", 20, None),
            ("region", "03", 4, None),
        ]
    ]
    system = colonoscopy_system(rows, people.LIES_IN)
    i = system.index["colonoscopy", 2020, "health_region", "H1", "over_60"]
    found = intervals(system, [i], Rule())[i]
    assert (found.low, found.high) == (5, 9)
