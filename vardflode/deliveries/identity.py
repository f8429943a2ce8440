"""Personal identity numbers (personnummer, samordningsnummer): found however they are spelt, and kept out.

What counts is Skatteverket's: a date of birth, three digits and a check digit (SKV 704), where 60 is added to
the day of a samordningsnummer (SKV 707) and its month or day is 0 when it is not known. Ten digits, or twelve
with the century 18, 19 or 20. How they are spelt, and what is let through: docs/deliveries.md.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import unquote

import polars as pl

HIDDEN = "[identity number]"

# What may stand among the digits: whatever is neither a digit nor a letter.
_S = r"(?:[\W_])"
_CENTURY = "(?:18|19|20)"
_YEAR = f"{_CENTURY}[0-9]{{2}}"
# Together, or split as 12 34 or 123 4, but not as a time or an amount: 2024-09-01 10:30. Four that begin the
# second of two dates are a year.
_SPLIT = r"(?:[^\w.,:]|_)+"
_LAST_FOUR = (
    rf"(?!{_YEAR}{_S}+[01][0-9]{_S}+[0-3][0-9](?![0-9]))"
    rf"(?:[0-9]{{4}}|(?<![0-9])(?:[0-9]{{2}}{_SPLIT}[0-9]{{2}}|[0-9]{{3}}{_SPLIT}[0-9]))(?![0-9])"
)
# Month and day of a whole date begin no number: 2024-09-01 123456.
_NO_DATE = rf"(?<!{_YEAR}[^\w\s])(?<!{_YEAR}_)"
_FORMS = [
    # Numbers may overlap (what looks like one may begin in another): they are looked ahead for, not consumed.
    re.compile(rf"(?<![0-9]){before}(?=({number}))")
    for before, number in (
        # The date in one, its parts apart, its parts apart with the last four on the day.
        ("0*", rf"(?:{_CENTURY}{_S}*)?[0-9]{{6}}{_S}*{_LAST_FOUR}"),
        ("0*", rf"{_CENTURY}{_S}*[0-9]{{2}}{_S}+[0-9]{{2}}{_S}+[0-9]{{2}}{_S}+{_LAST_FOUR}"),
        (f"0*{_NO_DATE}", rf"[0-9]{{2}}{_S}+[0-9]{{2}}{_S}*[0-9]{{2}}{_S}+{_LAST_FOUR}"),
        (f"0*{_NO_DATE}", rf"{_CENTURY}?[0-9]{{2}}({_S})[0-9]{{2}}\2[0-9]{{6}}(?![0-9])"),
        # As a number with its thousands apart, and as a telephone number.
        (
            rf"(?<![0-9]{_S})",
            rf"(?:{_CENTURY})?[0-9]({_S})[0-9]{{3}}\2[0-9]{{3}}\2[0-9]{{3}}(?!{_S}?[0-9])",
        ),
        (rf"(?<![0-9]{_S})", rf"[0-9]{{3}}({_S})[0-9]{{3}}\2[0-9]{{4}}(?!{_S}?[0-9])"),
        # What a person with a firm is registered under for VAT.
        ("[Ss][Ee] ?", "[0-9]{6}-?[0-9]{4}(?=01(?![0-9]))"),
        # Three fours, pairs, and digits one by one.
        (r"(?<!\w-)(?<![0-9] )", rf"{_YEAR}([ -])[0-9]{{4}}\2[0-9]{{4}}(?!-?\w| [0-9])"),
        ("", r"[0-9]{2}([.,:] ?)[0-9]{2}(?:\2[0-9]{2}){3,4}(?![0-9])"),
        (rf"(?<![0-9]{_S})", rf"[0-9](?:{_S}+[0-9]){{9}}(?:{_S}+[0-9]{_S}+[0-9])?(?!{_S}*[0-9])"),
    )
]
# 8502031234 as some programs write a number with decimals: 8.502031234E9.
_POWER = re.compile(r"(?<![0-9.,])([0-9])[.,]([0-9]+)[eE]\+?([0-9]{1,2})(?![0-9])")
_SHARE = re.compile(r"\s*[-+]?[0-9]{1,3}[.,][0-9]+\s*")
# A checksum of 32 letters and digits or more, or a UUID.
_CHECKSUM = re.compile(
    r"(?<![0-9A-Za-z])(?:(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{32,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
    r"(?![0-9A-Za-z])"
)
# A character, also as Python and JSON, addresses, pages and terminals write those that cannot be seen.
_IN_MARKUP = "%[0-9a-fA-F]{2}|&(?:#[0-9]{1,5}|#?[a-zA-Z][0-9a-zA-Z]{1,7});|</?[a-zA-Z][^<>]{0,20}>"
_CHARACTER = re.compile(
    rf"\\x[0-9a-fA-F]{{2}}|\\u[0-9a-fA-F]{{4}}|\\[nrt]|(?:%[0-9a-fA-F]{{2}}){{2,12}}|{_IN_MARKUP}|\x1b\[[0-9;]{{,20}}m|.",
    re.DOTALL,
)
_LIKE_A_DASH = "\u30fc"  # a letter by category
_NOT_SEEN = "\u115f\u1160\u3164\uffa0\uff9e\uff9f"  # letters by category, but blank or marks

# What every value has that holds a number: quick to see for millions, so that few are looked at one by one.
_B = "[^0-9A-Za-z]"
_MM, _DD = "(?:0[0-9]|1[0-2])", "[0-36-9][0-9]"
_SUSPECT = "|".join(
    (
        rf"(?:(?:18|19|20){_B}*[0-9]{{2}}{_B}*{_MM}{_B}*{_DD}|[0-9]{{2}}(?:{_B}+{_MM}{_B}*|{_MM}){_DD})"
        rf"{_B}*[0-9]{{2}}[^0-9A-Za-z.,:]*[0-9][^0-9A-Za-z.,:]*[0-9](?:[^0-9]|$)",
        r"[0-9]{2}(?:[.,:] ?[0-9]{2}){4}",
        rf"[0-9](?:{_B}+[0-9]){{9}}",
        r"[0-9][.,][0-9]+[eE]\+?[0-9]",
        rf"[0-9]{_B}[0-9]{{3}}{_B}[0-9]{{3}}{_B}[0-9]{{3}}|[0-9]{{3}}{_B}[0-9]{{3}}{_B}[0-9]{{4}}",
        "[Ss][Ee] ?[0-9]{6}-?[0-9]{6}",
        # Characters that may be digits, escape others or not be seen.
        rf"[^\x20-\x7e\p{{L}}]|\\|{_IN_MARKUP}|[{_NOT_SEEN}{_LIKE_A_DASH}]",
    )
)
# No character holds more digits than it has bytes in UTF-8.
_SHORTEST = 10


def holds_identity_number(text: str) -> bool:
    """Whether `text` holds a personnummer or samordningsnummer with a valid date and check digit.

    The century of a ten-digit number is not known, so its date is valid if it is so in any century.
    """
    return any(True for _ in _spans(text))


def hide_identity_numbers(text: str) -> str:
    """The text with every identity number in it replaced by `[identity number]`."""
    parts, end = [], 0
    for first, last in sorted(_spans(text)):
        if first >= end:
            parts += [text[end:first], HIDDEN]
        end = max(end, last)
    return "".join((*parts, text[end:]))


def shown_names(names: Iterable[str]) -> list[str]:
    """Names without identity numbers, kept apart where they would become the same: the second gets a 2."""
    seen: Counter[str] = Counter()
    shown = []
    for name in map(hide_identity_numbers, names):
        seen[name] += 1
        shown.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return shown


def find_identity_number(column: pl.Series) -> int | None:
    """Position of the first value in a text column that holds an identity number, or None."""
    if not (column.str.len_bytes() >= _SHORTEST).any():  # quicker to see
        return None
    checked = set()
    for position in column.str.contains(_SUSPECT).arg_true():
        if (value := column[position]) not in checked:
            if holds_identity_number(value):
                return int(position)
            checked.add(value)
    return None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers in a text begin and end."""
    yield from _spans_as_read(text)
    # A raised or circled digit may be a digit of the number, or stand after it and point to a note; a sign
    # that begins an escape may be itself.
    if (noted := re.sub(r"[^\x00-\x7f]|[\\%<\x1b]", _note_as_space, text)) != text:
        yield from _spans_as_read(noted)


