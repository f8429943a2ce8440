"""What is screened, what a check is, and how all are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from vardflode.disclosure.audit import WIDTH, Finding, Report, audit
from vardflode.publication.cubes import Cube
from vardflode.publication.edition import REPORTS, Edition
from vardflode.publication.layout import PARQUET
from vardflode.publication.screening.told import facts

_MOST_TOLD = 20
# The cells of a table, row by row, the header first.
Cells = Sequence[Sequence[str]]
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Candidate:
    """What is screened: the folder of the edition that may be released, and what it should hold.

    `tables`: as the gate published them. `cubes`: what they are called and which dimensions they have; their
    numbers are not looked at. `report`: by language, the tables of the report. `figures`: their names.
    `earlier`: tables of the editions before. `data`: the data folder, whose gate knows these very figures
    from its own attack.
    """

    folder: Path
    edition: Edition
    tables: Mapping[str, pl.DataFrame]
    cubes: Sequence[Cube]
    report: Mapping[str, Sequence[Cells]]
    figures: Sequence[str]
    certificate: Mapping[str, Any]
    earlier: Sequence[Path]
    cores: int = 1
    data: Path | None = None
    _facts: dict[str, pl.DataFrame] = field(init=False, repr=False, default_factory=dict)
    _files: dict[tuple[object, Path], Any] = field(init=False, repr=False, default_factory=dict)

    def read(self, reader: Callable[[Path], _Read], path: Path) -> _Read:
        """A file as a reader reads it, once for all checks."""
        if (reader, path) not in self._files:
            self._files[reader, path] = reader(path)
        return self._files[reader, path]

    def facts(self, cube: Cube) -> pl.DataFrame:
        """What a cube must hold, worked out once for all formats."""
        if cube.name not in self._facts:
            self._facts[cube.name] = facts(cube, self.tables[cube.table])
        return self._facts[cube.name]

    @cached_property
    def attacked(self) -> Report:
        """The attack on the files, together with the editions before."""
        return audit(self.folder / PARQUET, self.earlier, self.certificate, data=self.data, cores=self.cores)

    @cached_property
    def holes(self) -> tuple[list[Finding], list[Finding]]:
        """Small counts that these files give away, and those that the editions before gave away without them:
        to keep these back would hide nothing.
        """
        found, widths = self.attacked.holes, dict[str, int]()
        if found and self.earlier:
            *others, last = self.earlier
            before = audit(last, others, self.certificate, data=self.data, cores=self.cores)
            widths = {hole.count: hole.most - hole.least for hole in before.holes}
        known = [hole for hole in found if widths.get(hole.count, WIDTH) <= hole.most - hole.least]
        return [hole for hole in found if hole not in known], known

    def page(self, language: str) -> Path:
        """The report's page in a language."""
        return self.folder / f"{REPORTS[language]}.html"

    def pdf(self, language: str) -> Path:
        """The same as PDF."""
        return self.folder / f"{REPORTS[language]}.pdf"


@dataclass(frozen=True)
class Check:
    """A check: its name, how grave it is when it finds something, what it is about, and itself."""

    name: str
    severity: str
    sv: str
    en: str
    find: Callable[[Candidate], Iterator[str]]


@dataclass(frozen=True)
class Screened:
    """What a check found; nothing, when all is well."""

    check: Check
    findings: Sequence[str]


def judged(check: Check, candidate: Candidate) -> list[str]:
    """What a check finds."""
    try:
        return list(islice(check.find(candidate), _MOST_TOLD))
    except Exception as error:  # whatever a broken file does to its reader is a finding, and no crash
        return [f"could not be judged: {type(error).__name__}: {str(error)[:200]}"]


def check(severity: str, sv: str, en: str) -> Callable[[Callable[[Candidate], Iterator[str]]], Check]:
    """Make a function a check: of its severity (error, warning), and what it is about in two languages."""
    return lambda find: Check(find.__name__, severity, sv, en, find)
