"""The person registers' tables, made from spells and persons and cut at the last year."""

from __future__ import annotations

import numpy as np
import polars as pl

from vardflode.synth import calibration as cal
from vardflode.synth.codes import Codes
from vardflode.synth.education import NEVER, Spells
from vardflode.synth.people import ALIVE, Country, Crowd, upper_secondary
from vardflode.synth.programmes import Programmes
from vardflode.synth.timeline import (
    FIRST_TERM,
    Ints,
    choose,
    day,
    first_day,
    rng_for,
    term_code,
    term_of,
    year_of,
)


def strings(values: list[str], index: Ints) -> pl.Series:
    """Return the values at the places of ``index`` as text; below 0: missing."""
    return pl.Series([*values, None], dtype=pl.String).gather(
        pl.Series(np.where(index < 0, len(values), index).astype(np.uint32))
    )


def dates(days: Ints) -> pl.Series:
    """Return day numbers as dates; NEVER and ALIVE: missing."""
    known = (days != NEVER) & (days != ALIVE)
    series = pl.Series(np.where(known, days, 0).astype(np.int32)).cast(pl.Date)
    return pl.select(pl.when(pl.Series(known)).then(series)).to_series()


def alive(country: Country, person: Ints, days: Ints) -> np.ndarray:
    """Return which persons were not dead before the day."""
    return days <= country.death_day[person]


def registrations(
    country: Country, programmes: Programmes, spells: Spells, last_year: int
) -> tuple[pl.DataFrame, Ints]:
    """Return the table ``registreringar`` from autumn 1995 to ``last_year``, and the persons in it."""
    length = spells.end - spells.start + 1
    which = np.repeat(np.arange(len(spells)), length)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    term = spells.start[which] + offset
    paused = (offset >= spells.pause_from[which]) & (offset < spells.pause_from[which] + spells.pause[which])
    person = spells.person[which]
    kept = ~(paused & (term != spells.end[which])) & (term >= FIRST_TERM) & (term < 2 * (last_year + 1))
    kept &= alive(country, person, first_day(term))
    which, offset, term, person = which[kept], offset[kept], term[kept], person[kept]
    changed = offset >= spells.change_at[which]
    interval = np.where(changed, spells.programme_2[which], spells.programme[which])
    order = np.lexsort((term, person))
    interval, term, person = interval[order], term[order], person[order]
    frame = pl.DataFrame(
        {
            "lopnr": country.lopnr[person],
            "larosate": strings(programmes.institution, interval),
            "programkod": strings(programmes.code, interval),
            "termin": term_code(term),
        }
    ).unique(["lopnr", "larosate", "programkod", "termin"], keep="first", maintain_order=True)
    return frame, np.unique(person)


def degrees(
    codes: Codes, country: Country, programmes: Programmes, crowd: Crowd, seed: int, last_year: int
) -> tuple[pl.DataFrame, Ints]:
    """Return the table ``examina`` (types Y and G) up to ``last_year``, and the persons in it."""
    rng = rng_for(seed, "degrees")
    spells = crowd.spells
    names = [*codes.degrees[:-1], "KAND", "MAG", "MAST"]
    bachelor = len(names) - 3
    institutions = list(codes.institutions)
    at = np.array([institutions.index(i) for i in programmes.institution])

    took = np.flatnonzero(spells.degree_day != NEVER)
    where = at[np.where(spells.change_at < 999, spells.programme_2, spells.programme)]
    parts = [
        (
            spells.person[took],
            where[took],
            spells.degree[took],
            spells.specialisation[took],
            spells.degree_day[took],
            True,
        )
    ]

    advanced = np.array([level == "avancerad" for level in codes.level])[spells.degree[took]]
    share = np.where(advanced, cal.GENERAL_DEGREE["avancerad"], cal.GENERAL_DEGREE["grund"])
    also = took[rng.random(len(took)) < share]
    level = np.array([x == "avancerad" for x in codes.level])[spells.degree[also]]
    day_of = spells.degree_day[also] + np.where(
        rng.random(len(also)) < 0.6, 0, rng.integers(1, 40, len(also))
    )
    master = level & (day_of >= day(2008)) & (rng.random(len(also)) < 0.5)
    kind = bachelor + np.where(level, np.where(master, 2, 1), 0)
    parts.append((spells.person[also], where[also], kind, np.full(len(also), -1), day_of, False))

    # A degree from before, of those whose first spell this is.
    order = np.lexsort((spells.start, spells.person))
    first = order[np.diff(spells.person[order], prepend=-1) != 0]
    age = spells.start[first] // 2 - country.born[spells.person[first]]
    group = np.searchsorted([22, 25, 30, 35], age, side="right")
    chance = np.array(cal.PRIOR_DEGREE)[group]
    for name, required in cal.PRIOR_DEGREE_REQUIRED.items():
        chance = np.where(spells.degree[first] == codes.degree(name), required, chance)
    first = first[rng.random(len(first)) < chance]
    age = spells.start[first] // 2 - country.born[spells.person[first]]
    before = np.minimum(rng.integers(0, 9, len(first)), np.maximum(age - 22, 0))
    day_of = first_day(spells.start[first]) - 20 - before * 365 - rng.integers(0, 140, len(first))
    kind = bachelor + choose(rng, (0.75, 0.15, 0.10), len(first))
    kind = np.where((kind == bachelor + 2) & (day_of < day(2008)), bachelor + 1, kind)
    anywhere = rng.integers(0, len(institutions) - 4, len(first))
    parts.append((spells.person[first], anywhere, kind, np.full(len(first), -1), day_of, False))

    person, place, degree, specialisation, when, professional = (
        np.concatenate([p[i] if i < 5 else np.full(len(p[0]), p[5]) for p in parts]) for i in range(6)
    )
    kept = (when < day(last_year + 1)) & alive(country, person, when)
    order = np.flatnonzero(kept)[np.lexsort((degree[kept], when[kept], person[kept]))]
    person = person[order]
    frame = pl.DataFrame(
        {
            "lopnr": country.lopnr[person],
            "larosate": strings(institutions, place[order]),
            "examenskod": strings(names, degree[order]),
            "inriktning": strings(codes.specialisations, specialisation[order]),
            "examensdatum": dates(when[order]),
            "examenstyp": strings(["G", "Y"], professional[order].astype(np.int64)),
        }
    ).unique(maintain_order=True, keep="first")
    return frame, np.unique(person)


