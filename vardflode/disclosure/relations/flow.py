"""The flow: parts and totals, each measure out of the one before, institutions in counties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from vardflode.disclosure.declared import BY_NAME, NESTED
from vardflode.disclosure.knowledge import AFTER, GRADUATES, SAME, TIMELY, WHOLE, Knowledge, Measure
from vardflode.disclosure.relations.draft import (
    ABSENT,
    CELL,
    Draft,
    joined,
    to_cells,
    to_totals,
    with_pieces,
)
from vardflode.disclosure.relations.shares import limit_by_shares

KIND = "flow"
TABLE = BY_NAME["flow_measures"]
KEY = TABLE.key
BEGINNERS, PRIOR, LICENCE = "beginners", "prior_degree", "licensed"
TAUGHT = "taught"


class Names:
    """What the numerators and denominators of measures are called in degrees of one sort: the same group, one
    name.
    """

    def __init__(
        self, measures: Sequence[Measure], observed: Sequence[tuple[str, str]], licence: bool
    ) -> None:
        """`licence`: whether they lead to one; `observed`: as in `Knowledge`."""
        self.base: dict[str, str] = {}
        # Pairs of names, the first within the second; and whether it is told out of it.
        self.within: list[tuple[str, str, bool]] = []
        self.late: list[tuple[str, str, str, str]] = []
        facts = set(observed)
        for m in measures:
            parent = next((name for name in m.of if licence or name != LICENCE), "")
            is_whole = m.whole or (m.name, WHOLE) in facts
            same = "" if licence or (m.name, SAME) not in facts else m.unlicensed_as
            base = parent if is_whole else self.base[same] if same else f"{m.name} of"
            self.base[m.name] = base or m.name
            if not parent:
                self.base[m.name] = m.name
                continue
            self.within.append((m.name, base, True))
            self.within.append((base, parent, False))
            self.within += [(m.name, other, False) for other in (m.within, same) if other]
            if (m.name, AFTER) in facts:
                self.within.append((base, self.base[m.after], False))
            if (m.name, TIMELY) in facts and not licence:
                self.late.append((base, parent, m.unlicensed_timely, GRADUATES))


def add_flow(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of `flow_measures` and what is said of them.

    Args:
        draft: gets them.
        tables: published rows by table; numbers that are not told are null.
        knowledge: what is public besides.
    """
    rows, measures, licensed = tables[TABLE.name], knowledge.measures, knowledge.licensed
    places = knowledge.places
    sorts = {sort: Names(measures, knowledge.observed, sort) for sort in (True, False)}
    numbers = _numbers(rows, measures, sorts, licensed, places)
    draft.add(numbers.with_columns(protected=pl.lit(True)))
    draft.stand(TABLE.name, numbers, KEY)
    _add_taught(draft, places)
    with_pieces(draft, KIND)
    groups = draft.of(KIND)
    for sort, names in sorts.items():
        mine = groups.filter(pl.col("subject").is_in(licensed) == sort)
        for child, parent, is_base in names.within:
            draft.nest(joined(mine, child, parent, is_base))
        for names_of_four in names.late:
            _claim_late(draft, mine, names_of_four)
    taught = places.group_by("degree_code").agg(pl.col("institution").n_unique())
    institutions = dict(taught.iter_rows())
    for breakdown, said in TABLE.parts.items():
        parts = to_totals(groups, breakdown, said.at_most)
        if breakdown == "institution":
            here = pl.len().over("whole").cast(pl.Int64)
            every = draft.groups["subject"].gather(parts["whole"]).replace_strict(institutions, default=None)
            parts = parts.with_columns(gap=ABSENT * (every.cast(pl.Int64) - here).clip(0))
        draft.sum(parts)
    for nested, outer in NESTED.items():
        inside = groups.filter(pl.col("breakdown").is_in([nested, *outer]))
        for side, attribute in enumerate(outer):
            value = pl.when(pl.col("breakdown") == nested).then(pl.col("value").str.split(":").list.get(side))
            draft.sum(to_cells(inside, value, attribute, TABLE.parts[outer[1 - side]].at_most))
    _sum_taught(draft, groups, places)
    # Who had a degree before the start is also a value of the attribute with that name.
    key = ["subject", "since", "until"]
    before = groups.filter(pl.col("name") == PRIOR, pl.col("breakdown") == "total").select(*key, whole="id")
    yes = groups.filter(pl.col("name") == BEGINNERS, pl.col("breakdown") == PRIOR, pl.col("value") == "yes")
    draft.sum(yes.select(*key, part="id").join(before, on=key).with_columns(gap=pl.lit(0)))
    for derived in TABLE.derived:
        limit_by_shares(draft, TABLE, rows, derived)


