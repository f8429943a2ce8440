"""The project works in a folder of any name, in any locale, for a user without a home, without git."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from vardflode.data_folder import File
from vardflode.disclosure.files import write_set
from vardflode.settings import PROJECT, Settings

NAME = "år o\"ch 'dag"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / NAME
    folder.mkdir()
    return folder


def test_code_lists_are_read_from_any_folder(folder: Path) -> None:
    """The project's macro reads a code list, in a project of its own."""
    (folder / "dbt_project.yml").write_text(
        'name: anywhere\nversion: "1.0"\nprofile: anywhere\nseeds: {anywhere: {+delimiter: ";"}}',
        encoding="utf-8",
    )
    (folder / "profiles.yml").write_text(
        "anywhere: {target: t, outputs: {t: {type: duckdb, schema: main, path: w.duckdb}}}", encoding="utf-8"
    )
    for name in ("macros/load_csv_rows.sql", "seeds/lan.csv"):
        (folder / name).parent.mkdir()
        shutil.copy(PROJECT / "dbt" / name, folder / name)
    run(folder, str(Path(sys.executable).with_name("dbt")), "--quiet", "seed")
    with contextlib.closing(duckdb.connect(folder / "w.duckdb", read_only=True)) as con:
        assert con.sql("select count(*) from lan").fetchall() == [(21,)]


def test_the_published_database_is_written_in_any_folder(folder: Path) -> None:
    table = pl.DataFrame({"degree_code": ["SJ"], "institution": ["LU"], "study_county": ["12"]})
    write_set(folder / "set", {"institutions": table}, Settings(data=folder), made_up=True)
    with contextlib.closing(duckdb.connect(folder / "set" / File.PUBLISHED, read_only=True)) as con:
        assert con.sql("select * from institutions").fetchall() == table.rows()


def run(folder: Path, *command: str, **environment: str) -> None:
    """Run in a folder, in the C locale, without a home and without what the tests' own environment sets."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "LC_ALL": "C", "HOME": "/proc/none", "DO_NOT_TRACK": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


UV = """#!/bin/sh
# What the tool is asked, and the two files of an installation that the next steps look at.
echo "$UV_CACHE_DIR $UV_SYSTEM_CERTS $*" >> calls
[ "$1 $2" = "cache dir" ] && echo "$HOME/.cache/uv" && exit
mkdir -p "$UV_PROJECT_ENVIRONMENT/lib/python3.11/site-packages" "$UV_PROJECT_ENVIRONMENT/bin"
pth="$UV_PROJECT_ENVIRONMENT/lib/python3.11/site-packages/_editable_impl_vardflode.pth"
[ -f "$pth" ] || pwd > "$pth"
cp bin/python3 "$UV_PROJECT_ENVIRONMENT/bin/python"
"""
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m venv" ] && mkdir -p .bootstrap/bin && cp bin/python3 .bootstrap/bin/python && cp bin/uv .bootstrap/bin/uv
exit 0
"""


def test_the_installation_does_not_depend_on_the_folder_or_the_home(folder: Path) -> None:
    """`make install` with a downloader that downloads nothing: where the project lies is said in ASCII before
    anything is compiled, and what cannot be kept at home is kept in the folder.
    """
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "bin").mkdir()
    for name, text in (("uv", UV), ("python3", PYTHON)):
        (folder / "bin" / name).write_text(text, encoding="utf-8")
        (folder / "bin" / name).chmod(stat.S_IRWXU)
    run(folder, "make", "install", PATH=f"{folder}/bin:{os.environ['PATH']}")
    packages = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    (pth,) = packages.glob("*.pth")
    assert pth.read_bytes().isascii()
    assert (packages / pth.read_text(encoding="ascii").strip()).resolve() == folder
    python = f"{folder}/bin/python3"
    assert (folder / "calls").read_text(encoding="utf-8").splitlines() == [
        " 1 cache dir",
        f".bootstrap/cache 1 sync --frozen --quiet --python {python}",
        f".bootstrap/cache 1 sync --frozen --quiet --python {python} --compile-bytecode",
    ]
    assert (folder / ".venv" / ".installed").is_file()
