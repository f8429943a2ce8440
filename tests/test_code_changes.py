"""An editor's own rows in `kodandringar.csv`: institutions that merged, professions that were renamed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.conftest import copied_project
from tests.marts import tables
from vardflode.settings import PROJECT, Settings

# Two institutions became Linnéuniversitetet, and nurses were called otherwise: all made up but the first's name.
CHANGES = """\
larosaten;VXU;Växjö universitet;;2009-12-31;LNU;test
larosaten;HIK;Högskolan i Kalmar;2010-01-01;2011-12-31;LNU;test
yrken;SY;Sjuksyster;;2012-12-31;SJ;test
"""


def old_institution(row: dict[str, str], when: str) -> dict[str, str]:
    """What a row of Linnéuniversitetet was called at its time."""
    if row["larosate"] != "LNU" or row[when][:4] > "2011":
        return row
    return row | {"larosate": "VXU" if row[when][:4] < "2010" else "HIK"}


def old_profession(row: dict[str, str]) -> dict[str, str]:
    """What a nurse's licence was called at its time."""
    is_old = row["yrkeskod"] == "SJ" and row["legitimationsdatum"] <= "2012-12-31"
    return row | {"yrkeskod": "SY"} if is_old else row


OLD: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "registreringar.csv": lambda row: old_institution(row, "termin"),
    "examina.csv": lambda row: old_institution(row, "examensdatum"),
    "ansokningar.csv": lambda row: old_institution(row, "termin"),
    "legitimationer.csv": old_profession,
}


def under_old_codes(folder: Path) -> int:
    """Write the files of a delivery under the codes of their time; how many rows are told otherwise."""
    manifest = json.loads((folder / "leverans.json").read_text("utf-8"))
    encoding, changed = manifest["teckenkodning"], 0
    for entry in manifest["filer"]:
        if old := OLD.get(entry["fil"]):
            path = folder / entry["fil"]
            header, *lines = path.read_bytes().decode(encoding).splitlines(keepends=True)
            names = header.lstrip("\ufeff").strip().split(";")
            for number, line in enumerate(lines):
                row = dict(zip(names, line.strip().split(";"), strict=True))
                if (told := old(row)) != row:
                    lines[number] = ";".join(told.values()) + line[len(line.rstrip()) :]
                    changed += 1
            path.write_bytes((header + "".join(lines)).encode(encoding))
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "leverans.json").write_text(json.dumps(manifest), encoding="utf-8")
    return changed


# With the code lists of the project in whose folder it is run.
BUILD = """
import sys
from pathlib import Path
from tests.marts import build_marts
build_marts(*map(Path, sys.argv[1:]))
"""


def test_a_country_told_under_older_codes_has_the_same_figures(own_data: Path, tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    with (project / "dbt" / "seeds" / "kodandringar.csv").open("a", encoding="utf-8") as file:
        file.write(CHANGES)
    raw, new = tmp_path / "raw", tmp_path / "new"
    changed = sum(under_old_codes(raw / register / "2025-09") for register in ("hreg", "hosp"))
    subprocess.run(
        [sys.executable, "-c", BUILD, raw, new, own_data],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},  # for `tests`; the rest is found in the folder first
        check=True,
    )
    warehouse = Settings(data=new).candidate
    with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
        recoded = con.sql(
            "select code, recoded_to, sum(row_count)::int from quality.recoded "
            "where code <> 'SG' group by all order by all"  # the project's own, which made-up countries have
        ).fetchall()
    assert [(code, now) for code, now, _ in recoded] == [("HIK", "LNU"), ("SY", "SJ"), ("VXU", "LNU")]
    assert sum(rows for _, _, rows in recoded) == changed
    now, before = (tables(path) for path in (warehouse, own_data / "warehouse.duckdb"))
    assert len(now["kodverk.kodandringar"]) == len(before["kodverk.kodandringar"]) + CHANGES.count("\n")
    for name in (name for name in before if name.startswith("marts.")):
        assert now[name] == before[name], name
