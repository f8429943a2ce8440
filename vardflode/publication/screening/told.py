"""What the published tables say, number by number: what every file is held against.

Worked out from the gate's own columns, apart from the cubes that the files are written from: a number that a
cube or a writer loses, moves or changes differs from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from vardflode.disclosure.declared import BY_NAME, Table
from vardflode.publication.cubes import HIDDEN, NOT_APPLICABLE, NOT_OBSERVED, SHOWN, Cube
from vardflode.publication.labels import WORDS

NUMBER, STATUS = "metric", "_status"
# How the gate tells which numbers of a row are missing; files tell it by number.
_REASONS = ("hidden_columns", "not_applicable_columns")
SYMBOLS: dict[str, str] = {status: reason["symbol"] for status, reason in WORDS["reasons"].items()}


def numbers_of(table: str) -> Sequence[str]:
    """The numbers that a row of a published table has."""
    return BY_NAME[table].numbers


def told(table: str, published: pl.DataFrame) -> pl.DataFrame:
    """A published table as CSV and Parquet must have it: what identifies a row, then each number with
    `<number>_status`: shown, or why it is missing.
    """
    numbers = numbers_of(table)
    if not numbers:
        return published
    keys = [name for name in published.columns if name not in (*numbers, *_REASONS)]
    columns: list[pl.Expr | str] = [*keys]
    for name in numbers:
        value = pl.col(name).cast(pl.Int64) if published.schema[name] == pl.Boolean else pl.col(name)
        columns += [value, _status(BY_NAME[table], name, published.columns).alias(name + STATUS)]
    return published.select(columns)


def _status(table: Table, name: str, columns: Sequence[str]) -> pl.Expr:
    """Shown, or why not: by the row's status, or by the gate's lists of columns."""
    hidden, senseless = pl.lit(False), pl.lit(False)
    if "status" in columns:
        senseless = pl.col("status") == NOT_APPLICABLE
        hidden = ~senseless
    of_hidden, of_senseless = (
        pl.col(of).str.split(" ").list.contains(name) if of in columns else None for of in _REASONS
    )
    if of_hidden is not None:  # where the gate names the numbers, a row's status says less
        hidden, senseless = of_hidden, pl.lit(False)
    if of_senseless is not None:
        senseless = of_senseless
        # What is computed of something that was not delivered is waited for.
        for of in (d.whole for d in table.derived if d.name == name and d.whole not in table.counts):
            senseless &= pl.col(of).is_not_null()
    return (
        pl.when(pl.col(name).is_not_null())
        .then(pl.lit(SHOWN))
        .when(senseless)
        .then(pl.lit(NOT_APPLICABLE))
        .when(hidden)
        .then(pl.lit(HIDDEN))
        .otherwise(pl.lit(NOT_OBSERVED))
    )


def facts(cube: Cube, published: pl.DataFrame) -> pl.DataFrame:
    """Every number that a cube must hold, one a row: the codes of its dimensions (text), `metric`, `value`
    (a number, None where it is missing) and `status`.
    """
    rows = told(cube.table, published)
    part = cube.name.removeprefix(cube.table).removeprefix("_")
    if part:
        rows = rows.filter(pl.col(BY_NAME[cube.table].by) == part)
    keys = [code.alias(name) for name, code in _codes(cube, rows.columns)]
    return pl.concat(
        rows.select(
            *keys,
            pl.lit(name).alias(NUMBER),
            pl.col(name).cast(pl.Float64).alias("value"),
            pl.col(name + STATUS).alias("status"),
        )
        for name in numbers_of(cube.table)
    )


def _codes(cube: Cube, columns: Sequence[str]) -> Iterator[tuple[str, pl.Expr]]:
    """What a row's code of each dimension is: a column, a window of cohorts, or a part of what it is by."""
    begin, end = (pl.col(f"cohort_{side}").cast(pl.String) for side in ("from", "to"))
    place = 0
    for name in cube.keys:
        if name in columns:
            yield name, pl.col(name).cast(pl.String)
        elif name.endswith("cohort"):
            yield name, pl.when(begin == end).then(begin).otherwise(begin + "-" + end)
        else:
            yield name, pl.col(BY_NAME[cube.table].value).str.split(":").list.get(place)
            place += 1


