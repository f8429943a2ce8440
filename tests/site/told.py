"""The published tables by the addresses of the pages, read with DuckDB and nothing of the project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

# Attributes of breakdowns that have several; others have the one that they are called.
NESTED = {"institution_sex": ("institution", "sex"), "study_county_sex": ("study_county", "sex")}
SYMBOLS = ("..", ".", "...")
COUNTED = {"breakdown": "breakdown_value"}


class Told:
    """Rows of every table by what identifies them."""

    def __init__(self, folder: Path) -> None:
        with duckdb.connect() as con:
            self.rows: dict[str, dict[frozenset, dict[str, Any]]] = {}
            self.columns: dict[str, list[str]] = {}
            for path in sorted(folder.glob("*.parquet")):
                relation = con.read_parquet(str(path))
                names = self.columns[path.stem] = relation.columns
                self.rows[path.stem] = {
                    self._key(path.stem, row): row
                    for row in (dict(zip(names, values, strict=True)) for values in relation.fetchall())
                }

    def _key(self, table: str, row: dict[str, Any]) -> frozenset:
        """What identifies a row, as an address says it; numbers are left in, and looked past below."""
        parts: dict[str, str] = {}
        for name, value in row.items():
            if name in ("status", "hidden_columns", "not_applicable_columns") or name not in KEYS:
                continue
            parts[name] = str(value)
        return frozenset(parts.items())

    def table_of(self, cube: str) -> tuple[str, str]:
        table = max((name for name in self.rows if cube == name or cube.startswith(f"{name}_")), key=len)
        return table, cube[len(table) + 1 :]

    def row(self, address: dict[str, str]) -> dict[str, Any] | None:
        """The row of a number; None where no row tells of it."""
        table, kind = self.table_of(address["cube"])
        columns = self.columns[table]
        key: dict[str, str] = {}
        for name in KEYS & set(columns):
            if name in ("cohort_from", "cohort_to"):
                cohort = next(address[n] for n in ("cohort", "nurse_cohort", "degree_cohort") if n in address)
                first, _, last = cohort.partition("-")
                key[name] = first if name == "cohort_from" else (last or first)
            elif name == "breakdown":
                key[name] = kind
            elif name == "breakdown_value":
                key[name] = (
                    ":".join(address[n] for n in NESTED.get(kind, (kind,))) if kind != "total" else "total"
                )
            elif name == "level":
                key[name] = kind
            else:
                key[name] = address[name]
        return self.rows[table].get(frozenset(key.items()))


# Every column that is part of what identifies a row of some table.
KEYS = {
    "degree_code", "cohort_from", "cohort_to", "breakdown", "breakdown_value", "measure", "specialisation", "event",
    "county", "year", "level", "area", "occupation_group", "occupations", "sex", "group_code", "indicator", "years_later", "from_sector",
    "state", "specialty", "health_region", "scenario", "flow", "years_ahead", "origin_year", "ssyk2012", "care_area",
    "staff_group", "form", "component", "month", "plan_measure", "plan_indicator", "direction", "goal_year", "step",
    "years_after", "institution", "study_county", "profession_code", "experience",
}  # fmt: skip
KEYS -= {"occupations"}


def parsed(text: str, language: str) -> tuple[float, int]:
    """A number as it is written, and how many decimals it shows."""
    plain = text.replace("\u00a0", "").replace("%", "").replace("−", "-")
    plain = plain.replace(",", ".") if language == "sv" else plain.replace(",", "")
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", plain), text
    return float(plain), len(plain.partition(".")[2])


def differs(told: Told, address: dict[str, str], text: str, language: str) -> str | None:
    """What is wrong with a number on a page; None where it is as the published tables have it."""
    row, number = told.row(address), address["number"]
    value = None if row is None else row[number]
    if value is None:
        if row is None:
            return None if text in (*SYMBOLS, "0") else "no row tells of it"
        if "hidden_columns" in row:
            hidden = number in str(row["hidden_columns"] or "").split()
        else:  # of a row that is told, a share of too few
            hidden = row.get("status", "not_applicable") != "not_applicable"
        return (
            None
            if text in SYMBOLS and (text == "..") == hidden
            else f"it is {'hidden' if hidden else 'missing'}"
        )
    if text in SYMBOLS:
        return f"it is told: {value}"
    shown, decimals = parsed(text, language)
    is_share = number == "share" or number.endswith("_share")
    exact = float(value) * (100 if is_share else 1)
    if is_share and ("%" not in text or decimals != 1):
        return "a share is written as per cent with a decimal"
    return None if abs(shown - exact) <= 0.5 * 10**-decimals + 1e-9 else f"it is {exact}"
