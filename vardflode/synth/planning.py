"""What regions report of money, absence and waiting, and the national plan: always the whole country."""

from __future__ import annotations

import numpy as np
import polars as pl

from vardflode.synth import calibration as cal
from vardflode.synth.codes import Codes
from vardflode.synth.timeline import rng_for


def economy(codes: Codes, seed: int, last_year: int) -> dict[str, pl.DataFrame]:
    """Return `hyrpersonal`, `sjukfranvaro` and `specialistutbildning`, FIRST_YEAR_OF_MONEY to ``last_year``.

    By county and group of staff, or form. Now and then a county does not report, or not of one group. A
    year is the same whichever ``last_year`` is.
    """
    groups, forms = list(cal.OWN_COST_TKR), list(cal.PAID_TRAINING)
    weight = np.zeros(len(codes.counties))
    np.add.at(weight, [codes.counties.index(c) for c in codes.county], codes.kommun_weight * 1000)
    habit = rng_for(seed, "money").normal(0, cal.MONEY_BY_COUNTY, (2, len(weight), 1))
    parts: dict[str, list[pl.DataFrame]] = {"hyrpersonal": [], "sjukfranvaro": [], "specialistutbildning": []}
    for year in range(cal.FIRST_YEAR_OF_MONEY, last_year + 1):
        rng = rng_for(seed, f"money {year}")
        by_group = (len(weight), len(groups))
        growth = 1.03 ** (year - cal.FIRST_YEAR_OF_MONEY)
        own = np.outer(weight, list(cal.OWN_COST_TKR.values())) * growth
        own *= np.exp(rng.normal(0, 0.03, by_group))
        hired = own * list(cal.HIRED_SHARE.values()) * np.exp(habit[0] + rng.normal(0, 0.25, by_group))
        hours = np.outer(weight, list(cal.ORDINARY_HOURS.values())) * np.exp(rng.normal(0, 0.02, by_group))
        absent = hours * list(cal.SICK_LEAVE.values()) * np.exp(habit[1] / 3 + rng.normal(0, 0.06, by_group))
        paid = rng.poisson(np.outer(weight, list(cal.PAID_TRAINING.values())))
        for table, key, names, columns in (
            ("hyrpersonal", "personalgrupp", groups, {"hyrkostnad_tkr": hired, "egen_kostnad_tkr": own}),
            ("sjukfranvaro", "personalgrupp", groups, {"franvarotimmar": absent, "ordinarie_timmar": hours}),
            ("specialistutbildning", "form", forms, {"antal": paid}),
        ):
            shape = (len(weight), len(names))
            told = (rng.random(shape) < cal.REPORTED) & (rng.random(len(weight)) < cal.REPORTED)[:, None]
            row, column = np.nonzero(told)
            parts[table].append(
                pl.DataFrame(
                    {
                        "ar": np.full(len(row), year),
                        "lan": pl.Series(codes.counties)[row],
                        key: pl.Series(names)[column],
                        **{name: np.rint(of[told]).astype(np.int64) for name, of in columns.items()},
                    }
                )
            )
    return {table: pl.concat(frames) for table, frames in parts.items()}


def waiting(volumes: pl.DataFrame, seed: int, last_year: int) -> pl.DataFrame:
    """Return the table `lage` of ``last_year`` and the next: slots and persons waiting by unit and month.

    ``volumes`` is `volymer`; the units of its last year go on in the next. A unit has room or lacks it
    for the whole year, more or less; some months more are booked than there are slots for.
    """
    units = volumes.filter(pl.col("ar") == last_year).sort("enhet")
    name, kommun = units["enhet"], units["kommun"]
    slots = units["antal"].to_numpy() / 12
    parts = []
    for year in (last_year, last_year + 1):
        rng = rng_for(seed, f"waiting {year}")
        strain = rng.normal(0, cal.STRAIN_BY_UNIT, (len(slots), 1)) + rng.normal(
            0, cal.STRAIN_BY_MONTH, (len(slots), 12)
        )
        available = np.rint(slots[:, None] * np.exp(rng.normal(0, 0.08, strain.shape))).astype(np.int64)
        booked = np.rint(available * np.clip(0.88 + 0.2 * strain, 0.4, 1.08)).astype(np.int64)
        queue = np.rint(slots[:, None] * np.clip(0.35 + strain, 0, 4)).astype(np.int64)
        over = rng.binomial(queue, np.clip(0.1 + 0.5 * strain, 0.01, 0.9))
        row, month = np.indices(strain.shape).reshape(2, -1)
        parts.append(
            pl.DataFrame(
                {
                    "ar": np.full(row.size, year),
                    "manad": month + 1,
                    "enhet": name[row],
                    "kommun": kommun[row],
                    "tillgangliga": available.reshape(-1),
                    "bokade": booked.reshape(-1),
                    "vantande": queue.reshape(-1),
                    "over_90_dagar": over.reshape(-1),
                }
            ).sort("enhet", "manad")
        )
    return pl.concat(parts)


def national_plan(seed: int, last_year: int) -> dict[str, pl.DataFrame]:
    """Return `insatser`, `lage_insatser` and `effektmal`: PLAN_MEASURES measures followed for three years.

    A measure has one actor or more, each of whom goes from not begun over under way to completed.
    """
    rng = rng_for(seed, "national plan")
    number = np.arange(1, cal.PLAN_MEASURES + 1)
    area, group = (
        rng.integers(0, len(cal.PLAN_AREAS), len(number)),
        rng.integers(0, len(cal.PLAN_ACTORS), len(number)),
    )
    actors = np.repeat(number, rng.integers(1, 9, len(number)))
    which = np.concatenate([np.arange(1, n + 1) for n in np.bincount(actors)[1:]])
    begins = rng.integers(-2, 4, len(actors))  # years before the last one that it was begun; below 0: not yet
    takes = rng.integers(1, 6, len(actors))
    years = rng.integers(2, 6, len(cal.PLAN_GOALS))  # to the goals, from the last year
    states = []
    for year in range(max(cal.FIRST_YEAR_OF_PLAN, last_year - 2), last_year + 1):
        passed = begins - (last_year - year)
        state = np.where(passed < 0, "ej_paborjad", np.where(passed < takes, "pagar", "genomford"))
        states.append(
            pl.DataFrame(
                {
                    "ar": np.full(len(actors), year),
                    "insats": actors.astype(str),
                    "aktor": [f"Aktör {n}" for n in which],
                    "lage": state,
                }
            )
        )
    measures = pl.DataFrame(
        {
            "insats": number.astype(str),
            "titel": [f"Påhittad insats {n}" for n in number],
            "aktorsgrupp": pl.Series(cal.PLAN_ACTORS)[group],
            "omrade": pl.Series(cal.PLAN_AREAS)[area],
        }
    )
    goals = pl.DataFrame(
        [(*goal, str(last_year + ahead)) for goal, ahead in zip(cal.PLAN_GOALS, years.tolist(), strict=True)],
        orient="row",
        schema=["insats", "indikator", "riktning", "mal", "malar"],
    )
    empty = dict.fromkeys(("ar", "insats", "aktor", "lage"), pl.String)
    followed = pl.concat(states) if states else pl.DataFrame(schema=empty)
    return {"insatser": measures, "lage_insatser": followed, "effektmal": goals}
