"""The published set that an edition is made from: nothing else is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from vardflode.common.fingerprint import figures_fingerprint
from vardflode.common.parquet import read_parquet
from vardflode.disclosure.audit import checksum
from vardflode.publication.cubes import Names
from vardflode.publication.edition import Edition
from vardflode.publication.errors import PublicationError

NEXT = "Next: vardflode build, then vardflode disclose"


@dataclass(frozen=True)
class Published:
    """The published tables by name, and what is certified of them."""

    tables: Mapping[str, pl.DataFrame]
    certificate: Mapping[str, Any]

    @property
    def names(self) -> Names:
        """What scenarios and the plan's measures are called: no code list has them."""
        return dict(self.certificate.get("names", {}))

    @property
    def made_up(self) -> bool:
        """Whether the persons are made up."""
        return bool(self.certificate["made_up_persons"])

    @property
    def deliveries(self) -> list[Mapping[str, Any]]:
        """What the tables come from: register, delivery, checksum, made_up."""
        return list(self.certificate["deliveries"])


def read_published_set(folder: Path) -> Published:
    """Read a published set.

    Raises:
        PublicationError: there is none, it is not whole, or it was made by other code.
    """
    path = folder / "certificate.json"
    if not path.is_file():
        raise PublicationError(f"Expected published tables in {folder}, found none. {NEXT}")
    try:
        certificate = json.loads(path.read_text(encoding="utf-8"))
        code, tables_checksum = certificate["code"], certificate["tables_checksum"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PublicationError(f"{path} is no certificate of published tables. {NEXT}") from None
    if code != figures_fingerprint():
        raise PublicationError(
            f"The published tables in {folder} were made by another version of the code, definitions or code "
            f"lists. {NEXT}"
        )
    if tables_checksum != checksum(folder):
        raise PublicationError(
            f"The tables in {folder} are not those that its certificate was written for: they have been "
            f"changed. {NEXT}"
        )
    tables = {file.stem: read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
    return Published(tables, certificate)


def fitting(published: Published, edition: Edition) -> Published:
    """The published set as an edition shows it: its degrees and follow-ups.

    Raises:
        PublicationError: the set was protected by other rules, or made from other deliveries, than the
            edition's.
    """
    for name, asked in (
        ("windows", edition.windows),
        ("publisher", edition.publisher),
        ("threshold", edition.threshold),
    ):
        found = published.certificate[name]
        if found != asked:
            raise PublicationError(
                f"Edition {edition.name} has {name} = {asked!r}, but the published tables were made with "
                f"{found!r}. Next: vardflode disclose --{name} {asked!r}"
            )
    newest: dict[str, str] = {}
    for delivery in published.deliveries:
        register, name = str(delivery["register"]), str(delivery["delivery"])
        newest[register] = max(newest.get(register, ""), name)
    for register, name in edition.deliveries.items():
        if newest.get(register) != name:
            pins = " ".join(f"--pin {r}={d}" for r, d in edition.deliveries.items())
            raise PublicationError(
                f"Edition {edition.name} is pinned to the delivery {register}/{name}, but the published "
                f"tables were made from {register}/{newest.get(register, '(none)')}. "
                f"Next: vardflode build {pins}, then vardflode disclose; if {register}/{name} is gone, the "
                "edition cannot be made again."
            )
    return Published(
        {name: _chosen(frame, edition) for name, frame in published.tables.items()}, published.certificate
    )


def _chosen(frame: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    if "degree_code" not in frame.columns:
        return frame
    frame = frame.filter(pl.col("degree_code").is_in(edition.degrees))
    if "measure" in frame.columns:
        far = pl.col("measure").str.extract(r"^retained_([0-9]+)y$").cast(pl.Int32)
        frame = frame.filter(far.is_null() | far.is_in(edition.horizons))
    return frame
