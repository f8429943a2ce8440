"""Employment in November: status, place of work, occupation, income; one year at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vardflode.synth import calibration as cal
from vardflode.synth.codes import OTHER, Codes
from vardflode.synth.education import NEVER, entry_years
from vardflode.synth.people import FAR, Country, Crowd
from vardflode.synth.timeline import Ints, choose, day, rng_for, year_of

EMPLOYED, UNEMPLOYED, OUTSIDE = "1", "5", "6"
CAREERS = 3  # at most so many degrees or licences of one person are followed at work


@dataclass
class Careers:
    """By person and career (in order of time): degree number, year work begins, and the profession.

    ``begins`` FAR where there is none; ``in_from`` and ``in_to``: in the profession in the years between.
    ``ssyk`` number in ``occupations`` of one who is in the profession.
    """

    degree: NDArray[np.int16]
    begins: NDArray[np.int16]
    in_from: NDArray[np.int16]
    in_to: NDArray[np.int16]
    ssyk: NDArray[np.int16]
    occupations: list[str | None]
    first_begin: NDArray[np.int16]


def _occupation_codes(codes: Codes) -> list[str | None]:
    named = sorted({s for values in codes.ssyk.values() for s in values} | set(cal.OTHER_OCCUPATIONS))
    return [*named, None]


def make_careers(codes: Codes, crowd: Crowd, seed: int) -> Careers:
    """Return what each graduate and each person licensed on an education abroad works as."""
    rng = rng_for(seed, "careers")
    spells, others = crowd.spells, crowd.others
    graduate = np.flatnonzero(spells.degree_day != NEVER)
    foreign = np.flatnonzero(others.country != "")
    person = np.concatenate([spells.person[graduate], crowd.others_person[foreign]])
    degree = np.concatenate([spells.degree[graduate], others.degree[foreign]])
    specialisation = np.concatenate([spells.specialisation[graduate], np.full(len(foreign), -1)])
    begins = np.concatenate([year_of(spells.degree_day[graduate]), year_of(others.event_day[foreign])])
    entered = entry_years(codes, spells)[graduate]
    entry = np.concatenate(
        [np.maximum(entered, year_of(spells.degree_day[graduate])), begins[len(graduate) :]]
    )

    n = len(person)
    share = np.array([cal.DEGREES[d].profession if d != OTHER else 0 for d in codes.degrees])
    inside = rng.random(n) < share[degree] / (1 - cal.NO_OCCUPATION)
    late = ~inside & (rng.random(n) < cal.ENTERS_PROFESSION_LATE)
    in_from = np.where(inside, begins, np.where(late, entry + rng.integers(2, 6, n), FAR))
    in_to = np.maximum(entry, np.where(in_from < FAR, in_from, 0)) + 1
    in_to = np.minimum(in_to + rng.geometric(cal.LEAVES_PROFESSION_A_YEAR, n), FAR)

    occupations = _occupation_codes(codes)
    number = {code: i for i, code in enumerate(occupations)}
    ssyk = np.empty(n, np.int64)
    for name in codes.degrees[:-1]:
        mine = degree == codes.degree(name)
        wanted = codes.ssyk[name]
        if name in ("SJ", "SP"):
            wanted = ["2221"]  # SP: below, by specialisation
        elif name == "LA":
            wanted = ["2211"]  # by years since the degree, in the year's loop
        ssyk[mine] = np.array([number[s] for s in wanted])[rng.integers(0, len(wanted), mine.sum())]
    special = np.array([number[s] for s in codes.specialisation_ssyk])
    school = rng.random(n)
    found = special[specialisation]
    named = np.array(codes.specialisations, object)[specialisation]
    found = np.where(np.isin(named, ["distrikt", "barn"]) & (school < 0.25), number["2233"], found)
    found = np.where((named == "distrikt") & (school > 0.95), number["2234"], found)
    ssyk = np.where(specialisation >= 0, found, ssyk)

    order = np.lexsort((begins, person))
    person = person[order]
    first = np.flatnonzero(np.diff(person, prepend=-1))
    rank = np.arange(n) - np.repeat(first, np.diff(np.append(first, n)))
    kept = rank < CAREERS
    shape = (len(crowd.sex), CAREERS)

    def spread(values: Ints, empty: int) -> NDArray[np.int16]:
        target = np.full(shape, empty, np.int16, order="F")
        target[person[kept], rank[kept]] = values[order][kept]
        return target

    starts = spread(begins, FAR)
    return Careers(
        spread(degree, -1),
        starts,
        spread(in_from, FAR),
        spread(in_to, 0),
        spread(ssyk, 0),
        occupations,
        starts.min(axis=1),
    )


def study_years(crowd: Crowd, horizon: int) -> NDArray[np.bool_]:
    """Return by person and year (from FIRST_YEAR_OF_REGISTERS) whether the person studied that autumn."""
    spells = crowd.spells
    years = horizon - cal.FIRST_YEAR_OF_REGISTERS + 1
    studying = np.zeros((len(crowd.sex), years), bool, order="F")
    for offset in range(int((spells.end - spells.start).max()) + 1):
        term = spells.start + offset
        column = term // 2 - cal.FIRST_YEAR_OF_REGISTERS
        on = (term <= spells.end) & (term % 2 == 1) & (column >= 0) & (column < years)
        studying[spells.person[on], column[on]] = True
    return studying


@dataclass
class Traits:
    """What stays with a person at work: draws on [0, 1), an income level, an occupation outside care."""

    commute: NDArray[np.float32]
    place: NDArray[np.float32]
    setting: NDArray[np.float32]
    level: NDArray[np.float32]
    other_ssyk: NDArray[np.int16]


def make_traits(crowd: Crowd, careers: Careers, seed: int) -> Traits:
    """Draw the lasting traits of every person."""
    rng = rng_for(seed, "traits")
    n = len(crowd.sex)
    number = {code: i for i, code in enumerate(careers.occupations)}
    outside = np.array([number[s] for s in cal.OTHER_OCCUPATIONS])
    return Traits(
        rng.random(n, np.float32),
        rng.random(n, np.float32),
        rng.random(n, np.float32),
        rng.standard_normal(n, np.float32) * np.float32(cal.INCOME_SPREAD_PERSON),
        outside[choose(rng, list(cal.OTHER_OCCUPATIONS.values()), n)].astype(np.int16),
    )


def _settings(codes: Codes) -> tuple[list[str | None], list[str | None], NDArray[np.float64], Ints]:
    """Return sector and SNI names, and for each degree the cumulative shares and the first name."""
    sectors: list[str | None] = []
    industries: list[str | None] = []
    edges, first = np.ones((len(codes.degrees), 6)), np.zeros(len(codes.degrees), np.int64)
    begin: dict[str, int] = {}
    for key, choices in cal.SETTINGS.items():
        begin[key] = len(sectors)
        sectors += [sector for _, sector, _ in choices]
        industries += [sni for *_, sni in choices]
    for d, name in enumerate(codes.degrees):
        key = cal.DEGREES[name].setting if name != OTHER else "other"
        shares = np.cumsum([share for share, *_ in cal.SETTINGS[key]])
        edges[d, : len(shares)] = shares / shares[-1]
        first[d] = begin[key]
    return [*sectors, None], [*industries, None], edges, first


def income_limit(codes: Codes, year: int) -> int:
    """Return the income limit of the year in kronor, continued by growth outside the list's years."""
    if year in codes.income_limit:
        return codes.income_limit[year]
    nearest = min(codes.income_limit) if year < min(codes.income_limit) else max(codes.income_limit)
    grown: float = codes.income_limit[nearest] * (1 + cal.INCOME_GROWTH) ** (year - nearest)
    return int(round(grown, -2))


