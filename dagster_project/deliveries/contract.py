"""The contract: what each register owner delivers, read from `deliveries.yml` and the code lists.

The YAML file is the one place where tables, columns, types and limits stand; the checks, the staging
sources and the documentation all read it through `load_contract`.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

CONTRACT_FILE = Path(__file__).with_name("deliveries.yml")
CODE_LISTS = Path(__file__).parents[2] / "dbt" / "seeds"
TYPES = ("id", "text", "code", "int", "year", "term", "date")


class ContractError(Exception):
    """The contract file itself is wrong; the message says where and what to do."""


@dataclass(frozen=True)
class Codes:
    """The values that a coded column may hold, and where they are listed."""

    values: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Column:
    """One delivered column: its type and the limits of its values."""

    name: str
    type: str
    optional: bool = False
    pattern: str | None = None
    min: int | str | None = None
    max: int | str | None = None
    may_be_future: bool = False
    codes: Codes | None = None
    by: str | None = None
    cases: dict[str, Codes] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One delivered table. `key` is unique; `yearly` names the column that holds the file's year."""

    register: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    yearly: str | None = None
    dead_after: str | None = None

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """Names in the contract's order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Register:
    """One register and its tables."""

    name: str
    publisher: str
    title: str
    tables: dict[str, Table]

    def fingerprint(self) -> str:
        """Checksum of everything in the contract that decides how this register's rows are judged."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Contract:
    """Every register, and the share of a table's rows that may be set aside before it is rejected."""

    registers: dict[str, Register]
    max_quarantine_share: float

    @property
    def tables(self) -> list[Table]:
        """Every delivered table, in the contract's order."""
        return [table for register in self.registers.values() for table in register.tables.values()]


def read_code_list(name: str) -> list[dict[str, str]]:
    """Rows of one code list (a semicolon-separated seed of the warehouse); its first column is the code."""
    with (CODE_LISTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def load_contract(path: Path = CONTRACT_FILE) -> Contract:
    """Read the contract.

    Raises:
        ContractError: the file is missing or is not a contract; the message names the place in it.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        registers = {
            name: Register(
                name=name,
                publisher=str(body["publisher"]),
                title=str(body["title"]),
                tables={table: _table(name, table, spec) for table, spec in body["tables"].items()},
            )
            for name, body in raw["registers"].items()
        }
        return Contract(registers=registers, max_quarantine_share=float(raw["max_quarantine_share"]))
    except FileNotFoundError:
        raise ContractError(f"The contract {path} is not there. Restore it, or name another one.") from None
    except yaml.YAMLError as error:
        raise ContractError(f"{path} is not readable as YAML: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContractError(
            f"{path} is not a contract: {type(error).__name__} at {error}. "
            "Each register needs publisher, title and tables; each table needs key and columns."
        ) from None


def _table(register: str, name: str, spec: dict[str, Any]) -> Table:
    columns = tuple(_column(f"{register}.{name}", column, body) for column, body in spec["columns"].items())
    table = Table(
        register=register,
        name=name,
        key=tuple(spec["key"]),
        columns=columns,
        yearly=spec.get("yearly"),
        dead_after=spec.get("dead_after"),
    )
    named = {*table.key, table.yearly, table.dead_after} - {None}
    if unknown := sorted(str(name) for name in named - set(table.column_names)):
        raise ContractError(f"{register}.{name} names columns that it does not have: {', '.join(unknown)}.")
    return table


def _column(table: str, name: str, spec: dict[str, Any]) -> Column:
    if spec["type"] not in TYPES:
        raise ContractError(f"{table}.{name}: type {spec['type']!r} is not one of {', '.join(TYPES)}.")
    return Column(
        name=name,
        type=spec["type"],
        optional=spec.get("optional", False),
        pattern=spec.get("pattern"),
        min=spec.get("min"),
        max=spec.get("max"),
        may_be_future=spec.get("may_be_future", False),
        codes=_codes(spec),
        by=spec.get("by"),
        cases={str(case): codes for case, body in spec.get("cases", {}).items() if (codes := _codes(body))},
    )


def _codes(spec: dict[str, Any]) -> Codes | None:
    """Codes of a list in `codes`, of the literal `values`, or of both together."""
    values: list[str] = []
    sources: list[str] = []
    if name := spec.get("codes"):
        try:
            values += [next(iter(row.values())) for row in read_code_list(name)]
        except FileNotFoundError:
            raise ContractError(f"The contract names the code list {name}, which is not there.") from None
        sources.append(name)
    if literal := spec.get("values"):
        values += [str(value) for value in literal]
        sources.append(", ".join(str(value) for value in literal))
    return Codes(values=tuple(values), source=" or ".join(sources)) if sources else None
