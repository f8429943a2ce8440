"""Codes have a time: what a replaced code is read as, by the row's own time, and how it is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deliveries.test_rules import BAS, HOSP, PROG, REG, RES, text
from vardflode.deliveries.contract import CODE_LISTS, Contract, read_code_list
from vardflode.deliveries.recoding import CHANGES, FIRST_DAY, LAST_DAY, Former, former_codes

Changes = list[dict[str, str]]


def change(
    kod: str, ersatt_av: str, giltig_till: str = "1999-12-31", giltig_fran: str = ""
) -> dict[str, str]:
    return {
        "kodlista": "x",
        "kod": kod,
        "giltig_fran": giltig_fran,
        "giltig_till": giltig_till,
        "ersatt_av": ersatt_av,
    }


def with_former(contract: Contract, column: str, *former: Former) -> Contract:
    """The contract with other replaced codes in every column of a name."""
    registers = {}
    for register in contract.registers.values():
        tables = {}
        for table in register.tables.values():
            columns = tuple(
                replace(c, codes=replace(c.codes, former=former)) if c.name == column and c.codes else c
                for c in table.columns
            )
            tables[table.name] = replace(table, columns=columns)
        registers[register.name] = replace(register, tables=tables)
    return replace(contract, registers=registers)


class TestTheList:
    """What must hold of `kodandringar.csv`, however it grows."""

    changes = read_code_list(CHANGES)

    def test_every_list_it_names_is_there_and_every_row_says_who_says_so(self) -> None:
        for row in self.changes:
            assert (CODE_LISTS / f"{row['kodlista']}.csv").is_file(), row
            assert row["kalla"].strip(), row
            assert row["namn"].strip(), row

    @pytest.mark.parametrize("name", sorted({row["kodlista"] for row in changes} | {"yrken"}))
    def test_what_a_code_became_is_in_force_and_no_time_is_told_twice(self, name: str) -> None:
        listed = read_code_list(f"{name}.csv")
        codes = {next(iter(row.values())) for row in listed}
        former = former_codes(f"{name}.csv", listed, self.changes)
        assert former
        for one in former:
            assert one.first <= one.last
            # A code that was divided became no single one: only the county of Skaraborg.
            assert one.successor in codes or (name, one.code, one.successor) == ("lan", "16", "")
        for one in former:
            same = [other for other in former if other.code == one.code and other != one]
            assert not [o for o in same if o.first <= one.last and one.first <= o.last]

    def test_a_municipality_keeps_its_name_but_for_bara_that_merged(self) -> None:
        names = {row["kommun"]: row["kommunnamn"] for row in read_code_list("kommuner.csv")}
        moved = [row for row in self.changes if row["kodlista"] == "kommuner"]
        assert [row["namn"] for row in moved if names[row["ersatt_av"]] != row["namn"]] == ["Bara"]

    def test_the_reforms_as_the_government_bills_tell_them(self) -> None:
        """Skåne 1997 (prop. 1995/96:38), Västra Götaland 1998 (prop. 1996/97:108), Heby 2007."""
        moved = [row for row in self.changes if row["kodlista"] == "kommuner"]
        of = {row["kod"]: (row["giltig_till"], row["ersatt_av"][:2]) for row in moved}
        assert {of[kod] for kod in of if kod[:2] == "11"} == {("1996-12-31", "12")}
        assert {of[kod] for kod in of if kod[:2] in ("15", "16")} == {
            ("1997-12-31", "14"),
            ("1997-12-31", "06"),
        }
        assert sorted(kod for kod in of if of[kod][1] == "06") == ["1622", "1623"]  # Mullsjö and Habo
        assert of["1917"] == ("2006-12-31", "03")


class TestReadingAList:
    listed = ({"kod": "A"}, {"kod": "B"})

    def test_what_replaced_a_code_may_have_been_replaced_later(self) -> None:
        changes = [change("P", "Q", "1990-12-31"), change("Q", "A", "1995-12-31", "1991-01-01")]
        former = former_codes("x.csv", self.listed, changes)
        assert [(f.code, f.successor) for f in former] == [("P", "A"), ("Q", "A")]

    def test_a_code_that_was_used_again_is_followed_at_its_time(self) -> None:
        """P became A in 1990; that A had been another code's name until 1980 is no matter of P's."""
        changes = [change("P", "A", "1990-12-31"), change("A", "B", "1980-12-31")]
        former = former_codes("x.csv", self.listed, changes)
        assert [(f.code, f.successor) for f in former] == [("A", "B"), ("P", "A")]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ([change("P", "Q", ""), change("Q", "P", "")], "replaced by itself"),
            ([change("P", "Z")], "P ends in Z, which is not in force"),
            (
                [change("P", "A", "1990-12-31"), change("P", "B", "1999-12-31", "1985-01-01")],
                "periods of P overlap",
            ),
            ([change("P", "A", "1990-13-31")], "month"),
            ([change("P", "A", "1990-01-01", "1991-01-01")], "lies before"),
        ],
    )
    def test_a_mistake_of_an_editor_is_named(self, changes: Changes, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            former_codes("x.csv", self.listed, changes)

    @given(
        st.lists(st.tuples(st.sampled_from("PQRS"), st.sampled_from("PQRSAB"), st.integers(1, 9)), max_size=6)
    )
    def test_a_list_is_refused_or_ends_in_force(self, rows: list[tuple[str, str, int]]) -> None:
        changes = [change(kod, now, f"199{year}-12-31", f"199{year}-01-01") for kod, now, year in rows]
        try:
            former = former_codes("x.csv", self.listed, changes)
        except ValueError:
            return
        assert {f.successor for f in former} <= {"A", "B"}


class TestRows:
    @pytest.mark.parametrize(
        ("year", "code", "now"),
        [
            (2006, "1917", "0331"),
            (2007, "1917", None),  # it was gone
            (2006, "0331", "0331"),  # the code of today says the same place, whenever
            (1996, "1180", "1290"),
            (1997, "1180", None),
            (1997, "1623", "0643"),
            (1998, "1583", None),
            (1995, "1535", "1443"),
            (1994, "1535", None),  # Bollebygd was Borås then
            (1990, "1480", "1480"),
            (1990, "1999", None),
        ],
    )
    def test_residence_comes_under_the_code_in_force(
        self, world: Any, year: int, code: str, now: str | None
    ) -> None:
        taken = world.take("rtb", {f"folkbokforing_{year}.csv": text(RES, {"ar": str(year), "kommun": code})})
        assert [row["kommun"] for row in taken.accepted("folkbokforing")] == ([now] if now else [])
        assert taken.findings == ([] if now else [(2, "code", "kommun")])

    def test_a_year_of_rows_under_codes_that_are_gone_is_accepted_and_counted(self, world: Any) -> None:
        rows = [
            {"lopnr": str(200000 + i), "ar": "1996", "ast_kommun": ["1180", "1480", "", "1583"][i % 4]}
            for i in range(400)
        ]
        taken = world.take("bas", {"sysselsattning_1996.csv": text(BAS, *rows)})
        assert taken.sums == (400, 400, 0, 0)
        assert taken.outcome.files[0].recoded == (
            ("ast_kommun", "1180", "1290", 100, 1996, 1996),
            ("ast_kommun", "1583", "1490", 100, 1996, 1996),
        )

    def test_what_is_said_of_a_code_after_its_time(self, world: Any) -> None:
        taken = world.take("rtb", {"folkbokforing_2010.csv": text(RES, {"ar": "2010", "kommun": "1917"})})
        assert taken.quarantine[0]["reason"] == (
            "expected a code of kommuner.csv, found 1917 (in force until 2006-12-31, now 0331)"
        )
        assert taken.quarantine[0]["value"] == "1917"

    @pytest.mark.parametrize(
        ("begins", "ends", "now"),
        [
            ("19951", "", "1490"),
            ("19972", "20201", "1490"),
            ("19981", "", None),
            ("19801", "19902", "1490"),
        ],
    )
    def test_a_programme_is_of_its_own_period(
        self, world: Any, begins: str, ends: str, now: str | None
    ) -> None:
        row = {"studieort_kommun": "1583", "giltig_fran": begins, "giltig_till": ends}
        taken = world.take("hreg", {"program.csv": text(PROG, row)})
        assert [r["studieort_kommun"] for r in taken.accepted("program")] == ([now] if now else [])

    def test_a_licence_under_a_replaced_code_is_the_newer_ones_whatever_its_date(self, world: Any) -> None:
        rows = [
            {"yrkeskod": "SG", "legitimationsdatum": d, "lopnr": n}
            for d, n in (("1990-01-01", "200001"), ("2016-01-01", "200002"))
        ]
        taken = world.take(
            "hosp", {"legitimationer.csv": text(HOSP, *rows, {"yrkeskod": "FT", "lopnr": "200003"})}
        )
        assert [row["yrkeskod"] for row in taken.accepted("legitimationer")] == ["FT", "FT", "FT"]
        assert taken.outcome.files[0].recoded == (("yrkeskod", "SG", "FT", 2, 1990, 2016),)

    def test_keys_are_judged_as_delivered(self, world: Any) -> None:
        """A person with both titles has two licences, not one twice."""
        both = [{"yrkeskod": code, "utbildningsland": land} for code, land in (("SG", "SE"), ("FT", "EU"))]
        taken = world.take("hosp", {"legitimationer.csv": text(HOSP, *both)})
        assert taken.sums == (2, 2, 0, 0)

    @pytest.mark.parametrize(("term", "now"), [("20092", "LNU"), ("20101", None), ("20131", None)])
    def test_institutions_that_merged_by_the_same_means(
        self, world: Any, contract: Contract, term: str, now: str | None
    ) -> None:
        world.contract = with_former(contract, "larosate", Former("OLD", FIRST_DAY, "2009-12-31", "LNU"))
        taken = world.take("hreg", {"registreringar.csv": text(REG, {"larosate": "OLD", "termin": term})})
        assert [row["larosate"] for row in taken.accepted("registreringar")] == ([now] if now else [])

    @given(day=st.dates(dt.date(1995, 1, 1), dt.date(2004, 12, 31)))
    def test_a_code_that_was_used_again_means_what_it_meant_that_day(
        self, world: Any, contract: Contract, day: dt.date
    ) -> None:
        """OT was TL until the middle of a year and has been itself since."""
        world.contract = with_former(contract, "yrkeskod", Former("OT", FIRST_DAY, "2000-06-30", "TL"))
        taken = world.take(
            "hosp",
            {"legitimationer.csv": text(HOSP, {"yrkeskod": "OT", "legitimationsdatum": day.isoformat()})},
        )
        expected = "TL" if day <= dt.date(2000, 6, 30) else "OT"
        assert [row["yrkeskod"] for row in taken.accepted("legitimationer")] == [expected]

    def test_other_changes_judge_a_delivery_anew(self, contract: Contract) -> None:
        other = with_former(contract, "kommun", Former("9999", FIRST_DAY, LAST_DAY, "0180"))
        assert other.registers["rtb"].fingerprint() != contract.registers["rtb"].fingerprint()
