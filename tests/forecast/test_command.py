"""`vardflode scenario`, as a planner runs it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

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
