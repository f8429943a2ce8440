"""What chapters begin with: the numbers in the sentences are worked out anew from the published rows."""

from __future__ import annotations

import random
import re

import polars as pl
import pytest

from tests.publication.conftest import flow_rows
from tests.publication.test_report import EDITION, FULL_CERTIFICATE
from vardflode.publication.cubes import cubes
from vardflode.publication.edition import Edition
from vardflode.publication.lookup import Cell
from vardflode.publication.report.findings import leading
from vardflode.publication.report.material import Material, material
from vardflode.publication.report.opening import opening
from vardflode.publication.report.write import report_document
from vardflode.publication.texts import per_hundred

NURSES = {
    ("2007-2009", "total", "total", "beginners"): (400, 400),
    ("2007-2009", "total", "total", "graduates"): (310, 400),
    ("2010-2012", "total", "total", "beginners"): (420, 420),
    ("2010-2012", "total", "total", "graduates"): (321, 420),
    ("2010-2012", "total", "total", "licensed"): (305, 321),
    ("2010-2012", "total", "total", "in_profession_1y"): (270, 300),
    ("2013-2015", "total", "total", "beginners"): (430, 430),
    ("2013-2015", "home_county", "01", "beginners"): (150, 150),
    ("2013-2015", "home_county", "12", "beginners"): (100, 100),
    ("2013-2015", "home_county", "14", "beginners"): (95, 95),
    ("2013-2015", "home_county", "25", "beginners"): (40, 40),
}


def told(changed: dict | None = None, language: str = "sv") -> list[str]:
    rows = {**NURSES, **(changed or {})}
    frame = flow_rows(*((*key, *numbers) for key, numbers in rows.items()))
    m = material(cubes({"flow_measures": frame}), EDITION, FULL_CERTIFICATE, language)
    return list(opening(m, "SJ"))


def test_a_chapter_begins_with_sentences_of_its_figures() -> None:
    assert told() == [
        "Av 100 som började 2010–2012 tog 76 examen och 73 fick legitimation.",
        "Ett år efter inträdet arbetade 90 av 100 sysselsatta i yrket.",
        "Andelen som tog examen gick från 77,5\u00a0% bland dem som började 2007–2009 till 76,4\u00a0% bland dem "
        "som började 2010–2012, vilket är inom vanlig variation.",
        "Av dem som började 2013–2015 kom flest från Stockholms län, Skåne län och Västra Götalands län "
        "(tillsammans 80\u00a0%).",
    ]
    assert told(language="en") == [
        "Of 100 who began in 2010–2012, 76 took the degree and 73 got the licence.",
        "One year after entry 90 of 100 employed worked in the profession.",
        "The share who took the degree went from 77.5% among those who began in 2007–2009 to 76.4% among those "
        "who began in 2010–2012, which is within ordinary variation.",
        "Of those who began in 2013–2015 the largest numbers came from Stockholm, Skåne and Västra Götaland "
        "(together 80%).",
    ]


@pytest.mark.parametrize(
    ("graduates", "words"),
    [(380, "ökade från 77,5"), (200, "minskade från 77,5"), (326, "var lika stor, 77,6")],
)
def test_a_direction_is_said_only_beyond_ordinary_variation(graduates: int, words: str) -> None:
    before = {("2007-2009", "total", "total", "graduates"): (310, 400)}
    if graduates == 326:  # the same to the decimal that is shown
        before = {("2007-2009", "total", "total", "graduates"): (3105, 4000)}
        before |= {("2007-2009", "total", "total", "beginners"): (4000, 4000)}
    changed = {("2010-2012", "total", "total", "graduates"): (graduates, 420)}
    assert sum(words in sentence for sentence in told(before | changed)) == 1


def test_what_is_not_told_is_not_said() -> None:
    nothing = dict.fromkeys(NURSES, (None, None))
    assert told(nothing) == []
    without = told({("2010-2012", "total", "total", "licensed"): (None, 321)})
    assert without[0] == "Av 100 som började 2010–2012 tog 76 examen."
    # Licensed of others than the graduates is no share of the beginners.
    of_others = told({("2010-2012", "total", "total", "licensed"): (250, 260)})
    assert of_others[0] == "Av 100 som började 2010–2012 tog 76 examen."
    few = told({("2013-2015", "total", "total", "beginners"): (24, 24)})
    assert not any("kom flest" in sentence for sentence in few)


@pytest.mark.parametrize(
    ("counts", "whole", "named"),
    [
        ({"a": 100, "b": 50, "c": 30, "d": 10, "e": 5}, 195, ["a", "b", "c"]),
        ({"a": 100, "b": 50, "c": 30, "d": 20}, 200, ["a", "b"]),  # the noise may have put c before d
        ({"a": 100, "b": 90}, 190, ["a", "b"]),
        ({"a": 100, "b": 95, "c": 94, "d": 93}, 382, []),
        ({"a": 100, "b": None, "c": 20}, 130, ["a"]),  # b may be 10, and c with its noise no more
        ({"a": 100, "b": None, "c": 20}, 215, []),
        ({"a": 5}, 5, []),
        ({}, 5, []),
        ({"a": 100}, None, []),
    ],
)
def test_places_are_named_that_the_noise_cannot_have_put_first(
    counts: dict[str, float | None], whole: float | None, named: list[str]
) -> None:
    cells = {code: Cell(n, "shown" if n is not None else "hidden") for code, n in counts.items()}
    assert leading(cells, whole) == named


