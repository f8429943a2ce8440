"""The contract: what each register owner delivers, read from `deliveries.yml` and the code lists.

The YAML file is the one place where tables, columns, types and limits stand; the checks, the staging
sources and the documentation all read it through `load_contract`.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic.dataclasses import dataclass
from pydantic.json_schema import SkipJsonSchema

from vardflode.common.fitting import STRICT, UnfitError, each_named, fit
from vardflode.common.yaml_files import read_yaml, text_of
from vardflode.deliveries.recoding import CHANGES, Former, former_codes

CONTRACT_FILE = Path(__file__).with_name("deliveries.yml")
CODE_LISTS = Path(__file__).parents[2] / "dbt" / "seeds"
Type = Literal["id", "text", "code", "int", "year", "term", "date"]
TYPES = get_args(Type)
# How often a register is delivered: months between the days that its deliveries tell until.
Cadence = Literal["yearly", "half-yearly", "quarterly", "monthly"]
CADENCES: dict[Cadence, int] = {"yearly": 12, "half-yearly": 6, "quarterly": 3, "monthly": 1}


class ContractError(Exception):
    """The contract file itself is wrong; the message says where and what to do."""


@dataclass(frozen=True)
class Codes:
    """The values that a coded column may hold, where they stand, and the older codes that became them."""

    values: tuple[str, ...]
    source: str
    former: tuple[Former, ...] = ()


def read_code_list(name: str) -> list[dict[str, str]]:
    """Rows of one code list (a semicolon-separated seed of the warehouse); its first column is the code."""
    with (CODE_LISTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _codes(said: Any) -> Any:
    """Codes of a list in `codes`, of the literal `values`, or of both together."""
    if not isinstance(said, Mapping):
        return said
    listed: str = said.get("codes") or ""
    literal: list[Any] = said.get("values") or []
    if not (listed or literal) or said.keys() - {"codes", "values"}:
        raise ValueError(f"expected codes (a code list), values or both, found {dict(said)}.")
    if any(isinstance(value, bool) for value in literal):
        raise ValueError("yes, no, on and off are true or false in YAML: put them in quotes.")
    try:
        rows = read_code_list(listed) if listed else []
    except FileNotFoundError:
        raise ValueError(f"the code list {listed} is not there.") from None
    values = [next(iter(row.values())) for row in rows] + [str(value) for value in literal]
    sources = [listed] * bool(listed) + [", ".join(str(value) for value in literal)] * bool(literal)
    former = former_codes(listed, rows, read_code_list(CHANGES)) if listed else ()
    return Codes(tuple(values), " or ".join(sources), former)


def _is_date(limit: int | str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(dt.date.fromisoformat(str(limit)))
    return False


_Listed = Annotated[
    Codes, BeforeValidator(_codes, json_schema_input_type=dict[Literal["codes", "values"], Any])
]


@dataclass(frozen=True, config=STRICT)
class Column:
    """One delivered column: its type and the limits of its values."""

    name: SkipJsonSchema[str] = Field()
    type: Type = Field(description=f"one of {', '.join(TYPES)}")
    optional: bool = Field(False, strict=True, description="true where a value may be missing")
    pattern: str | None = Field(None, description="a regular expression that the whole value must match")
    min: int | str | None = Field(None, description="the least number, date, term or year")
    max: int | str | None = Field(None, description="the largest number, date, term or year")
    may_be_future: bool = Field(False, strict=True, description="true where it may lie after avser_till")
    codes: _Listed | None = Field(None)
    by: str | None = Field(None, description="the column that says which of the cases holds")
    cases: dict[str, _Listed] = Field(default_factory=dict, description="codes or values for each case")

    def __post_init__(self) -> None:
        """Limits and pattern can be used.

        Raises:
            ValueError: they cannot.
        """
        for side, limit in ("min", self.min), ("max", self.max):
            is_number = self.type in ("int", "year", "term") and isinstance(limit, int)
            if limit is not None and not is_number and not (self.type == "date" and _is_date(limit)):
                raise ValueError(
                    f"{side} is {limit!r}, expected a number for a number, a term or a year, and YYYY-MM-DD "
                    "for a date."
                )
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"pattern {self.pattern}: {error}.") from None

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """As it is written: the list in `codes` and the literal `values` stand beside each other."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["properties"] |= {"codes": {"type": "string"}, "values": {"type": "array"}}
        return schema