def grid(axes: Mapping[str, Sequence[str]], texts: Sequence[str]) -> pl.DataFrame:
    """Texts in the order of the last axis, then the one before it, and so on, each with its codes.

    Raises:
        ValueError: there are more or fewer texts than combinations.
    """
    expected = math.prod(map(len, axes.values()))
    if len(texts) != expected:
        raise ValueError(f"expected {expected} values, found {len(texts)}")
    columns, inner = {}, expected
    place = pl.Series(range(expected), dtype=pl.Int64)
    for name, codes in axes.items():
        inner //= len(codes)
        columns[name] = pl.Series(codes, dtype=pl.String).gather(place // inner % len(codes))
    return pl.DataFrame(columns | {"text": pl.Series(texts, dtype=pl.String)})


def differences(
    name: str,
    cube: Cube,
    wanted: pl.DataFrame,
    found: pl.DataFrame,
    slack: Mapping[str, float] | float = 0,
) -> Iterator[str]:
    """What a file says otherwise than the published table.

    Args:
        name: of the file.
        cube: which the file holds.
        wanted: its `facts`.
        found: the codes of the cube's dimensions, `metric` and `text` (a number or the sign of a reason) of
            every cell of the file.
        slack: by how much a number may be rounded: so much by number, or a fraction of it.
    """
    keys = [*cube.keys, NUMBER]
    if twice := found.height - found.select(keys).n_unique():
        yield f"{name}: {twice} cells are there twice"
    both = wanted.join(found.select(*keys, "text"), on=keys, how="left", maintain_order="left")
    value, read = pl.col("value"), pl.col("text").cast(pl.Float64, strict=False)
    allowed = (
        value.abs() * slack
        if isinstance(slack, float | int)
        else pl.col(NUMBER).replace_strict(dict(slack), return_dtype=pl.Float64)
    )
    right = (
        pl.when(pl.col("status") == SHOWN)
        .then((read - value).abs() <= allowed)
        .otherwise(pl.col("text") == pl.col("status").replace_strict(SYMBOLS, default=None))
    )
    for number in numbers_of(cube.table):
        mine = both.filter(pl.col(NUMBER) == number)
        if lost := mine["text"].null_count():
            yield f"{name}, {number}: {lost} numbers are not there"
        if wrong := mine.filter(pl.col("text").is_not_null() & ~right.fill_null(False)).height:
            yield f"{name}, {number}: {wrong} cells are not those published"
    beyond = found.join(wanted, on=keys, how="anti")
    if untold := beyond.filter(~_is_empty(cube, wanted)).height:
        yield f"{name}: {untold} cells tell what no row of the published table tells"


def _is_empty(cube: Cube, wanted: pl.DataFrame) -> pl.Expr:
    """Whether a cell that no published row has is rightly empty: it is missing, or a count of nobody beside
    others of the same table, degree, window and measure that are told.
    """
    declared = BY_NAME[cube.table]
    group = [
        name
        for name in cube.keys
        if (name in declared.key or name.endswith("cohort")) and name not in declared.parts
    ]
    known = wanted.filter(pl.col("status") != NOT_APPLICABLE).select(group).unique()
    is_known = pl.struct(group).is_in(known.to_struct("_").implode())
    is_count = pl.col(NUMBER).is_in([*declared.counts])
    missing = pl.col("text").is_in([SYMBOLS[NOT_APPLICABLE], SYMBOLS[NOT_OBSERVED]])
    return missing | (is_known & is_count & (pl.col("text") == "0"))
