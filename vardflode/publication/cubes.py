"""Cubes: every published table as dimensions, numbers and the reason where a number is missing.

All files and the whole report are made from these. A cube has one breakdown, so that each of its dimensions
has one meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from vardflode.disclosure.declared import BY_NAME, EVERY, NESTED, TOTAL, Table
from vardflode.publication.labels import DEGREES, Words, dimension, label, measures, symbol, table_title
from vardflode.publication.texts import alphabetical

SHOWN, HIDDEN, NOT_APPLICABLE, NOT_OBSERVED = "shown", "hidden", "not_applicable", "not_observed"
# The numbers of each published table, in the order of the files.
NUMBERS = {table.name: tuple(table.numbers) for table in EVERY if table.numbers}
# Dimensions of time (in cohorts, an entry of a window each), and of places on a map.
TIME = ("year", *dict.fromkeys(table.cohort for table in EVERY if table.is_pooled))
PLACES = ("county", "home_county", "study_county", "work_county", "area")
# How the gate tells which numbers of a row are missing; the files tell it by number.
_COLUMNS_OF_REASONS = ("hidden_columns", "not_applicable_columns")
# Codes that stand first and last in their dimension.
_FIRST, _LAST = (TOTAL, "00"), ("unknown",)
# Dimensions whose codes stand in the order of their Swedish names, since readers do not know the codes.
_BY_NAME = ("institution", "profession_code")


# What codes are called, by dimension and code.
Names = Mapping[str, Mapping[str, Words]]


@dataclass(frozen=True)
class Dimension:
    """A dimension: its name, the kind of codes that it has, and the codes in the order of the cube.

    `names`: what codes are called that the publisher gave them (scenarios); of others the code lists say it.
    """

    name: str
    kind: str
    codes: Sequence[str]
    names: Mapping[str, Words] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """What it is called."""
        return dimension(self.kind if self.name == "area" else self.name)[language]

    def label(self, code: str, language: str) -> str:
        """What a code is called."""
        own = self.names.get(code)
        return own[language] if own else label(self.kind, code, language)


@dataclass(frozen=True)
class Cube:
    """A table with one row a combination of codes that is published.

    `frame`: the dimensions' columns (text), then for each number its column and `<number>_status`: shown,
    hidden, not_applicable or not_observed. A combination that is not there is not observed.
    """

    name: str
    table: str
    title: Words
    dimensions: Sequence[Dimension]
    metrics: Sequence[str]
    frame: pl.DataFrame

    @property
    def keys(self) -> list[str]:
        """Names of the dimensions."""
        return [d.name for d in self.dimensions]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of codes of each dimension, and of numbers."""
        return (*(len(d.codes) for d in self.dimensions), len(self.metrics))

    @cached_property
    def dense(self) -> tuple[np.ndarray, np.ndarray]:
        """Values (float, NaN where missing) and statuses of every combination, in the order of `shape`."""
        values = np.full(self.shape, np.nan)
        statuses = np.full(self.shape, NOT_OBSERVED, dtype=object)
        place: tuple[Any, ...] = tuple(
            self.frame[d.name]
            .replace_strict(list(d.codes), list(range(len(d.codes))), return_dtype=pl.Int64)
            .to_numpy()
            for d in self.dimensions
        )
        for codes in nobody(self):
            is_count = np.isin(self.metrics, BY_NAME[self.table].counts)
            inside = self._inside(codes)
            values[inside] = np.where(is_count, 0, np.nan)
            statuses[inside] = np.where(is_count, SHOWN, NOT_APPLICABLE)
        for codes in inapplicable(self):
            inside = self._inside(codes)
            values[inside], statuses[inside] = np.nan, NOT_APPLICABLE
        for number, name in enumerate(self.metrics):
            values[(*place, number)] = self.frame[name].cast(pl.Float64).to_numpy()
            statuses[(*place, number)] = self.frame[f"{name}_status"].to_numpy()
        return values, statuses

    def _inside(self, codes: Mapping[str, set[str]]) -> Any:
        """Where the combinations of codes stand; a dimension that is not named has all."""
        return np.ix_(
            *(
                [place for place, code in enumerate(d.codes) if code in codes.get(d.name, d.codes)]
                for d in self.dimensions
            )
        )

    def written(self, value: float | None, status: str) -> str:
        """A number as files write it: exactly, or the symbol of the reason why it is missing."""
        if status != SHOWN or value is None:
            return symbol(status)
        return plain(value)


