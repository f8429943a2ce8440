"""Physicians' specialist training and certificates, cut at the last year."""

from __future__ import annotations

import numpy as np
import polars as pl

from vardflode.synth import calibration as cal
from vardflode.synth.codes import Codes
from vardflode.synth.education import NEVER
from vardflode.synth.people import Country, Crowd
from vardflode.synth.registers import alive, dates, strings
from vardflode.synth.timeline import Ints, choose, day, rng_for, year_of

SPECIALTIES = list(cal.SPECIALTIES)


def _physicians(codes: Codes, crowd: Crowd) -> tuple[Ints, Ints, np.ndarray]:
    """Return person, day of the licence and country of the education of every physician."""
    spells, others, physician = crowd.spells, crowd.others, codes.degree("LA")
    here = np.flatnonzero((spells.degree == physician) & (spells.licence_day != NEVER))
    abroad = np.flatnonzero((others.degree == physician) & (others.country != ""))
    return (
        np.concatenate([spells.person[here], crowd.others_person[abroad]]),
        np.concatenate([spells.licence_day[here], others.event_day[abroad]]),
        np.concatenate([np.full(len(here), "SE"), others.country[abroad]]),
    )


def specialist_training(
    codes: Codes, country: Country, crowd: Crowd, seed: int, last_year: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables ``specialistbevis`` and ``st_lakare`` up to ``last_year``.

    Most physicians train, some break off and begin another specialty, a few take a second one. Of those
    educated abroad many are specialists when they come; the certificate then has the licence's country.
    """
    rng = rng_for(seed, "specialist training")
    person, licensed, origin = _physicians(codes, crowd)
    n = len(person)

    def between(bounds: tuple[int, int]) -> Ints:
        return rng.integers(*bounds, n)

    def lasting(days: tuple[int, int]) -> Ints:
        return np.maximum(rng.normal(*days, n), cal.SHORTEST_TRAINING_DAYS).astype(np.int64)

    def specialty(other_than: Ints | int = NEVER) -> Ints:
        drawn = choose(rng, list(cal.SPECIALTIES.values()), n)
        return np.where(drawn == other_than, (drawn + 1) % len(SPECIALTIES), drawn)

    came = (origin != "SE") & (rng.random(n) < cal.SPECIALIST_WHEN_LICENSED)
    trains = ~came & (rng.random(n) < cal.TRAINS_AS_SPECIALIST)
    late = rng.random(n) < cal.TRAINING_BEGINS_LATE
    first, start = (
        specialty(),
        licensed + np.where(late, between(cal.LATE_DAYS), between(cal.TRAINING_BEGINS_DAYS)),
    )
    breaks = trains & (rng.random(n) < cal.TRAINING_BROKEN_OFF)
    end = start + between(cal.BROKEN_OFF_DAYS)
    certified = start + lasting(cal.TRAINING_DAYS)
    other, again = specialty(first), np.where(breaks, end, certified) + between(cal.BETWEEN_DAYS)
    more = np.where(breaks, cal.BEGINS_ANOTHER, cal.SECOND_SPECIALTY)
    trains_again = trains & (rng.random(n) < more)
    length = np.where(breaks, lasting(cal.TRAINING_DAYS), lasting(cal.TRAINING_DAYS_AGAIN))

    person, start, end, certified, field = (
        np.concatenate([once[trains], twice[trains_again]])
        for once, twice in (
            *((person, person), (start, again), (np.where(breaks, end, NEVER), np.full(n, NEVER))),
            *((np.where(breaks, NEVER, certified), again + length), (first, other)),
        )
    )
    draw = rng.random((2, len(person)))  # before anything is cut: a later year tells of the same persons
    column = np.minimum(year_of(start) - cal.FIRST_YEAR_OF_REGISTERS, country.home.shape[1] - 1)
    home = country.home[person, column]
    kommun = codes.in_county(np.where(home < 0, codes.anywhere(draw[0]), home), draw[1])

    def told(of: Ints, when: Ints) -> np.ndarray:
        return (when != NEVER) & (when < day(last_year + 1)) & alive(country, of, when)

    end = np.where(told(person, end), end, NEVER)
    begun = np.flatnonzero(told(person, start))
    order = begun[np.lexsort((start[begun], person[begun]))]
    trainees = pl.DataFrame(
        {
            "lopnr": country.lopnr[person[order]],
            "specialitet": strings(SPECIALTIES, field[order]),
            "startdatum": dates(start[order]),
            "avslutsdatum": dates(end[order]),
            "kommun": strings(codes.kommuner, kommun[order].astype(np.int64)),
        }
    )
    everybody, *_ = _physicians(codes, crowd)
    holder = np.concatenate([person, everybody[came]])
    when = np.concatenate([certified, (licensed + between((0, 200)))[came]])
    field = np.concatenate([field, first[came]])
    trained_in = np.concatenate([np.full(len(person), "SE"), origin[came]])
    kept = np.flatnonzero(told(holder, when))
    order = kept[np.lexsort((when[kept], holder[kept]))]
    certificates = pl.DataFrame(
        {
            "lopnr": country.lopnr[holder[order]],
            "specialitet": strings(SPECIALTIES, field[order]),
            "bevisdatum": dates(when[order]),
            "utbildningsland": pl.Series(trained_in[order].tolist(), dtype=pl.String),
        }
    )
    return certificates, trainees
