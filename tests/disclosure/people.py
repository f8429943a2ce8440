"""A few made-up persons, counted into rows as they are published, by plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from dagster_project.disclosure.relations.flow import Measure

Person = dict[str, Any]
Row = dict[str, Any]
Window = tuple[int, int]

# Institution A teaches in two counties, B and C share one of them, and D has its own.
PLACES = [("A", "01"), ("A", "03"), ("B", "03"), ("C", "03"), ("D", "12")]
MEASURES = [
    Measure("beginners"),
    Measure("prior_degree", ("beginners",), whole=True),
    Measure("graduates", ("beginners",), whole=True),
    Measure("graduates_nominal_plus_3y", ("beginners",), within="graduates"),
    Measure("licensed", ("graduates",), whole=True),
    Measure("resident_1y", ("graduates",), unlicensed_timely="graduates_nominal_plus_3y"),
    Measure("employed_1y", ("resident_1y",), whole_if_observed=True),
    Measure("in_profession_1y", ("employed_1y",), whole=True),
    Measure("retained_1y", ("in_profession_1y",), unlicensed_timely="graduates_nominal_plus_3y"),
    Measure("retained_3y", ("in_profession_1y",), after="retained_1y"),
    Measure("established_1y", ("graduates",), unlicensed_as="employed_1y"),
]
BREAKDOWNS: dict[str, Callable[[Person], str]] = {
    "total": lambda p: "total",
    "sex": lambda p: p["sex"],
    "home_county": lambda p: p["home_county"],
    "institution": lambda p: p["institution"],
    "study_county": lambda p: p["study_county"],
    "institution_sex": lambda p: f"{p['institution']}:{p['sex']}",
    "study_county_sex": lambda p: f"{p['study_county']}:{p['sex']}",
    "prior_degree": lambda p: "yes" if p["prior_degree"] else "no",
}


def students(seed: int, number: int) -> list[Person]:
    """Persons who began; a measure is None where a person is not in its denominator."""
    random = np.random.default_rng(seed)

    def maybe(chance: float, asked: object = True) -> bool | None:
        return bool(random.random() < chance) if asked else None

    persons = []
    for _ in range(number):
        institution, county = PLACES[random.integers(len(PLACES))]
        person: Person = {
            "year": int(random.integers(2000, 2006)),
            "sex": ("1", "2", "2", "unknown")[random.integers(4)],
            "institution": institution,
            "study_county": county,
            "home_county": ("01", "03", "12", "25")[random.integers(4)],
            "work_county": ("01", "03", "12", "25")[random.integers(4)],
            "beginners": True,
            "prior_degree": maybe(0.3),
            "graduates": maybe(0.7),
        }
        timely = maybe(0.8)  # whether the time of the second measure of graduates has gone
        person["graduates_nominal_plus_3y"] = (maybe(0.8) and person["graduates"]) if timely else None
        person["licensed"] = maybe(0.9, person["graduates"])
        person["resident_1y"] = maybe(0.9, person["graduates"] and maybe(0.8))
        person["employed_1y"] = maybe(0.8, person["resident_1y"])
        person["in_profession_1y"] = maybe(0.8, person["employed_1y"])
        person["retained_1y"] = maybe(0.7, person["in_profession_1y"] and maybe(0.8))
        asked_again = person["retained_1y"] is not None and maybe(0.7)
        person["retained_3y"] = maybe(0.7, asked_again)
        person["established_1y"] = maybe(0.6, person["graduates"] and maybe(0.8))
        persons.append(person)
    return persons


def without_licence(persons: Sequence[Person]) -> list[Person]:
    """The same persons, had the degree led to no licence: the entry is the degree, and who is not looked at after
    it took it too late to be in time.
    """
    unlicensed = []
    for person in persons:
        late = person["resident_1y"] is None or (person["in_profession_1y"] and person["retained_1y"] is None)
        in_time = person["graduates_nominal_plus_3y"]
        employed = person["employed_1y"]
        unlicensed.append(
            person
            | {
                "licensed": None,
                "graduates_nominal_plus_3y": None if in_time is None else in_time and not late,
                "established_1y": None if employed is None else bool(employed and person["established_1y"]),
            }
        )
    return unlicensed


def inside(persons: Iterable[Person], window: Window) -> list[Person]:
    return [person for person in persons if window[0] <= person["year"] <= window[1]]


def grouped(persons: Iterable[Person], by: Callable[[Person], Any]) -> dict[Any, list[Person]]:
    groups: dict[Any, list[Person]] = {}
    for person in persons:
        groups.setdefault(by(person), []).append(person)
    return groups


def flow_rows(persons: Sequence[Person], windows: Sequence[Window]) -> list[Row]:
    rows = []
    for window in windows:
        for breakdown, by in BREAKDOWNS.items():
            for value, group in grouped(inside(persons, window), by).items():
                for measure in MEASURES:
                    asked = [p[measure.name] for p in group if p[measure.name] is not None]
                    if asked:
                        rows.append(
                            {
                                "degree_code": "XX",
                                "cohort_from": window[0],
                                "cohort_to": window[1],
                                "breakdown": breakdown,
                                "breakdown_value": value,
                                "measure": measure.name,
                                "numerator": sum(asked),
                                "denominator": len(asked),
                                "share": sum(asked) / len(asked),
                            }
                        )
    return rows


def mobility_class(person: Person) -> str:
    home, study, work = person["home_county"], person["study_county"], person["work_county"]
    if home == study:
        return "stayed" if work == home else "left"
    if work == home:
        return "returned"
    return "retained" if work == study else "moved_on"


def mobility_rows(persons: Sequence[Person], windows: Sequence[Window]) -> list[Row]:
    sides: dict[str, Callable[[Person], str]] = {
        "total": lambda p: "total",
        "home_county": lambda p: p["home_county"],
        "study_county": lambda p: p["study_county"],
        "work_county": lambda p: p["work_county"],
        "mobility": mobility_class,
    }
    return [
        {
            "degree_code": "XX",
            "cohort_from": window[0],
            "cohort_to": window[1],
            "breakdown": breakdown,
            "breakdown_value": value,
            "persons": len(group),
        }
        for window in windows
        for breakdown, by in sides.items()
        for value, group in grouped([p for p in inside(persons, window) if p["employed_1y"]], by).items()
    ]


def applicant_rows(seed: int, number: int, windows: Sequence[Window]) -> list[Row]:
    """Each applies to one or more institutions; is first choice at one, and admitted at most at one."""
    random = np.random.default_rng(seed)
    persons = []
    for _ in range(number):
        asked = random.permutation(["A", "B", "C", "D"])[: random.integers(1, 4)].tolist()
        persons.append(
            {
                "year": int(random.integers(2000, 2006)),
                "sex": ("1", "2", "unknown")[random.integers(3)],
                "asked": asked,
                "first": asked[0] if random.random() < 0.7 else None,
                "admitted": asked[random.integers(len(asked))] if random.random() < 0.5 else None,
            }
        )
    rows = []

    def add(window: Window, breakdown: str, value: str, group: list[Person], at: str | None) -> None:
        if group:
            here = [(p["first"] == at, p["admitted"] == at) for p in group]
            anywhere = [(p["first"] is not None, p["admitted"] is not None) for p in group]
            first, admitted = zip(*(here if at else anywhere), strict=True)
            rows.append(
                {
                    "degree_code": "XX",
                    "cohort_from": window[0],
                    "cohort_to": window[1],
                    "breakdown": breakdown,
                    "breakdown_value": value,
                    "applicants": len(group),
                    "first_choice": sum(first),
                    "admitted": sum(admitted),
                }
            )

    for window in windows:
        here = inside(persons, window)
        add(window, "total", "total", here, None)
        for sex, group in grouped(here, lambda p: p["sex"]).items():
            add(window, "sex", sex, group, None)
        for institution in "ABCD":
            add(
                window,
                "institution",
                institution,
                [p for p in here if institution in p["asked"]],
                institution,
            )
    return rows


def specialisation_rows(seed: int, number: int, windows: Sequence[Window]) -> tuple[list[Row], list[Row]]:
    random = np.random.default_rng(seed)
    persons = []
    for _ in range(number):
        started = random.random() < 0.6
        degree = started and random.random() < 0.7
        asked = degree and random.random() < 0.8
        applied = started or random.random() < 0.3
        persons.append(
            {
                "year": int(random.integers(2000, 2006)),
                "licence county": ("01", "03", "12")[random.integers(3)],
                "start county": ("01", "03", "12")[random.integers(3)],
                "degree county": ("01", "03", "12")[random.integers(3)],
                "specialisation": ("X", "Y", "Z")[random.integers(3)] if started else None,
                "applied": applied,
                "admitted": applied and random.random() < 0.8,
                "started": started,
                "after": int(random.integers(0, 12)),
                "graduates": degree if started else None,
                "established_1y": random.random() < 0.6 if asked else None,
            }
        )
    rows: list[Row] = []
    counties: list[Row] = []
    for window in windows:
        here = inside(persons, window)
        for name, group in [("total", here), *grouped([p for p in here if p["started"]], _special).items()]:
            key = {"cohort_from": window[0], "cohort_to": window[1], "specialisation": name}
            measures: dict[str, list[bool]] = {}
            if name == "total":
                for within in (2, 5, 10):
                    measures[f"started_within_{within}"] = [
                        p["started"] and p["after"] <= within for p in group
                    ]
                for step in ("applied", "admitted", "started"):
                    measures[step] = [p[step] for p in group]
            else:
                measures["started"] = [p["specialisation"] == name for p in here]
            for step in ("graduates", "established_1y"):
                measures[step] = [p[step] for p in group if p[step] is not None]
            for measure, values in measures.items():
                if values:
                    share = round(sum(values) / len(values), 3)
                    rows.append(
                        {
                            **key,
                            "measure": measure,
                            "numerator": sum(values),
                            "denominator": len(values),
                            "share": share,
                        }
                    )
            events = {
                "start": [p for p in group if p["started"]],
                "degree": [p for p in group if p["graduates"]],
            }
            if name == "total":
                events["licence"] = group
            for event, those in events.items():
                for county, some in grouped(those, lambda p, event=event: p[f"{event} county"]).items():
                    counties.append({**key, "event": event, "county": county, "persons": len(some)})
    return rows, counties


def _special(person: Person) -> Any:
    return person["specialisation"]


# County 03 lies in two health-care regions.
LIES_IN = [("01", "H1"), ("03", "H1"), ("03", "H2"), ("12", "H2")]


def colonoscopy_rows(seed: int, number: int) -> list[Row]:
    random = np.random.default_rng(seed)
    doctors = [
        {"over_60": random.random() < 0.3, "trainee": random.random() < 0.3}
        for _ in range(max(2, number // 8))
    ]
    done = []
    for _ in range(number):
        county, region = LIES_IN[random.integers(len(LIES_IN))]
        one = {
            name: bool(random.random() < 0.5)
            for name in ("private", "screening", "caecum", "adenoma", "covered")
        }
        done.append(
            one | {"region": county, "health_region": region, "by": int(random.integers(len(doctors)))}
        )
    population = {"nation": 10_000, "region": 3_000, "health_region": 5_000}
    rows = []
    for level in ("nation", "region", "health_region"):
        for area, group in grouped(done, lambda d, level=level: d.get(level, "00")).items():
            by = {d["by"] for d in group}
            counts = {
                "colonoscopies": len(group),
                **{
                    n: sum(d[n] for d in group)
                    for n in ("private", "screening", "caecum", "adenoma", "covered")
                },
                "endoscopists": len(by),
                "over_60": sum(doctors[d]["over_60"] for d in by),
                "trainees": sum(doctors[d]["trainee"] for d in by),
            }
            people = population[level]
            rows.append(
                {
                    "year": 2020,
                    "level": level,
                    "area": area,
                    **counts,
                    "population": people,
                    "incidence_pct": round(100 * len(group) / people, 2),
                    "gap": 0.015 * people - len(group),
                    "private_share": round(counts["private"] / len(group), 3),
                    "screening_share": round(counts["screening"] / len(group), 3),
                    "over_60_share": round(counts["over_60"] / len(by), 3),
                    "per_endoscopist": round(len(group) / len(by), 2),
                    "caecal_intubation_pct": round(100 * counts["caecum"] / len(group), 1),
                    "adenoma_detection_pct": round(100 * counts["adenoma"] / len(group), 1),
                    "register_coverage_pct": round(100 * counts["covered"] / len(group), 1),
                }
            )
    return rows