def licences(
    codes: Codes, country: Country, crowd: Crowd, seed: int, last_year: int
) -> tuple[pl.DataFrame, Ints]:
    """Return the table ``legitimationer`` up to ``last_year``, and the persons in it."""
    rng = rng_for(seed, "licences")
    spells, others = crowd.spells, crowd.others
    held = np.flatnonzero(spells.licence_day != NEVER)
    left = np.flatnonzero((spells.degree_day == NEVER) & (spells.end - spells.start >= 3))
    loose = left[rng.random(len(left)) < cal.LICENCE_WITHOUT_DEGREE]
    foreign = np.flatnonzero(others.country != "")
    physio = held[(spells.degree[held] == codes.degree("FY")) & (spells.licence_day[held] < day(2014))]
    again = physio[rng.random(len(physio)) < cal.SG_ALSO_FT]
    person = np.concatenate(
        [spells.person[held], spells.person[loose], crowd.others_person[foreign], spells.person[again]]
    )
    degree = np.concatenate(
        [spells.degree[held], spells.degree[loose], others.degree[foreign], spells.degree[again]]
    )
    when = np.concatenate(
        [
            spells.licence_day[held],
            first_day(spells.end[loose] + 1) + 30,
            others.event_day[foreign],
            day(2014) + rng.integers(5, 700, len(again)),
        ]
    )
    country_of = np.concatenate(
        [np.full(len(held) + len(loose), "SE"), others.country[foreign], np.full(len(again), "SE")]
    )
    profession = np.array(codes.profession, object)[degree]
    profession[(profession == "FT") & (when < day(2014))] = "SG"
    revoked = when + rng.integers(200, 6000, len(when))
    revoked = np.where(rng.random(len(when)) < cal.REVOKED, revoked, NEVER)
    gone = (revoked >= day(last_year + 1)) | ~alive(country, person, revoked)
    revoked = np.where(gone, NEVER, revoked)
    kept = (profession != "") & (when < day(last_year + 1)) & alive(country, person, when)
    order = np.flatnonzero(kept)[np.lexsort((when[kept], person[kept]))]
    frame = pl.DataFrame(
        {
            "lopnr": country.lopnr[person[order]],
            "yrkeskod": pl.Series(profession[order].tolist(), dtype=pl.String),
            "legitimationsdatum": dates(when[order]),
            "utbildningsland": pl.Series(country_of[order].tolist(), dtype=pl.String),
            "aterkallelsedatum": dates(revoked[order]),
        }
    ).unique(["lopnr", "yrkeskod", "legitimationsdatum"], keep="first", maintain_order=True)
    return frame, np.unique(person[order])


