"""The row rules: which rows of a delivered table are set aside, and why.

Rules are tried in the order of `RULES`, and within a rule the columns in the contract's order; the first
that hits is the one recorded. Source: the contract, "What is rejected, what is set aside".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from vardflode.deliveries.contract import Codes, Column, Table
from vardflode.deliveries.hints import value_hint
from vardflode.deliveries.quoting import shown
from vardflode.deliveries.reading import LINE
from vardflode.deliveries.recoding import NOW, with_codes_in_force

RULES = ("type", "required", "code", "range", "duplicate", "after_death")
FILE = "_file"
# A sign that is seen: none are spaces, control characters, signs of no width and the empty Braille cell.
_SEEN = r"[^\s\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\x{2800}]"
_FORMATS = {
    "id": (r"^[0-9]{6,9}$", "6-9 digits"),
    "int": (r"^-?[0-9]+$", "a whole number"),
    "year": (r"^[0-9]{4}$", "a year YYYY"),
    "term": (r"^[0-9]{4}[12]$", "a term YYYY1 or YYYY2"),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date YYYY-MM-DD"),
}
QUARANTINE = {
    "file": pl.String,
    "line": pl.UInt32,
    "rule": pl.String,
    "column_name": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "row": pl.String,
}


def judge_values(
    texts: pl.DataFrame, table: Table, valid_to: dt.date, file_years: dict[str, int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge rows of one table each by itself.

    Args:
        texts: every column of the contract as text, with `_line` and `_file`.
        table: the table's contract.
        valid_to: the delivery's `avser_till`.
        file_years: the year of each file that is one year's.

    Returns:
        The good rows, typed, with `now:<column>` where a code was replaced (`recoding`); and those that are
        set aside (`QUARANTINE`).
    """
    typed = texts.select(*(_typed(column) for column in table.columns), FILE, LINE)
    typed = with_codes_in_force(typed, table)
    both = typed.with_columns(texts[name].alias(f"text:{name}") for name in table.column_names)
    rules = list(_value_rules(table, valid_to, file_years, set(typed.columns)))
    # One pass tells which rules hit at all; mostly none does.
    hit = both.select(rule.hit.fill_null(value=False).any().alias(str(i)) for i, rule in enumerate(rules))
    hits = hit.row(0) if rules else ()
    bad = _first([_findings(both, rule) for rule, any_row in zip(rules, hits, strict=True) if any_row])
    good = typed.join(bad, on=[FILE, LINE], how="anti", maintain_order="left") if bad.height else typed
    return good, _with_row(bad, texts, table)


def _typed(column: Column) -> pl.Expr:
    """The value as read. What is not of the type may come out as anything: its row is set aside for it."""
    value = pl.col(column.name)
    match column.type:
        case "int":
            return value.cast(pl.Int64, strict=False)
        case "year" | "term":
            return value.cast(pl.Int32, strict=False)
        case "date":
            return value.str.to_date("%Y-%m-%d", strict=False)
        case _:
            return value


class _Rule(NamedTuple):
    """A rule on one column: what hits sees typed columns by name, delivered texts as `text:<name>`."""

    rule: str
    position: int
    column: Column
    hit: pl.Expr
    expected: str
    codes: Codes | None = None

    def reason(self, value: str | None) -> str:
        """Why a row with this value is set aside; of a person's number only how long it is."""
        if value is None or self.rule == "required":
            return self.expected
        if self.column.type == "id":
            return f"{self.expected}, found another text of {len(value)} characters (not repeated here)"
        known = self.codes.former if self.codes else ()
        former = next((code for code in known if code.code == value), None)
        if self.rule == "code" and former:
            return f"{self.expected}, found {value}{former.told()}"
        hint = value_hint(self.column, value, self.codes) if self.rule in ("type", "code") else ""
        return f"{self.expected}, found {shown(value)}{hint}"