def _columns(bodies: Any) -> Any:
    """Each with its name, and all codes that it may hold in one place."""
    if not isinstance(bodies, Mapping):
        return bodies
    columns = each_named(bodies)
    for body in columns.values():
        if isinstance(body, dict) and body.keys() & {"codes", "values"}:
            body["codes"] = {key: body.pop(key) for key in ("codes", "values") if key in body}
    return list(columns.values())


@dataclass(frozen=True, config=STRICT)
class Table:
    """One delivered table. `key` is unique; `yearly` names the column that holds the file's year."""

    register: SkipJsonSchema[str] = Field()
    name: SkipJsonSchema[str] = Field()
    key: tuple[str, ...] = Field(min_length=1, description="a list of columns")
    columns: Annotated[
        tuple[Column, ...], BeforeValidator(_columns, json_schema_input_type=dict[str, Column])
    ] = Field(description="columns by their names")
    yearly: str | None = Field(
        None, description="the column that holds the year of a file, if one comes a year"
    )
    dead_after: str | None = Field(None, description="the column that may not lie after the year of death")

    def __post_init__(self) -> None:
        """It names columns that it has, of types that serve.

        Raises:
            ValueError: it does not.
        """
        types = {column.name: column.type for column in self.columns}
        named = {*self.key, self.yearly, self.dead_after, *(column.by for column in self.columns)} - {None}
        if unknown := sorted(str(name) for name in named - set(types)):
            raise ValueError(f"it names columns that it does not have: {', '.join(unknown)}.")
        if self.yearly and types[self.yearly] != "year":
            raise ValueError(f"yearly is {self.yearly}, expected a column of type year.")
        if self.dead_after and (
            types[self.dead_after] not in ("date", "term", "year") or "lopnr" not in types
        ):
            raise ValueError(
                f"dead_after is {self.dead_after}, expected a date, term or year beside a lopnr."
            )

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


def _tables(bodies: Any, info: ValidationInfo) -> Any:
    """Each with its name and that of its register."""
    tables = each_named(bodies)
    for body in tables.values() if isinstance(tables, dict) else ():
        if isinstance(body, dict):
            body["register"] = info.data["name"]
    return tables


@dataclass(frozen=True, config=STRICT)
class Register:
    """One register and its tables."""

    name: SkipJsonSchema[str] = Field()
    publisher: str = Field(description="a publisher")
    title: str = Field(description="a title")
    cadence: Cadence = Field(description=f"one of {', '.join(CADENCES)}")
    tables: Annotated[dict[str, Table], BeforeValidator(_tables, json_schema_input_type=dict[str, Table])] = (
        Field(description="tables by their names")
    )

    def fingerprint(self) -> str:
        """Checksum of everything in the contract that decides how this register's rows are judged."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, config=STRICT)
class Contract:
    """Every register, and the share of a table's rows that may be set aside before it is rejected."""

    registers: Annotated[
        dict[str, Register], BeforeValidator(each_named, json_schema_input_type=dict[str, Register])
    ] = Field(description="registers by their names")
    max_quarantine_share: float = Field(ge=0, le=1, description="a share from 0 to 1")
    version: int = Field(description="the number of the contract")

    @property
    def tables(self) -> list[Table]:
        """Every delivered table, in the contract's order."""
        return [table for register in self.registers.values() for table in register.tables.values()]


CONTRACT = TypeAdapter(Contract)


def load_contract(path: Path = CONTRACT_FILE) -> Contract:
    """Read the contract.

    Raises:
        ContractError: the file is missing or is not a contract; the message names the place in it.
    """
    try:
        return fit(CONTRACT, read_yaml(text_of(path)))
    except FileNotFoundError:
        raise ContractError(f"The contract {path} is not there. Restore it, or name another one.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is not readable as YAML: {error}") from None
    except UnfitError as error:
        # hreg.examina.kod, without the words between.
        place = [name for name in error.place[:-1] if name not in ("registers", "tables", "columns")]
        told = ".".join([*place, *error.place[-1:]]) or "the file"
        raise ContractError(f"{path} is not a contract: {told}: {error.problem}") from None
