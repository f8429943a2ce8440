"""What a wrong value or header looks like: the usual ways in which programs and people spoil a delivery."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from vardflode.deliveries.contract import Codes, Column, Table
from vardflode.deliveries.quoting import quoted

_SEPARATORS = {",": "commas", "\t": "tabs", "|": "bars", ":": "colons"}
_DATES = (
    r"[0-9]{1,2}[-./ ][0-9]{1,2}[-./ ]([0-9]{2}|[0-9]{4})",  # 31/12/2024
    r"(?!....-..-..$)[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}",  # 2024/12/31, 2024-1-5
    r"[0-9]{8}",  # 20241231
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+Z?",  # 2024-12-31 00:00
    r"[0-9]{1,2}[- ]?[^\W\d_]{3,9}\.?[- ]?([0-9]{2}|[0-9]{4})",  # 31-dec-24
)
# Days are counted from here in spreadsheets; some dates of the last hundred years.
_DAY_NUMBER, _DAY_NUMBERS = dt.date(1899, 12, 30), range(10_000, 75_000)
_NUMBERS = (
    (r"[-+]?[0-9]+,[0-9]+", "a number with a decimal comma"),
    (r"[-+]?[0-9]+\.[0-9]+", "a number with decimals"),
    (r"[-+]?[0-9]{1,3}([ \u00a0\u202f.,'][0-9]{3})+", "a number with its thousands apart"),
    (r"[-+]?[0-9][.,]?[0-9]*[eE][-+]?[0-9]+", "a number that a spreadsheet has shortened"),
    (r"[-+]?[0-9]+([.,][0-9]+)?[ \u00a0\u202f]?%", "a number with a percent sign"),
)
_YEARS = (
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a whole date"),
    (r"[0-9]{4}[-/][0-9]{1,2}", "a month or a school year"),
    (r"[0-9]{4}[-/][0-9]{4}", "two years"),
)
_TERM = r"(?i)[hv]t ?-?([0-9]{2}|[0-9]{4})|[0-9]{4}[ -]?[hv]t"


def value_hint(column: Column, value: str, codes: Codes | None = None) -> str:
    """What a value that is not of its column's type, or not one of these codes, looks like; mostly nothing.

    Returns:
        Words to put after the value in a message.
    """
    match column.type:
        case "date":
            looks = _date_hint(value)
        case "int" | "year" | "term":
            looks = _first_of(_NUMBERS, value)
            if column.type == "year":
                looks = looks or _date_hint(value) or _first_of(_YEARS, value)
            if column.type == "term" and re.fullmatch(_TERM, value):
                looks = "a term in words (1 after the year is VT, 2 HT)"
        case "id":
            looks = ""
        case _:
            right = next((code for code in _spellings(value) if _is_code(code, column, codes)), "")
            lost = " that lost its leading zeros" if value.isdigit() else ", spelt in another way"
            looks = f"{quoted(right)}{lost}" if right else ""
    return f", which looks like {looks}" if looks else ""


def header_hint(table: Table, names: list[str]) -> str:
    """What a header with the wrong names looks like: a sentence to put after the message, mostly none."""
    expected = {_plain(name): name for name in table.column_names}
    if len(names) == 1:
        for sign, words in _SEPARATORS.items():
            if len(parts := names[0].split(sign)) > 1 and expected.keys() & set(map(_plain, parts)):
                return f" The fields are parted by {words}; expected semicolons."
    if any(expected.get(_plain(name), name) != name for name in names):
        return " The names must be spelt exactly so: small letters, no spaces or hidden signs around them."
    if len(names) == len(table.columns) and not expected.keys() & set(map(_plain, names)):
        if any(re.fullmatch(r"[0-9.,:-]+", name) for name in names):
            return " This looks like a row: is the header missing?"
        return " There are as many columns, by other names: is the header in another language?"
    return ""


def _first_of(forms: Iterable[tuple[str, str]], value: str) -> str:
    return next((words for form, words in forms if re.fullmatch(form, value)), "")


def _date_hint(value: str) -> str:
    if re.fullmatch("[0-9]{5}", value) and int(value) in _DAY_NUMBERS:
        day = _DAY_NUMBER + dt.timedelta(days=int(value))
        return f"a spreadsheet's number of the day {day.isoformat()}"
    return "a date that a spreadsheet has turned" if any(re.fullmatch(f, value) for f in _DATES) else ""


def _spellings(value: str) -> Iterator[str]:
    """What a code may have been before a spreadsheet, or a hand, changed it."""
    if re.fullmatch("[0-9]{1,9}", value):
        yield from (value.zfill(width) for width in range(len(value) + 1, len(value) + 5))
    plain = _plain(value)
    yield from (plain, plain.upper(), plain.removesuffix(".0"), plain.replace(",", "."))


def _is_code(value: str, column: Column, codes: Codes | None) -> bool:
    if codes is not None:
        return value in codes.values
    return bool(column.pattern and re.fullmatch(column.pattern, value))


def _plain(name: str) -> str:
    """A name without capitals, spaces around it and signs that are not seen."""
    return "".join(c for c in name if c.isprintable() or c.isspace()).strip().casefold()
