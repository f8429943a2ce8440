"""The knowledge bank: what others publish on the same questions, kept by an editor as a code list.

Source: appendix 6 of Socialstyrelsen's final report of 2019: statistics, forecasts and analyses.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "dbt" / "seeds" / "kunskapsbank.csv"
KINDS = ("statistik", "prognos", "analys")
COLUMNS = (
    "nr",
    "titel",
    "utgivare",
    "slag",
    "form",
    "period",
    "niva",
    "indelning",
    "beskrivning",
    "tabeller",
)
# Everything but the tables: of some entries none of ours bears on the question.
REQUIRED = COLUMNS[:-1]
FIRST_YEAR, LAST_YEAR = 1968, 2100


class KnowledgeBankError(Exception):
    """The file is not as it must be; the message names each line, what was expected and what was found."""


@dataclass(frozen=True)
class Entry:
    """One publication of others; `tables` are the names of our marts that bear on it."""

    number: int
    title: str
    publisher: str
    kind: str
    form: str
    period: str
    level: str
    breakdown: str
    about: str
    tables: tuple[str, ...]


def read_knowledge_bank(marts: Collection[str], path: Path = FILE) -> list[Entry]:
    """The entries in the file's order.

    Args:
        marts: names of the tables that an entry may point to.
        path: the file: UTF-8, semicolons, a header row with COLUMNS.

    Raises:
        KnowledgeBankError: a column or a required field is missing, a number or a title is there twice, a
            kind or year is not known, or a table is not there; all of them in one message.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        columns, rows = tuple(reader.fieldnames or ()), list(reader)
    if columns != COLUMNS:
        raise KnowledgeBankError(
            f"{path.name}, line 1: expected the columns {', '.join(COLUMNS)}; found {', '.join(columns)}."
        )
    faults: list[str] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, start=2):
        faults += [f"{path.name}, line {line}: {fault}" for fault in _faults(row, marts)]
        for key in (row["nr"], f"{row['titel']} ({row['utgivare']})"):
            if key in seen:
                faults.append(
                    f"{path.name}, line {line}: expected it once, found {key} on line {seen[key]} too."
                )
            seen[key] = line
    if faults:
        raise KnowledgeBankError("\n".join(faults))
    return [_entry(row) for row in rows]


def _faults(row: dict[str, str], marts: Collection[str]) -> list[str]:
    if None in row or None in row.values():
        return [f"expected {len(COLUMNS)} fields, found {'more' if None in row else 'fewer'}."]
    faults = [f"expected a value in {name}, found none." for name in REQUIRED if not row[name].strip()]
    if not re.fullmatch(r"[1-9][0-9]*", row["nr"]):
        faults.append(f"expected a whole number from 1 in nr, found {row['nr']!r}.")
    if row["slag"] not in KINDS:
        faults.append(f"expected slag to be {', '.join(KINDS)}; found {row['slag']!r}.")
    years = [int(year) for year in re.findall(r"[0-9]{4}", row["period"])]
    if re.search(r"[0-9]", re.sub(r"(?<![0-9])[0-9]{4}(?![0-9])", "", row["period"])):
        faults.append(f"expected years of four digits in period, found {row['period']!r}.")
    elif years != sorted(years) or any(not FIRST_YEAR <= year <= LAST_YEAR for year in years):
        faults.append(f"expected years {FIRST_YEAR}-{LAST_YEAR} in order in period, found {row['period']!r}.")
    faults += [
        f"expected a table of marts in tabeller, found {name!r}."
        for name in _tables(row)
        if name not in marts
    ]
    return faults


def _tables(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in row["tabeller"].split(",") if name.strip())


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        number=int(row["nr"]),
        title=row["titel"],
        publisher=row["utgivare"],
        kind=row["slag"],
        form=row["form"],
        period=row["period"],
        level=row["niva"],
        breakdown=row["indelning"],
        about=row["beskrivning"],
        tables=_tables(row),
    )
