"""One edition of a very small country, which most tests read; and small published tables made by hand."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.conftest import WINDOWS, once
from vardflode.publication.cubes import NUMBERS, Cube, cubes
from vardflode.publication.edition import Edition, load_edition
from vardflode.publication.published import Published, fitting, read_published_set
from vardflode.publication.run import make_edition
from vardflode.settings import Settings

ADDRESS = "https://statistik.region.test/utgavor"
BODY = {
    "degrees": ["SJ", "AT", "SP"],
    "windows": WINDOWS,
    # Nurses have a chapter, the others share one.
    "few": 10,
    "release_date": dt.date(2025, 12, 15),
    "contact": {"name": "Vårdflöde", "email": "statistik@region.test"},
}


def edition_file(folder: Path, name: str = "2025", **changed: object) -> Path:
    """A folder with an edition file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(yaml.safe_dump(BODY | changed), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Made:
    """An edition that was made: its folder, and what it was made from."""

    out: Path
    editions: Path
    edition: Edition
    published: Published
    cubes: list[Cube]

    @property
    def folder(self) -> Path:
        return self.out / self.edition.name


@pytest.fixture(scope="session")
def made(data: Path, session_folder: Path) -> Made:
    """The edition of `data`. Read only: copy it to change it."""
    # A name that readers could take for a pattern, a terminal for markup: it is made there. Others' readers, who
    # cannot be asked not to, read it by a plain one.
    odd, folder = session_folder / "edition [b] 'å' 50% *", session_folder / "edition"
    editions = edition_file(odd / "editions")
    with once(odd / "out") as first:
        if first:
            (odd / "out").mkdir(exist_ok=True)
            folder.symlink_to(odd)
            make_edition(Settings(data=data, threads=2, address=ADDRESS), "2025", odd / "out", editions)
    edition = load_edition("2025", editions)
    published = fitting(read_published_set(data / "published"), edition)
    told = {name: frame for name, frame in published.tables.items() if name in NUMBERS}
    return Made(folder / "out", editions, edition, published, cubes(told, published.names))


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    """A copy of the edition's folder, to tamper with."""
    shutil.copytree(made.folder, tmp_path / "2025")
    return tmp_path / "2025"


def flow_rows(*rows: tuple[str, str, str, str, int | None, int | None]) -> pl.DataFrame:
    """`flow_measures` of nurses 2007-2009: window, breakdown, value, measure, numerator, denominator."""
    return pl.DataFrame(
        [
            {
                "degree_code": "SJ",
                "cohort_from": int(window[:4]),
                "cohort_to": int(window[5:]),
                "breakdown": breakdown,
                "breakdown_value": value,
                "measure": measure,
                "numerator": numerator,
                "denominator": denominator,
                "series_break": False,
                "share": None if numerator is None or not denominator else numerator / denominator,
                "status": "hidden" if numerator is None else "shown",
            }
            for window, breakdown, value, measure, numerator, denominator in rows
        ],
        schema={
            "degree_code": pl.String,
            "cohort_from": pl.Int32,
            "cohort_to": pl.Int32,
            "breakdown": pl.String,
            "breakdown_value": pl.String,
            "measure": pl.String,
            "numerator": pl.Int64,
            "denominator": pl.Int64,
            "series_break": pl.Boolean,
            "share": pl.Float64,
            "status": pl.String,
        },
    )
