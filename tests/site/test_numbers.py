"""Every number on a page is one of the published tables, read anew."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import duckdb
import pytest

from tests.site.conftest import Site
from tests.site.told import SYMBOLS, Told, differs
from vardflode.settings import PROJECT


@pytest.fixture(scope="module")
def told(site: Site) -> Told:
    return Told(site.data / "published")


def _address(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";"))


def test_numbers_on_every_page_are_as_published(site: Site, told: Told) -> None:
    wrong, counted = [], Counter[str]()
    for name, page in site.pages.items():
        for text, shown in page.numbers:
            address = _address(text)
            counted[name] += 1
            if fault := differs(told, address, shown, page.language):
                wrong.append((name, text, shown, fault))
    assert not wrong[:5]
    assert sum(counted.values()) > 10_000
    assert all(counted[f"{kind}/index.html"] for kind in ("examen", "yrken", "omraden", "larosaten"))


def test_a_wrong_number_is_found(site: Site, told: Told) -> None:
    """The test above can fail: each told number, moved by one in its last figure, is another."""
    page = site.pages["examen/sj.html"]
    found = [
        differs(told, _address(a), t, "sv")
        for a, t in ((a, _moved(t)) for a, t in page.numbers if t not in SYMBOLS)
    ]
    assert found
    assert all(found)


def _moved(text: str) -> str:
    last = max(k for k, letter in enumerate(text) if letter.isdigit())
    return text[:last] + str((int(text[last]) + 5) % 10) + text[last + 1 :]


def test_a_file_has_the_cells_of_its_table(site: Site) -> None:
    checked = 0
    for name, page in site.pages.items():
        for table, href in page.files.items():
            text = ((site.folder / name).parent / href).read_text(encoding="utf-8-sig")
            rows = list(csv.reader(io.StringIO(text), delimiter=";" if page.language == "sv" else ","))
            assert [row[0] for row in rows] == [row[0] for row in page.tables[table]], (name, table)
            for mine, shown in zip(rows[1:], page.tables[table][1:], strict=True):
                for cell, text in zip(mine[1:], shown[1:], strict=True):
                    assert _same(cell, text, page.language), (name, table, cell, text)
                    checked += 1
    assert checked > 10_000


def _same(cell: str, text: str, language: str) -> bool:
    if cell in SYMBOLS or text in SYMBOLS:
        return cell == text
    plain = text.replace("\u00a0", "").replace("−", "-").replace("%", "")
    shown = float(plain.replace(",", ".") if language == "sv" else plain.replace(",", ""))
    exact = float(cell.replace(",", ".")) * (100 if "%" in text else 1)
    decimals = (
        len(plain.replace(",", ".").partition(".")[2]) if language == "sv" else len(plain.partition(".")[2])
    )
    return abs(shown - exact) <= 0.5 * 10**-decimals + 1e-9


def test_the_regions_own_word_is_as_they_answered(site: Site) -> None:
    """The words on the page of each county are the answers of its newest year."""
    answers = {"answers_shortage": "Brist", "answers_balance": "Balans", "answers_surplus": "Överskott"}
    told = duckdb.read_parquet(str(site.data / "published" / "survey.parquet"))
    counties = {county for (county,) in told.filter("level = 'county'").project("area").fetchall()}
    names = csv.DictReader((PROJECT / "dbt/seeds/yrken.csv").open(encoding="utf-8"), delimiter=";")
    labels = {row["yrkeskod"]: row["yrkesnamn"] for row in names}
    assert counties
    for county in counties:
        rows = told.filter(f"level = 'county' and area = '{county}'")
        rows = rows.filter(f"year = {rows.max('year').fetchone()[0]}")
        words: dict[str, dict[str, str]] = {}
        for row in rows.fetchall():
            of = dict(zip(rows.columns, row, strict=True))
            (word,) = (answers[name] for name in answers if of[name] == 1)
            words.setdefault(labels[of["profession_code"]], {})[of["experience"]] = word
        head, *shown = site.pages[f"omraden/lan-{county}.html"].tables["egen-bedomning"]
        assert head[1:] == ["Erfarna", "Nyutbildade"]
        assert {row[0]: row[1:] for row in shown} == {
            name: [of.get(e, "–") for e in ("erfaren", "ny")] for name, of in words.items()
        }


def test_what_a_reader_chooses_in_the_flow_is_as_published(site: Site, told: Told) -> None:
    checked = 0
    for name, page in site.pages.items():
        if "flow-data" not in page.data:
            continue
        data = json.loads(page.data["flow-data"])
        for place, texts in data["cells"].items():
            window, sex, where = place.split(".")
            kind = "" if not where else "study_county" if where.isdigit() else "institution"
            cube = "flow_measures_" + ("_".join(k for k in (kind, "sex" if sex else "") if k) or "total")
            of = {
                "sex": sex,
                kind: where,
                "cube": cube,
                "degree_code": data["degree"],
                "cohort": data["windows"][int(window)],
            }
            for number, row in zip(("numerator", "share"), texts.split("|"), strict=True):
                for measure, text in zip(data["measures"], _padded(row, data["measures"]), strict=True):
                    fault = differs(
                        told,
                        {**of, "measure": measure, "number": number},
                        _written(text, number, data),
                        page.language,
                    )
                    assert not fault, (name, place, measure, number, text, fault)
                    checked += 1
    assert checked > 500


def _padded(row: str, measures: list[str]) -> list[str]:
    """The steps of a row; those at its end of which nothing tells are left out in the page."""
    found = row.split(",")
    return found + [""] * (len(measures) - len(found))


def _written(text: str, number: str, data: dict) -> str:
    """As the page writes what its data say."""
    if text in data["signs"]:
        return data["signs"][text]
    text = str(int(text, 36))
    return (
        f"{int(text) // 10}{data['decimal']}{int(text) % 10}{data['percent']}" if number == "share" else text
    )


def test_the_scenarios_that_the_page_computes_are_the_published(site: Site, told: Told) -> None:
    """With one slider at the end and the others at the beginning: now and the effect make what is published."""
    data = json.loads(site.pages["scenario.html"].data["scenario-data"])
    checked = 0
    for group, numbers in data["groups"].items():
        for number, of in numbers.items():
            for scenario, effect in zip(data["sliders"], of["effects"], strict=True):
                for year, now, moved in zip(data["years"], of["now"], effect, strict=True):
                    row = told.row(
                        {
                            "cube": "forecast_scenarios",
                            "year": year,
                            "group_code": group,
                            "scenario": scenario,
                        }
                    )
                    assert row is not None
                    assert now + moved == row[number]
                    checked += 1
    assert checked > 100
