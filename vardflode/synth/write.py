"""Write deliveries: each into a folder beside its place, which is renamed when everything is there."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

MANIFEST = "leverans.json"


class SynthError(Exception):
    """What kept the made-up deliveries from being written: what was found, and what to do."""


@dataclass(frozen=True)
class Style:
    """How a register's files are spelt: encoding as in ``leverans.json``, and the oddities."""

    encoding: str = "utf-8"
    byte_order_mark: bool = False
    crlf: bool = False
    quoted_empty: bool = False

    def suffix(self) -> bytes:
        """Return the end of a line."""
        return b"\r\n" if self.crlf else b"\n"


STYLES = {
    "rtb": Style(),
    "hreg": Style(byte_order_mark=True, quoted_empty=True),
    "hosp": Style(encoding="iso-8859-1"),
    "bas": Style(quoted_empty=True),
    "gymnasium": Style(encoding="iso-8859-1", crlf=True),
    "koloskopi": Style(),
    "folkmangd": Style(),
    "framskrivning": Style(),
    "utbildningsplan": Style(byte_order_mark=True, quoted_empty=True),
    "vardenkat": Style(byte_order_mark=True, crlf=True),
    "specialister": Style(encoding="iso-8859-1"),
    "st": Style(),
    "personalekonomi": Style(crlf=True),
    "vantelaget": Style(byte_order_mark=True),
    "plan": Style(byte_order_mark=True, quoted_empty=True),
}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class Delivery:
    """One delivery being written in a temporary folder; ``place()`` makes it real.

    ``files`` holds the entries of ``leverans.json`` in order.
    """

    out: Path
    register: str
    name: str
    framstalld: str
    avser_till: str
    files: list[dict[str, Any]] = field(default_factory=list)
    encoding: str = ""
    accepted: bool = True

    def __post_init__(self) -> None:
        """Start with an empty temporary folder beside the delivery's place."""
        self.encoding = self.encoding or STYLES[self.register].encoding
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        """The temporary folder."""
        return self.out / self.register / f".{self.name}.partial"

    @property
    def target(self) -> Path:
        """The folder that the delivery shall have."""
        return self.out / self.register / self.name

    def csv(self, table: str, frame: pl.DataFrame, year: int | None = None) -> None:
        """Write a table, or one year of it, as CSV in the register's style."""
        style = STYLES[self.register]
        name = f"{table}.csv" if year is None else f"{table}_{year}.csv"
        buffer = io.BytesIO()
        frame.write_csv(
            buffer,
            separator=";",
            line_terminator="\r\n" if style.crlf else "\n",
            include_bom=style.byte_order_mark,
            null_value='""' if style.quoted_empty else "",
            quote_style="never",
        )
        content = buffer.getvalue()
        if style.encoding != "utf-8":
            content = content.decode("utf-8").encode(style.encoding)
        (self.folder / name).write_bytes(content)
        self._list(name, table, frame.height, hashlib.sha256(content).hexdigest())

    def parquet(self, table: str, frame: pl.DataFrame) -> None:
        """Write a table as Parquet."""
        path = self.folder / f"{table}.parquet"
        frame.write_parquet(path, compression="zstd", row_group_size=100_000)
        self._list(path.name, table, frame.height, digest(path))

    def _list(self, file: str, table: str, rows: int, sha256: str) -> None:
        self.files.append({"fil": file, "tabell": table, "rader": rows, "sha256": sha256})

    def rows(self) -> dict[str, int]:
        """Return the rows of each table, all its files together."""
        counted: dict[str, int] = {}
        for entry in self.files:
            counted[entry["tabell"]] = counted.get(entry["tabell"], 0) + int(entry["rader"])
        return counted

    def manifest(self) -> dict[str, Any]:
        """Return the content of ``leverans.json``."""
        return {
            "register": self.register,
            "leverans": self.name,
            "framstalld": self.framstalld,
            "avser_till": self.avser_till,
            "teckenkodning": self.encoding,
            "syntetisk": True,
            "filer": self.files,
        }

    def write_manifest(self, changes: dict[str, Any] | None = None) -> None:
        """Write ``leverans.json``, with some entries changed."""
        text = json.dumps(self.manifest() | (changes or {}), ensure_ascii=False, indent=1)
        (self.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _contents(folder: Path) -> dict[str, str]:
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): digest(p) for p in paths}


def refuse_file(folder: Path) -> None:
    """Raise SynthError at once when a file stands where a folder is to be."""
    if files := [path for path in (folder, *folder.parents) if path.is_file()]:
        raise SynthError(
            f"{files[0]} är en fil, ingen mapp. Ingenting har skrivits. Välj en annan mapp. / "
            f"{files[0]} is a file, not a folder; nothing was written. Choose another folder."
        )


def refuse_foreign(target: Path) -> None:
    """Raise SynthError at once when a folder that is no made-up delivery stands in the way."""
    if not target.exists():
        return
    manifest = target / MANIFEST
    try:
        made_up = json.loads(manifest.read_text(encoding="utf-8")).get("syntetisk") is True
    except (OSError, ValueError, AttributeError):
        made_up = False
    if not made_up:
        raise SynthError(
            f"{target} finns redan och är ingen påhittad leverans (leverans.json med "
            "syntetisk: true saknas). "
            "Ingenting har skrivits. Välj en annan mapp, eller flytta undan den som finns. / "
            f"{target} exists and is not a made-up delivery; nothing was written. Choose another folder."
        )


def place(deliveries: list[Delivery], extra: dict[Path, str]) -> None:
    """Rename every finished delivery to its place; keep those that are there already with the same content.

    ``extra`` are further files, path and text. Raises SynthError, and changes nothing, when a delivery or
    file of that name exists with other content.
    """
    new: list[Delivery] = []
    for delivery in deliveries:
        if not delivery.target.exists():
            new.append(delivery)
            continue
        there, here = _contents(delivery.target), _contents(delivery.folder)
        differing = sorted(n for n in there.keys() | here.keys() if there.get(n) != here.get(n))
        if differing:
            raise SynthError(
                f"{delivery.target} finns redan med annat innehåll ({', '.join(differing[:3])}"
                f"{' ...' if len(differing) > 3 else ''}). "
                "En leverans ändras aldrig; ingenting har skrivits. "
                "Välj en annan mapp, ett annat sista år, eller ta bort den som finns. / "
                f"{delivery.target} exists with other content; nothing was written. Choose another folder or "
                "last year, or remove the one that is there."
            )
    for path, text in extra.items():
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise SynthError(
                f"{path} finns redan med annat innehåll; ingenting har skrivits. Välj en annan mapp. / "
                f"{path} exists with other content; nothing was written. Choose another folder."
            )
    for delivery in new:
        delivery.folder.rename(delivery.target)
    for path, text in extra.items():
        path.write_text(text, encoding="utf-8")


def clean_up(deliveries: list[Delivery]) -> None:
    """Remove the temporary folders that are left, and register folders left empty."""
    for delivery in deliveries:
        shutil.rmtree(delivery.folder, ignore_errors=True)
        parent = delivery.folder.parent
        if parent.exists() and not any(parent.iterdir()):
            parent.rmdir()
