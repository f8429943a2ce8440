"""The published set on disk: one Parquet file a table, the same tables in a DuckDB file, a certificate."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from vardflode.common.database import connect
from vardflode.common.exchange import put_in_place
from vardflode.common.parquet import parquet_sql
from vardflode.data_folder import File, Folder
from vardflode.disclosure.declared import BY_NAME, why
from vardflode.disclosure.zeros import with_zeros
from vardflode.settings import VERSION, Settings

MADE_UP = "PÅHITTADE PERSONER (made-up persons). "
# Files that DuckDB 1.0 and later open.
STORAGE = "v1.0.0"
# Everyone may read, nobody may write.
OPEN_FOLDER, OPEN_FILE = 0o755, 0o444


def write_set(folder: Path, tables: Mapping[str, pl.DataFrame], settings: Settings, made_up: bool) -> None:
    """Write a new set into an empty folder, open to all readers."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark, tables = MADE_UP if made_up else "", with_zeros(tables)
    for name, frame in sorted(tables.items()):
        frame.write_parquet(folder / f"{name}.parquet", metadata={"made_up": str(made_up).lower()})
    with contextlib.closing(connect(settings)) as con:
        con.execute("set threads = 1")
        database = str(folder / File.PUBLISHED).replace("'", "''")
        con.execute(f"attach '{database}' as published (storage_version '{STORAGE}')")
        for name in sorted(tables):
            rows = parquet_sql(folder / f"{name}.parquet")
            con.execute(f"create table published.main.{name} as select * from {rows}")
            con.execute(f"comment on table published.main.{name} is '{mark}{_about(name, settings)}'")
        con.execute("detach published")


def _about(table: str, settings: Settings) -> str:
    rules = f" Threshold {settings.threshold}, shares of at least {settings.least_base}."
    told = f"{why(table, 'sv')} {why(table, 'en')}" + (rules if BY_NAME[table].has_noise else "")
    return f"{told} Vårdflöde {VERSION}."


def earlier_sets(settings: Settings) -> list[Path]:
    """What was published before, and an outsider may have kept; oldest first."""
    folder = settings.data / Folder.PUBLISHED_BEFORE
    own = (
        sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: int(p.name))
        if folder.is_dir()
        else []
    )
    current = settings.data / Folder.PUBLISHED
    return [*settings.earlier, *own, *([current] if (current / "certificate.json").is_file() else [])]


def swap_in(settings: Settings, work: Path) -> None:
    """Take the new set into force, files and database in one step; the one before is kept if it differs."""
    for path in work.iterdir():
        path.chmod(OPEN_FILE)
    work.chmod(OPEN_FOLDER)
    _lead_to_the_set(settings.data)
    target, before = settings.data / Folder.PUBLISHED, settings.data / Folder.PUBLISHED_BEFORE
    keep = None
    if target.is_dir() and checksum(target) != checksum(work):
        before.mkdir(exist_ok=True)
        before.chmod(OPEN_FOLDER)
        number = max((int(p.name) for p in before.iterdir() if p.name.isdigit()), default=0) + 1
        keep = before / str(number)
    put_in_place(work, target, keep)
    settings.guard_data()


def _lead_to_the_set(data: Path) -> None:
    """Make `<data>/published.duckdb` a link to the file in the set, so that both are swapped as one."""
    database, own = data / File.PUBLISHED, data / Folder.PUBLISHED / File.PUBLISHED
    if database.is_symlink():
        return
    if database.is_file() and own.parent.is_dir() and not own.exists():  # a set that lay beside its database
        os.link(database, own)
    link = data / f".{File.PUBLISHED}"
    link.unlink(missing_ok=True)
    link.symlink_to(own.relative_to(data))
    link.replace(database)


def checksum(folder: Path) -> str:
    """Checksum of the tables of a set."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
