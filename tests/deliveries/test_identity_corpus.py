"""Recall and false alarms of the look for identity numbers, in two corpora made by rules of their own.

Run with -s to see the counts; docs/deliveries.md repeats them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.deliveries.test_identity import check_digit, valid
from vardflode.deliveries.contract import read_code_list
from vardflode.deliveries.identity import (
    find_identity_number,
    hide_identity_numbers,
    holds_identity_number,
)
from vardflode.settings import PROJECT
from vardflode.synth import generate

NUMBERS = 10
VALUES = 2000


class Number(NamedTuple):
    """The parts of a number as they are spelt: 19 85 02 03 1234."""

    c: str
    y: str
    m: str
    d: str
    n: str

    @property
    def short(self) -> str:
        return self.y + self.m + self.d + self.n


def number(chance: random.Random) -> Number:
    """A person born in the 20th or 21st century, with a personnummer or a samordningsnummer."""
    born = dt.date(1900, 1, 1) + dt.timedelta(days=chance.randrange(45_000))
    day = born.day + chance.choice((0, 60))
    nine = f"{born:%y%m}{day:02}{chance.randrange(1, 1000):03}"
    return Number(f"{born:%Y}"[:2], nine[:2], nine[2:4], nine[4:6], nine[6:] + check_digit(nine))


BETWEEN = {
    **{
        f"U+{ord(sign):04X}": sign
        for sign in "-+./_,:;|*'~=·•\\\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043"
    },
    **{f"U+{ord(sign):04X}": sign for sign in "\u2212\ufe58\ufe63\uff0d\u2796\u30fc"[:5]},
    **{
        f"U+{ord(sign):04X}": sign
        for sign in " \u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u205f\u3000\t\n\r\u2028\x00"
    },
    **{f"U+{ord(sign):04X}": sign for sign in "\u200b\u200c\u200d\u2060\ufeff\u180e\u202e\u3164\u2800"},
    "two dashes": "--",
    "dash in spaces": " - ",
    "en dash in spaces": " – ",
    "minus in no-break spaces": "\u00a0\u2212\u00a0",
    "dash in zero widths": "\u200b-\u200b",
    "comma and space": ", ",
    "many spaces": " " * 12,
    "brackets": ") (",
    "a letter like a dash": "\u30fc",
    "as an address has a space": "%20",
    "as an address has a dash": "%E2%80%93",
    "as a page has a space": "&nbsp;",
    "as a page has a dash": "&#8211;",
    "a new line of a page": "<br/>",
    "a colour of a terminal": "\x1b[0;31m",
}
SHAPES: dict[str, Callable[[Number, str], str]] = {
    "yymmdd{}nnnn": lambda p, s: f"{p.y}{p.m}{p.d}{s}{p.n}",
    "yyyymmdd{}nnnn": lambda p, s: f"{p.c}{p.y}{p.m}{p.d}{s}{p.n}",
    "yyyy{}mm{}dd{}nnnn": lambda p, s: s.join((p.c + p.y, p.m, p.d, p.n)),
    "yy{}mm{}dd{}nnnn": lambda p, s: s.join((p.y, p.m, p.d, p.n)),
}
# The first digit of each row of ten in Unicode.
ZEROS = {"Arabic-Indic": 0x660, "Persian": 0x6F0, "N'Ko": 0x7C0, "Devanagari": 0x966, "Bengali": 0x9E6, "Thai": 0xE50,
         "Khmer": 0x17E0, "fullwidth": 0xFF10, "bold": 0x1D7CE, "monospace": 0x1D7F6, "segmented": 0x1FBF0,
         "subscript": 0x2080}  # fmt: skip
DIGITS = {name: "".join(chr(zero + digit) for digit in range(10)) for name, zero in ZEROS.items()} | {
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
}


def in_one(two: re.Match[str]) -> str:
    """⑩ to ⑳."""
    return chr(0x2460 + int(two[0]) - 1)


OTHERS: dict[str, Callable[[Number], str]] = {
    "date by dashes, space": lambda p: f"{p.c}{p.y}-{p.m}-{p.d} {p.n}",
    "date by slashes, dash": lambda p: f"{p.c}{p.y}/{p.m}/{p.d}-{p.n}",
    "date by points, dash": lambda p: f"{p.c}{p.y}.{p.m}.{p.d}-{p.n}",
    "date by Unicode dashes, spaced dash": lambda p: f"{p.c}{p.y}\u2010{p.m}\u2011{p.d} \u2013 {p.n}",
    "four by four": lambda p: f"{p.c}{p.y} {p.m}{p.d} {p.n}",
    "last four on the day": lambda p: f"{p.c}{p.y}-{p.m}-{p.d}{p.n}",
    "last four on the day, ten": lambda p: f"{p.y}.{p.m}.{p.d}{p.n}",
    "century apart": lambda p: f"{p.c} {p.y}{p.m}{p.d}-{p.n}",
    "pairs": lambda p: f"{p.c} {p.y} {p.m} {p.d} {p.n[:2]} {p.n[2:]}",
    "pairs of ten": lambda p: f"{p.y}-{p.m}-{p.d}-{p.n[:2]}-{p.n[2:]}",
    "pairs by points": lambda p: f"{p.y}.{p.m}.{p.d}.{p.n[:2]}.{p.n[2:]}",
    "last four split": lambda p: f"{p.y}{p.m}{p.d}-{p.n[:2]} {p.n[2:]}",
    "check digit apart": lambda p: f"{p.y}{p.m}{p.d}-{p.n[:3]} {p.n[3:]}",
    "one by one": lambda p: " ".join(p.short),
    "one by one, twelve": lambda p: "-".join(p.c + p.short),
    "zero width after each": lambda p: "\u200b".join(p.short),
    "soft hyphen after each": lambda p: "\u00ad".join(p.c + p.short),
    "keycaps": lambda p: "".join(f"{digit}\ufe0f\u20e3" for digit in p.short),
    "underlined": lambda p: "".join(f"{digit}\u0332" for digit in p.short),
    "digits mixed": lambda p: p.y.translate(str.maketrans("0123456789", DIGITS["fullwidth"])) + p.short[2:],
    "ten to twenty in one character": lambda p: re.sub("1[0-9]|20", in_one, f"{p.y}-{p.m}-{p.d}-{p.n}"),
    "a zero before": lambda p: f"0{p.short}",
    "zeros before twelve": lambda p: f"0000{p.c}{p.short}",
    "zeros before a dashed date": lambda p: f"00{p.c}{p.y}-{p.m}-{p.d}-{p.n}",
    "zeros before ten with a dash": lambda p: f"000{p.y}{p.m}{p.d}-{p.n}",
    "letters around": lambda p: f"SE{p.short}X",
    "letters around, Swedish": lambda p: f"å{p.y}{p.m}{p.d}-{p.n}ö",
    "as a number with decimals": lambda p: f"{p.c}{p.short}.0",
    "as a power of ten": lambda p: f"{p.c[0]}.{p.c[1]}{p.short}E11",
    "thousands apart": lambda p: f"{int(p.c + p.short):,}",
    "thousands apart by spaces": lambda p: f"{int(p.c + p.short):,}".replace(",", "\u202f"),
    "thousands of ten apart": lambda p: f"{p.short[0]}'{p.short[1:4]}'{p.short[4:7]}'{p.short[7:]}",
    "as a telephone number": lambda p: f"{p.short[:3]}-{p.short[3:6]}-{p.short[6:]}",
    "as a firm's for VAT": lambda p: f"SE{p.short}01",
    "after a per cent sign": lambda p: f"%{p.short}",
    "in a tag": lambda p: f'<b id="{p.short}">x</b>',
    "like the code of a character": lambda p: f"&#{p.y}{p.m}{p.d};{p.n}",
    "in a sentence": lambda p: f"Enligt pnr {p.y}{p.m}{p.d}-{p.n}, född i Åsele.",
    "in brackets": lambda p: f"[{p.c}{p.short}]",
    "after a date": lambda p: f"2024-09-01 {p.y}{p.m}{p.d}-{p.n}",
    "before a date": lambda p: f"{p.c}{p.short} 2024-09-01",
    "after a pseudonym": lambda p: f"12345678 {p.short}",
    "between numbers": lambda p: f"17,{p.short},2024",
    "before a note": lambda p: f"{p.y}{p.m}{p.d}-{p.n}²",
    "byte-order mark before": lambda p: f"\ufeff{p.short}",
    "line end after": lambda p: f"{p.c}{p.short}\r\n",
    "as JSON writes it": lambda p: json.dumps(f"{p.y}{p.m}{p.d}\u2212{p.n}"),
}  # fmt: skip


def spellings() -> dict[str, Callable[[Number], str]]:
    between = {
        f"{shape} with {name}": lambda p, spell=spell, sign=sign: spell(p, sign)
        for shape, spell in SHAPES.items()
        for name, sign in BETWEEN.items()
    }
    digits = {
        f"{shape} in {name}": lambda p, spell=spell, ten=ten: spell(p, "-").translate(
            str.maketrans("0123456789", ten)
        )
        for shape, spell in SHAPES.items()
        for name, ten in DIGITS.items()
    }
    return between | digits | OTHERS


def test_recall() -> None:
    """Every spelling of every number is found and hidden; with another check digit none is."""
    chance = random.Random(7)
    people = [number(chance) for _ in range(NUMBERS)]
    missed, shown, wrong = [], [], []
    for name, spell in spellings().items():
        for person in people:
            text = spell(person)
            missed += [name] * (find_identity_number(pl.Series([text])) != 0)
            hidden = hide_identity_numbers(text)
            shown += [name] * (hidden.count("[identity number]") != 1 or person.n[:3] in hidden)
            wrong.append(spell(person._replace(n=person.n[:3] + str((int(person.n[3]) + 3) % 10))))
    made = len(spellings()) * NUMBERS
    print(f"\nrecall: {made - len(missed)} of {made} ({len(spellings())} spellings of {NUMBERS} numbers)")
    assert len(spellings()) >= 50
    assert sorted(set(missed)) == []
    assert sorted(set(shown)) == []
    assert find_identity_number(pl.Series(wrong)) is None


def day(chance: random.Random) -> str:
    return str(dt.date(1950, 1, 1) + dt.timedelta(days=chance.randrange(33_000)))


def digits(chance: random.Random, *lengths: int) -> str:
    return "".join(chance.choices("0123456789", k=chance.choice(lengths)))


def clock(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}:{chance.randrange(60):02}"


def several(chance: random.Random, value: Callable[[], object]) -> str:
    return chance.choice((", ", "; ", "/")).join(str(value()) for _ in range(chance.randrange(2, 6)))


# What stands in registers and beside them, and is no identity number whatever its digits are.
HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "pseudonym, 6-9 digits": lambda r: digits(r, 6, 7, 8, 9),
    "several pseudonyms": lambda r: several(r, lambda: digits(r, 8)),
    "date": day,
    "date and time": lambda r: f"{day(r)} {clock(r)}",
    "date, time, parts of a second": lambda r: f"{day(r)} {clock(r)}:{r.randrange(60):02}.{digits(r, 3, 6)}",
    "date and time, ISO": lambda r: f"{day(r)}T{clock(r)}:{r.randrange(60):02}+02:00",
    "from date to date": lambda r: f"{day(r)}{r.choice((' ', ' - ', '--', ' – ', '/', ' till '))}{day(r)}",
    "date and pseudonym": lambda r: f"{day(r)} {digits(r, 6, 8, 9)}",
    "date and code of five digits": lambda r: f"{day(r)} {digits(r, 5)}",
    "date and amount": lambda r: f"{day(r)} {r.randrange(10, 100)}{r.choice('.,')}{digits(r, 2)}",
    "term": lambda r: f"{r.randrange(1990, 2030)}{r.randrange(1, 3)}",
    "several terms": lambda r: several(r, lambda: f"{r.randrange(1990, 2030)}{r.randrange(1, 3)}"),
    "several years": lambda r: several(r, lambda: r.randrange(1985, 2030)),
    "several occupations (SSYK)": lambda r: several(r, lambda: r.randrange(2000, 6000)),
    "several municipalities": lambda r: several(r, lambda: r.choice(MUNICIPALITIES)),
    "sum": lambda r: f"{r.randrange(1, 10**9):,}".replace(",", r.choice(" \u00a0.,")),
    "share": lambda r: f"0{r.choice('.,')}{digits(r, 4, 8, 10, 12, 15, 17)}",
    "number with decimals": lambda r: f"{r.randrange(10**6)}{r.choice('.,')}{digits(r, 1, 2, 3)}",
    "coordinates": lambda r: (
        f"{r.randrange(6_100_000, 7_700_000)}.{digits(r, 1)} {r.randrange(250_000, 920_000)}"
    ),
    "checksum": lambda r: hashlib.sha256(r.randbytes(8)).hexdigest(),
    "shorter checksum": lambda r: hashlib.md5(r.randbytes(8)).hexdigest().upper(),
    "UUID": lambda r: str(uuid.UUID(int=r.getrandbits(128))),
    "milliseconds since 1970": lambda r: str(r.randrange(10**12, 2 * 10**12)),
    "number of 14-18 digits": lambda r: f"{r.randrange(1, 10)}{digits(r, 13, 17)}",
    "number of an organisation": lambda r: (
        f"{r.randrange(2, 10)}{digits(r, 1)}{r.randrange(20, 100)}{digits(r, 2)}-{digits(r, 4)}"
    ),
    "post code and place": lambda r: f"{digits(r, 3)} {digits(r, 2)} Skövde",
    "firm's for VAT": lambda r: f"SE{r.randrange(2, 10)}{digits(r, 1)}{r.randrange(20, 100)}{digits(r, 6)}01",
    "telephone": lambda r: f"0{digits(r, 2)}-{digits(r, 3)} {digits(r, 2)} {digits(r, 2)}",
    "share in per cent": lambda r: f"{r.randrange(100)}%{digits(r, 2)} & <{digits(r, 3)}>",
    "version": lambda r: f"{r.randrange(30)}.{r.randrange(30)}.{r.randrange(300)}",
}
MUNICIPALITIES = [next(iter(row.values())) for row in read_code_list("kommuner.csv")]
# What an identity number is by its form alone: it is told by date and check digit, and now and then they are right.
BY_CHANCE: dict[str, Callable[[random.Random], str]] = {
    "ten digits": lambda r: digits(r, 10),
    "twelve digits": lambda r: digits(r, 12),
    "sum of ten digits": lambda r: f"{int(digits(r, 10)):,}",
    "date and four digits": lambda r: f"{day(r)} {digits(r, 4)}",
    "three codes of four digits": lambda r: (
        f"{r.randrange(1800, 2100)} {r.choice(MUNICIPALITIES)} {digits(r, 4)}"
    ),
}


@pytest.mark.parametrize("kind", [*HARMLESS, *BY_CHANCE])
def test_false_alarms(kind: str) -> None:
    chance = random.Random(kind)
    values = [(HARMLESS | BY_CHANCE)[kind](chance) for _ in range(VALUES)]
    alarms = [value for value in values if holds_identity_number(value)]
    print(f"\n{kind}: {len(alarms)} of {VALUES} values taken for an identity number")
    right = [value for value in values if kind in BY_CHANCE and valid(re.sub("[-, ]", "", value))]
    assert alarms == right


def test_no_false_alarm_in_registers(tmp_path: Path) -> None:
    """Every field and header of every made-up register and of the open data, and all of each leverans.json."""
    generate(tmp_path, scale=0.001, seed=1)
    fields = 0
    for raw in (tmp_path, PROJECT / "raw"):
        for path in sorted(raw.glob("*/*/*")):
            if path.suffix == ".json":
                texts = [pl.Series(re.findall(r'"[^"]*"|[0-9]+', path.read_text(encoding="utf-8")))]
            elif path.suffix == ".csv":
                texts = pl.read_csv(
                    path, separator=";", infer_schema=False, encoding="utf8-lossy"
                ).get_columns()
            else:
                texts = pl.read_parquet(path).cast(pl.String).get_columns()
            for column in texts:
                assert find_identity_number(column) is None, (path, column.name)
                assert not holds_identity_number(column.name), (path, column.name)
                fields += column.len()
    print(f"\nregisters: 0 of {fields} fields taken for an identity number")
    assert fields > 1_000_000