def applications(
    codes: Codes, country: Country, programmes: Programmes, crowd: Crowd, seed: int, last_year: int
) -> tuple[pl.DataFrame, Ints]:
    """Return the table ``ansokningar`` from autumn 1995 to ``last_year``, and the persons in it.

    Every beginner was admitted to the programme begun; some applied for others in the same term, or in
    vain before. Others apply and are never admitted, or do not begin.
    """
    rng = rng_for(seed, "applications")
    spells, unstarted, others = crowd.spells, crowd.applied, crowd.others
    never = np.flatnonzero(others.country == "")
    seeking = {
        "person": np.concatenate([spells.person, unstarted.person, crowd.others_person[never]]),
        "degree": np.concatenate([spells.degree, unstarted.degree, others.degree[never]]),
        "specialisation": np.concatenate(
            [spells.specialisation, unstarted.specialisation, np.full(len(never), -1)]
        ),
        "term": np.concatenate([spells.start, unstarted.start, term_of(others.event_day[never])]),
    }
    n, own, idle = len(seeking["person"]), len(spells), len(unstarted)
    admitted = np.ones(n, bool)
    admitted[own : own + idle] = rng.random(idle) < 0.4
    admitted[own + idle :] = rng.random(len(never)) < cal.ADMITTED_WITHOUT_START
    interval = np.concatenate([spells.programme, unstarted.programme, np.zeros(len(never), np.int64)])
    interval[own + idle :] = programmes.pick(
        rng, others.degree[never], np.full(len(never), -1), seeking["term"][own + idle :]
    )
    inside = (seeking["term"] >= FIRST_TERM) & (seeking["term"] < 2 * (last_year + 1))
    person, degree, specialisation, term = (seeking[key][inside] for key in seeking)
    admitted, interval = admitted[inside], interval[inside]
    alternatives = choose(rng, (0.50, 0.30, 0.14, 0.06), len(person))
    priority = 1 + (rng.random(len(person)) ** 1.7 * (alternatives + 1)).astype(np.int64)
    parts = [(person, term, interval, priority, admitted)]

    usual = np.array([codes.degree(d) for d in ("SJ", "SJ", "AT", "FY", "BA", "PS", "LA", "RS")])
    first_cycle = ~np.isin(degree, [codes.degree(d) for d in ("SP", "BM", "HK", "PT")])

    def another(which: Ints, at: Ints) -> Ints:
        goal = degree[which].copy()
        other = first_cycle[which] & (rng.random(len(which)) < 0.25)
        goal[other] = usual[rng.integers(0, len(usual), other.sum())]
        return programmes.pick(rng, goal, np.where(other, -1, specialisation[which]), at)

    for place in range(1, 4):
        which = np.flatnonzero(alternatives >= place)
        rank = np.where(place < priority[which], place, place + 1)
        parts.append(
            (person[which], term[which], another(which, term[which]), rank, np.zeros(len(which), bool))
        )
    earlier = np.flatnonzero((rng.random(len(person)) < 0.28) & (term - 2 >= FIRST_TERM))
    earlier = earlier[term[earlier] - 2 > (2 * 2020 + 1) * (degree[earlier] == codes.degree("HK"))]
    for place, share in ((1, 1.0), (2, 0.4)):
        which = earlier[rng.random(len(earlier)) < share]
        at = term[which] - 2
        parts.append(
            (person[which], at, another(which, at), np.full(len(which), place), np.zeros(len(which), bool))
        )

    person, term, interval, priority, admitted = (np.concatenate([p[i] for p in parts]) for i in range(5))
    kept = np.flatnonzero(alive(country, person, first_day(term)))
    order = kept[np.lexsort((~admitted[kept], term[kept], person[kept]))]
    frame = (
        pl.DataFrame(
            {
                "lopnr": country.lopnr[person[order]],
                "termin": term_code(term[order]),
                "larosate": strings(programmes.institution, interval[order]),
                "programkod": strings(programmes.code, interval[order]),
                "prioritet": priority[order],
                "antagen": strings(["N", "J"], admitted[order].astype(np.int64)),
            }
        )
        .unique(["lopnr", "termin", "larosate", "programkod"], keep="first", maintain_order=True)
        .sort("lopnr", "termin", "prioritet", maintain_order=True)
    )
    return frame, np.unique(person[order])


def persons(country: Country, included: np.ndarray, seed: int, last_year: int) -> pl.DataFrame:
    """Return the table ``personer`` of those included, but for the few whom the register lacks."""
    known = rng_for(seed, "persons").random(len(country)) >= cal.PERSON_MISSING
    which = np.flatnonzero(included & known)
    death = country.death_day[which]
    death = np.where(death < day(last_year + 1), death, ALIVE)
    return pl.DataFrame(
        {
            "lopnr": country.lopnr[which],
            "kon": country.sex[which],
            "fodelsear": country.born[which],
            "avlidendatum": dates(death),
        }
    )


def residence(codes: Codes, country: Country, included: np.ndarray, year: int) -> pl.DataFrame:
    """Return the table ``folkbokforing`` of one 31 December."""
    home = country.home[:, year - cal.FIRST_YEAR_OF_REGISTERS]
    which = np.flatnonzero(included & (home >= 0))
    return pl.DataFrame(
        {
            "lopnr": country.lopnr[which],
            "ar": np.full(len(which), year),
            "kommun": strings(codes.kommuner, home[which].astype(np.int64)),
        }
    )


def school_leavers(
    codes: Codes, country: Country, aim: Ints, included: np.ndarray, seed: int, last_year: int
) -> pl.DataFrame:
    """Return the table ``avgangna`` up to ``last_year``."""
    person, year, programme = upper_secondary(codes, country, aim, seed)
    kept = (
        included[person]
        & (year <= last_year)
        & (year <= year_of(np.minimum(country.death_day[person], day(2100))))
    )
    order = np.flatnonzero(kept)[np.lexsort((year[kept], person[kept]))]
    return pl.DataFrame(
        {
            "lopnr": country.lopnr[person[order]],
            "avgangsar": year[order],
            "gymnasieprogram": pl.Series(programme[order].tolist(), dtype=pl.String),
        }
    )
