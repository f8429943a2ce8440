"""Made-up evidence: small countries of counts, by hand or at random."""

from __future__ import annotations

import random

import polars as pl

from vardflode.forecast.evidence import Evidence

GROUPS = [
    ("ALM", "LK", None, False),
    ("LK", "LK", "LA", True),
    ("NA", "NA", None, True),
    ("SJ", "SJ", "SJ", True),
    ("SJG", "SJ", "SJ", False),
    ("SPS", "SJ", "SP", False),
]
TERMS = {"LA": 4, "SJ": 2, "SP": 1}
SECTORS = ("region", "kommun", "privat", "stat")
SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "years": {"year": pl.Int32, "employment_observed": pl.Boolean, "next_observed": pl.Boolean},
    "stock": {
        "group_code": pl.String,
        "year": pl.Int32,
        "sex": pl.String,
        "age": pl.Int32,
        "area": pl.String,
        "next_area": pl.String,
        "stock": pl.Int64,
        "in_profession": pl.Int64,
    },
    "workers": {
        "group_code": pl.String,
        "year": pl.Int32,
        "county": pl.String,
        "area": pl.String,
        "sector": pl.String,
        "persons": pl.Int64,
    },
    "beginners": {
        "group_code": pl.String,
        "cohort_year": pl.Int32,
        "sex": pl.String,
        "institution": pl.String,
        "study_region": pl.String,
        "event_year": pl.Int32,
        "persons": pl.Int64,
    },
    "entries": {
        "group_code": pl.String,
        "event_year": pl.Int32,
        "sex": pl.String,
        "age": pl.Int32,
        "study_region": pl.String,
        "area": pl.String,
        "persons": pl.Int64,
    },
    "newcomers": {
        "group_code": pl.String,
        "year": pl.Int32,
        "area": pl.String,
        "sex": pl.String,
        "age": pl.Int32,
        "is_foreign": pl.Boolean,
        "is_from_education": pl.Boolean,
        "persons": pl.Int64,
    },
    "plans": {
        "degree_code": pl.String,
        "institution": pl.String,
        "cohort_year": pl.Int32,
        "planned": pl.Int64,
    },
    "base_gap": {
        "group_code": pl.String,
        "area": pl.String,
        "low": pl.Float64,
        "middle": pl.Float64,
        "high": pl.Float64,
    },
    "care_index": {"care_area": pl.String, "area": pl.String, "year": pl.Int32, "care_index": pl.Float64},
}


def evidence(**rows: list[tuple]) -> Evidence:
    """Evidence of rows by table (`SCHEMAS`); a table that is not given is empty."""
    frames = {name: pl.DataFrame(rows.get(name, []), schema=s, orient="row") for name, s in SCHEMAS.items()}
    return Evidence(
        groups=pl.DataFrame(
            GROUPS, schema=["group_code", "profession_code", "degree_code", "is_profession"], orient="row"
        ),
        terms=TERMS,
        home_regions={"A": "1", "B": "6"},
        working_time={(p, s): 1 - 0.1 * int(s) for p in ("LK", "NA", "SJ") for s in ("1", "2")},
        care_areas={(p, s): "care" if s != "stat" else "other" for p in ("LK", "NA", "SJ") for s in SECTORS},
        **frames,
    )


def random_rows(seed: int, *, last: int = 2020, ages: tuple[int, ...] = (24, 33, 50, 60, 73, 74)) -> dict:
    """Rows of a random country. It need not hang together: the rules are about counts."""
    draw = random.Random(seed)
    codes, areas = [g for g, *_ in GROUPS], ["1", "2", "6"]
    years = [y for y in range(last - 8, last + 1) if y == last or draw.random() < 0.9]
    rows: dict[str, list[tuple]] = {name: [] for name in SCHEMAS}
    rows["years"] = [(y, y == last or draw.random() < 0.9, y + 1 in years) for y in years]
    for y in years:
        for g in codes:
            for s in "12":
                for a in ages:
                    for area in areas:
                        if draw.random() < 0.5:
                            continue
                        # Some groups are below the least bases, some above.
                        n = draw.choice([1, 4, 40, 90])
                        to = [None, area, draw.choice(areas)] if y + 1 in years and a < 74 else [None]
                        for where in dict.fromkeys(to):
                            rows["stock"].append((g, y, s, a, area, where, n, draw.randint(0, n)))
                    if draw.random() < 0.5:
                        where, event = draw.choice(areas), draw.choice([None, *areas])
                        rows["entries"].append((g, y, s, a, where, event, draw.choice([1, 9, 60])))
                    if draw.random() < 0.3:
                        kind = (draw.random() < 0.4, draw.random() < 0.3)
                        rows["newcomers"].append((g, y, draw.choice(areas), s, a, *kind, draw.randint(1, 20)))
        for g in codes:
            for area in areas:
                sector = draw.choice([None, *SECTORS])
                rows["workers"].append((g, y, "01", area, sector, draw.randint(1, 50)))
    for g, _, degree, _ in GROUPS:
        for c in range(last - 12, last + 1):
            for s in "12":
                for i in "AB" if degree else [None]:
                    if (degree or g == "ALM") and draw.random() < 0.6:
                        event = draw.choice([None, c - 1, c + 1, c + 3, c + 6])
                        event = event if event is None or event <= last else None
                        region = draw.choice(areas)
                        rows["beginners"].append((g, c, s, i, region, event, draw.choice([1, 5, 30])))
    for degree, institutions in (("SJ", "AB"), ("SP", "A"), (None, [None])):
        for i in institutions:
            for c in range(last, last + 4):
                if draw.random() < 0.4 and (degree or c > last):
                    rows["plans"].append((degree, i, c, draw.randint(0, 40)))
    for g in codes:
        if draw.random() < 0.8:
            for area in "123456":
                low, middle, high = sorted(draw.uniform(-0.1, 0.2) for _ in range(3))
                rows["base_gap"].append((g, area, low, middle, high))
    for care in ("care", "other"):
        for area in "123456":
            for y in range(last, last + 7):
                rows["care_index"].append((care, area, y, 1 + (y - last) * draw.uniform(-0.01, 0.03)))
    return rows
