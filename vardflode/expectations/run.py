"""Hold the suites against a warehouse: DuckDB makes each frame small, Great Expectations judges it."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from vardflode.common.fingerprint import project_fingerprint
from vardflode.deliveries.quoting import shown
from vardflode.expectations.contents import Contents
from vardflode.expectations.suites import Expectation, Frame, Suite, SuiteError
from vardflode.settings import PROJECT

if TYPE_CHECKING:
    import pandas as pd

NO_ROWS = "no rows"
_SHOWN = 5
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set")


@dataclass(frozen=True)
class Result:
    """What one expectation found. `observed` is short: what was seen, or the first rows that do not hold.

    `key` is a checksum of all that decides the result (`_key`), the tables that are read among it; `rows_key`
    is so with the rows of the frame in their place.
    """

    suite: str
    table: str
    about_sv: str
    about_en: str
    name: str
    rule: str
    severity: str
    passed: bool
    observed: str
    means_sv: str
    means_en: str
    frame: str
    frame_rows: int
    key: str = ""
    rows_key: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to judge: no failure, and nothing that was seen to hold."""
        return self.passed and self.observed == NO_ROWS


def run_suites(
    con: duckdb.DuckDBPyConnection,
    suites: Sequence[Suite],
    progress: Callable[[Suite], None] | None = None,
    known: Iterable[Result] = (),
) -> list[Result]:
    """Judge every expectation, in the order of the suites.

    A frame without rows has nothing to judge: its expectations pass, and `NO_ROWS` is what was observed
    (`Result.is_empty`). A register that was not delivered stops no build; that its tables are empty is told.

    Args:
        con: the warehouse; it is only read.
        suites: from `load_suites`.
        progress: called with each suite before it is judged.
        known: results of before; one that the same would be judged by the same is not judged again.

    Raises:
        SuiteError: a frame's SQL does not run, or an expectation has a type, argument or column that is not
            there.
    """
    judge = _Judge()
    contents = Contents(con)
    held = {result.key: result for result in known}
    held_rows = {result.rows_key: result for result in known}
    results = []
    for suite in suites:
        if progress:
            progress(suite)
        found: dict[str, Result] = {}
        for frame in suite.frames:
            looking = [e for e in suite.expectations if e.frame == frame.name]
            keys = {e.name: _key(suite, frame, e, contents.read_by(frame.sql)) for e in looking}
            found |= {name: held[key] for name, key in keys.items() if key in held}
            if not (left := [e for e in looking if e.name not in found]):
                continue
            rows = _frame(con, suite, frame)
            # Other tables may give the same rows (another register's delivery is no news).
            rows_keys = {e.name: _key(suite, frame, e, [rows.to_csv()]) for e in left}
            found |= {e.name: held_rows[k] for e in left if (k := rows_keys[e.name]) in held_rows}
            new = [e for e in left if e.name not in found]
            for expectation, (passed, observed) in zip(
                new, judge.judge(suite, frame, rows, new), strict=True
            ):
                found[expectation.name] = _result(suite, expectation, passed, observed, len(rows))
            for name, rows_key in rows_keys.items():
                found[name] = replace(found[name], key=keys[name], rows_key=rows_key)
        results += [found[expectation.name] for expectation in suite.expectations]
    return results


def rule_text(expectation: Expectation) -> str:
    """What is expected, in one short line."""
    arguments = dict(expectation.arguments)
    kind = expectation.type
    if kind == "expect_column_values_to_be_between":
        return f"{arguments.get('column')}{_interval(arguments)}"
    if kind == "expect_column_pair_values_to_be_equal":
        return f"{arguments.get('column_A')} = {arguments.get('column_B')}"
    if kind == "expect_column_pair_values_a_to_be_greater_than_b":
        sign = "≥" if arguments.get("or_equal") else ">"
        return f"{arguments.get('column_A')} {sign} {arguments.get('column_B')}"
    words = kind.removeprefix("expect_").removeprefix("column_").replace("_", " ")
    column = arguments.pop("column", None)
    listed = ", ".join(f"{name} {_value(value)}" for name, value in arguments.items())
    return f"{f'{column}: ' if column else ''}{words}{f' ({listed})' if listed else ''}"


def _interval(arguments: dict[str, Any]) -> str:
    least, most = arguments.get("min_value"), arguments.get("max_value")
    if least is not None and least == most:
        return f" = {_value(least)}"
    if least is not None and most is not None:
        return f": {_value(least)} – {_value(most)}"
    return f" ≥ {_value(least)}" if least is not None else f" ≤ {_value(most)}"


def _result(suite: Suite, expectation: Expectation, passed: bool, observed: str, rows: int) -> Result:
    return Result(
        suite=suite.name,
        table=suite.table,
        about_sv=suite.about_sv,
        about_en=suite.about_en,
        name=expectation.name,
        rule=rule_text(expectation),
        severity=expectation.severity,
        passed=passed,
        observed=observed,
        means_sv=expectation.means_sv,
        means_en=expectation.means_en,
        frame=expectation.frame,
        frame_rows=rows,
    )