def _numbers(
    rows: pl.DataFrame,
    measures: Sequence[Measure],
    sorts: Mapping[bool, Names],
    licensed: Sequence[str],
    places: pl.DataFrame,
) -> pl.DataFrame:
    """Every numerator and denominator of the rows, also of those that are not there because their base is
    told as zero: the cell is known to be (`_cells`), and its breakdown is told of the measure elsewhere.
    """
    horizon = {m.name: m.horizon for m in measures}
    rows = rows.filter(pl.col("measure").is_in(list(horizon)))
    ripe = rows.with_columns(horizon=pl.col("measure").replace_strict(horizon, return_dtype=pl.Int64))
    window = ["degree_code", "cohort_from", "cohort_to"]
    ripe = ripe.group_by(window).agg(pl.col("horizon").max().alias("ripe"))
    names = pl.DataFrame(
        [
            (m.name, m.horizon, sort, name, column)
            for sort, of in sorts.items()
            for m in measures
            if sort or m.name != LICENCE
            for name, column in ((m.name, "numerator"), (of.base[m.name], "denominator"))
        ],
        schema=["measure", "horizon", "licence", "name", "column"],
        orient="row",
    )
    cells = _cells(rows.select(*KEY[:-1]), places).join(ripe, on=window)
    cells = cells.with_columns(licence=pl.col("degree_code").is_in(list(licensed)))
    told = rows.select("cohort_from", "cohort_to", "breakdown", "measure").unique()
    grid = cells.join(names, on="licence").filter(pl.col("horizon") <= pl.col("ripe"))
    grid = grid.join(told, on=["cohort_from", "cohort_to", "breakdown", "measure"], how="semi")
    numbers = grid.join(rows.select(*KEY, "numerator", "denominator", is_there=True), on=KEY, how="left")
    value = pl.when(pl.col("column") == "numerator").then("numerator").otherwise("denominator")
    # Who is not told of the cell at all is told as none of its base.
    absent = pl.when(pl.col("column") == "denominator").then(0)
    is_there = pl.col("is_there").fill_null(False)
    return numbers.with_columns(
        kind=pl.lit(KIND),
        subject="degree_code",
        since=pl.col("cohort_from").cast(pl.Int64),
        until=pl.col("cohort_to").cast(pl.Int64),
        value="breakdown_value",
        told=pl.when(is_there).then(value).otherwise(absent).cast(pl.Float64),
        is_there=is_there,
    )


