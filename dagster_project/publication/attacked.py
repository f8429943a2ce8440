"""The attack on an edition: what the gate attacked already, with the tables, is not attacked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.disclosure.attack import OBSERVED, Report, attack
from dagster_project.disclosure.knowledge import public_knowledge
from dagster_project.disclosure.memory import Memory
from dagster_project.disclosure.reading import read_published
from dagster_project.disclosure.tables import BY_NAME

Frames = Mapping[str, pl.DataFrame]


def attacked(
    folder: Path,
    earlier: Sequence[Path],
    published: Frames,
    certificate: Mapping[str, Any],
    *,
    cores: int,
    memory: Memory,
) -> Report:
    """What an attack on an edition's files proves, together with the editions before.

    Where the gate's attack on the published set found nothing, it stands for all files that tell only what is
    in that set: who knows less cannot prove more. Anything else in one of them, and all are attacked.

    Args:
        folder: the files of the edition, as they lie on disk.
        earlier: those of the editions before.
        published: the whole published set, which its certificate was written for.
        certificate: of the published set.
        cores: processes to use.
        memory: what the gate knows of figures from its own attack, where it was made on this machine.

    Raises:
        ReadingError: a folder holds no published table.
        DifferentError: the same figure is told differently in two files of one publication.
    """
    others = [before for before in earlier if not tells_only(read_published(before), published)]
    proved = certificate["attack"]
    if not others and not proved["holes"] and tells_only(read_published(folder), published):
        return Report([], proved["counts"], [], [])
    observed = [(name, fact) for name, fact in certificate[OBSERVED]]
    knowledge = replace(public_knowledge(), observed=observed)
    return attack(folder, others, cores=cores, knowledge=knowledge, memory=memory)


def tells_only(told: Frames, published: Frames) -> bool:
    """Whether every row of some files is a row of the published set, with no number that it does not tell."""
    return all(name in published and _is_within(name, frame, published[name]) for name, frame in told.items())


def _is_within(name: str, told: pl.DataFrame, published: pl.DataFrame) -> bool:
    keys = list(BY_NAME[name].key) if name in BY_NAME else told.columns
    numbers = [column for column in told.columns if column not in keys]
    whole = published.select(*keys, *numbers).cast(dict(told.schema))  # type: ignore[arg-type]
    both = told.join(whole.with_columns(is_there=True), on=keys, how="left", suffix=" published")
    differs = [pl.col(n).is_not_null() & pl.col(n).ne_missing(pl.col(f"{n} published")) for n in numbers]
    return both.filter(pl.any_horizontal(pl.col("is_there").is_null(), *differs)).is_empty()
