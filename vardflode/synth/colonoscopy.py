"""Colonoscopy units and endoscopists: always the whole country."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from vardflode.synth import calibration as cal
from vardflode.synth.codes import Codes
from vardflode.synth.timeline import rng_for

PUBLISHED_YEAR = 2018


@dataclass
class Unit:
    """A unit: its name, municipality number, form, size relative to its area, and who works there."""

    name: str
    kommun: int
    private: bool
    reports: bool
    size: float
    opened: int
    caecum: float
    adenoma: float
    staff: list[int] = field(default_factory=list)


@dataclass
class Staff:
    """An endoscopist: number, profession, birth year, relative pace, the age at which he or she stops."""

    number: int
    nurse: bool
    born: int
    pace: float
    stops: int


def _areas(codes: Codes) -> dict[str, list[int]]:
    """Return municipality numbers by area: the county, Halland in two (13 and 13 south)."""
    areas: dict[str, list[int]] = {}
    for i, county in enumerate(codes.county):
        south = county == "13" and codes.health_region[i] == cal.HEALTH_REGION_SOUTH
        areas.setdefault("13 south" if south else county, []).append(i)
    return areas


def expected_2018(codes: Codes, population: pl.DataFrame) -> dict[str, int]:
    """Return colonoscopies in 2018 by area, from the published figures and the population table.

    The south sums to COLONOSCOPIES_SOUTH_2018; Blekinge and southern Halland share what Skåne and Kronoberg
    leave in proportion to their populations.
    """
    now = population.filter(pl.col("ar") == PUBLISHED_YEAR).group_by("kommun").agg(pl.col("antal").sum())
    people = dict(now.iter_rows())
    areas = _areas(codes)
    size = {area: sum(people[codes.kommuner[i]] for i in members) for area, members in areas.items()}
    wanted = {
        area: round(size[area] * pct / 100) for area, pct in cal.COLONOSCOPY_PCT_2018.items() if area in size
    }
    rest = cal.COLONOSCOPIES_SOUTH_2018 - wanted["07"] - wanted["12"]
    wanted["10"] = round(rest * size["10"] / (size["10"] + size["13 south"]))
    wanted["13 south"] = rest - wanted["10"]
    return wanted


def _split(total: int, weights: np.ndarray) -> np.ndarray:
    """Split a whole number by weight; the parts sum to it."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    missing = total - parts.sum()
    parts[np.argsort(parts - exact, kind="stable")[:missing]] += 1
    return parts


def _make_units(codes: Codes, wanted: dict[str, int], rng: np.random.Generator) -> dict[str, list[Unit]]:
    units: dict[str, list[Unit]] = {}
    running: dict[str, int] = {}
    for area, members in sorted(_areas(codes).items()):
        county = area[:2]
        number = int(np.clip(round(wanted[area] / 1600), 2, 20)) + int(area == "07")
        weights = codes.kommun_weight[members] ** 1.3
        for place in range(number):
            at = members[int(np.argmax(weights))] if place == 0 else 0
            at = at or members[int(np.searchsorted(np.cumsum(weights / weights.sum()), rng.random() * 0.999))]
            private = place > 0 and rng.random() < 0.35
            size = rng.uniform(0.8, 1.6) if not private else rng.uniform(0.15, 0.6)
            opened = 2017 if private and place == number - 1 and number > 3 else cal.FIRST_COLONOSCOPY_YEAR
            name = f"E{county}{running.get(county, 0):02d}"
            running[county] = running.get(county, 0) + 1
            caecum, adenoma = rng.normal(cal.CAECUM, 0.012), rng.normal(cal.ADENOMA, 0.025)
            reports = rng.random() < cal.REPORTS_TO_SVEREKKS
            made = Unit(
                name, at, private, reports, size * (1.3 if place == 0 else 1), opened, caecum, adenoma
            )
            units.setdefault(area, []).append(made)
    return units


def _staff_2018(count: int, rng: np.random.Generator, first_number: int) -> list[Staff]:
    """Make the endoscopists of one area in 2018; as near a fifth over 60 as whole persons allow."""
    over = round(count * cal.ENDOSCOPISTS_OVER_60)
    ages = np.concatenate([rng.integers(61, 68, over), rng.integers(33, 61, count - over)])
    made = []
    for i, age in enumerate(rng.permutation(ages)):
        nurse = bool(rng.random() < cal.NURSE_ENDOSCOPISTS)
        pace = float(np.exp(rng.normal(0, 0.45)))
        stops = max(int(rng.integers(66, 73)), int(age) + 1)
        made.append(Staff(first_number + i, nurse, PUBLISHED_YEAR - int(age), pace, stops))
    return made


