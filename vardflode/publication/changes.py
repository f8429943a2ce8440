"""What changed since the last edition, why, and how the newest cohort compares with the one before."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

import polars as pl

from vardflode.common.parquet import read_parquet
from vardflode.disclosure.declared import NESTED
from vardflode.publication.cubes import HIDDEN, NUMBERS, SHOWN, plain
from vardflode.publication.edition import RULES, Edition
from vardflode.publication.errors import PublicationError
from vardflode.publication.labels import dimension, label, symbol
from vardflode.publication.layout import PARQUET
from vardflode.publication.lookup import Lookup
from vardflode.publication.manifest import definitions_checksum, verify
from vardflode.publication.sources import REGISTERS

CHANGES = "changes.csv"
# Shewhart's limit for a moving range of two values (D4): three of its standard deviations above its mean.
RANGE_LIMIT = 3.267
ENOUGH_MOVES = 3
STANDARD_ERRORS = 3
# The shares of the flow that are compared between the newest window and the one before.
COMPARED = ("graduates", "licensed", "resident_1y", "employed_1y", "in_profession_1y", "retained_1y")
CAUSES = ("definitions", "deliveries", "disclosure", "code")
UNKNOWN = "unknown"
KINDS = ("revised", "now_shown", "now_hidden")


@dataclass(frozen=True)
class Change:
    """A number that is not what it was: its table, its key, both values as written, and why."""

    table: str
    key: Mapping[str, Any]
    metric: str
    before: str
    now: str
    difference: float | None
    cause: str


@dataclass(frozen=True)
class Changes:
    """Everything that differs between two editions.

    `causes`: what differs in what they were made from; `deliveries`: of each register with others than
    before, its deliveries then and now.
    """

    previous: str
    causes: Sequence[str]
    changed: Sequence[Change]
    same: int
    new: int
    gone: int
    deliveries: Sequence[tuple[str, str, str]] = ()

    def count(self, kind: str) -> int:
        """How many numbers were revised, are now shown, or are now hidden."""
        return sum(_kind(change) == kind for change in self.changed)

    def counts(self) -> list[tuple[str, str, list[int]]]:
        """By table and cause: how many of each of `KINDS`."""
        found: dict[tuple[str, str], list[int]] = {}
        for change in self.changed:
            of_kinds = found.setdefault((change.table, change.cause), [0] * len(KINDS))
            of_kinds[KINDS.index(_kind(change))] += 1
        return [(*key, of_kinds) for key, of_kinds in found.items()]


@dataclass(frozen=True)
class Comparison:
    """A share of the newest window against the one before."""

    degree: str
    measure: str
    window: str
    window_before: str
    share: float
    share_before: float
    limit: float

    @property
    def is_ordinary(self) -> bool:
        """Whether the difference is within ordinary variation."""
        return abs(self.share - self.share_before) <= self.limit


def changes_since(
    folder: Path, tables: Mapping[str, pl.DataFrame], edition: Edition, certificate: Mapping[str, Any]
) -> Changes | None:
    """Compare with the edition before, which lies in `folder`; None: the edition names none.

    Raises:
        PublicationError: the edition before is not there, or is not as it was released.
    """
    if edition.previous is None:
        return None
    if not folder.is_dir():
        raise PublicationError(
            f"Edition {edition.name} follows {edition.previous}: expected that edition in {folder}, "
            "found none."
        )
    found = verify(folder)
    if not found.is_untouched:
        raise PublicationError(
            f"The edition before, {folder}, is not as it was released. Next: vardflode verify {folder}"
        )
    causes = _causes(found.manifest, certificate)
    deliveries = _deliveries(found.manifest["deliveries"], certificate["deliveries"])
    others = {register for register, _, _ in deliveries}
    changed: list[Change] = []
    same = new = gone = 0
    for name, numbers in NUMBERS.items():
        path = folder / PARQUET / f"{name}.parquet"
        before = read_parquet(path) if path.is_file() else None
        if name not in tables or before is None:
            new += len(tables[name]) * len(numbers) if name in tables else 0
            gone += len(before) * len(numbers) if before is not None else 0
            continue
        now = tables[name]
        keys = [column for column in now.columns if column not in _columns(name)]
        keys = [key for key in keys if key in before.columns]
        both = now.join(before, on=keys, how="inner", suffix=" before", maintain_order="left")
        new += (len(now) - len(both)) * len(numbers)
        gone += (len(before) - len(both)) * len(numbers)
        for number in numbers:
            differs = ~pl.col(number).eq_missing(pl.col(f"{number} before")) | (
                pl.col(f"{number}_status") != pl.col(f"{number}_status before")
            )
            rows = both.filter(differs)
            same += len(both) - len(rows)
            here = [c for c in causes if c != "deliveries" or others.intersection(REGISTERS[name])]
            changed += [_change(name, keys, number, row, here) for row in rows.iter_rows(named=True)]
    return Changes(edition.previous, causes, changed, same, new, gone, deliveries)


def write_changes(folder: Path, changes: Changes | None) -> None:
    """Write `changes.csv`: every number that is not what it was."""
    with (folder / CHANGES).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "cell", "number", "before", "now", "difference", "cause"])
        for c in changes.changed if changes else ():
            cell = " ".join(f"{name}={value}" for name, value in c.key.items())
            difference = "" if c.difference is None else plain(c.difference)
            writer.writerow([c.table, cell, c.metric, c.before, c.now, difference, c.cause])


def comparisons(flow: Lookup, degrees: Sequence[str], measures: Sequence[str]) -> Iterator[Comparison]:
    """The newest window of each share against the one before, judged by what it has done before.

    Shewhart's chart of moving ranges: a difference of at most 3.267 times the mean difference between
    adjacent earlier windows is ordinary. So is one of at most three standard errors of the difference between
    two shares: few earlier windows may have been alike by chance. With fewer than three earlier differences
    only the latter counts. Windows that are not shown are not passed over.
    """
    windows = flow.codes("cohort")
    for degree in degrees:
        for measure in measures:
            shown = [
                (place, part.value, whole.value)
                for place, code in enumerate(windows)
                if (part := flow.cell("share", degree, code, measure)).value is not None
                and (whole := flow.cell("denominator", degree, code, measure)).value
            ]
            if len(shown) < 2:
                continue
            (before, p_before, of_before), (newest, p, of) = shown[-2:]
            if newest != before + 1:
                continue
            moves = [abs(b - a) for (i, a, _), (j, b, _) in pairwise(shown[:-1]) if j == i + 1]
            pooled = (p * of + p_before * of_before) / (of + of_before)
            error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_before))
            history = RANGE_LIMIT * fmean(moves) if len(moves) >= ENOUGH_MOVES else 0.0
            limit = max(history, STANDARD_ERRORS * error)
            yield Comparison(degree, measure, windows[newest], windows[before], p, p_before, limit)


def _causes(before: Mapping[str, Any], certificate: Mapping[str, Any]) -> list[str]:
    settings = {name: certificate[name] for name in RULES}
    differs = {
        "definitions": before["definitions"] != definitions_checksum(),
        "deliveries": before["deliveries"] != list(certificate["deliveries"]),
        "disclosure": before["settings"] != settings,
        "code": before["code"]["figures"] != certificate["code"],
    }
    return [cause for cause in CAUSES if differs[cause]]


def _deliveries(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """Registers whose deliveries are not those of before."""

    def by_register(deliveries: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for d in deliveries:
            found.setdefault(str(d["register"]), []).append((str(d["delivery"]), str(d["checksum"])))
        return found

    def named(deliveries: list[tuple[str, str]]) -> str:
        return ", ".join(name for name, _ in deliveries) or "–"

    then, today = by_register(before), by_register(now)
    return [
        (register, named(then.get(register, [])), named(today.get(register, [])))
        for register in sorted({*then, *today})
        if then.get(register) != today.get(register)
    ]


def _change(name: str, keys: list[str], number: str, row: dict[str, Any], causes: list[str]) -> Change:
    now, before = row[number], row[f"{number} before"]
    status, status_before = row[f"{number}_status"], row[f"{number}_status before"]
    both = status == status_before == SHOWN
    return Change(
        table=name,
        key={key: row[key] for key in keys},
        metric=number,
        # What is hidden now is not told again.
        before="" if status == HIDDEN else plain(before) if status_before == SHOWN else symbol(status_before),
        now=plain(now) if status == SHOWN else symbol(status),
        difference=now - before if both else None,
        cause=_cause(both, HIDDEN in (status, status_before), causes),
    )


def _cause(both_shown: bool, one_hidden: bool, causes: list[str]) -> str:
    """The likeliest cause: what is shown or hidden is disclosure control's choice; a revised number comes
    from the first of definitions, deliveries (of the table's registers), code and the rules of disclosure
    control that differs.
    """
    if one_hidden and not both_shown:
        return "disclosure"
    order = ("definitions", "deliveries", "code", "disclosure")
    return next((cause for cause in order if cause in causes), UNKNOWN)


def _kind(change: Change) -> str:
    hidden = symbol(HIDDEN)
    if change.now == hidden:
        return "now_hidden"
    return "now_shown" if change.before == hidden else "revised"


def _columns(name: str) -> set[str]:
    return {"status", *(column for number in NUMBERS[name] for column in (number, f"{number}_status"))}


def _named(kind: str, code: str, language: str) -> str:
    """A code by its name, with its dimension where several have such codes."""
    name = label(kind, code, language)
    return f"{dimension(kind)[language]} {name}" if kind.endswith("_county") else name


def key_text(key: Mapping[str, Any], language: str) -> str:
    """A key as a reader sees it."""
    window = {k: v for k, v in key.items() if k.startswith("cohort_")}
    kinds = {"breakdown_value": key.get("breakdown"), "area": key.get("level", "area")}
    rest: list[str] = []
    for name, value in key.items():
        kind = str(kinds.get(name, name))
        if name in window or name in ("breakdown", "level"):
            continue
        attributes = NESTED.get(kind, (kind,))
        codes = str(value).split(":") if kind in NESTED else [str(value)]
        rest += [_named(a, code, language) for a, code in zip(attributes, codes, strict=True)]
    years = [f"{window['cohort_from']}–{window['cohort_to']}"] if len(window) == 2 else []
    return ", ".join([*rest, *years])