def _note_as_space(character: re.Match[str]) -> str:
    is_seen = not character[0].isascii() and unicodedata.category(character[0]) != "No"
    return character[0] if is_seen else " "


def _spans_as_read(text: str) -> Iterator[tuple[int, int]]:
    plain, positions = _plain(text)
    if _SHARE.fullmatch(plain):
        return
    plain = _CHECKSUM.sub(lambda found: "x" * len(found[0]), plain)
    found = [
        (*match.span(1), re.sub("[^0-9]", "", match[1])) for form in _FORMS for match in form.finditer(plain)
    ]
    found += [
        (*match.span(), (match[1] + match[2]).ljust(int(match[3]) + 1, "0"))
        for match in _POWER.finditer(plain)
    ]
    for first, end, digits in found:
        if _is_number(digits):
            yield positions[first], positions[end]


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text with every digit as one of 0-9 and without what is not seen, and where in `text` each of its
    characters stands (and the end).
    """
    if text.isascii() and text.isprintable() and not re.search(rf"\\|{_IN_MARKUP}", text):
        return text, range(len(text) + 1)
    plain, positions = [], []
    for match in _CHARACTER.finditer(text):
        spelt = _spelt(match[0])
        plain.append(spelt)
        positions += [match.start()] * len(spelt)
    return "".join(plain), [*positions, len(text)]


@cache
def _spelt(character: str) -> str:
    """A character in digits and compatible characters; nothing for one that takes no room."""
    if len(character) > 1:
        character = _meant(character)
    character = character.replace(_LIKE_A_DASH, "-")
    return "".join(
        str(unicodedata.digit(part, part))
        for part in unicodedata.normalize("NFKC", character)
        if part not in _NOT_SEEN
        and unicodedata.category(part) not in ("Cf", "Mn", "Me")
        and (unicodedata.category(part) != "Cc" or part.isspace())
    )


def _meant(written: str) -> str:
    """What an escape (`_CHARACTER`) stands for."""
    match written[0]:
        case "%":
            return unquote(written)
        case "&":
            return html.unescape(written)
        case "<":
            return " "
        case "\x1b":
            return ""
        case _:
            return chr(int(written[2:], 16)) if written[2:] else " "


def _is_number(digits: str) -> bool:
    """Ten or twelve digits."""
    return len(digits) in (10, 12) and _valid_date(digits[:-4]) and _luhn(digits[-10:])


def _valid_date(digits: str) -> bool:
    """`YYMMDD` or `YYYYMMDD`, where the day may be increased by 60 and then be 60, its month 0: not known."""
    month, day = int(digits[-4:-2]), int(digits[-2:])
    if day >= 60:
        day, month = day - 60 or 1, month or 1
    centuries = [digits[:2]] if len(digits) == 8 else ["18", "19", "20"]
    for century in centuries:
        try:
            dt.date(int(century + digits[-6:-4]), month, day)
        except ValueError:
            continue
        return int(century) in (18, 19, 20)
    return False


def _luhn(digits: str) -> bool:
    """Check digit by the Luhn formula over ten digits, the first one doubled."""
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(digits))
    return sum(product // 10 + product % 10 for product in doubled) % 10 == 0