def colonoscopy(
    codes: Codes, population: pl.DataFrame, seed: int, last_year: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables ``volymer`` and ``skopister``, 2015 to ``last_year``.

    ``population`` as ``synth.population`` makes it; the volumes of 2018 are exact shares of it.
    """
    rng = rng_for(seed, "colonoscopy")
    wanted = expected_2018(codes, population)
    units = _make_units(codes, wanted, rng)
    volumes: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    number = 500_001
    people: dict[int, Staff] = {}
    south = [a for a in units if codes.health_region[units[a][0].kommun] == cal.HEALTH_REGION_SOUTH]
    groups = [south, *([a] for a in units if a not in south)]
    needed = {a: max(len(units[a]), round(wanted[a] / cal.COLONOSCOPIES_PER_ENDOSCOPIST)) for a in units}
    for group in groups:  # the fifth over 60 holds for the south as one
        made = _staff_2018(sum(needed[a] for a in group), rng, number)
        number += len(made)
        people |= {s.number: s for s in made}
        free = [s.number for s in made]
        for area in group:
            mine, free = free[: needed[area]], free[needed[area] :]
            seats = _split(len(mine) - len(units[area]), np.array([u.size for u in units[area]])) + 1
            for unit, seat in zip(units[area], seats, strict=True):
                unit.staff, mine = mine[:seat], mine[seat:]
    before: dict[int, Staff] = {}
    staff_2018 = {unit.name: list(unit.staff) for area in units.values() for unit in area}

    for year in range(cal.FIRST_COLONOSCOPY_YEAR, last_year + 1):
        known = max(cal.COLONOSCOPY_YEAR)
        factor = cal.COLONOSCOPY_YEAR.get(year, 0.0)
        if year > known:
            factor = cal.COLONOSCOPY_YEAR[known] * (1 + cal.COLONOSCOPY_GROWTH) ** (year - known)
        screening = cal.SCREENING_SHARE.get(year, 0.18 if year > max(cal.SCREENING_SHARE) else 0.0)
        for area, members in units.items():
            open_now = [u for u in members if u.opened <= year]
            total = wanted[area] if year == PUBLISHED_YEAR else round(wanted[area] * factor)
            sizes = np.array([u.size for u in open_now])
            for unit, count in zip(open_now, _split(total, sizes), strict=True):
                unit.staff = list(staff_2018[unit.name]) if year == PUBLISHED_YEAR else unit.staff
                present: list[int] = []
                for who in unit.staff:
                    person = people[who]
                    if year > PUBLISHED_YEAR and (year - person.born >= person.stops or rng.random() < 0.03):
                        born = year - int(rng.integers(31, 42))
                        person = Staff(number, person.nurse, born, person.pace, int(rng.integers(66, 73)))
                        people[number], number = person, number + 1
                    elif year < PUBLISHED_YEAR and year - person.born < 34:  # somebody older had the seat
                        if who not in before:
                            born = PUBLISHED_YEAR - int(rng.integers(65, 70))
                            before[who] = Staff(number, person.nurse, born, person.pace, 70)
                            people[number], number = before[who], number + 1
                        person = before[who]
                    present.append(person.number)
                unit.staff = present if year >= PUBLISHED_YEAR else unit.staff
                volumes.append(
                    (
                        year,
                        unit.name,
                        codes.kommuner[unit.kommun],
                        "privat" if unit.private else "offentlig",
                        int(count),
                        int(rng.binomial(count, screening * (0.3 if unit.private else 1.0))),
                        int(rng.binomial(count, min(unit.caecum, 0.99))),
                        int(rng.binomial(count, min(unit.adenoma + 0.03 * (screening > 0), 0.9))),
                        "J" if unit.reports or (year >= 2022 and unit.size > 1.4) else "N",
                    )
                )
                done = _split(int(count), np.array([people[w].pace for w in present]))
                for who, examinations in zip(present, done, strict=True):
                    person = people[who]
                    trainee = not person.nurse and year - person.born < 38 and who % 2 == 0
                    profession = "SJ" if person.nurse else "LK"
                    mark = "J" if trainee else "N"
                    away = 0
                    if len(open_now) > 1 and who % 13 == 0 and examinations > 40:  # a day at another unit
                        away = int(examinations) // 6
                        second = open_now[(open_now.index(unit) + 1) % len(open_now)]
                        rows.append((year, who, second.name, profession, person.born, away, mark))
                    done_here = int(examinations) - away
                    if who % 97 == 0:
                        done_here = 0  # on leave: no examination this year
                    rows.append((year, who, unit.name, profession, person.born, done_here, mark))
    volymer = pl.DataFrame(
        volumes,
        orient="row",
        schema=[
            *("ar", "enhet", "kommun", "driftsform", "antal", "antal_screening", "antal_cekum"),
            *("antal_adenom", "sverekks"),
        ],
    ).sort("ar", "enhet")
    skopister = pl.DataFrame(
        rows,
        orient="row",
        schema=["ar", "skopist", "enhet", "yrke", "fodelsear", "antal", "st_lakare"],
    ).sort("ar", "enhet", "skopist")
    return volymer, skopister
