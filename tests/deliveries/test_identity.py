"""Personal identity numbers are found: held against the library `personnummer`, and in corpora of spellings and
of values that are none (run with -s to see how many were found).

The library guesses the century of ten digits from today's date. A rule that decides what may enter the
warehouse may not depend on the day it runs, so for ten digits the oracle is asked about each century.
"""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from personnummer.personnummer import Personnummer, PersonnummerException

from vardflode.deliveries.identity import find_identity_number, holds_identity_number

SEPARATORS = st.sampled_from(["", "-", "+"])
# Numbers that Skatteverket has set aside for tests, and the ones that its brochures print.
PUBLISHED = [
    "198507099805",
    "19850709-9805",
    "850709-9805",
    "8507099805",
    "640823-3234",
    "640823+3234",
    "701063-2391",
]
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Nd", "Cs"]), max_size=5)
FIRST, LAST = dt.date(1800, 1, 1), dt.date(2099, 12, 31)


def valid(text: str) -> bool:
    """By the library, in any century since 1800, and with no help of today's date; zeros may stand before it."""
    digits = re.sub("[-+]", "", text)
    zeros = len(digits) - len(digits.lstrip("0"))
    return any(valid_as_it_stands(digits[-n:]) for n in (10, 12) if 0 <= len(digits) - n <= zeros)


def valid_as_it_stands(digits: str) -> bool:
    if len(digits) == 12 and digits[:2] not in ("18", "19", "20"):
        return False
    # The library knows no coordination number whose month (0) or day (60) is not known.
    month, day = int(digits[-8:-6]), int(digits[-6:-4])
    if (month == 0 and 60 <= day <= 91) or (month <= 12 and day == 60):
        return check_digit(digits[-10:-1]) == digits[-1]
    for number in [digits] if len(digits) == 12 else [century + digits for century in ("18", "19", "20")]:
        try:
            Personnummer(number)
        except PersonnummerException:
            continue
        return True
    return False


def check_digit(nine: str) -> str:
    """Luhn, the way the brochure does it by hand: double every other, add the digits, up to the next ten."""
    total = sum(
        int(digit) for position, n in enumerate(nine) for digit in str(int(n) * (1, 2)[position % 2 == 0])
    )
    return str(-total % 10)


@st.composite
def numbers(draw: st.DrawFn, *, coordination: bool | None = None, long: bool | None = None) -> str:
    born = draw(st.dates(FIRST, LAST))
    day = born.day + 60 * (draw(st.booleans()) if coordination is None else coordination)
    nine = f"{born:%y%m}{day:02}{draw(st.integers(1, 999)):03}"
    century = f"{born:%Y}"[:2] if (draw(st.booleans()) if long is None else long) else ""
    return f"{century}{nine[:6]}{draw(SEPARATORS)}{nine[6:]}{check_digit(nine)}"


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_are_found(number: str) -> None:
    assert valid(number)
    assert holds_identity_number(number)


@pytest.mark.parametrize("separator", ["", "-", "+"])
@pytest.mark.parametrize("long", [True, False])
@pytest.mark.parametrize("coordination", [True, False])
@settings(max_examples=30)
@given(data=st.data())
def test_every_form_is_found(data: st.DataObject, coordination: bool, long: bool, separator: str) -> None:
    number = re.sub("[-+]", "", data.draw(numbers(coordination=coordination, long=long)))
    number = number[:-4] + separator + number[-4:]
    assert valid(number)
    assert holds_identity_number(number)


@settings(max_examples=150)
@given(numbers(), LETTERS, LETTERS)
@example("850709-9805", "\n", "\n")
@example("850709-9805", "-", "-")
@example("198507099805", "pnr ", ", född Åsele")
def test_found_inside_other_text(number: str, before: str, after: str) -> None:
    assert holds_identity_number(before + number + after)
    assert find_identity_number(pl.Series(["", None, before + number + after])) == 2