def employment(
    codes: Codes,
    country: Country,
    careers: Careers,
    studying: NDArray[np.bool_],
    traits: Traits,
    year: int,
    seed: int,
) -> pl.DataFrame:
    """Return the table ``sysselsattning`` of one November, sorted by ``lopnr``.

    ``forvink`` in hundreds of kronor a year, ``arblosdagar`` days. Persons 15-74 years old who are resident
    on 31 December, and those who died in December.
    """
    rng = rng_for(seed, f"employment {year}")
    column = year - cal.FIRST_YEAR_OF_REGISTERS
    here = country.home[:, column]
    kommun = here.copy()
    if column:  # who died in December worked in November
        died = (here < 0) & (country.death_day >= day(year, 12)) & (country.death_day < day(year + 1))
        kommun[died] = country.home[died, column - 1]
    age = year - country.born
    who = np.flatnonzero((kommun >= 0) & (age >= 15) & (age <= 74))
    who = who[rng.random(len(who)) >= cal.NO_EMPLOYMENT_ROW]
    n = len(who)
    kommun, age, study = kommun[who], age[who], studying[who, column]

    # The career in force, and whether the person works in its profession or an earlier one's.
    career = np.full(n, -1, np.int16)
    inside = np.zeros(n, bool)
    ssyk = traits.other_ssyk[who].copy()
    setting_of = np.full(n, codes.degree(OTHER))
    for k in range(CAREERS):
        degree = careers.degree[who, k]
        begun = careers.begins[who, k] <= year
        now = begun & (careers.in_from[who, k] <= year) & (year < careers.in_to[who, k])
        nurse_again = degree == codes.degree("SP")  # outside the specialisation: nurse as before
        inside = np.where(begun & ~nurse_again, now, inside | now)
        ssyk = np.where(now, careers.ssyk[who, k], ssyk)
        ssyk = np.where(begun & ~now & ~nurse_again, traits.other_ssyk[who], ssyk)
        setting_of = np.where(begun & now, degree, setting_of)
        setting_of = np.where(begun & ~now & ~nurse_again, codes.degree(OTHER), setting_of)
        career = np.where(begun, degree, career)
    number = {code: i for i, code in enumerate(careers.occupations)}
    physician = inside & (setting_of == codes.degree("LA"))
    since = year - careers.first_begin[who]
    junior = np.where(since < 2, number["2213"], np.where(since < 8, number["2212"], number["2211"]))
    junior = np.where((since < 1) & (traits.setting[who] < 0.5), number["2219"], junior)
    ssyk = np.where(physician & ~country.abroad[who], junior, ssyk)

    begun = career >= 0
    young = year <= country.first_year[who] + 1
    retired = age >= cal.RETIREMENT_AGE
    inside &= ~retired
    chance = np.where(young, cal.EMPLOYED_BEFORE, cal.EMPLOYED_OTHER)
    chance = np.where(study, cal.EMPLOYED_STUDENT, chance)
    chance = np.where(begun, cal.EMPLOYED / (1 - cal.NO_EMPLOYMENT_ROW), chance)
    chance = np.where(begun & ~inside, chance - 0.012, chance)
    chance = np.where(inside, chance + 0.002, chance)
    chance = np.where(retired, 0.22, chance)
    employed = rng.random(n) < chance

    # Earned income as a multiple of the limit.
    medians = np.array([cal.DEGREES[d].income if d != OTHER else 1.2 for d in codes.degrees])
    median = np.where(inside, medians[setting_of], 1.24)
    seniority = np.clip(since - 2, 0, 30) * np.where(begun, 0.008, 0.0)
    median = np.where(begun & (since == 0), median * 0.62, median * (1 + seniority))
    median = np.where(physician & (since < 2) & (since > 0), 1.5, median)
    median = np.where(study & ~begun, 0.34, median)
    noise = rng.standard_normal(n, np.float32) * np.float32(cal.INCOME_SPREAD_YEAR)
    spread = np.where(begun, 1.0, 1.8)
    income = median * np.exp((traits.level[who] + noise) * spread)
    income = np.where(employed, income, rng.exponential(0.055, n))
    limit = income_limit(codes, year) // 100
    forvink = np.minimum(np.rint(income * limit), 900_000).astype(np.int64)
    exact = employed & (rng.random(n) < cal.INCOME_AT_LIMIT)
    forvink = np.where(exact, limit + rng.integers(-1, 2, n), forvink)

    jobless = ~employed & ~study & ~retired & (rng.random(n) < cal.UNEMPLOYED)
    days = np.where(jobless, rng.integers(20, 366, n), 0)
    some = employed & (rng.random(n) < cal.UNEMPLOYED_DAYS)
    days = np.where(some, rng.integers(1, 150, n), days)
    status = np.array([EMPLOYED, UNEMPLOYED, OUTSIDE], object)
    state = np.where(employed, 0, np.where(jobless, 1, 2))

    # Where the work is, and for whom.
    draw = traits.place[who].astype(np.float64)
    place = np.where(
        traits.commute[who] < cal.WORK_SAME_KOMMUN,
        kommun,
        np.where(
            traits.commute[who] < cal.WORK_SAME_KOMMUN + cal.WORK_SAME_COUNTY,
            codes.in_county(kommun, draw),
            codes.in_region(kommun, draw),
        ),
    )
    sectors, industries, edges, first = _settings(codes)
    at = np.where(inside, setting_of, codes.degree(OTHER))
    option = (traits.setting[who][:, None] >= edges[at]).sum(axis=1)
    option = np.minimum(option, 5) + first[at]
    option = np.where(employed, option, len(sectors) - 1)
    none = len(careers.occupations) - 1
    unknown = rng.random(n) < cal.NO_OCCUPATION
    ssyk = np.where(employed & ~unknown, ssyk, none)
    place = np.where(employed, place, len(codes.kommuner))

    def named(values: list[str | None] | list[str], index: np.ndarray) -> pl.Series:
        return pl.Series(values, dtype=pl.String).gather(pl.Series(index.astype(np.uint32)))

    return pl.DataFrame(
        {
            "lopnr": country.lopnr[who],
            "ar": np.full(n, year),
            "syssstat": named(status.tolist(), state),
            "ast_kommun": named([*codes.kommuner, None], place),
            "sni2007": named(industries, option),
            "ssyk2012": named(careers.occupations, ssyk),
            "sektor": named(sectors, option),
            "forvink": forvink,
            "arblosdagar": days,
        }
    )