def inapplicable(cube: Cube) -> Iterator[dict[str, set[str]]]:
    """Combinations of codes that the definitions give no meaning: they are missing for that, not for time."""
    codes, table = {d.name: set(d.codes) for d in cube.dimensions}, BY_NAME[cube.table]
    for name, of_licence in table.licensed_only.items():
        no_licence = {code for code in codes["degree_code"] if not DEGREES[code]["yrkeskod"]}
        yield {"degree_code": no_licence, name: set(of_licence)}
    for part, parts in table.parts.items():
        for name, by_part in parts.only.items():
            yield {part: codes[part] - {TOTAL}, name: codes[name] - set(by_part)}


def nobody(cube: Cube) -> list[dict[str, set[str]]]:
    """Combinations of codes where a row that is missing says that there is nobody: others of the same degree,
    window and measure are told. (What no row tells of may be kept back, or not yet observed.)
    """
    table = BY_NAME[cube.table]
    if not table.has_noise or not (table.is_pooled or table.base):
        return []
    told = [name for name in cube.keys if name not in table.parts]
    # All of them may be told, and none by a part.
    parts = {d.name: set(d.codes) for d in cube.dimensions if d.name in table.parts and TOTAL in d.codes}
    rows = cube.frame.filter(pl.col(f"{cube.metrics[0]}_status") != NOT_APPLICABLE)
    groups = rows.select(*told, *((pl.col(of) == TOTAL).alias(of) for of in parts)).unique()
    return [
        {name: {row[name]} for name in told}
        | {of: {TOTAL} if row[of] else codes - {TOTAL} for of, codes in parts.items()}
        for row in groups.iter_rows(named=True)
    ]


def plain(value: float) -> str:
    """A number with all its decimals and no more."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def cubes(tables: Mapping[str, pl.DataFrame], names: Names | None = None) -> list[Cube]:
    """Every cube that the published tables hold, in the order of the files.

    Args:
        tables: by name, as the gate writes them.
        names: what codes are called that no code list has, by dimension and code.
    """
    found: list[Cube] = []
    for table in NUMBERS:
        if table in tables:
            found += _of(BY_NAME[table], with_statuses(table, tables[table]), names or {})
    return [cube for cube in found if cube.frame.height]


def with_statuses(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A published table: what identifies a row, its `status` if it has one, each number with
    `<number>_status`.
    """
    numbers = NUMBERS[table]
    keys = [name for name in frame.columns if name not in {*numbers, *_COLUMNS_OF_REASONS}]
    told = (each for name in numbers for each in _number(BY_NAME[table], name, frame.columns))
    return frame.select(*keys, *told)


def _of(table: Table, frame: pl.DataFrame, names: Names) -> Iterator[Cube]:
    """A cube of a table; of one with an attribute at a time, one each."""
    begin, end = (pl.col(name).cast(pl.String) for name in table.time)
    time = table.cohort if table.is_pooled else "year"
    frame = frame.with_columns(pl.when(begin == end).then(begin).otherwise(begin + "-" + end).alias(time))
    keys = list(dict.fromkeys(time if name in table.time else name for name in table.key))
    if not table.value:
        yield _cube(table.name, table, frame, {name: name for name in keys}, names)
        return
    by = frame.partition_by(table.by, as_dict=True, maintain_order=True)
    for kind in sorted((str(kind) for (kind,) in by), key=lambda kind: (kind != TOTAL, kind)):
        part, place = by[(kind,)], keys.index(table.by)
        kinds = {table.value: kind}
        if table.value == "breakdown_value":  # a nested one has a dimension for each of its attributes
            attributes = NESTED.get(kind, () if kind == TOTAL else (kind,))
            codes = pl.col(table.value).str.split(":").list
            part = part.with_columns(codes.get(i).alias(name) for i, name in enumerate(attributes))
            kinds = {name: name for name in attributes}
        before, after = ({name: name for name in some} for some in (keys[:place], keys[place + 2 :]))
        yield _cube(f"{table.name}_{kind}", table, part, before | kinds | after, names)


