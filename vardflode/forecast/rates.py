"""Rates: who stays, moves, works and enters, pooled over the latest years before the origin.

Everything has a first axis of draws: one when the years are taken as they are, as many as there are draws
when they are drawn with replacement for the interval. A rate is a sum of numerators over a sum of
denominators, each year times how often it was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from vardflode.forecast.dimensions import (
    AGES,
    AREAS,
    BAND_OF_AGE,
    SEXES,
    THIRD_OF_AGE,
    THIRDS,
    Array,
    Axes,
    over_bands,
    tally,
)
from vardflode.forecast.evidence import Evidence

# Years in a window, and cohorts in C.
WINDOW = 5
# Persons in a denominator below which a rate is taken from a larger group.
LEAST_STAYERS = 100
LEAST_ENTRANTS = 100
LEAST_BEGINNERS = 30
GENERAL_PRACTICE = "ALM"


@dataclass(frozen=True)
class Rates:
    """What a year does to the stock: shares 0-1, or persons a year (letters: `dimensions`)."""

    stay: Array  # dgsn: of those of an age, still in the stock the year after
    move: Array  # d, third of ages, area, area: of those who stay, where they live the year after
    activity: Array  # dgsn: of the stock, in the profession
    factor: Array  # dga: how much more an area works than its ages and sexes would tell
    lag: Array  # dgsk: of beginners, those with the event k years after the cohort
    enters: Array  # dgra: of those with the event, new in the stock of an area
    entry_age: Array  # dgsn: ages of those who so enter, sum 1 (or 0: nobody enters)
    foreign: Array  # dgsna: persons a year with a new licence and an education from abroad
    other: Array  # dgsna: persons a year who come otherwise


@dataclass(frozen=True)
class Draws:
    """Numbers in [0, 1) that decide which years of W, V and C are drawn: one row a draw, one column a place.

    They are the same for all groups, so that a draw is a past that could have been.
    """

    w: Array
    v: Array
    c: Array

    @classmethod
    def seeded(cls, seed: int, count: int) -> Draws:
        """As many draws, the same for the same seed."""
        return cls(*np.random.default_rng(seed).uniform(size=(3, count, WINDOW)))


@dataclass(frozen=True)
class Window:
    """Years that rates are pooled over, and how often each is drawn (draw, year)."""

    years: list[int]
    times: Array


def window(years: list[int], draws: Array | None) -> Window:
    """The latest `WINDOW` of the years, each once, or as often as it is drawn."""
    latest = sorted(years)[-WINDOW:]
    if draws is None:
        return Window(latest, np.ones((1, len(latest))))
    drawn = (draws[:, : len(latest)] * len(latest)).astype(int)
    return Window(latest, (drawn[:, :, None] == np.arange(len(latest))).sum(axis=1).astype(float))


def share(numerator: Array, denominator: Array, otherwise: Array | float) -> Array:
    """Numerator over denominator; `otherwise` where that is 0."""
    safe = np.where(denominator > 0, denominator, 1)
    return np.where(denominator > 0, numerator / safe, otherwise)


def years_to_cohort_end(evidence: Evidence) -> dict[str, int]:
    """K of each group with a way in: years after the cohort in which the event may come."""
    ends = {
        group: -(-evidence.terms[degree] // 2) + 4
        for group, degree in evidence.groups.select("group_code", "degree_code").iter_rows()
        if degree
    }
    return ends | {GENERAL_PRACTICE: 10}


def make_rates(evidence: Evidence, origin: int, draws: Draws | None = None) -> Rates | None:
    """The rates of a forecast from a year, of what was known then (`Evidence.until`).

    Returns:
        None: residence or employment of the origin, or every window, is missing, so there is no forecast.
    """
    years = evidence.years.sort("year")
    both = years.filter("employment_observed")["year"].to_list()
    w = window(years.filter("next_observed")["year"].to_list(), draws.w if draws else None)
    v = window(both, draws.v if draws else None)
    if not w.years or origin not in both:
        return None
    groups = evidence.codes
    professions = evidence.groups["is_profession"].to_numpy()
    people: Axes = {"group_code": groups, "sex": SEXES, "age": range(AGES), "area": AREAS}

    stock = tally(evidence.stock, "stock", {"year": w.years, **people}).sum(axis=-1)
    stayed = tally(evidence.stock, "stock", {"year": w.years, **people, "next_area": AREAS})
    at_risk = np.arange(AGES) <= AGES - 2
    stay = _with_fallback(
        np.einsum("dy,ygsb->dgsb", w.times, over_bands(stayed.sum(axis=(-1, -2)) * at_risk, -1)),
        np.einsum("dy,ygsb->dgsb", w.times, over_bands(stock * at_risk, -1)),
        professions,
        LEAST_STAYERS,
        1.0,
    )[..., BAND_OF_AGE]
    stay[..., AGES - 1] = 0

    moved = stayed[:, professions].sum(axis=(1, 2))
    by_third = np.stack([moved[:, third == THIRD_OF_AGE].sum(axis=1) for third in range(len(THIRDS))], axis=1)
    moves = np.einsum("dy,ytab->dtab", w.times, by_third)
    move = share(moves, moves.sum(axis=-1, keepdims=True), np.eye(len(AREAS)))

    in_v = tally(evidence.stock, "stock", {"year": v.years, **people})
    working = tally(evidence.stock, "in_profession", {"year": v.years, **people})
    activity = _with_fallback(
        np.einsum("dy,ygsb->dgsb", v.times, over_bands(working.sum(axis=-1), -1)),
        np.einsum("dy,ygsb->dgsb", v.times, over_bands(in_v.sum(axis=-1), -1)),
        professions,
        LEAST_STAYERS,
        0.0,
    )[..., BAND_OF_AGE]
    would_work = np.einsum("gsna,dgsn->dga", in_v[-1], activity)
    factor = share(working[-1].sum(axis=(1, 2)), would_work, 1.0)

    enters, entry_age = _entries(evidence, groups, professions, w)
    foreign, other = _newcomers(evidence, groups, w)
    lag = _lags(evidence, origin, groups, draws.c if draws else None)
    return Rates(stay, move, activity, factor, lag, enters, entry_age, foreign, other)


def _with_fallback(
    numerator: Array, denominator: Array, professions: Array, least: int, otherwise: float
) -> Array:
    """Rates by group (second axis), those of all professions together where the base is below `least`."""
    of_all = share(numerator[:, professions].sum(axis=1), denominator[:, professions].sum(axis=1), otherwise)
    return np.where(denominator < least, of_all[:, None], share(numerator, denominator, otherwise))


def _entries(evidence: Evidence, groups: list[str], professions: Array, w: Window) -> tuple[Array, Array]:
    """`enters` and `entry_age`: of the events in the years after those of W."""
    axes: Axes = {"event_year": [year + 1 for year in w.years], "group_code": groups}
    events = tally(evidence.entries, "persons", {**axes, "study_region": AREAS})
    entered = tally(evidence.entries, "persons", {**axes, "study_region": AREAS, "area": AREAS})
    denominator = np.einsum("dy,ygr->dgr", w.times, events)[..., None]
    numerator = np.einsum("dy,ygra->dgra", w.times, entered)
    enters = _with_fallback(numerator, denominator, professions, LEAST_ENTRANTS, 0.0)

    new = evidence.entries.filter(pl.col("area").is_not_null())
    ages = tally(new, "persons", {**axes, "sex": SEXES, "age": range(AGES)})
    by_age = np.einsum("dy,ygsn->dgsn", w.times, ages)
    both_sexes = by_age.sum(axis=2, keepdims=True)
    of_both = share(both_sexes, both_sexes.sum(axis=-1, keepdims=True), 0.0)
    return enters, share(by_age, by_age.sum(axis=-1, keepdims=True), of_both)


def _newcomers(evidence: Evidence, groups: list[str], w: Window) -> tuple[Array, Array]:
    """Persons a year who come from abroad and otherwise, not through education."""
    axes: Axes = {
        "year": [year + 1 for year in w.years],
        "group_code": groups,
        "sex": SEXES,
        "age": range(AGES),
        "area": AREAS,
    }
    otherwise = evidence.newcomers.filter(~pl.col("is_from_education"))
    foreign, other = (
        np.einsum("dy,ygsna->dgsna", w.times, tally(of_kind, "persons", axes)) / len(w.years)
        for of_kind in (otherwise.filter("is_foreign"), otherwise.filter(~pl.col("is_foreign")))
    )
    return foreign, other


def _lags(evidence: Evidence, origin: int, groups: list[str], draws: Array | None) -> Array:
    """How long the way in takes: of the beginners of C, those with the event k years after, by sex."""
    ends = years_to_cohort_end(evidence)
    lags = np.zeros((1 if draws is None else len(draws), len(groups), len(SEXES), max(ends.values()) + 1))
    for g, group in enumerate(groups):
        if group not in ends:
            continue
        way = evidence.beginners.filter(
            pl.col("group_code") == group, pl.col("cohort_year") <= origin - ends[group]
        ).with_columns(k=(pl.col("event_year") - pl.col("cohort_year")).clip(lower_bound=0))
        c = window(way["cohort_year"].unique().to_list(), draws)
        axes: Axes = {"cohort_year": c.years, "sex": SEXES}
        began = np.einsum("dc,cs->ds", c.times, tally(way, "persons", axes))[..., None]
        steps = range(ends[group] + 1)
        came = np.einsum("dc,csk->dsk", c.times, tally(way, "persons", {**axes, "k": steps}))
        of_both = share(came.sum(axis=1, keepdims=True), began.sum(axis=1, keepdims=True), 0.0)
        lags[:, g, :, : len(steps)] = np.where(began < LEAST_BEGINNERS, of_both, share(came, began, 0.0))
    return lags
