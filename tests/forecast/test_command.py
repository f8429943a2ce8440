"""`vardflode scenario`, as a planner runs it."""

from __future__ import annotations

import contextlib
import csv
import re
from pathlib import Path

import duckdb
import pytest

from tests.conftest import vardflode
from vardflode.settings import PROJECT

FILE = PROJECT / "scenarier.yml"


@pytest.fixture(scope="module")
def told(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the terminal says of nurses in the nation, and the folder of the page."""
    out = tmp_path_factory.mktemp("pages")
    run = vardflode("scenario", FILE, "--group", "SJ", "--data", sample / "data", "--out", out, COLUMNS="120")
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout, out


def test_each_scenario_is_held_against_going_on_as_now(told: tuple[str, Path]) -> None:
    text, _ = told
    for name in ("Digitalisering", "Längre arbetsliv", "Fler nybörjare och högre examensfrekvens"):
        assert f"Sjuksköterska, riket: {name}" in text
        assert re.search(rf"^{name}: [\d\u00a0]+ nybörjare per läsår", text, re.MULTILINE)
    assert "Påhittade personer" in text


def test_the_page_and_its_numbers_are_rounded_and_need_nothing_outside(told: tuple[str, Path]) -> None:
    _, out = told
    page = (out / "scenario.html").read_text("utf-8")
    assert "Påhittade personer" in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    with (out / "scenario.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert {row["scenario"] for row in rows} > {"reference", "combined"}
    numbers = [int(row[name]) for row in rows for name in ("supply", "demand", "gap") if row[name]]
    assert numbers
    assert all(number % 10 == 0 for number in numbers)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--group", "XX"), "group: expected one of"),
        (("--group", "SJ", "--area", "7"), "area: expected a health-care region 1-6"),
    ],
)
def test_a_mistake_is_one_message(sample: Path, arguments: tuple[str, ...], said: str) -> None:
    run = vardflode("scenario", FILE, *arguments, "--data", sample / "data")
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.fixture(scope="module")
def practice(sample: Path) -> str:
    """What the terminal says of general practice in the nation."""
    run = vardflode(
        *("scenario", FILE, "--group", "ALM", "--inhabitants", "60000", "--by", "2034"),
        *("--data", sample / "data"),
        COLUMNS="160",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.replace("\u00a0", "")


def test_general_practice_is_told_year_by_year(sample: Path, practice: str) -> None:
    """Held against the deliveries: certificates, and physicians' degrees."""
    table = practice[practice.index("Specialister i allmänmedicin, riket   ") :]
    years = {
        int(cells[1]): cells[2:]
        for cells in (line.split("│") for line in table.splitlines())
        if len(cells) > 5 and cells[1].strip().isdigit()
    }
    with contextlib.closing(duckdb.connect(str(sample / "data" / "warehouse.duckdb"), read_only=True)) as con:
        for year in (2021, 2024):
            (degrees,) = con.execute(
                """select count(distinct lopnr) from (
                    select lopnr, min(year(examensdatum)) as year from delivered.hreg_examina
                    where examenskod = 'LA' and examenstyp = 'Y' group by lopnr)
                where year = ?""",
                [year],
            ).fetchone()
            # Who took the degree without having begun in the registrations is in no cohort.
            assert 0.9 * degrees <= int(years[year][0]) <= degrees
    assert years[2030][0].strip() == ".."
    in_training, new = (
        [int(years[y][k]) if years[y][k].strip() != ".." else None for y in (2024, 2030)] for k in (1, 2)
    )
    assert in_training[0]
    assert in_training[1] is None
    assert new[0] is None
    assert new[1]


def test_posts_for_a_chosen_density_are_told_for_every_region(practice: str) -> None:
    assert "60000 invånare per verksam 2034: ST-tjänster per år" in practice
    for where in ("Norra sjukvårdsregionen", "Stockholms sjukvårdsregion", "riket"):
        assert re.search(rf"│ {where} +│ +\d+ │ +(\d+|inga behövs) │", practice)


def test_a_year_without_a_projected_population_is_one_message(sample: Path) -> None:
    run = vardflode(
        "scenario", FILE, "--group", "ALM", "--inhabitants", "1500", "--by", "2024", "--data", sample / "data"
    )
    assert run.returncode == 2
    assert "by: expected a year from 2025 to 20" in run.stderr
    run = vardflode("scenario", FILE, "--group", "ALM", "--by", "2030", "--data", sample / "data")
    assert run.returncode == 2
    assert "expected both or none" in run.stderr


def test_without_a_warehouse_it_says_what_to_do(tmp_path: Path) -> None:
    run = vardflode("scenario", FILE, "--group", "SJ", "--data", tmp_path)
    assert run.returncode == 2
    assert "Next: vardflode build" in run.stderr


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path, sample: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("x:\n  namn: a\n  name: b\n  hourz: []\n", encoding="utf-8")
    run = vardflode("scenario", bad, "--group", "SJ", "--data", sample / "data")
    assert run.returncode == 2
    assert f"{bad}, line 4: x.hourz: is not known here" in run.stderr