@settings(max_examples=100)
@given(numbers(), numbers(), st.sampled_from([" ", ";", "/", "-", "+", ", "]))
def test_found_after_a_number_that_is_none(number: str, other: str, between: str) -> None:
    wrong = other[:-1] + str((int(other[-1]) + 1) % 10)
    assert not holds_identity_number(wrong)
    assert holds_identity_number(f"{wrong}{between}{number}")


@settings(max_examples=150)
@given(numbers(), st.text("0123456789", max_size=4), st.text("0123456789", max_size=4))
def test_not_found_inside_a_longer_run_of_digits(number: str, before: str, after: str) -> None:
    assume(before or after)
    text = before + number + after
    runs = re.split("[-+]", text)
    # What was added may make another number, and that one may be valid.
    whole = len(runs) == 2 and len(runs[1]) == 4 and valid(text)
    assert holds_identity_number(text) == (whole or any(valid(run) for run in runs))


@settings(max_examples=100)
@given(numbers(), st.integers(1, 9))
def test_a_wrong_check_digit_is_no_number(number: str, more: int) -> None:
    assert not holds_identity_number(number[:-1] + str((int(number[-1]) + more) % 10))


@settings(max_examples=300)
@given(
    st.one_of(
        st.from_regex(r"[0-9]{10}", fullmatch=True),
        st.from_regex(r"(1[89]|20)[0-9]{10}", fullmatch=True),
        st.from_regex(r"[0-9]{2}[01][0-9][0-9]{2}[-+]?[0-9]{4}", fullmatch=True),
        st.from_regex(r"(19|20)[0-9]{2}[01][0-9][0-9]{2}[-+]?[0-9]{4}", fullmatch=True),
        st.from_regex(r"[0-9]{1,14}", fullmatch=True),
    )
)
@example("0002290000")  # 29 February 2000 was, 1900 was not
@example("190002290000")
@example("000230-0000")
def test_random_digits_as_the_library(text: str) -> None:
    """Numbers with 000 before the check digit are never given out; to stop them as well does no harm."""
    assume(text[-4:-1] != "000")
    assert holds_identity_number(text) == valid(text)


@pytest.mark.parametrize(
    ("date", "held"),
    [
        ("20000229", True),
        ("19000229", False),
        ("18960229", True),
        ("20230229", False),
        ("20230230", False),
        ("20231301", False),
        ("20230100", False),
        ("20230160", True),  # a coordination number: the day, or month and day, may not be known
        ("20230060", True),
        ("20230091", True),
        ("20230092", False),
        ("20230001", False),
        ("20231360", False),
        ("20230161", True),
        ("20230191", True),
        ("20230192", False),
        ("17991231", False),
        ("21000101", False),
    ],
)
def test_valid_dates(date: str, held: bool) -> None:
    nine = date[2:] + "123"
    assert holds_identity_number(f"{date}-{nine[-3:]}{check_digit(nine)}") == held


def test_the_clock_takes_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """29 February 00: a date in 2000 only, whatever today is; a future birthday is stopped as well."""
    leap = "000229-123" + check_digit("000229123")
    future = "991231-123" + check_digit("991231123")

    class Past(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            raise AssertionError("the rule asked what day it is")

    monkeypatch.setattr("vardflode.deliveries.identity.dt.date", Past)
    assert holds_identity_number(leap)
    assert holds_identity_number(future)
    assert holds_identity_number("2099" + future[2:])


def test_pseudonyms_and_codes_are_none() -> None:
    for text in (
        "123456",
        "999999999",
        "2024-12-31",
        "20241231",
        "0180",
        "GU",
        "",
        "85070-99805",
    ):
        assert not holds_identity_number(text)
    assert find_identity_number(pl.Series(["123456", None, ""], dtype=pl.String)) is None
    assert find_identity_number(pl.Series([], dtype=pl.String)) is None


def test_the_first_is_the_one_named() -> None:
    wrong, right = "850709-9806", "850709-9805"
    assert find_identity_number(pl.Series([None, wrong, right, right])) == 2
