"""A model in the making: groups by table, subject, window, cell and what is counted, and how they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from vardflode.disclosure.noise import Noise
from vardflode.sdc.model import OPEN, UNKNOWN, Model

# What names a group: whose (a degree, a year), which cohorts, which cell, and what is counted in it.
CELL = ["subject", "since", "until", "breakdown", "value"]
GROUP = ["kind", *CELL, "name"]
SCHEMA: dict[str, Any] = {
    "kind": pl.String,
    "subject": pl.String,
    "since": pl.Int64,
    "until": pl.Int64,
    "breakdown": pl.String,
    "value": pl.String,
    "name": pl.String,
}
TERMS = ["of", "high", "group", "weight"]
# So many persons a row that is not there may hold: its base is told as zero.
ABSENT = 4


@dataclass
class Draft:
    """`groups`: GROUP, `id`, `told` (null: not told), `protected`. `places`: for each table where its numbers
    stand: `id`, `column`, the row's key, and whether the row `is_there`.
    """

    groups: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema=SCHEMA | {"id": pl.Int64, "told": pl.Float64, "protected": pl.Boolean}
        )
    )
    places: dict[str, pl.DataFrame] = field(default_factory=dict)
    nested: list[pl.DataFrame] = field(default_factory=list)
    # Terms of relations: `of` (the number of the relation in its frame, and the `high` that it has), `group`,
    # `weight`.
    sums: list[pl.DataFrame] = field(default_factory=list)
    claims: list[pl.DataFrame] = field(default_factory=list)
    # Groups (`id`) whose told number is known to lie between two.
    limits: list[pl.DataFrame] = field(default_factory=list)
    # Groups (`id`) whose count lies between `least` and `most`: a rounded number tells it.
    bounds: list[pl.DataFrame] = field(default_factory=list)

    def add(self, groups: pl.DataFrame) -> None:
        """Groups (GROUP, `told`, `protected`); one that is there in several places is told what any of them
        tells.
        """
        new = groups.group_by(GROUP, maintain_order=True).agg(
            pl.col("told").cast(pl.Float64).max(), pl.col("protected").any()
        )
        new = new.select(*(pl.col(c).cast(kind) for c, kind in SCHEMA.items()), "told", "protected")
        ids = pl.int_range(len(self.groups), len(self.groups) + len(new), dtype=pl.Int64).alias("id")
        self.groups = pl.concat([self.groups, new.with_columns(ids).select(self.groups.columns)])

    def stand(self, table: str, numbers: pl.DataFrame, key: Sequence[str]) -> None:
        """Where the numbers of a table stand: GROUP, `column`, `is_there`, and the row's key."""
        ids = self.groups.select(*GROUP, "id")
        self.places[table] = (
            numbers.cast(pl.Schema(SCHEMA)).join(ids, on=GROUP).select("id", "column", "is_there", *key)
        )

    def of(self, kind: str) -> pl.DataFrame:
        """The groups of a kind."""
        return self.groups.filter(pl.col("kind") == kind)

    def nest(self, pairs: pl.DataFrame) -> None:
        """Pairs of ids: `child` lies in `parent`; `is_base`: it is told out of it."""
        self.nested.append(
            pairs.select("child", "parent", "is_base").filter(pl.col("child") != pl.col("parent"))
        )

    def sum(self, parts: pl.DataFrame) -> None:
        """Parts (ids `part`, `whole`) that make up the wholes, but for `gap` persons at most who have no row
        (null: any number), the same for a whole's parts.
        """
        parts = parts.select("whole", "part", "gap")
        wholes = parts.group_by("whole", maintain_order=True).agg(
            pl.col("gap").first().fill_null(OPEN).cast(pl.Float64).alias("high")
        )
        wholes = wholes.with_row_index("of").with_columns(group="whole", weight=1.0)
        inside = parts.join(wholes, on="whole").with_columns(group="part", weight=-1.0)
        self.sums.append(pl.concat([frame.select(TERMS) for frame in (wholes, inside)]))

    def claim(self, terms: pl.DataFrame) -> None:
        """Sums of weighted groups (`claim`, `id`, `weight`) that are not below zero; `claim` is any name of
        each.
        """
        of = pl.col("claim").rank("dense") - 1
        high = pl.lit(float(OPEN))
        self.claims.append(
            terms.select(of=of, high=high, group="id", weight=pl.col("weight").cast(pl.Float64))
        )

    def model(self, noise: Noise) -> Model:
        """The model; a number that is told may come from other counts by the noise table."""

        def column(frames: Sequence[pl.DataFrame], name: str, kind: type) -> np.ndarray:
            return np.concatenate([np.empty(0, kind), *(f[name].to_numpy().astype(kind) for f in frames)])

        terms = [*self.sums, *self.claims]
        relations = [frame.unique("of").sort("of") for frame in terms]
        sizes = [len(frame) for frame in relations]
        of = [frame["of"].to_numpy() + sum(sizes[:k]) for k, frame in enumerate(terms)]
        told = self.groups["told"].fill_null(UNKNOWN).to_numpy().astype(int)
        least, most = noise.ends(told)
        for limits in self.limits:
            ids, low, high = (limits[c].to_numpy() for c in ("id", "lowest", "highest"))
            # A number never told lies between two that are.
            np.maximum.at(least, ids, noise.ends(noise.near(low, 1))[0])
            np.minimum.at(most, ids, noise.ends(noise.near(high, -1))[1])
        for bounds in self.bounds:
            ids, low, high = (bounds[c].to_numpy() for c in ("id", "least", "most"))
            np.maximum.at(least, ids, low)
            np.minimum.at(most, ids, high)
        return Model(
            told=told,
            least=least.astype(float),
            most=most.astype(float),
            protected=self.groups["protected"].to_numpy().astype(bool),
            child=column(self.nested, "child", int),
            parent=column(self.nested, "parent", int),
            is_base=column(self.nested, "is_base", bool),
            high=column(relations, "high", float),
            is_sum=np.arange(sum(sizes)) < sum(sizes[: len(self.sums)]),
            of=np.concatenate([np.empty(0, int), *of]).astype(int),
            group=column(terms, "group", int),
            weight=column(terms, "weight", float),
        )