def _cube(name: str, table: Table, frame: pl.DataFrame, keys: Mapping[str, str], names: Names) -> Cube:
    """A cube with these dimensions: name, and kind of codes."""
    numbers = tuple(table.numbers)
    columns = [column for number in numbers for column in (number, f"{number}_status")]
    frame = frame.select(*keys, *columns)
    dimensions = [
        Dimension(key, kind, _ordered(frame[key], kind), names.get(kind, {})) for key, kind in keys.items()
    ]
    frame = frame.sort(
        [pl.col(d.name).replace_strict(list(d.codes), list(range(len(d.codes)))) for d in dimensions]
    )
    return Cube(name, table.name, _title(table.name, dimensions), dimensions, numbers, frame)


def _number(table: Table, name: str, columns: list[str]) -> list[pl.Expr]:
    """A number and why it is missing."""
    value = pl.col(name).cast(pl.Int64) if name == "series_break" else pl.col(name)
    missing = pl.lit(NOT_OBSERVED)
    if "status" in columns:
        missing = (
            pl.when(pl.col("status") == NOT_APPLICABLE).then(pl.lit(NOT_APPLICABLE)).otherwise(pl.lit(HIDDEN))
        )
    if "hidden_columns" in columns:
        named = pl.col("hidden_columns").str.split(" ").list.contains(name)
        missing = pl.when(named).then(pl.lit(HIDDEN)).otherwise(pl.lit(NOT_OBSERVED))
    if "not_applicable_columns" in columns:
        named = pl.col("not_applicable_columns").str.split(" ").list.contains(name)
        for of in table.derived:
            if of.name == name and of.whole not in table.counts:  # missing because that was not delivered
                named &= pl.col(of.whole).is_not_null()
        missing = pl.when(named).then(pl.lit(NOT_APPLICABLE)).otherwise(missing)
    status = pl.when(value.is_null()).then(missing).otherwise(pl.lit(SHOWN))
    return [value.alias(name), status.alias(f"{name}_status")]


def _ordered(codes: pl.Series, kind: str) -> list[str]:
    def place(code: str) -> tuple:
        number = code.rpartition("_")[2] if kind == "measure" else code
        # Measures in the order of the flow, and "within 2 years" before "within 10".
        order = list(_measure_order()).index(code) if code in _measure_order() else 99
        # Codes that are numbers stand in their order.
        known = (order if kind == "measure" else 0, int(number) if number.isdigit() else -1)
        name = alphabetical(label(kind, code, "sv")) if kind in _BY_NAME else ""
        return (code not in _FIRST, code in _LAST, *known, name, code)

    return sorted(codes.unique().to_list(), key=place)


def _measure_order() -> tuple[str, ...]:
    return ("applied", "started", *measures())


def _title(table: str, dimensions: Sequence[Dimension]) -> Words:
    def text(language: str) -> str:
        names = [d.title(language) for d in dimensions]
        by = " efter " if language == "sv" else " by "
        last = " och " if language == "sv" else " and "
        listed = (
            ", ".join(name[0].lower() + name[1:] for name in names[:-1])
            + last
            + (names[-1][0].lower() + names[-1][1:])
        )
        return table_title(table)[language] + by + listed

    return {"sv": text("sv"), "en": text("en")}