def _cells(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The cells that are told, and those that are known to be, since they hold others: a county where an
    institution teaches, an institution whose women are told, and its men. Without a row they are told as
    nobody.
    """
    window = ["degree_code", "cohort_from", "cohort_to"]
    cell = [*window, "breakdown", "breakdown_value"]
    outer = [
        rows.filter(pl.col("breakdown") == nested).select(
            *window,
            pl.lit(attribute).alias("breakdown"),
            pl.col("breakdown_value").str.split(":").list.get(side),
        )
        for nested, attributes in NESTED.items()
        for side, attribute in enumerate(attributes)
    ]
    known = rows.select(window).unique(maintain_order=True).join(places, on="degree_code")
    outer += [
        known.select(
            *window, pl.lit(attribute).alias("breakdown"), pl.col(attribute).alias("breakdown_value")
        )
        for attribute in ("institution", "study_county")
    ]
    sexes = pl.DataFrame({"sex": TABLE.parts["sex"].codes})
    in_sex = [of for of, attributes in NESTED.items() if attributes[-1] == "sex"]
    named = pl.concat_str(pl.col("breakdown_value").str.split(":").list.get(0), "sex", separator=":")
    by_sex = rows.filter(pl.col("breakdown").is_in(["sex", *in_sex])).select(cell).join(sexes, how="cross")
    value = pl.when(pl.col("breakdown") == "sex").then("sex").otherwise(named)
    outer.append(by_sex.with_columns(breakdown_value=value).select(cell))
    return pl.concat([rows.select(cell), *outer]).unique(maintain_order=True)


def _claim_late(draft: Draft, groups: pl.DataFrame, names: tuple[str, str, str, str]) -> None:
    """Those whom the first lacks of the second are late: not among the third of the fourth."""
    together = None
    for number, name in enumerate(names):
        one = groups.filter(pl.col("name") == name).select(*CELL, pl.col("id").alias(str(number)))
        together = one if together is None else together.join(one, on=CELL)
    assert together is not None
    weights = {"0": 1, "1": -1, "2": -1, "3": 1}
    terms = together.with_row_index("claim").unpivot(list(weights), index="claim", value_name="id")
    draft.claim(terms.with_columns(weight=pl.col("variable").replace_strict(weights)))


def _add_taught(draft: Draft, places: pl.DataFrame) -> None:
    """Those of each county where an institution teaches in several: not told."""
    several = _several(places)
    cells = draft.of(KIND).filter(pl.col("breakdown") == "institution")
    new = cells.join(several, left_on=["subject", "value"], right_on=["degree_code", "institution"])
    value = pl.concat_str("value", "study_county", separator=":")
    draft.add(
        new.with_columns(
            breakdown=pl.lit(TAUGHT), value=value, told=pl.lit(None, pl.Float64), protected=pl.lit(False)
        )
    )


def _several(places: pl.DataFrame) -> pl.DataFrame:
    return places.filter(pl.len().over("degree_code", "institution") > 1)


def _sum_taught(draft: Draft, groups: pl.DataFrame, places: pl.DataFrame) -> None:
    """An institution's are those of its counties; a county's are those of its institutions."""
    taught = groups.filter(pl.col("breakdown").is_in([TAUGHT, "institution"]))
    inner = pl.when(pl.col("breakdown") == TAUGHT).then(pl.col("value").str.split(":").list.get(0))
    draft.sum(to_cells(taught, inner, "institution", 0))
    single = places.join(_several(places), on=["degree_code", "institution"], how="anti")
    lies = single.select(
        pl.col("degree_code").alias("subject"), pl.col("institution").alias("value"), "study_county"
    )
    mine = groups.join(lies, on=["subject", "value"], how="left")
    county = (
        pl.when(pl.col("breakdown") == TAUGHT)
        .then(pl.col("value").str.split(":").list.get(1))
        .when(pl.col("breakdown") == "institution")
        .then("study_county")
    )
    parts = to_cells(mine, county, "study_county", 0)
    every = places.group_by("degree_code", "study_county").len("every")
    whole = draft.groups.select(whole="id", degree_code="subject", study_county="value")
    parts = parts.join(whole, on="whole").join(every, on=["degree_code", "study_county"], how="left")
    here = pl.len().over("whole").cast(pl.Int64)
    gap = ABSENT * (pl.col("every").cast(pl.Int64).fill_null(0) - here).clip(0)
    draft.sum(parts.with_columns(gap=gap))
    by_sex = {"institution_sex": "study_county_sex"}
    for inside, outside in by_sex.items():
        named = pl.col("value").str.split(":")
        mine = groups.filter(pl.col("breakdown").is_in([inside, outside]))
        mine = mine.with_columns(of=named.list.get(0), sex=named.list.get(1))
        mine = mine.join(lies.rename({"value": "of"}), on=["subject", "of"], how="left")
        lies_in = pl.concat_str("study_county", "sex", separator=":")
        parts = to_cells(mine, pl.when(pl.col("breakdown") == inside).then(lies_in), outside, 0)
        # Who is taught by an institution that teaches in several counties may be here or there.
        draft.sum(parts.with_columns(gap=pl.lit(None, pl.Int64)))
