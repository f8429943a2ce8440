"""Licensed persons, their workplaces, signs of demand, specialist training and careers: who is among whom."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl

from vardflode.disclosure.declared import BY_NAME, TOTAL
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.areas import HEALTH_REGION, add_divided, in_areas, places_of
from vardflode.disclosure.relations.draft import GROUP, Draft
from vardflode.disclosure.relations.forecast import IN_PROFESSION, NATION, STOCK
from vardflode.disclosure.relations.forecast import TABLE as FORECAST
from vardflode.disclosure.relations.general import stand, tie
from vardflode.disclosure.relations.professions import within_professions
from vardflode.disclosure.relations.shares import limit_by_shares

LICENSED, WORKPLACE, DEMAND = "licensed_workforce", "workplace", "demand_indicators"
TRAINING, PATH, CAREERS = "st_training", "physician_path", "career_moves"
TABLES = (LICENSED, WORKPLACE, DEMAND, TRAINING, PATH, CAREERS)
# By area, where a person is in one county at most.
BY_AREA = (LICENSED, WORKPLACE, DEMAND, TRAINING)
COUNTY = "county"
# Indicators that look at persons in the stock of the year, and those of them who are trained abroad.
OF_THE_STOCK = ("unemployed", "trained_abroad")
COHORT = "cohort"


def add_planning(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of the tables and what is said of them."""
    places = places_of(knowledge)
    for name in (*BY_AREA, CAREERS):
        stand(draft, BY_NAME[name], tables[name])
        if name in BY_AREA:
            add_divided(draft, name, COUNTY, places)
        tie(draft, BY_NAME[name], tables[name])
    for name in BY_AREA:
        _, *regions = in_areas(draft.of(name), COUNTY, TOTAL, TOTAL, places)
        for parts in regions[1:]:  # the nation's sums stand in the declaration
            draft.sum(parts.with_columns(gap=pl.lit(0)))
    for name in (LICENSED, WORKPLACE, CAREERS):
        within_professions(draft, draft.of(name))
    within_professions(draft, draft.of(DEMAND).filter(~pl.col("name").str.ends_with("established")))
    _add_path(draft, tables[PATH])
    _across_tables(draft)


def _add_path(draft: Draft, rows: pl.DataFrame) -> None:
    """A cohort's steps: who has reached one after so many years has after more; all are out of the cohort."""
    table = BY_NAME[PATH]
    cell = {"breakdown": pl.col("step"), "value": pl.col("years_after")}
    whole = {"breakdown": pl.lit(TOTAL), "value": pl.lit(TOTAL)}
    same = {
        "kind": pl.lit(PATH),
        "subject": pl.lit(""),
        "since": pl.col("cohort_from"),
        "until": pl.col("cohort_to"),
    }
    reached = rows.with_columns(
        **same, **cell, name=pl.lit("numerator"), column=pl.lit("numerator"), told="numerator"
    )
    all_ = rows.with_columns(
        **same, **whole, name=pl.lit(COHORT), column=pl.lit("denominator"), told="denominator"
    )
    numbers = pl.concat([reached, all_]).with_columns(is_there=True, protected=True)
    draft.add(numbers.select(*GROUP, "told", "protected"))
    draft.stand(PATH, numbers, table.key)
    groups = draft.of(PATH)
    window = ["since", "until"]
    steps = groups.filter(pl.col("name") != COHORT)
    cohorts = groups.filter(pl.col("name") == COHORT).select(*window, parent="id")
    draft.nest(steps.join(cohorts, on=window).select("parent", child="id", is_base=True))
    after = steps["value"].unique().cast(pl.Int64).sort().cast(pl.String).to_list()
    for fewer, more in pairwise(after):
        one, other = (steps.filter(pl.col("value") == years) for years in (fewer, more))
        key = [*window, "breakdown"]
        pairs = one.select(*key, child="id").join(other.select(*key, parent="id"), on=key)
        draft.nest(pairs.with_columns(is_base=False))
    for derived in table.derived:
        limit_by_shares(draft, table, rows, derived)


def _across_tables(draft: Draft) -> None:
    """The same persons in several tables."""
    licensed, workplace, demand = (draft.of(name) for name in (LICENSED, WORKPLACE, DEMAND))
    year = ["subject", "since"]
    is_total = pl.col("breakdown") == TOTAL
    # Those in the profession in the nation, by where they live and by where they work.
    lives = licensed.filter(is_total, pl.col("name") == "in_profession").select(*year, whole="id")
    _same(draft, lives.join(workplace.filter(is_total).select(*year, part="id"), on=year))
    # General practitioners are the physicians with that specialty.
    general = licensed.filter(is_total, pl.col("subject") == "ALM").select("since", "name", whole="id")
    specialty = licensed.filter(pl.col("breakdown") == "specialty", pl.col("value") == "allmanmedicin")
    _same(draft, general.join(specialty.select("since", "name", part="id"), on=["since", "name"]))
    # Whom an indicator looks at are licensed.
    cell = [*year, "breakdown", "value"]
    stock = licensed.filter(pl.col("name") == "licensed")
    looked_at = demand.filter(pl.col("name").is_in([f"denominator:{i}" for i in OF_THE_STOCK]))
    pairs = looked_at.select(*cell, child="id").join(stock.select(*cell, parent="id"), on=cell)
    draft.nest(pairs.with_columns(is_base=False))
    # Of these the newly licensed who were trained abroad are among all who were.
    new = demand.filter(is_total, pl.col("name") == "numerator:trained_abroad").select(*year, claim="id")
    abroad = stock.filter(pl.col("breakdown") == "training_country", pl.col("value") != "SE")
    among = abroad.select(*year, "id").join(new, on=year)
    draft.claim(
        pl.concat(
            [
                among.select("claim", "id", weight=1),
                among.select("claim", id="claim", weight=-1).unique(maintain_order=True),
            ]
        )
    )
    # Those who are followed were in the profession when they began.
    codes = pl.col("value").str.split(":").list
    followed = (
        draft.of(CAREERS)
        .filter(codes.get(2) == TOTAL)
        .select(
            "subject", since=pl.col("since") - codes.get(0).cast(pl.Int64), sector=codes.get(1), part="id"
        )
    )
    sectors = workplace.filter(pl.col("breakdown").is_in([TOTAL, "sector"]))
    began = sectors.select(*year, sector="value", whole="id")
    _same(draft, followed.join(began, on=[*year, "sector"]))
    # The forecast rounds the same persons in the years that it observed.
    names = {STOCK: "licensed", IN_PROFESSION: "in_profession"}
    rounded = draft.of(FORECAST.name).select(
        *year, pl.col("value").replace(NATION, TOTAL), pl.col("name").replace(names), part="id"
    )
    areas = licensed.filter(pl.col("breakdown").is_in([TOTAL, HEALTH_REGION]))
    counted = areas.select(*year, "value", "name", whole="id")
    _same(draft, rounded.join(counted, on=[*year, "value", "name"]))


def _same(draft: Draft, pairs: pl.DataFrame) -> None:
    """Groups (`part`, `whole`) that are the same persons; several of one `whole` too, each by itself."""
    which = pl.int_range(pl.len()).over("whole").alias("which")
    for same in pairs.with_columns(which).partition_by("which", maintain_order=True):
        draft.sum(same.select("whole", "part", gap=pl.lit(0, pl.Int64)))
