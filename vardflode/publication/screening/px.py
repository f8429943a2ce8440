"""PC-Axis, read by its keywords.

Source: the PX file format specification (Statistics Sweden, axis version 2013).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from vardflode.publication.cubes import Cube, Dimension
from vardflode.publication.labels import decimals, dimension, metric
from vardflode.publication.layout import PX
from vardflode.publication.screening.check import Candidate, check
from vardflode.publication.screening.told import NUMBER, SYMBOLS, differences, grid

# A keyword at the beginning of a line, with its language and what it is of, and its texts.
_KEYWORD = re.compile(
    r'^([A-Z][A-Z0-9-]*(?:\[\w+\])?(?:\((?:"[^"]*"|[^"=])*\))?)=((?:"[^"]*"|[^";])*);', re.MULTILINE
)
# Longest name of a table that all readers take.
_LONGEST_MATRIX = 20


def keywords(text: str) -> dict[str, list[str]]:
    """What stands before the data: keywords with their texts."""
    head = text.partition("\nDATA=")[0]
    return {name: re.findall(r'"([^"]*)"', texts) for name, texts in _KEYWORD.findall(head)}


def _values(text: str) -> list[str]:
    """The data in the order of the file: numbers, and the signs of what is missing without their quotes."""
    return [value.strip('"') for value in text.partition("\nDATA=")[2].rstrip().removesuffix(";").split()]


@check(
    "error",
    "PX-filerna är lika med de publicerade tabellerna, cell för cell, även tecknen för det som saknas.",
    "The PX files equal the published tables cell by cell, with the symbols of what is missing.",
)
def px_equals_the_published(c: Candidate) -> Iterator[str]:
    """Every value by the codes that the file itself gives it, to the decimals that people are shown."""
    for name, text, cube in _files(c):
        head, of = keywords(text), {d.title(c.edition.languages[0]): d.name for d in cube.dimensions}
        of[dimension(NUMBER)[c.edition.languages[0]]] = NUMBER
        axes = [*head["STUB"], *head["HEADING"]]
        if set(axes) != set(of):
            yield f"{name}: its dimensions are {', '.join(axes)}"
            continue
        codes = {of[title]: head[f'CODES("{title}")'] for title in axes}
        slack = {number: 0.5000001 * 10.0 ** -decimals(number) for number in cube.metrics}
        found: pl.DataFrame = grid(codes, _values(text))
        yield from differences(name, cube, c.facts(cube), found, slack)


@check(
    "error",
    "PX-filerna har titel, enheter, förklaringar, tecken, koder och namn på varje språk.",
    "The PX files have title, units, notes, symbols, codes and names in each language.",
)
def px_says_what_it_holds(c: Candidate) -> Iterator[str]:
    """Each keyword is there, in each language, with what things are called."""
    matrices = set()
    for name, text, cube in _files(c):
        head = keywords(text)
        # A dot for what has no meaning, two for what is hidden, three for what is not yet observed.
        expected = {f"DATASYMBOL{len(symbol)}": [symbol] for symbol in SYMBOLS.values()}
        for language in c.edition.languages:
            mark = "" if language == c.edition.languages[0] else f"[{language}]"
            numbers = dimension(NUMBER)[language]
            expected[f"TITLE{mark}"] = [cube.title[language]]
            expected[f'CODES{mark}("{numbers}")'] = list(cube.metrics)
            expected[f'VALUES{mark}("{numbers}")'] = [metric(m)[language] for m in cube.metrics]
            for m in cube.metrics:
                expected[f'UNITS{mark}("{metric(m)[language]}")'] = [metric(m)[f"unit_{language}"]]
            for d in cube.dimensions:
                yield from _dimension(name, head, d, language, mark)
            for key in (f"NOTE{mark}", f"SOURCE{mark}", f"UNITS{mark}", f"CONTENTS{mark}"):
                if not "".join(head.get(key, [])).strip():
                    yield f"{name}: {key} is missing"
            note = "".join(head.get(f"NOTE{mark}", []))
            if not all(f"#{symbol} " in note for symbol in SYMBOLS.values()):
                yield f"{name}: NOTE{mark} does not say what a missing number means"
        for key, texts in expected.items():
            found = head.get(key, [])
            # A long text is on several lines.
            if _letters(found) != _letters(texts) and _letters(["".join(found)]) != _letters(texts):
                yield f"{name}: {key} is not what it should be"
        matrix = "".join(head.get("MATRIX", []))
        if not 0 < len(matrix) <= _LONGEST_MATRIX or matrix in matrices:
            yield f"{name}: MATRIX {matrix!r} is no name of its own of at most {_LONGEST_MATRIX} letters"
        matrices.add(matrix)


def _dimension(
    name: str, head: dict[str, list[str]], d: Dimension, language: str, mark: str
) -> Iterator[str]:
    title = d.title(language)
    codes, values = (head.get(f'{kind}{mark}("{title}")', []) for kind in ("CODES", "VALUES"))
    if sorted(codes) != sorted(d.codes) or len(values) != len(codes):
        yield f"{name}: the codes of {title} are not those published"
        return
    if len(set(values)) != len(values):
        yield f"{name}: two values of {title} have the same name"
    for code, value in zip(codes, values, strict=True):
        label = d.label(code, language)
        # Names that are alike are told apart by their codes; what has no letters has its code.
        if _letters([value]) not in (_letters([label or code]), _letters([f"{label} ({code})"])):
            yield f"{name}: {code} of {title} is called {value!r}"


def _letters(texts: Sequence[str]) -> list[str]:
    """Without what the format cannot hold as it is: spaces of all kinds, and quotation marks."""
    return [re.sub(r'[\s"”]', "", text) for text in texts]


def _files(c: Candidate) -> Iterator[tuple[str, str, Cube]]:
    """The files that are there (another check tells of those that are not): name, text, cube."""
    for cube in c.cubes:
        path: Path = c.folder / PX / f"{cube.name}.px"
        if path.is_file():
            yield f"{PX}/{cube.name}.px", path.read_text(encoding="utf-8"), cube
