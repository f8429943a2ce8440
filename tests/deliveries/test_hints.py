"""What usually spoils a delivery is said in the message: spreadsheets, separators, other names and orders."""

from __future__ import annotations

from typing import Any

import pytest

from vardflode.deliveries.contract import Contract
from vardflode.deliveries.hints import header_hint, value_hint


@pytest.mark.parametrize(
    ("table", "column", "value", "looks"),
    [
        ("rtb.folkbokforing", "kommun", "180", "looks like '0180' that lost its leading zeros"),
        ("rtb.folkbokforing", "kommun", "0180 ", "looks like '0180', spelt in another way"),
        ("rtb.folkbokforing", "kommun", "\ufeff0180", "looks like '0180', spelt in another way"),
        ("rtb.folkbokforing", "kommun", "9999", ""),
        ("bas.sysselsattning", "sni2007", "1110", "looks like '01110' that lost its leading zeros"),
        ("hosp.legitimationer", "yrkeskod", "sj", "looks like 'SJ', spelt in another way"),
        ("hosp.legitimationer", "legitimationsdatum", "31/12/2024", "a date that a spreadsheet has turned"),
        ("hosp.legitimationer", "legitimationsdatum", "2024-1-5", "a date that a spreadsheet has turned"),
        ("hosp.legitimationer", "legitimationsdatum", "20241231", "a date that a spreadsheet has turned"),
        ("hosp.legitimationer", "legitimationsdatum", "5-jan-24", "a date that a spreadsheet has turned"),
        # 45 296 days after 30 December 1899, by the calendar.
        ("hosp.legitimationer", "legitimationsdatum", "45296", "number of the day 2024-01-05"),
        ("hosp.legitimationer", "legitimationsdatum", "2024-02-30", ""),
        ("bas.sysselsattning", "forvink", "1234,5", "a number with a decimal comma"),
        ("bas.sysselsattning", "forvink", "1\u00a0234", "a number with its thousands apart"),
        ("bas.sysselsattning", "forvink", "1,2E+05", "a number that a spreadsheet has shortened"),
        ("bas.sysselsattning", "ar", "2024-12-31 00:00:00", "a date that a spreadsheet has turned"),
        ("bas.sysselsattning", "forvink", "abc", ""),
        ("bas.sysselsattning", "forvink", "12 %", "a number with a percent sign"),
        ("bas.sysselsattning", "forvink", "12,5%", "a number with a percent sign"),
        ("bas.sysselsattning", "ar", "2024-12-31", "looks like a whole date"),
        ("utbildningsplan.planerade_nyborjare", "lasar", "2024/25", "a school year"),
        ("utbildningsplan.planerade_nyborjare", "lasar", "2024-2025", "two years"),
        ("hreg.registreringar", "termin", "HT2019", "a term in words"),
        ("hreg.registreringar", "termin", "vt 19", "a term in words"),
        ("hreg.registreringar", "termin", "2019HT", "a term in words"),
        ("hreg.registreringar", "termin", "20193", ""),
    ],
)
def test_values(contract: Contract, table: str, column: str, value: str, looks: str) -> None:
    register, _, name = table.partition(".")
    columns = contract.registers[register].tables[name].columns
    (found,) = [c for c in columns if c.name == column]
    hint = value_hint(found, value, found.codes)
    assert looks in hint
    assert bool(looks) == bool(hint)


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (["lopnr,larosate,programkod,termin"], "parted by commas"),
        (["lopnr\tlarosate\tprogramkod\ttermin"], "parted by tabs"),
        (["Lopnr", "larosate", "programkod", "termin"], "spelt exactly so"),
        (["lopnr", " larosate", "programkod\u00ad", "termin"], "spelt exactly so"),
        (["person", "university", "programme", "term"], "in another language?"),
        (["123456", "GU", "ABC", "20201"], "is the header missing?"),
        (["lopnr", "larosate", "programkod"], ""),
        ([], ""),
    ],
)
def test_headers(contract: Contract, names: list[str], hint: str) -> None:
    found = header_hint(contract.registers["hreg"].tables["registreringar"], names)
    assert hint in found
    assert bool(hint) == bool(found)


def test_the_message_of_a_rejected_delivery_says_it(world: Any) -> None:
    text = "lopnr;ar;kommun\n" + "".join(f"{number};2010;180\n" for number in range(100000, 100020))
    taken = world.take("rtb", {"folkbokforing_2010.csv": text})
    assert "found 180, which looks like '0180' that lost its leading zeros." in taken.message


@pytest.mark.parametrize("row", ['{};2010;"0180"', '{},2010,"0180"'])
def test_another_header_is_told_before_what_follows_from_it(world: Any, row: str) -> None:
    """Quotes that open in the midst of a field are, here, a sign of other separators."""
    rows = "".join(row.format(number) + "\n" for number in range(100000, 100020))
    taken = world.take("rtb", {"folkbokforing_2010.csv": "lopnr,ar,kommun\n" + rows})
    assert "lopnr, ar, kommun is missing" in taken.message
    assert taken.message.endswith("The fields are parted by commas; expected semicolons.")


def test_a_header_in_quotes_is_read_as_one_without(world: Any) -> None:
    text = '"lopnr";"ar";"kommun"\r\n100000;2010;"0180"\r\n'
    assert world.take("rtb", {"folkbokforing_2010.csv": text}).outcome.accepted


def test_a_header_in_another_order_than_the_rows(world: Any) -> None:
    rows = "".join(f"{number};ABC;GU;20201\n" for number in range(100000, 100020))
    taken = world.take("hreg", {"registreringar.csv": "lopnr;larosate;programkod;termin\n" + rows})
    assert taken.message.endswith(
        "It would be right with larosate and programkod exchanged: is the header in another order?"
    )
    named = world.take(
        "hreg", {"registreringar.csv": "lopnr;programkod;larosate;termin\n" + rows}, name="2026"
    )
    assert named.outcome.accepted
