"""Who studies what and when, takes which degree, and is licensed.

A *spell* is one person's studies towards one degree (or on a programme that leads to none).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from vardflode.synth import calibration as cal
from vardflode.synth.codes import OTHER, Codes
from vardflode.synth.programmes import Programmes
from vardflode.synth.timeline import (
    FIRST_TERM,
    Ints,
    choose,
    day,
    first_day,
    last_teaching_day,
    rng_for,
    term_of,
    whole,
    year_of,
)

NEVER = -1


@dataclass
class Spells:
    """Parallel arrays, one place a spell.

    ``person`` number, ``degree`` and ``specialisation`` (-1: none) numbers, ``start`` and ``end`` (first and
    last term registered), ``pause_from`` and ``pause`` (terms after the start, length in terms),
    ``programme`` and, from ``change_at`` terms after the start, ``programme_2`` (interval numbers),
    ``degree_day`` and ``licence_day`` (NEVER: none).
    """

    person: Ints
    degree: Ints
    specialisation: Ints
    start: Ints
    end: Ints
    pause_from: Ints
    pause: Ints
    programme: Ints
    programme_2: Ints
    change_at: Ints
    degree_day: Ints
    licence_day: Ints

    def __len__(self) -> int:
        """Return the number of spells."""
        return len(self.person)

    def take(self, which: np.ndarray) -> Spells:
        """Return the spells at these places, or where the mask is true."""
        return Spells(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    def and_then(self, other: Spells) -> Spells:
        """Return these spells followed by the others."""
        return Spells(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )


@dataclass
class Beginners:
    """New persons who begin, parallel to the spells they own: ``sex`` 1 or 2, ``born`` year."""

    sex: Ints
    born: Ints


def _study_time(rng: np.random.Generator, nominal: Ints, graduates: np.ndarray) -> tuple[Ints, Ints, Ints]:
    """Return terms from start to end minus one, and the pause: terms after the start, and its length."""
    n = len(nominal)
    delay = choose(rng, cal.DELAY_TERMS, n)
    pause = np.where(delay > 1, delay - rng.integers(0, 2, n), 0)
    left_after = rng.geometric(cal.LEAVES_PER_TERM, n)
    pause = np.where(graduates, pause, 0)
    length = np.where(graduates, nominal + delay, np.minimum(left_after, nominal + 2))
    pause_from = 1 + (rng.random(n) * np.maximum(length - pause - 1, 1)).astype(np.int64)
    return length - 1, pause_from, pause


def _degree_days(rng: np.random.Generator, end: Ints, graduates: np.ndarray) -> Ints:
    n = len(end)
    late = rng.random(n) < cal.DEGREE_TAKEN_LATE
    wait = np.where(late, rng.integers(60, 720, n), rng.integers(0, 40, n))
    return np.where(graduates, last_teaching_day(end) + wait, NEVER)


def _licence_days(rng: np.random.Generator, codes: Codes, degree: Ints, degree_day: Ints) -> Ints:
    n = len(degree)
    share = np.array([cal.DEGREES[d].licensed if d != OTHER else 0.0 for d in codes.degrees])
    wait = rng.integers(12, 60, n)
    wait = np.where(rng.random(n) < cal.LICENCE_LATE, rng.integers(60, 700, n), wait)
    for name, (low, high) in cal.TRAINING_BEFORE_LICENCE_DAYS.items():
        wait = np.where(degree == codes.degree(name), rng.integers(low, high, n), wait)
    licensed = (degree_day != NEVER) & (rng.random(n) < share[degree])
    return np.where(licensed, degree_day + wait, NEVER)


def _complete(
    rng: np.random.Generator,
    codes: Codes,
    programmes: Programmes,
    start: dict[str, Ints],
    graduates: np.ndarray,
    nominal: Ints,
) -> Spells:
    """Fill in study time, programmes, degree and licence of spells that have person, degree and start."""
    degree, specialisation, begins = start["degree"], start["specialisation"], start["start"]
    length, pause_from, pause = _study_time(rng, nominal, graduates)
    end = begins + length
    n = len(begins)
    programme = programmes.pick(rng, degree, specialisation, begins)
    changes = (rng.random(n) < cal.CHANGES_INSTITUTION) & (length >= 3) & (pause == 0)
    change_at = np.where(changes, 2, 999)
    programme_2 = programme.copy()
    if changes.any():
        programme_2[changes] = programmes.pick(
            rng, degree[changes], specialisation[changes], begins[changes] + 2
        )
    degree_day = _degree_days(rng, end, graduates)
    return Spells(
        **start,
        end=end,
        pause_from=pause_from,
        pause=pause,
        programme=programme,
        programme_2=programme_2,
        change_at=change_at,
        degree_day=degree_day,
        licence_day=_licence_days(rng, codes, degree, degree_day),
    )


def first_education(
    codes: Codes, programmes: Programmes, scale: float, seed: int, horizon: int
) -> tuple[Spells, Beginners]:
    """Return one spell for each beginner of every degree but SP and BM, and its new person.

    Args:
        codes: the code lists.
        programmes: what the local codes lead to.
        scale: the country's size, 1 = whole.
        seed: of the random stream.
        horizon: the last cohort year.

    Who began before autumn 1995 is there only if registered in that term or later.
    """
    rng = rng_for(seed, "beginners")
    sizes: list[tuple[int, int, int]] = []  # degree, cohort, persons
    for name in codes.degrees:
        made = cal.DEGREES.get(name)
        a_year = made.beginners if made else cal.OTHER_PROGRAMME_BEGINNERS
        for year in range(made.first_cohort if made else 1996, horizon + 1):
            sizes.append((codes.degree(name), year, whole(rng, a_year * scale)))
    table = np.array(sizes)
    degree, cohort = np.repeat(table[:, 0], table[:, 2]), np.repeat(table[:, 1], table[:, 2])
    n = len(degree)

    def of(field: str) -> np.ndarray:
        values = [getattr(cal.DEGREES[d], field) if d != OTHER else None for d in codes.degrees]
        usual = getattr(cal.DEGREES["SJ"], field)
        return np.array([usual if v is None else v for v in values])[degree]

    sex = np.where(rng.random(n) < of("women"), 2, 1)
    begins = np.where(rng.random(n) < of("autumn"), 2 * cohort + 1, 2 * cohort + 2)
    age = np.empty(n, np.int64)
    profile = of("ages")
    for name, groups in cal.AGES.items():
        mine = np.flatnonzero(profile == name)
        group = choose(rng, [weight for *_, weight in groups], len(mine))
        low, high = (np.array([g[i] for g in groups])[group] for i in (0, 1))
        skew = rng.random(len(mine)) ** np.where(high - low > 5, 1.6, 1.0)
        age[mine] = low + (skew * (high - low + 1)).astype(np.int64)
    share = np.where(sex == 2, of("graduate_women"), of("graduate_men"))
    graduates = (rng.random(n) < share) & (degree != codes.degree(OTHER))
    start = {
        "person": np.arange(n),
        "degree": degree,
        "specialisation": np.full(n, -1),
        "start": begins,
    }
    spells = _complete(rng, codes, programmes, start, graduates, codes.nominal[degree])
    kept = spells.end >= FIRST_TERM
    spells = spells.take(kept)
    spells.person = np.arange(len(spells))
    return spells, Beginners(sex[kept], (begins // 2 - age)[kept])


def second_education(codes: Codes, spells: Spells, people: Beginners, seed: int) -> Beginners:
    """Let some beginners be persons who already left, or took, another degree. Changes ``spells.person``.

    The giver and the taker have the same sex, so that no calibrated share changes. Returns the sex and
    birth year of every person by number; numbers that own no spell any more are left over.
    """
    rng = rng_for(seed, "second education")
    n = len(spells)
    u = rng.random(n)
    therapist = spells.degree == codes.degree("PT")
    graduate = spells.degree_day != NEVER
    graduate_end = np.where(graduate, term_of(np.maximum(spells.degree_day, 0)), spells.end)
    from_graduates = np.where(therapist, cal.PSYCHOTHERAPISTS_FROM_GRADUATES, cal.FROM_GRADUATES)
    taken = np.zeros(n, bool)  # has given its person away, or has got another's
    plans = [
        (u < from_graduates, graduate, 4, 30),
        ((u >= 0.9) & (u < 0.9 + cal.FROM_DROPOUTS), ~graduate, 1, 9),
    ]
    for wants, gives, low, high in plans:
        taken |= wants
        for sex in (1, 2):
            givers = np.flatnonzero(gives & ~taken & (people.sex == sex))
            givers = givers[rng.permutation(len(givers))]
            ends = graduate_end[givers]
            used = np.zeros(len(givers), bool)
            takers = np.flatnonzero(wants & (people.sex == sex))
            for term in np.unique(spells.start[takers]):
                here = takers[spells.start[takers] == term]
                free = np.flatnonzero(~used & (ends + low <= term) & (ends + high >= term))
                if not len(free):
                    continue
                free = free[rng.permutation(len(free))[: len(here)]]
                here = here[: len(free)]
                giver = givers[free]
                age = term // 2 - people.born[giver]
                fits = (spells.degree[giver] != spells.degree[here]) & (age < 55)
                used[free[fits]] = True
                spells.person[here[fits]] = spells.person[giver[fits]]
            taken[givers[used]] = True
    return people


def specialise(
    codes: Codes, programmes: Programmes, spells: Spells, sex: Ints, seed: int
) -> tuple[Spells, Spells]:
    """Return the nurses' spells towards SP and BM, and who only applied: spells of which no term is studied.

    ``sex`` is by person. Only nurses with a Swedish licence, which ``spells`` hold, are asked.
    """
    rng = rng_for(seed, "specialise")
    nurse = np.flatnonzero((spells.degree == codes.degree("SJ")) & (spells.licence_day != NEVER))
    person, licensed = spells.person[nurse], spells.licence_day[nurse]
    starts = rng.random(len(nurse)) < cal.SPECIALISE
    only_applies = ~starts & (rng.random(len(nurse)) < cal.APPLIES_WITHOUT_START)
    cohort = (term_of(licensed) - 1) // 2
    autumn = rng.random(len(nurse)) < cal.DEGREES["SP"].autumn
    term = 2 * (cohort + choose(rng, cal.SPECIALISE_LAG, len(nurse))) + np.where(autumn, 1, 2)
    term = np.where(term <= term_of(licensed), term_of(licensed) + 1, term)
    midwife = rng.random(len(nurse)) < np.where(sex[person] == 2, cal.MIDWIFE["2"], cal.MIDWIFE["1"])
    specialisation = _specialisations(rng, codes, len(nurse))

    def towards(which: np.ndarray, term: Ints, midwife: np.ndarray, specialisation: Ints) -> Spells:
        late = term[which] >= FIRST_TERM
        which = np.flatnonzero(which)[late]
        mid, spec = midwife[which], np.where(midwife[which], -1, specialisation[which])
        degree = np.where(mid, codes.degree("BM"), codes.degree("SP"))
        share = np.array(
            [
                *(cal.SPECIALISATION_GRADUATES.get(s, cal.DEGREES["SP"].graduate_women)
                  for s in codes.specialisations),
                cal.DEGREES["BM"].graduate_women,
            ]
        )[spec]  # fmt: skip
        nominal = codes.nominal[degree] * np.where(rng.random(len(which)) < cal.SPECIALISE_HALF_PACE, 2, 1)
        start = {
            "person": person[which],
            "degree": degree,
            "specialisation": spec,
            "start": term[which],
        }
        graduates = rng.random(len(which)) < share
        return _complete(rng, codes, programmes, start, graduates, nominal)

    begun = towards(starts, term, midwife, specialisation)
    again = starts & (rng.random(len(nurse)) < cal.SPECIALISE_AGAIN)
    more = towards(
        again, term + 2 * rng.integers(4, 12, len(nurse)), midwife & False, rng.permutation(specialisation)
    )
    applied = towards(only_applies, term, midwife, specialisation)
    return begun.and_then(more), applied


def _specialisations(rng: np.random.Generator, codes: Codes, n: int) -> Ints:
    return choose(rng, [cal.SPECIALISATIONS[s] for s in codes.specialisations], n)


@dataclass
class Others:
    """Persons without Swedish studies: licensed on an education abroad, or applicants never admitted.

    ``degree`` number of the profession or aimed at, ``country`` EU, ÖV or empty (applicants), ``event_day``
    of the licence or first day of the first application's term, ``sex``, ``born``.
    """

    degree: Ints
    country: np.ndarray
    event_day: Ints
    sex: Ints
    born: Ints


def from_elsewhere(codes: Codes, scale: float, seed: int, horizon: int) -> Others:
    """Make up the persons licensed on an education abroad from 1995, and those never admitted."""
    rng = rng_for(seed, "others")
    parts: list[tuple[int, str, int, int]] = []
    for year in range(1995, horizon + 1):
        for name, (eu, other) in cal.FOREIGN.items():
            parts.append((codes.degree(name), "EU", year, whole(rng, eu * scale)))
            parts.append((codes.degree(name), "ÖV", year, whole(rng, other * scale)))
        for name, made in cal.DEGREES.items():
            size = cal.NEVER_ADMITTED * made.beginners / 11_500 * scale
            if year >= max(1996, made.first_cohort + 1):
                parts.append((codes.degree(name), "", year, whole(rng, size)))
    counts = np.array([p[3] for p in parts])
    degree = np.repeat(np.array([p[0] for p in parts]), counts)
    country = np.repeat(np.array([p[1] for p in parts]), counts)
    years = np.repeat(np.array([p[2] for p in parts]), counts)
    n = len(degree)
    abroad = country != ""
    autumn = rng.random(n) < 0.6
    licence = day(years) + rng.integers(4, 360, n)
    application = first_day(2 * years + autumn)
    women = np.array([cal.DEGREES[d].women if d != OTHER else 0.5 for d in codes.degrees])[degree]
    age = np.where(abroad, 26 + (rng.random(n) ** 1.5 * 25).astype(np.int64), rng.integers(19, 35, n))
    return Others(
        degree=degree,
        country=country,
        event_day=np.where(abroad, licence, application),
        sex=np.where(rng.random(n) < np.where(abroad, women * 0.8, women), 2, 1),
        born=years - age,
    )


def entry_years(codes: Codes, spells: Spells) -> Ints:
    """Return the entry year of each spell: of the licence, else of the degree; NEVER if it has none."""
    licensed = np.array([p != "" for p in codes.profession])[spells.degree]
    when = np.where(licensed, spells.licence_day, spells.degree_day)
    return np.where(when != NEVER, year_of(np.maximum(when, 0)), NEVER)
