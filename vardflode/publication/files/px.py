"""PC-Axis: one file a cube, as PxWeb reads it, with Swedish and English.

Source: the PX file format specification (Statistics Sweden, axis version 2013,
https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/). A text cannot hold a
quotation mark there: it becomes a typographic one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vardflode.disclosure.declared import BY_NAME, why
from vardflode.publication.cubes import SHOWN, TIME, Cube, Dimension
from vardflode.publication.edition import Edition
from vardflode.publication.labels import WORDS, decimals, dimension, metric, symbol
from vardflode.publication.layout import PX
from vardflode.publication.texts import TEXTS

# Longest line that all readers take.
_WIDTH = 200
_METRIC = "metric"
# Why a number is missing, in the order of the format: one dot, two, three.
SYMBOLS = ("not_applicable", "hidden", "not_observed")


def write_px(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool) -> None:
    """Write `px/<cube>.px`."""
    (folder / PX).mkdir(parents=True)
    for cube in cubes:
        text = "\n".join(_keywords(cube, edition, made_up)) + "\n" + _data(cube)
        (folder / PX / f"{cube.name}.px").write_text(text, encoding="utf-8", newline="\r\n")


def _keywords(cube: Cube, edition: Edition, made_up: bool) -> Iterator[str]:
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
    yield f"DECIMALS={max(map(decimals, cube.metrics))};"
    yield f"SHOWDECIMALS={min(map(decimals, cube.metrics))};"
    yield f"MATRIX={_text(matrix(cube))};"
    yield "COPYRIGHT=NO;"
    yield 'SUBJECT-CODE="HS";'
    for language in edition.languages:
        yield from _described(cube, edition, made_up, language, "" if language == main else f"[{language}]")
    yield f"LAST-UPDATED={_text(stamp)};"
    for place, status in enumerate(SYMBOLS, start=1):
        yield f"DATASYMBOL{place}={_text(WORDS['reasons'][status]['symbol'])};"


def _described(cube: Cube, edition: Edition, made_up: bool, language: str, mark: str) -> Iterator[str]:
    def unit(name: str) -> str:
        return metric(name)[f"unit_{language}"]

    names = [d.title(language) for d in cube.dimensions]
    numbers = dimension(_METRIC)[language]
    yield f"SUBJECT-AREA{mark}={_text(TEXTS['subject'][language])};"
    yield f"DESCRIPTION{mark}={_text(cube.title[language])};"
    yield f"TITLE{mark}={_text(cube.title[language])};"
    yield f"CONTENTS{mark}={_text(TEXTS['title'][language].format(edition=edition.name))};"
    yield f"UNITS{mark}={_text(', '.join(dict.fromkeys(unit(m) for m in cube.metrics)))};"
    yield f"STUB{mark}={_listed(names)};"
    yield f"HEADING{mark}={_listed([numbers])};"
    yield f"CONTVARIABLE{mark}={_text(numbers)};"
    for d, name in zip(cube.dimensions, names, strict=True):
        yield f"VALUES{mark}({_text(name)})={_listed(value_names(d, language))};"
    yield f"VALUES{mark}({_text(numbers)})={_listed([metric(m)[language] for m in cube.metrics])};"
    for d, name in zip(cube.dimensions, names, strict=True):
        yield f"CODES{mark}({_text(name)})={_listed(list(d.codes))};"
    yield f"CODES{mark}({_text(numbers)})={_listed(list(cube.metrics))};"
    for d, name in zip(cube.dimensions, names, strict=True):
        if d.name in TIME:
            yield f"TIMEVAL{mark}({_text(name)})=TLIST(A1),{_listed(list(d.codes))};"
    for m in cube.metrics:
        yield f"UNITS{mark}({_text(metric(m)[language])})={_text(unit(m))};"
    if edition.contact:
        yield f"CONTACT{mark}={_text(f'{edition.contact.name}, {edition.contact.email}')};"
    for m in cube.metrics:
        if decimals(m) > min(map(decimals, cube.metrics)):
            yield f"PRECISION{mark}({_text(numbers)},{_text(metric(m)[language])})={decimals(m)};"
    yield f"SOURCE{mark}={_text(TEXTS['source'][language])};"
    notes = [why(cube.table, language), *(f"{r['symbol']} {r[language]}" for r in WORDS["reasons"].values())]
    if made_up:
        notes.insert(0, TEXTS["made_up"][language])
    yield f"NOTE{mark}={_text('#'.join(notes))};"


def _data(cube: Cube) -> str:
    values, statuses = cube.dense
    width = len(cube.metrics)
    rows = zip(values.reshape(-1, width).tolist(), statuses.reshape(-1, width).tolist(), strict=True)
    lines = [" ".join(map(px_cell, *row, cube.metrics)) for row in rows]
    return "DATA=\n" + "\n".join(lines) + ";\n"


def px_cell(value: float, status: str, name: str) -> str:
    """A number with the decimals that it is shown with, or the symbol of the reason why it is missing."""
    if status != SHOWN:
        return f'"{symbol(status)}"'
    return f"{round(value, decimals(name)) + 0.0:.{decimals(name)}f}"  # and no minus before a zero


def matrix(cube: Cube) -> str:
    """What the cube is called in every edition (at most 20 characters: a test holds it to that)."""
    return f"{BY_NAME[cube.table].matrix}{cube.name.removeprefix(cube.table)}".upper()


def value_names(d: Dimension, language: str) -> list[str]:
    """What the codes of a dimension are called, no two alike: readers tell values apart by their names."""
    names = [px_text(d.label(code, language)) or code for code in d.codes]
    return [
        f"{name} ({code})" if names.count(name) > 1 else name
        for name, code in zip(names, d.codes, strict=True)
    ]


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
    return f'"{px_text(text)}"'


def px_text(text: str) -> str:
    """A text on one line, since readers take each line of a list for a value of its own; a quotation mark
    would end it, and simple readers look for the data where they first find the keyword.
    """
    return " ".join(text.split()).replace('"', "”").replace("DATA=", "DATA =")