def _key(suite: Suite, frame: Frame, expectation: Expectation, content: Iterable[str]) -> str:
    """Checksum of an expectation, the code that judges it, and the content of what it looks at."""
    engines = (PROJECT / "uv.lock").read_bytes()
    parts = [project_fingerprint(Path(__file__).parent), hashlib.sha256(engines).hexdigest()]
    parts += [suite.about_sv, suite.about_en, repr(frame), repr(expectation), *content]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _frame(con: duckdb.DuckDBPyConnection, suite: Suite, frame: Frame) -> pd.DataFrame:
    place = f"{suite.file.parent.name}/{suite.file.name}, frame {frame.name}"
    try:
        statements = con.extract_statements(frame.sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise SuiteError(f"{place}: expected one SQL query, found something else than one select.")
        rows = con.sql(frame.sql).df()
    except duckdb.Error as error:
        raise SuiteError(f"{place}: the SQL does not run: {str(error).strip()}") from None
    if missing := [column for column in frame.by if column not in rows.columns]:
        raise SuiteError(f"{place}: `by` names {', '.join(missing)}, which the SQL does not give.")
    return rows


class _Judge:
    """One quiet Great Expectations context for a whole run."""

    def __init__(self) -> None:
        # Set before the import: nothing is sent anywhere.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from great_expectations.expectations.registry import get_expectation_impl

        self._gx = gx
        self._implementation = get_expectation_impl
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("frame")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")

    def judge(
        self, suite: Suite, frame: Frame, rows: pd.DataFrame, expectations: Sequence[Expectation]
    ) -> list[tuple[bool, str]]:
        """Whether each expectation holds in the frame, and what was seen."""
        wanted = [self._expectation(suite, expectation, rows) for expectation in expectations]
        if rows.empty:
            return [(True, NO_ROWS)] * len(expectations)
        # Whether it holds is quick to say; what is wrong is asked for only where it does not.
        failed = {
            name
            for name, result in self._validate(rows, wanted, "BOOLEAN_ONLY").items()
            if not result.success
        }
        details = self._validate(rows, [e for e in wanted if e.meta["name"] in failed], "SUMMARY")
        return [
            (False, _wrong(details[e.name], e, frame, rows)) if e.name in failed else (True, _seen(e, rows))
            for e in expectations
        ]

    def _validate(self, rows: pd.DataFrame, wanted: list[Any], detail: str) -> dict[str, Any]:
        """Results by name: Great Expectations gives them in an order of its own."""
        if not wanted:
            return {}
        validated = self._batches.get_batch({"dataframe": rows}).validate(
            self._gx.ExpectationSuite(name="frame", expectations=wanted),
            result_format={"result_format": detail, "partial_unexpected_count": _SHOWN},
        )
        return {r.expectation_config.meta["name"]: r for r in validated.results if r.expectation_config}

    def _expectation(self, suite: Suite, expectation: Expectation, rows: pd.DataFrame) -> Any:
        place = f"{suite.file.parent.name}/{suite.file.name}, expectation {expectation.name}"
        if missing := [c for c in _columns(expectation) if c not in rows.columns]:
            raise SuiteError(
                f"{place}: the frame {expectation.frame} has no column {', '.join(missing)}. "
                f"It has {', '.join(rows.columns)}."
            )
        try:
            kind = self._implementation(expectation.type)
        except self._gx.exceptions.ExpectationNotFoundError:
            raise SuiteError(
                f"{place}: Great Expectations has no type {expectation.type!r}. "
                "Look it up in its gallery of expectations."
            ) from None
        try:
            return kind(**expectation.arguments, meta={"name": expectation.name})
        except (TypeError, ValueError) as error:
            raise SuiteError(f"{place}: the arguments do not fit {expectation.type}: {error}") from None


def _columns(expectation: Expectation) -> list[str]:
    named: list[str] = []
    for argument in _COLUMN_ARGUMENTS:
        value = expectation.arguments.get(argument)
        named += [value] if isinstance(value, str) else list(value or ())
    return named


def _seen(expectation: Expectation, rows: pd.DataFrame) -> str:
    """What the frame holds of the columns that were judged."""
    spans = [_span(column, rows[column]) for column in _columns(expectation)]
    seen = "; ".join(span for span in spans if span)
    return f"{seen} ({_rows(len(rows))})" if seen else _rows(len(rows))


def _wrong(result: Any, expectation: Expectation, frame: Frame, rows: pd.DataFrame) -> str:
    """The first rows that do not hold, or the one value that does not."""
    if raised := [info for info in _exceptions(result.exception_info) if info.get("raised_exception")]:
        return f"could not be judged: {str(raised[0].get('exception_message')).strip().splitlines()[0]}"
    found = result.result
    if "observed_value" in found:
        return _value(found["observed_value"])
    positions = list(found.get("partial_unexpected_index_list") or [])[:_SHOWN]
    shown = list(dict.fromkeys([*frame.by, *_columns(expectation)]))
    wrong = "; ".join(
        ", ".join(f"{column} {_value(rows.at[position, column])}" for column in shown)
        for position in positions
    )
    count = found.get("unexpected_count", len(positions))
    more = " …" if count > len(positions) else ""
    return f"{count} of {_rows(len(rows))}: {wrong}{more}" if wrong else f"{count} of {_rows(len(rows))}"


def _exceptions(info: Any) -> Iterable[dict[str, Any]]:
    """Great Expectations gives one exception, or one for each metric."""
    if "raised_exception" in info:
        return [info]
    return [inner for inner in info.values() if isinstance(inner, dict)]


def _span(column: str, values: pd.Series[Any]) -> str:
    present = values.dropna()
    if present.empty or present.dtype.kind not in "iuf":
        return ""
    low, high = present.min(), present.max()
    return f"{column} {_value(low)}" if low == high else f"{column} {_value(low)} – {_value(high)}"


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _value(value: Any) -> str:
    """A value as a person reads it: whole numbers whole, others with four digits."""
    if isinstance(value, list | tuple | set):
        return ", ".join(_value(inner) for inner in value)
    if value is None or value != value:
        return "nothing"
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return str(bool(value)).lower()
    try:
        number = float(value) if not isinstance(value, str) else None
    except (TypeError, ValueError):
        number = None
    if number is None:
        return shown(str(value))
    return str(int(number)) if number.is_integer() else f"{number:.4g}"