def _value_rules(
    table: Table, valid_to: dt.date, file_years: dict[str, int], there: set[str]
) -> Iterator[_Rule]:
    """Each rule on one value. `there` are the columns of the rows, `now:` ones among them."""
    for position, column in enumerate(table.columns):
        text, value = pl.col(f"text:{column.name}"), pl.col(column.name)
        if column.type in _FORMATS:
            pattern, expected = _FORMATS[column.type]
            wrong = ~text.str.contains(pattern)
            if column.type == "date":
                wrong |= value.is_null() & text.is_not_null()
            yield _Rule("type", position, column, wrong, f"expected {expected}")
        if not column.optional:
            empty = text.is_null() | (~text.str.contains(_SEEN) if column.type == "text" else pl.lit(False))
            yield _Rule("required", position, column, empty, "expected a value, found none")
        now = pl.col(NOW + column.name) if NOW + column.name in there else text
        for hit, expected, codes in _code_rules(column, text, now):
            yield _Rule("code", position, column, hit, expected, codes)
        for hit, expected in _range_rules(column, table, text, value, valid_to, file_years):
            yield _Rule("range", position, column, hit, expected)


def _code_rules(column: Column, text: pl.Expr, now: pl.Expr) -> Iterator[tuple[pl.Expr, str, Codes | None]]:
    if column.pattern:
        yield ~text.str.contains(f"^(?:{column.pattern})$"), f"expected the pattern {column.pattern}", None
    if column.codes:
        yield _outside(now, column.codes), f"expected a code of {column.codes.source}", column.codes
    for case, codes in column.cases.items():
        applies = pl.col(f"text:{column.by}") == case
        yield (
            applies & _outside(now, codes),
            f"expected a code of {codes.source} where {column.by} is {case}",
            codes,
        )


def _outside(text: pl.Expr, codes: Codes) -> pl.Expr:
    return ~text.is_in(list(codes.values))


def _range_rules(
    column: Column,
    table: Table,
    text: pl.Expr,
    value: pl.Expr,
    valid_to: dt.date,
    file_years: dict[str, int],
) -> Iterator[tuple[pl.Expr, str]]:
    if column.type == "int":
        yield text.is_not_null() & value.is_null(), "expected a number of at most 18 digits"
    for side, limit, hit in (("least", column.min, value.__lt__), ("most", column.max, value.__gt__)):
        if limit is not None:
            bound = dt.date.fromisoformat(str(limit)) if column.type == "date" else int(limit)
            yield hit(bound), f"expected at {side} {limit}"
    if column.type in ("date", "year", "term") and not column.may_be_future:
        last: dt.date | int = valid_to
        if column.type != "date":
            last = valid_to.year if column.type == "year" else last_term(valid_to)
        yield value > last, f"expected nothing after the delivery's avser_till {valid_to}"
    if table.yearly == column.name and file_years:
        year = pl.col(FILE).replace_strict(file_years, default=None, return_dtype=pl.Int32)
        yield (value != year).fill_null(value=False), "expected the year of the file"


def last_term(day: dt.date) -> int:
    """The term YYYYT that holds a day: spring (1) begins 1 January, autumn (2) 1 July."""
    return day.year * 10 + (1 if day.month < 7 else 2)


def _findings(both: pl.DataFrame, rule: _Rule) -> pl.DataFrame:
    """Rows that a rule hits, with the value as delivered."""
    name = rule.column.name
    found = both.filter(rule.hit.fill_null(value=False)).select(
        FILE,
        LINE,
        pl.lit(rule.rule).alias("rule"),
        pl.lit(name).alias("column_name"),
        pl.col(f"text:{name}").alias("value"),
    )
    reasons = {value: rule.reason(value) for value in found["value"].unique()}
    return found.with_columns(
        pl.Series("reason", [reasons[value] for value in found["value"]], dtype=pl.String),
        pl.lit(RULES.index(rule.rule) * 1000 + rule.position).alias("order"),
    )


_FOUND = {
    FILE: pl.String,
    LINE: pl.UInt32,
    "rule": pl.String,
    "column_name": pl.String,
    "value": pl.String,
    "reason": pl.String,
}


