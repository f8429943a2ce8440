"""PC-Axis: one file a cube, as PxWeb reads it, with Swedish and English.

Source: the PX file format specification (Statistics Sweden, axis version 2013).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dagster_project.publication.cubes import SHOWN, Cube, plain
from dagster_project.publication.edition import Edition
from dagster_project.publication.labels import WORDS, dimension, metric
from dagster_project.publication.texts import TEXTS

PX = "px"
# Longest line that all readers take.
_WIDTH = 200
_DECIMALS = 15
_METRIC = "metric"
# Why a number is missing, in the order of the format: one dot, two, three.
SYMBOLS = ("not_applicable", "hidden", "not_observed")


def write_px(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool) -> None:
    """Write `px/<cube>.px`."""
    (folder / PX).mkdir(parents=True)
    for number, cube in enumerate(cubes, start=1):
        text = "\n".join(_keywords(cube, edition, number, made_up)) + "\n" + _data(cube)
        (folder / PX / f"{cube.name}.px").write_text(text, encoding="utf-8", newline="\r\n")


def _keywords(cube: Cube, edition: Edition, number: int, made_up: bool) -> Iterator[str]:
    """Every keyword before DATA, in the order of the specification; first Swedish, then English."""
    main, others = edition.languages[0], edition.languages[1:]
    stamp = f"{edition.release_date:%Y%m%d} 00:00"
    yield 'CHARSET="ANSI";'
    yield 'AXIS-VERSION="2013";'
    yield 'CODEPAGE="utf-8";'
    yield f"LANGUAGE={_text(main)};"
    if others:
        yield f"LANGUAGES={','.join(_text(language) for language in edition.languages)};"
    yield f"CREATION-DATE={_text(stamp)};"
    yield f"DECIMALS={_DECIMALS};"
    yield "SHOWDECIMALS=0;"
    yield f"MATRIX={_text(f'VF{edition.name}T{number:02}')};"
    yield "COPYRIGHT=NO;"
    yield 'SUBJECT-CODE="HS";'
    for language in edition.languages:
        yield from _described(cube, edition, made_up, language, "" if language == main else f"[{language}]")
    yield f"LAST-UPDATED={_text(stamp)};"
    for place, status in enumerate(SYMBOLS, start=1):
        yield f"DATASYMBOL{place}={_text(WORDS['reasons'][status]['symbol'])};"


def _described(cube: Cube, edition: Edition, made_up: bool, language: str, mark: str) -> Iterator[str]:
    names = [d.title(language) for d in cube.dimensions]
    numbers = dimension(_METRIC)[language]
    yield f"SUBJECT-AREA{mark}={_text(TEXTS['subject'][language])};"
    yield f"DESCRIPTION{mark}={_text(cube.title[language])};"
    yield f"TITLE{mark}={_text(cube.title[language])};"
    yield f"CONTENTS{mark}={_text(TEXTS['title'][language].format(edition=edition.name))};"
    yield f"UNITS{mark}={_text(TEXTS['units'][language])};"
    yield f"STUB{mark}={_listed(names)};"
    yield f"HEADING{mark}={_listed([numbers])};"
    yield f"CONTVARIABLE{mark}={_text(numbers)};"
    for d, name in zip(cube.dimensions, names, strict=True):
        yield f"VALUES{mark}({_text(name)})={_listed([d.label(code, language) for code in d.codes])};"
    yield f"VALUES{mark}({_text(numbers)})={_listed([metric(m)[language] for m in cube.metrics])};"
    for d, name in zip(cube.dimensions, names, strict=True):
        yield f"CODES{mark}({_text(name)})={_listed(list(d.codes))};"
    yield f"CODES{mark}({_text(numbers)})={_listed(list(cube.metrics))};"
    for m in cube.metrics:
        yield f"UNITS{mark}({_text(metric(m)[language])})={_text(metric(m)[f'unit_{language}'])};"
    for m in cube.metrics:
        if not cube.frame.schema[m].is_integer():
            yield f"PRECISION{mark}({_text(numbers)},{_text(metric(m)[language])})=4;"
    yield f"SOURCE{mark}={_text(TEXTS['source'][language])};"
    notes = [f"{r['symbol']} {r[language]}" for r in WORDS["reasons"].values()]
    if made_up:
        notes.insert(0, TEXTS["made_up"][language])
    yield f"NOTE{mark}={_text('#'.join(notes))};"


def _data(cube: Cube) -> str:
    values, statuses = cube.dense
    width = len(cube.metrics)
    rows = zip(values.reshape(-1, width).tolist(), statuses.reshape(-1, width).tolist(), strict=True)
    lines = [" ".join(map(_cell, *row, [cube] * width)) for row in rows]
    return "DATA=\n" + "\n".join(lines) + ";\n"


def _cell(value: float, status: str, cube: Cube) -> str:
    return px_number(value) if status == SHOWN else f'"{cube.written(None, status)}"'


def px_number(value: float) -> str:
    """A number with at most as many decimals as the format knows, and never an exponent."""
    return plain(value) if float(value).is_integer() else f"{value:.{_DECIMALS}f}".rstrip("0")


def _listed(texts: list[str]) -> str:
    """Texts with commas between, on lines that are not too long."""
    lines = [""]
    for text in map(_quoted, texts):
        if lines[-1] and len(lines[-1].rpartition("\n")[2]) + len(text) > _WIDTH:
            lines.append("")
        lines[-1] += text + ","
    return "\n".join(lines).rstrip(",")


def _text(text: str) -> str:
    """A quoted text, a long one on several lines."""
    told = _quoted(text)[1:-1]
    return "\n".join(f'"{told[i : i + _WIDTH]}"' for i in range(0, max(len(told), 1), _WIDTH))


def _quoted(text: str) -> str:
    """A quoted text on one line, since readers take each line of a list for a value of its own. A quote in it
    would end it, a line break would break the file.
    """
    return '"' + re.sub(r"\s+", " ", text).replace('"', "'") + '"'
