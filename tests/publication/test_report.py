"""The report: its sentences and tables say what was published, in the language's own way of writing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from dagster_project.deliveries.contract import read_code_list
from dagster_project.publication.cubes import cubes
from dagster_project.publication.edition import Edition
from dagster_project.publication.labels import DEGREES, WORDS, label, measures
from dagster_project.publication.report.about import summary
from dagster_project.publication.report.charts import Step as FlowStep
from dagster_project.publication.report.charts import flow, lines, png
from dagster_project.publication.report.degrees import degree_chapter, shown_window
from dagster_project.publication.report.material import material
from dagster_project.publication.texts import TEXTS, listed, number, percent
from tests.publication.conftest import Made, flow_rows

EDITION = Edition("2025", ("SJ",), dt.date(2025, 12, 15))
ROWS = flow_rows(
    ("2007-2009", "total", "total", "beginners", 12345, 12345),
    ("2007-2009", "total", "total", "graduates", 9259, 12345),
    ("2007-2009", "total", "total", "licensed", 9166, 9259),
    ("2007-2009", "total", "total", "resident_1y", 9000, 9100),
    ("2007-2009", "total", "total", "employed_1y", 8820, 9000),
    ("2007-2009", "total", "total", "in_profession_1y", 7938, 8820),
    ("2010-2012", "total", "total", "beginners", 13000, 13000),
    ("2010-2012", "total", "total", "graduates", None, 13000),
    ("2007-2009", "sex", "1", "beginners", 1345, 1345),
    ("2007-2009", "sex", "2", "beginners", 11000, 11000),
    ("2007-2009", "sex", "1", "graduates", None, 1345),
    ("2007-2009", "sex", "2", "graduates", 8250, 11000),
)
CERTIFICATE = {"last_year": 2024, "made_up_persons": True}


def sentences(language: str) -> list[str]:
    m = material(cubes({"flow_measures": ROWS}), EDITION, CERTIFICATE, language)
    return [item for block in summary(m).blocks if block.kind == "bullets" for item in block.items]


def test_the_main_findings_are_sentences_of_the_figures() -> None:
    assert sentences("sv") == [
        "Sjuksköterskeexamen: av 12\u00a0345 nybörjare 2007–2009 tog 75\u00a0% examen. Av dem fick 99\u00a0% "
        "legitimation. Ett år efter inträdet arbetade 90\u00a0% av de sysselsatta i yrket."
    ]
    assert sentences("en") == [
        "Nurse: of 12,345 who began in 2007–2009, 75% took the degree. Of these 99% got the licence. "
        "One year after entry 90% of the employed worked in the profession."
    ]


def test_a_chapter_shows_the_newest_window_that_can_be_shown_and_no_hidden_number() -> None:
    m = material(cubes({"flow_measures": ROWS}), EDITION, CERTIFICATE, "sv")
    assert shown_window(m, "SJ") == "2007-2009"
    tables = [block for block in degree_chapter(m, "SJ").blocks if block.kind == "table"]
    (by_sex,) = [table for table in tables if "kön" in table.caption]
    assert by_sex.rows == [
        ["Män", "1\u00a0345", "..", "...", "...", "..."],
        ["Kvinnor", "11\u00a0000", "75,0\u00a0%", "...", "...", "..."],
    ]
    (in_numbers,) = [table for table in tables if table.caption.startswith("Flödet i tal")]
    assert ["Verksamma i yrket efter ett år", "7\u00a0938", "8\u00a0820", "90,0\u00a0%"] in in_numbers.rows
    assert "flow-sj.sv" in m.figures
    assert "7\u00a0938" in m.figures["flow-sj.sv"]


def test_a_degree_whose_cohorts_are_young_is_not_said_to_be_hidden() -> None:
    rows = flow_rows(("2007-2009", "total", "total", "beginners", 40, 40))
    m = material(cubes({"flow_measures": rows}), EDITION, CERTIFICATE, "sv")
    assert "haft tid" in next(iter(summary(m).blocks[1].items))


def test_a_line_keeps_the_order_of_years_and_breaks_where_nothing_is_shown() -> None:
    windows = ["2001", "2002", "2003", "2004"]
    rows = [{"k": w, "s": s, "m": "a"} for w, s in zip(windows[1:], (0.5, None, 0.7), strict=True)]
    rows += [{"k": w, "s": 0.4, "m": "b"} for w in windows]
    svg = lines(rows, "k", "s", "m", "sv", order=windows)
    shown = [text for text in re.findall(r">(\d{4})<", svg) if text in windows]
    assert shown == windows
    broken = [d for d in re.findall(r' d="(M[^"]*)"', svg) if d.count("L") in (0, 1) or d.count("M") > 1]
    assert broken


def test_a_degree_that_cannot_be_shown_says_so() -> None:
    rows = flow_rows(("2007-2009", "total", "total", "graduates", None, 40))
    m = material(cubes({"flow_measures": rows}), EDITION, CERTIFICATE, "sv")
    assert degree_chapter(m, "SJ").blocks[0].text == TEXTS["none_shown"]["sv"]
    assert "kan inte visas" in next(iter(summary(m).blocks[1].items))


@pytest.mark.parametrize(
    ("value", "decimals", "sv", "en"),
    [
        (1234567.891, 1, "1\u00a0234\u00a0567,9", "1,234,567.9"),
        (-1200, 0, "\u22121\u00a0200", "\u22121,200"),
        (-0.04, 1, "0,0", "0.0"),
        (5, 0, "5", "5"),
    ],
)
def test_numbers_as_each_language_writes_them(value: float, decimals: int, sv: str, en: str) -> None:
    assert number(value, "sv", decimals) == sv
    assert number(value, "en", decimals) == en


def test_shares_and_lists_as_each_language_writes_them() -> None:
    assert (percent(0.756, "sv", 1), percent(0.756, "en", 1)) == ("75,6\u00a0%", "75.6%")
    assert (listed(["a", "b", "c"], "sv"), listed(["a", "b"], "en"), listed(["a"], "sv")) == (
        "a, b och c",
        "a and b",
        "a",
    )


def test_the_flow_shows_a_hidden_step_as_hidden() -> None:
    svg = flow([FlowStep("Nybörjare", 100.0, "100", ""), FlowStep("Examinerade", None, "..", "")], "Flödet")
    assert svg.count("stroke-dasharray") == 1
    assert "<title>Flödet</title>" in svg
    assert png(svg).startswith(b"\x89PNG")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_code_has_a_name(language: str) -> None:
    for degree in DEGREES:
        assert label("degree_code", degree, language) != degree
    for name in measures():
        assert label("measure", name, language) != name
    for kind, file in (
        ("county", "lan.csv"),
        ("health_region", "sjukvardsregioner.csv"),
        ("specialisation", "inriktningar.csv"),
        ("profession_code", "yrken.csv"),
    ):
        for row in read_code_list(file):
            code = next(iter(row.values()))
            assert label(kind, code, language) not in (code, ""), (kind, code)


def test_all_texts_are_in_both_languages_with_the_same_places_to_fill() -> None:
    def walk(words: dict, path: str) -> None:
        if "sv" in words or "en" in words:
            assert set(words) >= {"sv", "en"}, path
            if isinstance(words["sv"], str):
                places = [sorted(re.findall(r"{(\w+)}", words[language])) for language in ("sv", "en")]
                assert places[0] == places[1], path
            else:
                assert len(words["sv"]) == len(words["en"]), path
        else:
            for name, inner in words.items():
                walk(inner, f"{path}.{name}")

    walk(TEXTS, "texts")
    walk({k: v for k, v in WORDS.items() if k in ("tables", "dimensions", "metrics")}, "words")


def test_the_page_needs_nothing_outside_itself_and_has_a_table_beside_each_figure(made: Made) -> None:
    for name in ("rapport.html", "report.html", "andringar.html", "granskning.html"):
        html = (made.folder / name).read_text("utf-8")
        assert not re.search(r'(src|href)="(https?:)?//', html), name
        assert "<script" not in html
    html = (made.folder / "rapport.html").read_text("utf-8")
    pieces = re.split(r"<figure>", html)[1:]
    assert pieces
    assert all("<table>" in piece for piece in pieces)


def test_each_figure_is_there_as_svg_and_png(made: Made) -> None:
    svg = sorted(path.stem for path in (made.folder / "figures").glob("*.svg"))
    assert svg == sorted(path.stem for path in (made.folder / "figures").glob("*.png"))
    assert {name.rpartition(".")[2] for name in svg} == {"sv", "en"}


def test_a_figure_leads_to_the_rules_and_the_deliveries(made: Made) -> None:
    html = (made.folder / "rapport.html").read_text("utf-8")
    assert html.count('href="#definitions"') > 5
    assert html.count('href="#sources"') > 5
    sources = html[html.index('id="sources"') :]
    for delivery in made.published.deliveries:
        assert str(delivery["delivery"]) in sources
        assert str(delivery["checksum"])[:16] in sources
    assert Path(made.folder / "manifest.json").is_file()