def _first(findings: list[pl.DataFrame]) -> pl.DataFrame:
    """Of several findings on one row the first rule's, and within it the first column's."""
    if not findings:
        return pl.DataFrame(schema=_FOUND)
    found = pl.concat(findings).sort("order", maintain_order=True)
    return found.unique([FILE, LINE], keep="first", maintain_order=True).drop("order").cast(pl.Schema(_FOUND))


def judge_keys(twice: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge the rows of keys that stand more than once, all rows of each key.

    Args:
        twice: good rows in the order of the files and lines; rows of other keys may be among them.
        table: the table's contract.

    Returns:
        Exact copies (alike in every value as read) but the first of each; and of what is left every row of a
        key that stands with different content, with `_other`: where another one stands.
    """
    kept = twice.unique(list(table.column_names), keep="first", maintain_order=True)
    copies = twice.join(kept, on=[FILE, LINE], how="anti")
    place = pl.format("line {} of {}", LINE, FILE)
    same = kept.filter(pl.struct(table.key).is_duplicated()).with_columns(place.alias("_place"))
    first, second = (pl.col("_place").get(n).over(table.key) for n in (0, 1))
    # Where the other one stands, and not which: a key tells a person.
    other = pl.when(pl.col("_place") == first).then(second).otherwise(first).alias("_other")
    return copies, same.with_columns(other).drop("_place")


def duplicates(same: pl.DataFrame, texts: pl.DataFrame, table: Table) -> pl.DataFrame:
    """What is said of rows that stand with different content (`judge_keys`), as spelt in these texts."""
    spelt = texts.join(same.select(FILE, LINE, "_other"), on=[FILE, LINE], how="inner", maintain_order="left")
    found = spelt.select(
        FILE,
        LINE,
        pl.lit("duplicate").alias("rule"),
        pl.lit(table.key[0]).alias("column_name"),
        pl.col(table.key[0]).alias("value"),
        pl.format(
            "expected each key ({}) once, found it again with other content on {}",
            pl.lit(", ".join(table.key)),
            "_other",
        ).alias("reason"),
    )
    return _with_row(found.cast(pl.Schema(_FOUND)), texts, table)


def after_death(good: pl.DataFrame, texts: pl.DataFrame, table: Table, deaths: pl.DataFrame) -> pl.DataFrame:
    """What is said of rows after the year of the person's death (`deaths`: `lopnr` and `death_year`)."""
    if not table.dead_after:
        return pl.DataFrame(schema=QUARANTINE)
    column = next(column for column in table.columns if column.name == table.dead_after)
    value = pl.col(column.name)
    year = {"date": value.dt.year(), "term": value // 10, "year": value}[column.type]
    late = good.join(deaths, on="lopnr", how="inner").filter(year > pl.col("death_year"))
    spelt = texts.join(late.select(FILE, LINE, "death_year"), on=[FILE, LINE], how="inner")
    found = spelt.select(
        FILE,
        LINE,
        pl.lit("after_death").alias("rule"),
        pl.lit(column.name).alias("column_name"),
        pl.col(column.name).alias("value"),
        pl.format(
            "expected nothing after the person's death in {}, found {}", "death_year", column.name
        ).alias("reason"),
    )
    return _with_row(found.cast(pl.Schema(_FOUND)), texts, table)


def _with_row(bad: pl.DataFrame, texts: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Add the whole row as delivered (JSON), so that nothing of it is lost."""
    if not bad.height:
        return pl.DataFrame(schema=QUARANTINE)
    rows = texts.join(bad, on=[FILE, LINE], how="semi").select(
        FILE, LINE, pl.struct(table.column_names).struct.json_encode().alias("row")
    )
    joined = bad.join(rows, on=[FILE, LINE], how="left").sort(FILE, LINE)
    return joined.rename({FILE: "file", LINE: "line"}).select(QUARANTINE.keys()).cast(QUARANTINE)  # type: ignore[arg-type]