def joined(groups: pl.DataFrame, child: str, parent: str, is_base: bool = False) -> pl.DataFrame:
    """Pairs of groups of one cell by what is counted."""
    cell = ["kind", *CELL]
    inner = groups.filter(pl.col("name") == child).select(*cell, pl.col("id").alias("child"))
    outer = groups.filter(pl.col("name") == parent).select(*cell, pl.col("id").alias("parent"))
    return inner.join(outer, on=cell).with_columns(pl.lit(is_base).alias("is_base"))


def to_totals(groups: pl.DataFrame, breakdown: str, values: int | None) -> pl.DataFrame:
    """The parts of the totals by one attribute, of at most so many values (None: nobody can be sure)."""
    key = ["kind", "subject", "since", "until", "name"]
    total = groups.filter(pl.col("breakdown") == "total").select(*key, pl.col("id").alias("whole"))
    parts = groups.filter(pl.col("breakdown") == breakdown).select(*key, pl.col("id").alias("part"))
    return _with_gap(parts.join(total, on=key), values)


def _with_gap(parts: pl.DataFrame, values: int | None) -> pl.DataFrame:
    here = pl.len().over("whole").cast(pl.Int64)
    gap = pl.lit(None, pl.Int64) if values is None else ABSENT * (values - here).clip(0)
    return parts.with_columns(gap.alias("gap"))


def to_cells(groups: pl.DataFrame, inner: pl.Expr, breakdown: str | None, values: int | None) -> pl.DataFrame:
    """The parts of the cells of another breakdown (None: of any): `inner` gives the value that each group
    lies in.
    """
    key = ["kind", "subject", "since", "until", "name"]
    outer = groups if breakdown is None else groups.filter(pl.col("breakdown") == breakdown)
    outer = outer.select(*key, pl.col("value").alias("in"), pl.col("id").alias("whole"))
    parts = groups.with_columns(inner.alias("in")).filter(pl.col("in").is_not_null())
    parts = parts.select(*key, "in", pl.col("id").alias("part"))
    return _with_gap(parts.join(outer, on=[*key, "in"]), values)


def with_pieces(draft: Draft, kind: str) -> None:
    """Windows that overlap are made of the same pieces: add what is not told of them, and the sums."""
    groups = draft.of(kind)
    key = [c for c in GROUP if c not in ("since", "until")]
    windows = groups.select("subject", "since", "until").unique(maintain_order=True)
    cuts = pl.concat(
        [windows.select("subject", cut="since"), windows.select("subject", cut=pl.col("until") + 1)]
    ).unique()
    begins = cuts.sort("subject", "cut").with_columns(end=pl.col("cut").shift(-1).over("subject") - 1)
    begins = begins.filter(pl.col("end").is_not_null())
    inside = windows.join(begins, on="subject").filter(
        pl.col("cut") >= pl.col("since"), pl.col("end") <= pl.col("until")
    )
    cut = inside.filter(pl.len().over("subject", "since", "until") > 1)
    if not len(cut):
        return
    window = ["subject", "since", "until"]
    wholes = groups.join(cut, on=window)
    pieces = wholes.select(*key, since="cut", until="end").unique(maintain_order=True)
    new = pieces.join(groups, on=GROUP, how="anti", maintain_order="left")
    draft.add(new.with_columns(told=pl.lit(None, pl.Float64), protected=pl.lit(False)))
    of = draft.of(kind).select(*key, cut="since", end="until", part="id")
    draft.sum(
        wholes.select(*key, "cut", "end", pl.col("id").alias("whole"))
        .join(of, on=[*key, "cut", "end"])
        .with_columns(gap=pl.lit(0))
    )
