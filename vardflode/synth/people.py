"""Persons: identity, birth, death, and where each lived on every 31 December."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vardflode.synth import calibration as cal
from vardflode.synth.codes import OTHER, Codes
from vardflode.synth.education import NEVER, Others, Spells, entry_years
from vardflode.synth.programmes import Programmes
from vardflode.synth.timeline import Ints, choose, day, rng_for, year_of

FAR = 9999
ALIVE = np.iinfo(np.int64).max


@dataclass
class Country:
    """Everybody, sorted by ``lopnr``; arrays by person, and ``home`` by person and year.

    ``sex`` 1 or 2, ``born`` and ``first_year`` (in the population) years, ``death_day`` (ALIVE: not dead),
    ``home`` municipality number on 31 December of FIRST_YEAR_OF_REGISTERS + column, -1 not resident.
    ``abroad`` true for those educated abroad.
    """

    lopnr: Ints
    sex: Ints
    born: Ints
    first_year: Ints
    death_day: Ints
    abroad: NDArray[np.bool_]
    home: NDArray[np.int16]

    def __len__(self) -> int:
        """Return the number of persons."""
        return len(self.lopnr)


@dataclass
class Crowd:
    """Persons numbered in the final order, with the events that are theirs."""

    sex: Ints
    born: Ints
    spells: Spells
    applied: Spells
    others: Others
    others_person: Ints


def gather(spells: Spells, applied: Spells, sex: Ints, born: Ints, others: Others, seed: int) -> Crowd:
    """Number the persons that own a spell, and the others, in random order."""
    rng = rng_for(seed, "order")
    owners = np.unique(spells.person)
    total = len(owners) + len(others.degree)
    number = rng.permutation(total)
    place = np.full(len(sex), NEVER)
    place[owners] = number[: len(owners)]
    by_number = np.empty(total, np.int64)
    by_number[number] = np.concatenate([sex[owners], others.sex])
    births = np.empty(total, np.int64)
    births[number] = np.concatenate([born[owners], others.born])
    spells.person, applied.person = place[spells.person], place[applied.person]
    return Crowd(by_number, births, spells, applied, others, number[len(owners) :])


def _lopnr(rng: np.random.Generator, n: int) -> Ints:
    """Draw n different numbers of eight digits, sorted (no identity number has eight digits)."""
    drawn = np.unique(rng.integers(10_000_000, 100_000_000, n + n // 50 + n * n // 80_000_000 + 100))
    return np.sort(rng.permutation(drawn)[:n])


def _deaths(rng: np.random.Generator, born: Ints, from_year: Ints) -> Ints:
    a, b = cal.MORTALITY_AT_ZERO, cal.MORTALITY_GROWTH
    age = from_year - born
    dies = np.log(np.exp(b * age) + b * rng.exponential(size=len(born)) / a) / b
    year = born + np.floor(dies).astype(np.int64)
    return day(year) + rng.integers(0, 365, len(born))


def _first(spells: Spells, persons: int, values: Ints, order: np.ndarray) -> Ints:
    """Return, by person, the value of the first spell in the given order; NEVER where there is none."""
    found = np.full(persons, NEVER)
    found[spells.person[order[::-1]]] = values[order[::-1]]
    return found


def settle(codes: Codes, programmes: Programmes, crowd: Crowd, seed: int, horizon: int) -> Country:
    """Give everybody a number, a death and an address for every year.

    Args:
        codes: the code lists.
        programmes: for the places of study.
        crowd: the persons and their events.
        seed: of the random stream.
        horizon: the last year of addresses.
    """
    rng = rng_for(seed, "people")
    n = len(crowd.sex)
    spells = crowd.spells
    by_start = np.argsort(spells.start, kind="stable")
    start_year = _first(spells, n, spells.start // 2, by_start)
    site = _first(spells, n, programmes.kommun[spells.programme], by_start)
    entered = entry_years(codes, spells)
    by_end = np.argsort(spells.end, kind="stable")
    settled = _first(spells, n, np.where(entered != NEVER, entered, spells.end // 2 + 1), by_end)
    has_degree = np.zeros(n, bool)
    has_degree[spells.person[entered != NEVER]] = True

    other_year = year_of(crowd.others.event_day)
    abroad = np.zeros(n, bool)
    abroad[crowd.others_person] = crowd.others.country != ""
    start_year[crowd.others_person] = other_year
    settled[crowd.others_person] = np.where(crowd.others.country != "", other_year, FAR)
    first_year = np.maximum(start_year - 1, cal.FIRST_YEAR_OF_REGISTERS)
    arrives = start_year - rng.integers(0, 3, n)
    first_year = np.where(abroad, np.maximum(arrives, cal.FIRST_YEAR_OF_REGISTERS), first_year)

    # Home before the studies, drawn from the place of study outwards.
    student = site != NEVER
    anchor = np.where(student, site, 0).astype(np.int16)
    u = rng.random(n)
    near, region, wide = (
        codes.in_county(anchor, rng.random(n)),
        codes.in_region(anchor, rng.random(n)),
        codes.anywhere(rng.random(n)),
    )
    kommun = np.where(u < cal.HOME_IN_STUDY_COUNTY, near, wide)
    within = (u >= cal.HOME_IN_STUDY_COUNTY) & (u < cal.HOME_IN_STUDY_COUNTY + cal.HOME_IN_STUDY_REGION)
    kommun = np.where(student, np.where(within, region, kommun), wide).astype(np.int16)

    same_county = codes.kommun_county[kommun] == codes.kommun_county[anchor]
    moves_to_study = student & ~same_county & (rng.random(n) < cal.MOVES_TO_STUDY)
    u = rng.random(n)
    goes_home = ~same_county & (u < cal.AFTER_STUDY_HOME)
    leaves = np.where(
        same_county, u < cal.LEAVES_COUNTY_AFTER_STUDY, u >= cal.AFTER_STUDY_HOME + cal.AFTER_STUDY_STAYS
    )
    origin = kommun.copy()
    later = codes.in_county(anchor, rng.random(n))
    new_place = codes.anywhere(rng.random(n))
    destination = np.where(goes_home, origin, np.where(leaves, new_place, later))

    # Abroad: the first 31 December away, and the first one back.
    soon = has_degree & (rng.random(n) < cal.EMIGRATES_AFTER_ENTRY)
    after = settled + 1 + rng.geometric(cal.EMIGRATES_A_YEAR, n)
    away_from = np.where(soon, settled + rng.integers(0, 2, n), after)
    foreign_leaves = abroad & (rng.random(n) < cal.EMIGRATES_FOREIGN)
    away_from = np.where(foreign_leaves, start_year + rng.integers(1, 11, n), away_from)
    back = np.where(rng.random(n) < cal.RETURNS, away_from + rng.integers(2, 8, n), FAR)

    death_day = _deaths(rng, crowd.born, start_year)
    death_day = np.where(death_day < day(horizon + 1), death_day, ALIVE)
    death_year = np.where(death_day < ALIVE, year_of(np.minimum(death_day, day(horizon + 1))), FAR)

    years = np.arange(cal.FIRST_YEAR_OF_REGISTERS, horizon + 1)
    home = np.full((n, len(years)), -1, np.int16, order="F")
    for column, year in enumerate(years):
        going = moves_to_study & (start_year == year)
        kommun[going] = anchor[going]
        arriving = student & (settled == year)
        kommun[arriving] = destination[arriving]
        moving = np.flatnonzero(rng.random(n) < cal.MOVES_A_YEAR)
        near, wide = (
            codes.in_county(kommun[moving], rng.random(len(moving))),
            codes.anywhere(rng.random(len(moving))),
        )
        kommun[moving] = np.where(rng.random(len(moving)) < cal.MOVE_WITHIN_COUNTY, near, wide)
        here = (first_year <= year) & (year < death_year) & ~((away_from <= year) & (year < back))
        home[here, column] = kommun[here]
    return Country(_lopnr(rng, n), crowd.sex, crowd.born, first_year, death_day, abroad, home)


def upper_secondary(codes: Codes, country: Country, degree: Ints, seed: int) -> tuple[Ints, Ints, np.ndarray]:
    """Return person, leaving year and programme of who went to school here; ``degree`` by person."""
    rng = rng_for(seed, "upper secondary")
    person = np.flatnonzero(~country.abroad & (rng.random(len(country)) < cal.UPPER_SECONDARY_KNOWN))
    names = np.array(list(cal.UPPER_SECONDARY), object)
    programme = names[choose(rng, list(cal.UPPER_SECONDARY.values()), len(person))]
    demanding = np.isin(degree[person], [codes.degree(d) for d in ("LA", "TL", "AP", "SF", "PS", "FY")])
    programme = np.where(demanding & (rng.random(len(person)) < 0.7), "NV", programme)
    year = country.born[person] + 19 + (rng.random(len(person)) < 0.06)
    year = np.minimum(year, np.maximum(country.first_year[person] + 1, country.born[person] + 19))
    twice = np.flatnonzero(rng.random(len(person)) < 0.002)
    return (
        np.concatenate([person, person[twice]]),
        np.concatenate([year, year[twice] + 3]),
        np.concatenate([programme, np.full(len(twice), "ÖV", object)]),
    )


def aimed_at(codes: Codes, crowd: Crowd) -> Ints:
    """Return, by person, the degree of the first spell, of the licence or of the application."""
    order = np.argsort(crowd.spells.start, kind="stable")
    aim = _first(crowd.spells, len(crowd.sex), crowd.spells.degree, order)
    aim[crowd.others_person] = crowd.others.degree
    return np.where(aim == NEVER, codes.degree(OTHER), aim)
