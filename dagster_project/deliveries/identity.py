"""Personal identity numbers (personnummer, samordningsnummer): found so that they can be kept out.

Source: Skatteverket, SKV 704 (personnummer) and SKV 707 (samordningsnummer: the day plus 60).
"""

from __future__ import annotations

import datetime as dt
import re

import polars as pl

# Ten or twelve digits that stand by themselves, with or without a separator before the last four.
CANDIDATE = r"(?:^|[^0-9])((?:[0-9]{2})?[0-9]{6}[-+ –]?[0-9]{4})(?:$|[^0-9])"
# Digits of the shortest candidate.
SHORTEST = 10
# A number may begin with the character that ended the one before: look ahead instead of consuming it.
_CANDIDATES = re.compile(r"(?<![0-9])((?:[0-9]{2})?[0-9]{6})[-+ –]?([0-9]{4})(?![0-9])")


def holds_identity_number(text: str) -> bool:
    """Whether `text` holds a personnummer or samordningsnummer with a valid date and check digit.

    The century of a ten-digit number is not known, so its date is valid if it is so in any century.
    """
    return any(_valid_date(date) and _luhn(date[-6:] + last) for date, last in _CANDIDATES.findall(text))


def hide_identity_numbers(text: str) -> str:
    """The text with every identity number in it replaced by `[identity number]`."""
    return _CANDIDATES.sub(
        lambda found: "[identity number]" if holds_identity_number(found[0]) else found[0], text
    )


def find_identity_number(column: pl.Series) -> int | None:
    """Position of the first value in a text column that holds an identity number, or None."""
    if not (column.str.len_bytes() >= SHORTEST).any():  # quicker to see
        return None
    candidates = column.str.contains(CANDIDATE).arg_true()
    for position in candidates:
        if holds_identity_number(column[position]):
            return int(position)
    return None


def _valid_date(digits: str) -> bool:
    """`YYMMDD` or `YYYYMMDD`, where the day may be increased by 60."""
    month, day = int(digits[-4:-2]), int(digits[-2:])
    day = day - 60 if day > 60 else day
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
