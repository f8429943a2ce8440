"""The contract: what each register owner delivers, read from `deliveries.yml` and the code lists.

The YAML file is the one place where tables, columns, types and limits stand; the checks, the staging
sources and the documentation all read it through `load_contract`.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.recoding import CHANGES, Former, former_codes

CONTRACT_FILE = Path(__file__).with_name("deliveries.yml")
CODE_LISTS = Path(__file__).parents[2] / "dbt" / "seeds"
TYPES = ("id", "text", "code", "int", "year", "term", "date")
# How often a register is delivered: months between the days that its deliveries tell until.
CADENCES = {"yearly": 12, "half-yearly": 6, "quarterly": 3, "monthly": 1}


class ContractError(Exception):
    """The contract file itself is wrong; the message says where and what to do."""


@dataclass(frozen=True)
class Codes:
    """The values that a coded column may hold, where they stand, and the older codes that became them."""

    values: tuple[str, ...]
    source: str
    former: tuple[Former, ...] = ()


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

    @cached_property
    def period(self) -> tuple[str, ...]:
        """The columns that begin and end the time of a row: its first dated one twice, but for a period."""
        dated = [column.name for column in self.columns if column.type in ("date", "term", "year")]
        if not dated:
            return ()
        return dated[0], "giltig_till" if {"giltig_fran", "giltig_till"} <= set(dated) else dated[0]


@dataclass(frozen=True)
class Register:
    """One register and its tables."""

    name: str
    publisher: str
    title: str
    cadence: str
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
        raw = read_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(f"The contract {path} is not there. Restore it, or name another one.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is not readable as YAML: {error}") from None
    try:
        with _reading("the file"):
            registers = {name: _register(name, body) for name, body in raw["registers"].items()}
            with _reading("max_quarantine_share"):
                share = float(raw["max_quarantine_share"])
                if not 0 <= share <= 1:
                    raise ValueError(f"{share} is no share from 0 to 1")
    except ContractError as error:
        raise ContractError(f"{path} is not a contract: {error}") from None
    return Contract(registers=registers, max_quarantine_share=share)


@contextmanager
def _reading(place: str) -> Iterator[None]:
    """Whatever is wrong in a part of the contract is told with the innermost place."""
    try:
        yield
    except KeyError as error:
        raise ContractError(f"{place}: {error} is missing.") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise ContractError(f"{place}: {error}.") from None


def _register(name: str, body: dict[str, Any]) -> Register:
    with _reading(name):
        _check_names(body, ("publisher", "title", "cadence", "tables"))
        tables = {table: _table(name, table, spec) for table, spec in body["tables"].items()}
        if body["cadence"] not in CADENCES:
            raise ValueError(f"cadence {body['cadence']!r} is not one of {', '.join(CADENCES)}")
        return Register(
            name,
            publisher=str(body["publisher"]),
            title=str(body["title"]),
            cadence=body["cadence"],
            tables=tables,
        )


def _table(register: str, name: str, spec: dict[str, Any]) -> Table:
    with _reading(f"{register}.{name}"):
        _check_names(spec, ("key", "columns", "yearly", "dead_after"))
        columns = tuple(
            _column(f"{register}.{name}.{column}", body) for column, body in spec["columns"].items()
        )
        if not isinstance(spec["key"], list) or not spec["key"]:
            raise ValueError(f"key is {spec['key']!r}, expected a list of columns")
        table = Table(
            register=register,
            name=name,
            key=tuple(spec["key"]),
            columns=columns,
            yearly=spec.get("yearly"),
            dead_after=spec.get("dead_after"),
        )
        _check_table(table)
        return table


def _check_table(table: Table) -> None:
    types = {column.name: column.type for column in table.columns}
    named = {*table.key, table.yearly, table.dead_after, *(column.by for column in table.columns)} - {None}
    if unknown := sorted(str(name) for name in named - set(types)):
        raise ValueError(f"it names columns that it does not have: {', '.join(unknown)}")
    if table.yearly and types[table.yearly] != "year":
        raise ValueError(f"yearly is {table.yearly}, expected a column of type year")
    if table.dead_after and (types[table.dead_after] not in ("date", "term", "year") or "lopnr" not in types):
        raise ValueError(f"dead_after is {table.dead_after}, expected a date, term or year beside a lopnr")


def _column(place: str, spec: dict[str, Any]) -> Column:
    with _reading(place):
        _check_names(spec, (*(name for name in Column.__dataclass_fields__ if name != "name"), "values"))
        if spec["type"] not in TYPES:
            raise ValueError(f"type {spec['type']!r} is not one of {', '.join(TYPES)}")
        for limit in ("min", "max"):
            _check_limit(limit, spec.get(limit), spec["type"])
        try:
            re.compile(spec.get("pattern", ""))
        except re.error as error:
            raise ValueError(f"pattern {spec['pattern']}: {error}") from None
        cases = {str(case): _codes(body) for case, body in spec.get("cases", {}).items()}
        if empty := [case for case, codes in cases.items() if codes is None]:
            raise ValueError(f"case {empty[0]} has neither codes nor values")
        return Column(
            name=place.rpartition(".")[2],
            type=spec["type"],
            optional=spec.get("optional", False),
            pattern=spec.get("pattern"),
            min=spec.get("min"),
            max=spec.get("max"),
            may_be_future=spec.get("may_be_future", False),
            codes=_codes(spec),
            by=spec.get("by"),
            cases={case: codes for case, codes in cases.items() if codes},
        )


def _check_limit(side: str, limit: object, kind: str) -> None:
    if limit is None:
        return
    if kind == "date":
        dt.date.fromisoformat(str(limit))
    elif kind not in ("int", "year", "term") or not isinstance(limit, int):
        raise ValueError(f"{side} is {limit!r}, expected a number, for a number, a date, a term or a year")


def _check_names(spec: dict[str, Any], names: Iterable[str]) -> None:
    """A word that is misspelt would be a rule that is not applied."""
    if unknown := sorted(str(name) for name in spec.keys() - set(names)):
        raise ValueError(f"{', '.join(unknown)} is not one of {', '.join(names)}")


def _codes(spec: dict[str, Any]) -> Codes | None:
    """Codes of a list in `codes`, of the literal `values`, or of both together."""
    values: list[str] = []
    sources: list[str] = []
    former: tuple[Former, ...] = ()
    if name := spec.get("codes"):
        try:
            listed = read_code_list(name)
        except FileNotFoundError:
            raise ValueError(f"the code list {name} is not there") from None
        values += [next(iter(row.values())) for row in listed]
        former = former_codes(name, listed, read_code_list(CHANGES))
        sources.append(name)
    if literal := spec.get("values"):
        if any(isinstance(value, bool) for value in literal):
            raise ValueError("yes, no, on and off are true or false in YAML: put them in quotes")
        values += [str(value) for value in literal]
        sources.append(", ".join(str(value) for value in literal))
    return Codes(tuple(values), " or ".join(sources), former) if sources else None
