"""The knowledge bank: the file is as it must be, and every way to get it wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from vardflode.knowledge_bank import COLUMNS, FILE, KINDS, KnowledgeBankError, read_knowledge_bank
from vardflode.settings import PROJECT

MARTS = {path.stem for path in (PROJECT / "dbt/models/marts").glob("**/*.sql")}
HEADER = ";".join(COLUMNS)
SOUND = "1;Arbetskraftsbarometern;SCB;prognos;rapport;årligen, senast 2019;riket;utbildning;Om läget;region_survey, forecast"


def read(folder: Path, *lines: str) -> list[tuple[int, tuple[str, ...]]]:
    path = folder / "kunskapsbank.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return [
        (entry.number, entry.tables) for entry in read_knowledge_bank({"region_survey", "forecast"}, path)
    ]


def test_the_file_is_as_it_must_be_and_speaks_of_every_kind() -> None:
    entries = read_knowledge_bank(MARTS)
    assert len(entries) == len(FILE.read_text(encoding="utf-8").splitlines()) - 1 >= 52
    assert {entry.kind for entry in entries} == set(KINDS)
    assert {"forecast", "hired_staff", "occupation_density"} <= {t for entry in entries for t in entry.tables}


def test_a_sound_entry_is_read(tmp_path: Path) -> None:
    assert read(
        tmp_path, HEADER, SOUND, SOUND.replace("1;Arb", "2;Ny arb").replace("region_survey, forecast", "")
    ) == [
        (1, ("region_survey", "forecast")),
        (2, ()),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("1;", "0;", "line 2: expected a whole number from 1 in nr, found '0'"),
        (";SCB;", "; ;", "line 2: expected a value in utgivare, found none"),
        ("prognos", "spådom", "line 2: expected slag to be statistik, prognos, analys; found 'spådom'"),
        ("2019", "2109", "line 2: expected years 1968-2100 in order in period"),
        ("senast 2019", "2019-2017", "line 2: expected years 1968-2100 in order in period"),
        ("2019", "19", "line 2: expected years of four digits in period"),
        ("forecast", "forecasts", "line 2: expected a table of marts in tabeller, found 'forecasts'"),
        (";Om läget", "", "line 2: expected 10 fields, found fewer"),
        (";Om läget", ";Om läget;och;mer", "line 2: expected 10 fields, found more"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeBankError) as error:
        read(tmp_path, HEADER, SOUND.replace(old, new))
    assert told in str(error.value)


def test_every_fault_is_told_at_once_and_nothing_may_be_there_twice(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBankError) as error:
        read(tmp_path, HEADER, SOUND, SOUND.replace("prognos", "spådom"))
    told = str(error.value).splitlines()
    assert [line.partition(":")[0] for line in told] == ["kunskapsbank.csv, line 3"] * 3
    assert "found 1 on line 2 too" in told[1]


@pytest.mark.parametrize("header", [HEADER.replace("form;", ""), HEADER + ";mer", ""])
def test_the_columns_are_those_that_are_known(tmp_path: Path, header: str) -> None:
    with pytest.raises(KnowledgeBankError, match=r"line 1: expected the columns nr, titel"):
        read(tmp_path, header, SOUND)