@pytest.mark.parametrize(
    ("share", "sv", "en"),
    [(0.0, "ingen", "none"), (0.0099, "en", "one"), (0.504, "50", "50"), (0.997, "alla", "all")],
)
def test_so_many_of_a_hundred(share: float, sv: str, en: str) -> None:
    assert (per_hundred(share, "sv"), per_hundred(share, "en")) == (sv, en)


def chapters(m: Material) -> list[str]:
    return [chapter.anchor for chapter in report_document(m).chapters]


def test_degrees_with_few_beginners_share_a_chapter() -> None:
    """By what is told of their newest window; one of which nothing is told is among them."""
    sizes = {"SJ": 200, "AT": 199, "TT": None}
    rows = [
        flow_rows(
            ("2007-2009", "total", "total", "beginners", 9000, 9000),
            ("2010-2012", "total", "total", "beginners", size, size),
        ).with_columns(degree_code=pl.lit(degree))
        for degree, size in sizes.items()
    ]
    rows[2] = rows[2].with_columns(numerator=None, denominator=None, share=None, status=pl.lit("hidden"))
    found = cubes({"flow_measures": pl.concat(rows, how="vertical_relaxed")})
    edition = Edition(name="2025", degrees=tuple(sizes), release_date=EDITION.release_date)
    m = material(found, edition, FULL_CERTIFICATE, "sv")
    assert [c for c in chapters(m) if c.startswith(("degree", "comparison"))] == ["degree-sj", "comparison"]
    (page,) = [c for c in report_document(m).chapters if c.anchor == "comparison"]
    tables = [block for block in page.blocks if block.kind == "table"]
    assert [row[0] for row in tables[0].rows] == ["Arbetsterapeutexamen 2010–2012"]
    assert "Tandteknikerexamen" in tables[0].note or "tandteknikerexamen" in tables[0].note
    none = material(
        found,
        Edition(name="2025", degrees=("SJ",), release_date=EDITION.release_date),
        FULL_CERTIFICATE,
        "sv",
    )
    assert "comparison" not in chapters(none)


WORDS = {"ingen": "0", "none": "0", "en": "1", "one": "1", "alla": "100", "all": "100"}
PATTERNS = {
    "sv": (
        r"Av 100 som började (\d+)–(\d+) tog (\w+) examen(?: och (\w+) fick legitimation)?\.",
        r"arbetade (\w+) av 100",
        r"(\d+,\d)\u00a0%",
        r"kom flest från .*?(\d+)\u00a0%",
    ),
    "en": (
        r"Of 100 who began in (\d+)–(\d+), (\w+) took the degree(?: and (\w+) got the licence)?\.",
        r"entry (\w+) of 100",
        r"(\d+\.\d)%",
        r"largest numbers? came from .*?(\d+)%",
    ),
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("seed", range(25))
def test_every_number_in_the_sentences_is_that_of_the_published_rows(seed: int, language: str) -> None:
    """Found in the sentences, and worked out of the rows, by other code than that which wrote them."""
    chance = random.Random(seed)
    numbers = {}
    for key, (_, base) in NURSES.items():
        base = chance.randint(30, 3000) if key[1] == "total" else chance.randint(0, 400)
        numbers[key] = (base, base)
    for window in ("2007-2009", "2010-2012"):
        base = numbers[window, "total", "total", "beginners"][0]
        numbers[window, "total", "total", "graduates"] = (chance.randint(25, base + 5), base)
    graduates = numbers["2010-2012", "total", "total", "graduates"][0]
    numbers["2010-2012", "total", "total", "licensed"] = (chance.randint(0, graduates + 5), graduates)
    numbers["2010-2012", "total", "total", "in_profession_1y"] = (chance.randint(0, 300), 300)
    rows = flow_rows(*((*key, *pair) for key, pair in numbers.items()))
    rows = rows.with_columns(share=pl.min_horizontal("share", 1.0))  # as the gate tells them
    m = material(cubes({"flow_measures": rows}), EDITION, FULL_CERTIFICATE, language)
    text = " ".join(opening(m, "SJ"))

    def count(measure: str, first: int = 2010, breakdown: str = "total") -> list[int]:
        at = rows.filter(measure=measure, cohort_from=first, breakdown=breakdown)
        return sorted(at["numerator"].to_list(), reverse=True)

    def pct(part: float, whole: float, decimals: int = 0) -> str:
        return f"{100 * min(part / whole, 1):.{decimals}f}"

    (of_hundred, profession, shares, from_where) = PATTERNS[language]
    (beginners,), (graduated,), (licensed,) = map(count, ("beginners", "graduates", "licensed"))
    (found,) = re.findall(of_hundred, text)
    assert found[:2] == ("2010", "2012")
    # A part that noise has put above its whole is told as the whole.
    licensed = min(licensed, graduated) * min(1, beginners / graduated)
    assert [WORDS.get(n, n) for n in found[2:]] == [pct(graduated, beginners), pct(licensed, beginners)]
    (worked,) = re.findall(profession, text)
    assert WORDS.get(worked, worked) == pct(count("in_profession_1y")[0], 300)
    before = pct(count("graduates", 2007)[0], count("beginners", 2007)[0], 1)
    told = [share.replace(",", ".") for share in re.findall(shares, text)]
    now = pct(graduated, beginners, 1)
    assert told == ([now] if now == before else [before, now])
    together = re.findall(from_where, text)
    newest = count("beginners", 2013)[0]
    sums = [pct(sum(count("beginners", 2013, "home_county")[:k]), newest) for k in (1, 2, 3)]
    assert len(together) <= 1
    assert set(together) <= set(sums)
