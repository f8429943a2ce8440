"""What institutions and counties plan for the next years, and how counties judge their supply of staff."""

from __future__ import annotations

import numpy as np
import polars as pl

from vardflode.synth import calibration as cal
from vardflode.synth.codes import OTHER, Codes, read_list
from vardflode.synth.education import Spells
from vardflode.synth.programmes import Programmes
from vardflode.synth.timeline import rng_for

OF_LATE = 3  # years whose mean a plan is near


def _plans(
    counted: pl.DataFrame, key: list[str], year: str, first: int, rng: np.random.Generator, gaps: bool
) -> pl.DataFrame:
    """Return planned numbers (``antal``) for PLANNED_YEARS years from ``first``, by the columns ``key``.

    ``counted`` has one row for each beginner of the OF_LATE years before. With ``gaps`` some keys have no
    plan, some none for the second or third year.
    """
    groups = counted.group_by(key).len().sort(key)
    shape = (groups.height, cal.PLANNED_YEARS)
    step = np.arange(cal.PLANNED_YEARS)
    trend = rng.normal(0, cal.PLAN_CHANGE, shape[0])[:, None] * step
    mean = groups["len"].to_numpy()[:, None] / OF_LATE * np.exp(trend + rng.normal(0, cal.PLAN_SPREAD, shape))
    number = np.floor(mean + rng.random(shape)).astype(np.int64)  # whole, and on average the mean
    planned = np.ones(shape, bool)
    if gaps:
        planned = (rng.random(shape) < cal.PLANNED_IN_A_YEAR) & (rng.random(shape[0]) < cal.PLANNED)[:, None]
    row, column = np.nonzero(planned)
    return groups[row].select(pl.Series(year, first + column), *key, pl.Series("antal", number[planned]))


def planned_beginners(
    codes: Codes, programmes: Programmes, spells: Spells, seed: int, last_year: int
) -> pl.DataFrame:
    """Return the table ``planerade_nyborjare``: beginners from läsår ``last_year``, by institution."""
    begun = pl.DataFrame(
        {
            "lasar": (spells.start - 1) // 2,
            "larosate": pl.Series(programmes.institution)[spells.programme],
            "examenskod": pl.Series(codes.degrees)[spells.degree],
            "inriktning": pl.Series([*codes.specialisations, None])[spells.specialisation],
        }
    ).filter(pl.col("lasar").is_between(last_year - OF_LATE, last_year - 1), pl.col("examenskod") != OTHER)
    key = ["larosate", "examenskod", "inriktning"]
    return _plans(begun, key, "lasar", last_year, rng_for(seed, "planned beginners"), gaps=True)


def planned_posts(codes: Codes, trainees: pl.DataFrame, seed: int, last_year: int) -> pl.DataFrame:
    """Return the table ``planerade_st``: training posts from ``last_year`` + 1, by county.

    Without gaps: posts are added up over counties, so that a county without a plan is a lower plan.
    """
    begun = trainees.filter(pl.col("startdatum").dt.year() > last_year - OF_LATE).with_columns(
        lan=pl.col("kommun").replace_strict(codes.kommuner, codes.county)
    )
    rng = rng_for(seed, "planned posts")
    return _plans(begun, ["lan", "specialitet"], "ar", last_year + 1, rng, gaps=False)


def survey(codes: Codes, seed: int, last_year: int) -> pl.DataFrame:
    """Return the table ``bedomningar`` of the years to ``last_year`` + 1: the counties' judgement of supply.

    A county lacks a profession more or less, the experienced more than the newly qualified. Some do not
    answer, some answer under a replaced title, or under both.
    """
    replaced = {row["ersatt_av"]: row["yrkeskod"] for row in read_list("yrken") if row["ersatt_av"]}
    professions = [row["yrkeskod"] for row in read_list("yrken") if not row["ersatt_av"]]
    of_all = rng_for(seed, "survey")
    scarcity = (
        of_all.normal(0, cal.SURVEY_BY_COUNTY, len(codes.counties))[:, None, None]
        + of_all.normal(0, cal.SURVEY_BY_PROFESSION, len(professions))[:, None]
        + np.array([-cal.SURVEY_EXPERIENCED, cal.SURVEY_EXPERIENCED])
    )
    county, profession, experience = np.indices(scarcity.shape).reshape(3, -1)
    old = np.array([replaced.get(code, code) for code in professions])[profession]
    new = np.array(professions)[profession]
    parts = []
    for year in range(last_year + 2 - cal.SURVEY_YEARS, last_year + 2):
        rng = rng_for(seed, f"survey {year}")
        score = (scarcity + rng.normal(0, cal.SURVEY_BY_ANSWER, scarcity.shape)).reshape(-1)
        answered = rng.random(len(score)) < cal.SURVEY_ANSWERED
        title = rng.random(len(codes.counties))[county]
        both = (title < cal.SURVEY_BOTH_TITLES) & (old != new)
        code = np.where(title < cal.SURVEY_OLD_TITLE, old, new)
        judgement = np.where(score > 0, "brist", np.where(score < cal.SURVEY_SURPLUS, "overskott", "balans"))
        which = np.concatenate([np.flatnonzero(answered), np.flatnonzero(answered & both)])
        told = np.concatenate([code[answered], new[answered & both]])
        parts.append(
            pl.DataFrame(
                {
                    "ar": np.full(len(which), year),
                    "lan": pl.Series(codes.counties)[county[which]],
                    "yrkeskod": told.tolist(),
                    "erfarenhet": pl.Series(["ny", "erfaren"])[experience[which]],
                    "bedomning": judgement[which].tolist(),
                }
            ).sort("lan", "yrkeskod", "erfarenhet")
        )
    return pl.concat(parts)
