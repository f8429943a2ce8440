"""The report: its sentences and tables say what was published, in the language's own way of writing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from tests.publication.conftest import Made, flow_rows
from vardflode.deliveries.contract import load_contract, read_code_list
from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.changes import COMPARED, comparisons
from vardflode.publication.cubes import cubes
from vardflode.publication.edition import Edition
from vardflode.publication.labels import DEGREES, WORDS, label, measures, register, rules, series_break
from vardflode.publication.lookup import Lookup
from vardflode.publication.report.about import behind, summary
from vardflode.publication.report.charts import Step as FlowStep
from vardflode.publication.report.charts import bars, county_maps, flow, lines, png
from vardflode.publication.report.degrees import degree_chapter, shown_window
from vardflode.publication.report.material import Material, material
from vardflode.publication.sources import REGISTERS
from vardflode.publication.texts import TEXTS, listed, number, percent
from vardflode.settings import PROJECT

EDITION = Edition(name="2025", degrees=("SJ",), release_date=dt.date(2025, 12, 15))
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
CERTIFICATE = {"last_year": 2024, "made_up_persons": True, "least_base": 25}
FULL_CERTIFICATE = CERTIFICATE | {
    "threshold": 5,
    "width": 4,
    "cost": [],
    "deliveries": [{"register": "hosp", "delivery": "2025-09", "made_up": True, "checksum": "0" * 64}],
}


def findings(m: Material) -> list[str]:
    return [item for block in summary(m).blocks if block.kind == "bullets" for item in block.items]


def sentences(language: str) -> list[str]:
    return findings(material(cubes({"flow_measures": ROWS}), EDITION, CERTIFICATE, language))


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
    assert by_sex.rows == [["Män", "1\u00a0345", ".."], ["Kvinnor", "11\u00a0000", "75,0\u00a0%"]]
    assert by_sex.note.startswith("Utan tal i alla rader, och därför inte med: Legitimerade, sysselsatta")
    (in_numbers,) = [table for table in tables if table.caption.startswith("Flödet i tal")]
    assert ["Verksamma i yrket efter ett år", "7\u00a0938", "8\u00a0820", "90,0\u00a0%"] in in_numbers.rows
    assert "flow-sj.sv" in m.figures
    assert "7\u00a0938" in m.figures["flow-sj.sv"]


def test_a_degree_whose_cohorts_are_young_is_not_said_to_be_hidden() -> None:
    rows = flow_rows(("2007-2009", "total", "total", "beginners", 40, 40))
    m = material(cubes({"flow_measures": rows}), EDITION, CERTIFICATE, "sv")
    assert "haft tid" in findings(m)[0]


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
    assert "kan inte visas" in findings(m)[0]


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
    svg = flow([FlowStep("Nybörjare", 100.0, "100", ""), FlowStep("Examinerade", None, "..", "")])
    assert svg.count("stroke-dasharray") == 1
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
    pieces = re.split(r"<figure ", html)[1:]
    assert pieces
    assert all("<table " in piece for piece in pieces)


def test_each_figure_is_there_as_svg_and_png(made: Made) -> None:
    svg = sorted(path.stem for path in (made.folder / "figures").glob("*.svg"))
    assert svg == sorted(path.stem for path in (made.folder / "figures").glob("*.png"))
    assert {name.rpartition(".")[2] for name in svg} == {"sv", "en"}


def test_a_table_leads_to_its_rules_its_deliveries_and_its_file(made: Made) -> None:
    html = (made.folder / "rapport.html").read_text("utf-8")
    behind_it = next(p for p in re.findall(r'<p class="behind">.*?</p>', html) if "applicants.csv" in p)
    targets = re.findall(r'href="([^"]+)"', behind_it)
    assert targets[0] == "#rules-applicants"
    assert targets[-1] == "csv/applicants.csv"
    told = {f"#source-{d['register']}-{d['delivery']}": d for d in made.published.deliveries}
    assert {told[target]["register"] for target in targets[1:-1]} == set(REGISTERS["applicants"])
    for anchor, delivery in told.items():
        row = html[html.index(f'<tr id="{anchor[1:]}">') :].partition("</tr>")[0]
        assert str(delivery["checksum"])[:16] in row
    assert Path(made.folder / "manifest.json").is_file()


def test_the_registers_behind_a_table_are_those_that_its_models_read() -> None:
    models = {path.stem: path.read_text("utf-8") for path in (PROJECT / "dbt" / "models").rglob("*.sql")}
    registers = load_contract().registers
    sources = {f"{r}_{table}": r for r, body in registers.items() for table in body.tables}

    def read_by(model: str) -> set[str]:
        sql = models.get(model, "")
        own = {
            sources[name] for name in re.findall(r"source\('delivered', '(\w+)'\)", sql) if name in sources
        }
        return own.union(*(read_by(name) for name in re.findall(r"ref\('(\w+)'\)", sql)))

    assert {table: set(names) for table, names in REGISTERS.items()} == {
        table: read_by(BY_NAME[table].model) for table in REGISTERS
    }


def test_every_published_table_has_rules_and_every_register_and_break_a_name() -> None:
    m = material(cubes({"flow_measures": ROWS}), EDITION, FULL_CERTIFICATE, "sv")
    anchors = {b.anchor for chapter in behind(m) for b in chapter.blocks if b.kind == "heading"}
    assert {f"rules-{table}" for table in REGISTERS} <= anchors
    for table in set(REGISTERS) - {"flow_measures"}:
        assert all(name and rule for language in ("sv", "en") for name, rule in rules(table, language))
    for name in load_contract().registers:
        assert register(name, "sv") != register(name, "en")
    for row in read_code_list("tidsseriebrott.csv"):
        assert series_break(row, "sv") != series_break(row, "en")


def test_rows_without_numbers_are_named_below_the_table_with_the_reason() -> None:
    m = material(cubes({"flow_measures": ROWS}), EDITION, CERTIFICATE, "sv")
    rows = [["a", "1", ".", "2"], ["b", "..", ".", ".."], ["c", "...", ".", "..."], ["d", "..", ".", "3"]]
    table = m.table("flow_measures", "Tabell", ["", "x", "y", "z"], rows)
    assert table.head == ["", "x", "z"]
    assert table.rows == [["a", "1", "2"], ["d", "..", "3"]]
    assert table.note == (
        "Inga tal kan visas, för att skydda personer: b. Ännu inga tal, eller ingen att räkna: c."
    )
    nothing = m.table("flow_measures", "Tabell", ["", "x"], [["b", ".."]])
    assert (nothing.kind, nothing.text) == (
        "paragraph",
        "Tabell. Inga tal kan visas, för att skydda personer: b.",
    )


def test_a_share_across_a_break_in_series_is_told_below_the_table() -> None:
    broken = ROWS.with_columns(series_break=pl.col("measure") == "employed_1y")
    m = material(cubes({"flow_measures": broken}), EDITION, CERTIFICATE, "sv")
    (over_time,) = [
        b for b in degree_chapter(m, "SJ").blocks if b.kind == "table" and b.caption.startswith("Flödets and")
    ]
    assert "tidsseriebrott: Sysselsatta efter ett år (2007–2009)" in over_time.note


def test_a_county_whose_number_is_hidden_is_drawn_and_explained() -> None:
    values = {"01": 10.0, "03": None, "12": 300.0}
    svg = county_maps([("Hemlän", values), ("Arbetslän", {"01": 5.0})], "Antal", "visas inte", "sv")
    # Two maps of 21 counties each; three have a number.
    assert svg.count('stroke-dasharray="2,2"') == 2 * 21 - 3
    assert svg.count('aria-roledescription="geoshape"') == 3
    assert "visas inte" in svg
    assert "Hemlän" in svg
    everywhere = {row["lan"]: float(place) for place, row in enumerate(read_code_list("lan.csv"))}
    assert "visas inte" not in county_maps([("", everywhere)], "Antal", "visas inte", "sv")


def test_bars_say_their_numbers_and_what_the_line_is() -> None:
    svg = bars([{"n": "A", "v": 1.25}, {"n": "B", "v": 2.0}], "n", "v", "sv", ",.2f", (1.5, "Rekommenderat"))
    assert svg.count(">Rekommenderat<") == 1
    assert ">1,25<" in svg


def test_no_number_of_a_bar_is_where_a_line_may_cross_it() -> None:
    drawn = bars([{"n": "A", "v": 1.0}, {"n": "B", "v": 2.0}], "n", "v", "sv", ",.2f", (1.0, "Rekommenderat"))
    numbers = re.findall(
        r'<text [^>]*text-anchor="(\w+)" transform="translate\(([0-9.]+),[^>]*fill="white"', drawn
    )
    assert numbers == [("start", "5"), ("start", "5")]


def test_a_legend_shows_how_each_line_is_dashed() -> None:
    rows = [{"x": "a", "y": 0.5, "s": name} for name in ("one", "two", "three")]
    legend = lines(rows, "x", "y", "s", "sv", order=["a"]).partition("role-legend-symbol")[2]
    pieces = re.findall(r'd="M-([0-9.]+),0L\1,0"[^>]*stroke-dasharray="([^"]+)"', legend)
    assert len({dashes for _, dashes in pieces}) == 3
    # Longer than the longest pattern of them before it begins anew.
    assert all(2 * float(half) > 12 for half, _ in pieces)


def test_letters_of_a_figure_have_a_font_where_the_first_is_not_there(made: Made) -> None:
    for path in (made.folder / "figures").glob("*.svg"):
        families = set(re.findall(r'font-family="([^"]+)"', path.read_text("utf-8")))
        assert families, path
        assert all(family.endswith("sans-serif") for family in families), path


def test_a_short_word_is_never_parted_in_the_pdf(made: Made) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(made.folder / "rapport.pdf").pages)
    parted = re.findall(r"([^\W\d]+)[-‐\u00ad]\s*\n([^\W\d]+)", text)
    assert parted
    assert [a + b for a, b in parted if len(a + b) <= 11 and b.islower() and b not in ("och", "and")] == []


def test_columns_of_text_are_set_as_text(made: Made) -> None:
    """Not to the right, as numbers are: a cell with letters stands in a column that is said to be of text."""
    for name in ("rapport", "report"):
        html = (made.folder / f"{name}.html").read_text("utf-8")
        long = [
            cell for cell in re.findall(r"<td>([^<]*)</td>", html) if len(re.findall(r"[^\W\d]", cell)) > 12
        ]
        assert long == []


def test_a_text_for_who_cannot_see_a_figure_tells_its_numbers(made: Made) -> None:
    html = (made.folder / "rapport.html").read_text("utf-8")
    texts = re.findall(r'<div role="img" aria-label="([^"]*)"', html)
    assert texts
    assert [text for text in texts if not re.search(r"\d", text)] == []


def test_a_figure_in_a_page_is_read_once_and_no_two_places_have_one_name(made: Made) -> None:
    html = (made.folder / "rapport.html").read_text("utf-8")
    assert html.count("<svg ") == html.count('<svg aria-hidden="true" ')
    names = re.findall(r'role="region" aria-label="([^"]*)"', html)
    names += re.findall(r'<h2 id="[^"]*-title">([^<]*)</h2>', html)
    assert len(names) == len(set(names))


def test_the_summary_tells_how_the_newest_cohorts_compare() -> None:
    rows = flow_rows(
        *(
            (window, "total", "total", "graduates", numerator, 1000)
            for window, numerator in (("2001-2003", 700), ("2004-2006", 705), ("2007-2009", 900))
        )
    )
    found = cubes({"flow_measures": rows})
    (compared,) = comparisons(Lookup(found[0]), ["SJ"], COMPARED)
    assert not compared.is_ordinary
    m = material(found, EDITION, CERTIFICATE, "sv")
    assert any(text.startswith("Av 1 andelar") and "ligger 0 inom" in text for text in findings(m))


@pytest.mark.parametrize("caption", ["Kvalitet efter region", "Skopister efter region"])
def test_every_region_has_its_colonoscopies_quality_and_endoscopists(made: Made, caption: str) -> None:
    page = (made.folder / "rapport.html").read_text(encoding="utf-8")
    (table,) = [t for t in re.findall(r"<table.*?</table>", page, re.DOTALL) if caption in t]
    heads = re.findall(r"<th scope=\"row\".*?</th>", table, re.DOTALL)
    rows = {re.sub(r"<.*?>", "", head).strip() for head in heads}
    areas = made.published.tables["colonoscopy"].filter(pl.col("year") == pl.col("year").max())
    names = {label(level, code, "sv") for level, code in areas.select("level", "area").iter_rows()}
    assert rows <= names
    assert len(rows) > areas.filter(pl.col("level") == "region").height
    # A region of which nothing can be told is named below the table.
    below = page.partition(table)[2].partition("<table")[0]
    assert all(name in below for name in names - rows)
