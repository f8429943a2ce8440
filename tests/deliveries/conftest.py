"""Deliveries written by hand, and what the intake makes of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from vardflode.deliveries.contract import Contract, load_contract
from vardflode.deliveries.files import MANIFEST, folder_checksums
from vardflode.deliveries.intake import QUARANTINE_FILE, Outcome, take_in
from vardflode.deliveries.survey import in_force, read_survey, survey_register

# The same examples every time: a test that fails sometimes is worse than none.
settings.register_profile(
    "deliveries", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("deliveries")

Content = str | bytes | pl.DataFrame


@dataclass
class Taken:
    """One delivery, judged: its outcome, and its rows as plain dictionaries."""

    outcome: Outcome
    folder: Path

    @property
    def message(self) -> str:
        return self.outcome.message

    def accepted(self, table: str) -> list[dict[str, Any]]:
        """Accepted rows of a table with `_file` and `_line`."""
        parts = [name for file in self.outcome.files if file.table == table for _, name in file.parts]
        return [row for name in parts for row in pl.read_parquet(self.folder / name).to_dicts()]

    def lines(self, table: str) -> list[int]:
        """Lines of the accepted rows."""
        return sorted(row["_line"] for row in self.accepted(table))

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        return pl.read_parquet(self.folder / QUARANTINE_FILE).to_dicts()

    @property
    def findings(self) -> list[tuple[int, str, str]]:
        """Line, rule and column of each row that was set aside."""
        return sorted((row["line"], row["rule"], row["column_name"]) for row in self.quarantine)

    @property
    def sums(self) -> tuple[int, int, int, int]:
        """Delivered, accepted, quarantined and exact copies, over all files."""
        files = self.outcome.files
        return (
            sum(file.delivered for file in files),
            sum(file.accepted for file in files),
            sum(file.quarantined for file in files),
            sum(file.exact_copies for file in files),
        )


class World:
    """A raw folder and a data folder, and the contract between them."""

    def __init__(self, root: Path, contract: Contract) -> None:
        self.raw, self.data, self.contract = root / "raw", root / "data", contract

    def deliver(
        self,
        register: str,
        name: str,
        files: dict[str, Content],
        *,
        encoding: str = "utf-8",
        rows: dict[str, int] | None = None,
        table: str | None = None,
        listed: list[dict[str, Any]] | None = None,
        **manifest: Any,
    ) -> Path:
        """Write a delivery: text and bytes as CSV, a frame as Parquet. Without `table`, the file's name tells it.

        `rows` overrides what the manifest says of a file, `listed` its whole list of files, and further
        names its other fields (None leaves a field out).
        """
        folder = self.raw / register / name
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for file, content in files.items():
            data = as_bytes(content, encoding)
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
            entries.append(
                {
                    "fil": file,
                    "tabell": table or re.sub(r"(_[0-9]{4})?\.[a-z]+$", "", file),
                    "rader": rows[file] if rows and file in rows else count(content),
                    "sha256": hashlib.sha256(data).hexdigest(),
                }
            )
        body = {
            "register": register,
            "leverans": name,
            "framstalld": "2025-03-01",
            "avser_till": "2024-12-31",
            "teckenkodning": encoding,
            "syntetisk": True,
            "filer": entries if listed is None else listed,
        } | manifest
        body = {key: value for key, value in body.items() if value is not None}
        (folder / MANIFEST).write_text(json.dumps(body), encoding="utf-8")
        return folder

    def judge(self, folder: Path, deaths: pl.DataFrame | None = None) -> Taken:
        """Judge one delivery by itself."""
        register = self.contract.registers[folder.parent.name]
        rows = self.data / "rows"
        outcome = take_in(folder, register, self.contract, folder_checksums(folder), deaths, rows)
        return Taken(outcome, rows / outcome.folder)

    def take(
        self,
        register: str,
        files: dict[str, Content],
        *,
        name: str = "2025-03",
        deaths: dict[str, int] | None = None,
        **options: Any,
    ) -> Taken:
        """Write one delivery and judge it by itself; `deaths` are years of death by `lopnr`."""
        dead = None
        if deaths is not None:
            schema = {"lopnr": pl.String, "death_year": pl.Int32}
            dead = pl.DataFrame(list(deaths.items()), schema=schema, orient="row")
        return self.judge(self.deliver(register, name, files, **options), dead)

    def survey(
        self, *registers: str, data: Path | None = None, pins: dict[str, str] | None = None
    ) -> list[Outcome]:
        """Survey registers in the order given; the outcomes of the last one."""
        outcomes: list[Outcome] = []
        for register in registers:
            body = self.contract.registers[register]
            outcomes = survey_register(self.raw, data or self.data, body, self.contract, pins or {})
        return outcomes

    def rows(self, register: str, table: str, data: Path | None = None) -> list[tuple[Any, ...]]:
        """Rows of a table in force, as last surveyed: sorted, without file and line."""
        data = data or self.data
        body = self.contract.registers[register].tables[table]
        parts = in_force(read_survey(data, self.contract), [body], data / "rows")
        return sorted(
            row
            for part in parts
            for row in pl.read_parquet(part.path, columns=list(body.column_names)).rows()
        )


def as_bytes(content: Content, encoding: str) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode(encoding)
    buffer = io.BytesIO()
    content.write_parquet(buffer)
    return buffer.getvalue()


def count(content: Content) -> int:
    """Rows under the header, by Python's own reader."""
    if isinstance(content, pl.DataFrame):
        return content.height
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    return max(0, sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=";")) - 1)


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract()


@pytest.fixture
def world(tmp_path: Path, contract: Contract) -> World:
    return World(tmp_path, contract)


@pytest.fixture
def worlds(tmp_path_factory: pytest.TempPathFactory, contract: Contract) -> Iterator[Any]:
    """A new, empty world at each call (for tests with many examples)."""
    return iter(lambda: World(tmp_path_factory.mktemp("world"), contract), None)
