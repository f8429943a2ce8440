"""Which rows are set aside, by which rule, and what is told of them."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

LICENCES = ("lopnr", "yrkeskod", "legitimationsdatum", "utbildningsland", "aterkallelsedatum")
WORK = ("lopnr", "ar", "syssstat", "ast_kommun", "sni2007", "ssyk2012", "sektor", "forvink", "arblosdagar")

# One sound row of each table.
SOUND = {
    ("hosp", "legitimationer"): dict(zip(LICENCES, ["123456", "SJ", "2020-06-01", "SE", ""], strict=True)),
    ("hreg", "registreringar"): {"lopnr": "123456", "larosate": "GU", "programkod": "ABC", "termin": "20201"},
    ("hreg", "examina"): {
        "lopnr": "123456",
        "larosate": "GU",
        "examenskod": "SJ",
        "inriktning": "",
        "examensdatum": "2020-06-01",
        "examenstyp": "Y",
    },
    ("hreg", "ansokningar"): {
        "lopnr": "123456",
        "termin": "20201",
        "larosate": "GU",
        "programkod": "ABC",
        "prioritet": "1",
        "antagen": "J",
    },
    ("hreg", "program"): {
        "larosate": "GU",
        "programkod": "ABC",
        "examenskod": "SJ",
        "inriktning": "",
        "studieort_kommun": "1480",
        "giltig_fran": "20101",
        "giltig_till": "",
    },
    ("rtb", "personer"): {"lopnr": "123456", "kon": "1", "fodelsear": "1980", "avlidendatum": ""},
    ("rtb", "folkbokforing"): {"lopnr": "123456", "ar": "2020", "kommun": "1480"},
    ("bas", "sysselsattning"): dict(zip(WORK, ["123456", "2020", "1", "1480", "86100", "2221", "region", "3500", "0"], strict=True)),
    ("folkmangd", "folkmangd"): {"ar": "2020", "kommun": "1480", "kon": "1", "alder": "30", "antal": "100"},
    ("koloskopi", "volymer"): {
        "ar": "2020",
        "enhet": "E1",
        "kommun": "1480",
        "driftsform": "privat",
        "antal": "100",
        "antal_screening": "10",
        "antal_cekum": "90",
        "antal_adenom": "30",
        "sverekks": "J",
    },
    ("framskrivning", "framskrivning"): {"ar": "2030", "kommun": "1480", "kon": "1", "alder": "30", "antal": "100"},
    ("utbildningsplan", "planerade_nyborjare"): {
        "lasar": "2024",
        "larosate": "GU",
        "examenskod": "SP",
        "inriktning": "distrikt",
        "antal": "40",
    },
    ("vardenkat", "bedomningar"): {
        "ar": "2024",
        "lan": "14",
        "yrkeskod": "SJ",
        "erfarenhet": "erfaren",
        "bedomning": "brist",
    },
    ("specialister", "specialistbevis"): {
        "lopnr": "123456",
        "specialitet": "allmanmedicin",
        "bevisdatum": "2020-06-01",
        "utbildningsland": "SE",
    },
    ("st", "st_lakare"): {
        "lopnr": "123456",
        "specialitet": "allmanmedicin",
        "startdatum": "2014-06-01",
        "avslutsdatum": "",
        "kommun": "1480",
    },
    ("st", "planerade_st"): {"ar": "2025", "lan": "14", "specialitet": "allmanmedicin", "antal": "40"},
    ("personalekonomi", "hyrpersonal"): {
        "ar": "2023",
        "lan": "14",
        "personalgrupp": "lakare",
        "hyrkostnad_tkr": "10",
        "egen_kostnad_tkr": "200",
    },
    ("personalekonomi", "sjukfranvaro"): {
        "ar": "2023",
        "lan": "14",
        "personalgrupp": "ovriga",
        "franvarotimmar": "10",
        "ordinarie_timmar": "200",
    },
    ("personalekonomi", "specialistutbildning"): {"ar": "2023", "lan": "14", "form": "studielon", "antal": "2"},
    ("vantelaget", "lage"): {
        "ar": "2024",
        "manad": "3",
        "enhet": "E1400",
        "kommun": "1480",
        "tillgangliga": "20",
        "bokade": "18",
        "vantande": "5",
        "over_90_dagar": "1",
    },
    ("plan", "insatser"): {"insats": "7", "titel": "En insats", "aktorsgrupp": "flera", "omrade": "ledning"},
    ("plan", "lage_insatser"): {"ar": "2024", "insats": "7", "aktor": "SKR", "lage": "pagar"},
    ("plan", "effektmal"): {
        "insats": "7",
        "indikator": "supply_gap_pct:SPS",
        "riktning": "hogst",
        "mal": "-2.5",
        "malar": "2030",
    },
}  # fmt: skip


def text(table: tuple[str, str], *changes: dict[str, str]) -> str:
    """A CSV file with one row for each set of changes of the sound row."""
    sound = SOUND[table]
    return "".join(
        ";".join(row.values()) + "\n" for row in ({n: n for n in sound}, *({**sound, **c} for c in changes))
    )


def found(
    world: Any, table: tuple[str, str], *changes: dict[str, str], **options: Any
) -> list[tuple[int, str, str]]:
    """Line, rule and column of the rows of one file that are set aside."""
    taken = world.take(table[0], {f"{table[1]}.csv": text(table, *changes)}, **options)
    assert taken.message == ""
    findings: list[tuple[int, str, str]] = taken.findings
    assert taken.lines(table[1]) == sorted(
        set(range(2, len(changes) + 2)) - {line for line, _, _ in findings}
    )
    return findings


@pytest.mark.parametrize("table", SOUND, ids=lambda table: table[1])
def test_the_sound_rows_are_sound(world: Any, table: tuple[str, str]) -> None:
    assert found(world, table, {}) == []


HOSP, REG, DEG, APP = (
    ("hosp", "legitimationer"),
    ("hreg", "registreringar"),
    ("hreg", "examina"),
    ("hreg", "ansokningar"),
)
PROG, PERS, RES = ("hreg", "program"), ("rtb", "personer"), ("rtb", "folkbokforing")
BAS, POP, COL = ("bas", "sysselsattning"), ("folkmangd", "folkmangd"), ("koloskopi", "volymer")
AHEAD, PLAN, POSTS = (
    ("framskrivning", "framskrivning"),
    ("utbildningsplan", "planerade_nyborjare"),
    ("st", "planerade_st"),
)
ANSWERS, SPECIALISTS, TRAINING = (
    ("vardenkat", "bedomningar"),
    ("specialister", "specialistbevis"),
    ("st", "st_lakare"),
)

ONE_VALUE = [
    # id: 6-9 digits, kept as text
    (HOSP, "lopnr", "12345", "type"),
    (HOSP, "lopnr", "123456", None),
    (HOSP, "lopnr", "000001", None),
    (HOSP, "lopnr", "123456789", None),
    (HOSP, "lopnr", "1234567890", "type"),
    (HOSP, "lopnr", "12345a", "type"),
    (HOSP, "lopnr", " 123456", "type"),
    (HOSP, "lopnr", "123456.0", "type"),
    (HOSP, "lopnr", '"123456\n"', "type"),
    (HOSP, "lopnr", "١٢٣٤٥٦", "type"),
    (HOSP, "lopnr", "", "required"),
    # date
    (HOSP, "legitimationsdatum", "2020-02-29", None),
    (HOSP, "legitimationsdatum", "2021-02-29", "type"),
    (HOSP, "legitimationsdatum", "2020-13-01", "type"),
    (HOSP, "legitimationsdatum", "2020-00-10", "type"),
    (HOSP, "legitimationsdatum", "2020-06-31", "type"),
    (HOSP, "legitimationsdatum", "2020-6-1", "type"),
    (HOSP, "legitimationsdatum", "20200601", "type"),
    (HOSP, "legitimationsdatum", "01/06/2020", "type"),
    (HOSP, "legitimationsdatum", "2020-06-01 00:00:00", "type"),
    (HOSP, "legitimationsdatum", "2020", "type"),
    (HOSP, "legitimationsdatum", "", "required"),
    (HOSP, "legitimationsdatum", "1950-01-01", None),
    (HOSP, "legitimationsdatum", "1949-12-31", "range"),
    (HOSP, "legitimationsdatum", "0001-01-01", "range"),
    (HOSP, "legitimationsdatum", "2024-12-31", None),
    (HOSP, "legitimationsdatum", "2025-01-01", "range"),
    (HOSP, "legitimationsdatum", "9999-12-31", "range"),
    (HOSP, "aterkallelsedatum", "", None),
    (HOSP, "aterkallelsedatum", "2025-01-01", "range"),
    (HOSP, "aterkallelsedatum", "x", "type"),
    # code
    (HOSP, "yrkeskod", "XX", "code"),
    (HOSP, "yrkeskod", "sj", "code"),
    (HOSP, "yrkeskod", "SJ ", "code"),
    (HOSP, "yrkeskod", "", "required"),
    (HOSP, "utbildningsland", "EU", None),
    (HOSP, "utbildningsland", "ÖV", None),
    (HOSP, "utbildningsland", "NO", "code"),
    (HOSP, "utbildningsland", "", "required"),
    (PROG, "examenskod", "XX", None),
    (PROG, "examenskod", "SJ", None),
    (PROG, "examenskod", "KAND", "code"),
    (PROG, "inriktning", "", None),
    (PROG, "inriktning", "hittepå", "code"),
    (PERS, "kon", "3", "code"),
    (PERS, "kon", "01", "code"),
    (RES, "kommun", "9999", "code"),
    (RES, "kommun", "0180", None),
    (RES, "kommun", "180", "code"),
    (BAS, "ast_kommun", "", None),
    (BAS, "ast_kommun", "9999", "code"),
    # judged by another column
    (DEG, "examenskod", "KAND", "code"),
    (DEG, "examenskod", "XX", "code"),
    (DEG, "examenskod", "", "required"),
    # patterns
    (BAS, "ssyk2012", "2221", None),
    (BAS, "ssyk2012", "222", "code"),
    (BAS, "ssyk2012", "22211", "code"),
    (BAS, "ssyk2012", "222A", "code"),
    (BAS, "ssyk2012", '"2221\n"', "code"),
    (BAS, "ssyk2012", "", None),
    (BAS, "sni2007", "8610", "code"),
    # int
    (POP, "antal", "0", None),
    (POP, "antal", "007", None),
    (POP, "antal", "-1", "range"),
    (POP, "antal", "2000000", None),
    (POP, "antal", "2000001", "range"),
    (AHEAD, "antal", "12.5", "type"),  # whole persons
    (AHEAD, "antal", "12,0", "type"),
    (POP, "antal", "9" * 18, "range"),
    (POP, "antal", "9" * 19, "range"),
    (POP, "antal", "9" * 40, "range"),
    (POP, "antal", "1.0", "type"),
    (POP, "antal", "1,5", "type"),
    (POP, "antal", "1 000", "type"),
    (POP, "antal", "+1", "type"),
    (POP, "antal", "1e3", "type"),
    (POP, "antal", "-", "type"),
    (POP, "antal", "0x1", "type"),
    (POP, "antal", "nan", "type"),
    (POP, "antal", "", "required"),
    (POP, "alder", "100", None),
    (POP, "alder", "101", "range"),
    (APP, "prioritet", "0", "range"),
    (APP, "prioritet", "1", None),
    (APP, "prioritet", "20", None),
    (APP, "prioritet", "21", "range"),
    (BAS, "arblosdagar", "366", None),
    (BAS, "arblosdagar", "367", "range"),
    # year
    (PERS, "fodelsear", "1900", None),
    (PERS, "fodelsear", "1899", "range"),
    (PERS, "fodelsear", "2024", None),
    (PERS, "fodelsear", "2025", "range"),
    (PERS, "fodelsear", "80", "type"),
    (PERS, "fodelsear", "01980", "type"),
    (PERS, "fodelsear", "-980", "type"),
    (PERS, "fodelsear", "", "required"),
    # term
    (REG, "termin", "19771", None),
    (REG, "termin", "19762", "range"),
    (REG, "termin", "20242", None),
    (REG, "termin", "20251", "range"),
    (REG, "termin", "20203", "type"),
    (REG, "termin", "20200", "type"),
    (REG, "termin", "HT2020", "type"),
    (REG, "termin", "2020", "type"),
    (REG, "termin", "", "required"),
    (PROG, "giltig_fran", "20991", None),
    (PROG, "giltig_till", "20992", None),
    (PROG, "giltig_till", "20993", "type"),
    (PROG, "giltig_till", "", None),
    # text
    (REG, "programkod", "å; ok", None),
    (REG, "programkod", "", "required"),
]


@pytest.mark.parametrize(("table", "column", "value", "rule"), ONE_VALUE)
def test_one_value(world: Any, table: tuple[str, str], column: str, value: str, rule: str | None) -> None:
    """Beside a sound row, so that a rule which hits everything is seen."""
    value = f'"{value}"' if ";" in value else value
    other = {"enhet": "E2"} if table == COL else {"alder": "31"} if table in (POP, AHEAD) else {}
    if not other:
        other = {"lopnr": "654321"} if "lopnr" in SOUND[table] else {"programkod": "DEF"}
    taken = world.take(table[0], {f"{table[1]}.csv": text(table, other, {column: value})})
    assert taken.findings == ([(3, rule, column)] if rule else [])
    assert taken.sums == (2, 1, 1, 0) if rule else (2, 2, 0, 0)
    if rule:
        plain = value.strip('"')
        (row,) = taken.quarantine
        assert (row["file"], row["line"], row["table_name"]) == (f"{table[1]}.csv", 3, table[1])
        assert row["value"] == (plain or None)
        assert row["reason"].startswith("expected ")
        if column == "lopnr" and rule == "type":
            assert plain.strip() not in row["reason"]
        else:
            found = "none" if rule == "required" else plain.replace("\n", "\\n")
            assert f"found {found}" in row["reason"]
        assert json.loads(row["row"]) == {n: v or None for n, v in (SOUND[table] | {column: plain}).items()}


class TestTypesAsRead:
    def test_values_are_typed(self, world: Any) -> None:
        sound = text(BAS, {"lopnr": "000001", "forvink": "0035"})
        (row,) = world.take("bas", {"sysselsattning_2020.csv": sound}).accepted("sysselsattning")
        assert row == {
            "lopnr": "000001",
            "ar": 2020,
            "syssstat": "1",
            "ast_kommun": "1480",
            "sni2007": "86100",
            "ssyk2012": "2221",
            "sektor": "region",
            "forvink": 35,
            "arblosdagar": 0,
            "_file": "sysselsattning_2020.csv",
            "_line": 2,
            "_recoded": False,
        }

    def test_dates_and_terms(self, world: Any) -> None:
        (row,) = world.take("hosp", {"legitimationer.csv": text(HOSP, {})}).accepted("legitimationer")
        assert (row["legitimationsdatum"], row["aterkallelsedatum"]) == (dt.date(2020, 6, 1), None)
        (row,) = world.take("hreg", {"program.csv": text(PROG, {})}).accepted("program")
        assert (row["giltig_fran"], row["giltig_till"]) == (20101, None)

    @pytest.mark.parametrize("first", ["2020-02-30", "2020-13-01", "x", "2020-31-12"])
    def test_a_bad_first_date_spoils_no_other(self, world: Any, first: str) -> None:
        rows = [{"legitimationsdatum": first}, {}, {"legitimationsdatum": "2020-12-11"}]
        assert found(world, HOSP, *rows) == [(2, "type", "legitimationsdatum")]


class TestCodesByAnotherColumn:
    @pytest.mark.parametrize(
        ("kind", "code", "findings"),
        [
            ("Y", "SJ", []),
            ("Y", "KAND", [(2, "code", "examenskod")]),
            ("G", "KAND", []),
            ("G", "SJ", [(2, "code", "examenskod")]),
            # Only where the other holds a listed case: else it is the other that is wrong.
            ("X", "SJ", [(2, "code", "examenstyp")]),
            ("X", "ZZZ", [(2, "code", "examenstyp")]),
            ("", "ZZZ", [(2, "required", "examenstyp")]),
        ],
    )
    def test_cases(self, world: Any, kind: str, code: str, findings: list[Any]) -> None:
        assert found(world, DEG, {"examenstyp": kind, "examenskod": code}) == findings


class TestAfterTheDelivery:
    @pytest.mark.parametrize(
        ("day", "terms"),
        [
            ("2024-12-31", {"20241": True, "20242": True, "20251": False}),
            ("2024-07-01", {"20241": True, "20242": True, "20251": False}),
            ("2024-06-30", {"20241": True, "20242": False, "20251": False}),
            ("2024-01-01", {"20232": True, "20241": True, "20242": False}),
        ],
    )
    def test_terms(self, world: Any, day: str, terms: dict[str, bool]) -> None:
        findings = found(world, REG, *({"termin": term} for term in terms), avser_till=day)
        assert findings == [(n, "range", "termin") for n, ok in enumerate(terms.values(), 2) if not ok]

    def test_dates_by_the_day(self, world: Any) -> None:
        days = [{"legitimationsdatum": f"2024-06-{n}"} for n in (14, 15, 16)]
        assert found(world, HOSP, *days, avser_till="2024-06-15") == [(4, "range", "legitimationsdatum")]

    def test_years_by_the_year(self, world: Any) -> None:
        years = [{"lopnr": f"10000{n}", "fodelsear": str(n)} for n in (2023, 2024, 2025)]
        assert found(world, PERS, *years, avser_till="2024-01-15") == [(4, "range", "fodelsear")]

    def test_what_may_be_future_may(self, world: Any) -> None:
        assert (
            found(world, PROG, {"giltig_fran": "20302", "giltig_till": "20401"}, avser_till="2024-06-15")
            == []
        )

    @pytest.mark.parametrize(("table", "column"), [(AHEAD, "ar"), (PLAN, "lasar"), (POSTS, "ar")])
    def test_years_of_projections_and_plans_may_be_future(
        self, world: Any, table: tuple[str, str], column: str
    ) -> None:
        years = [{column: year} for year in ("2024", "2025", "2059", "1999")]
        assert found(world, table, *years, avser_till="2024-12-31") == [(5, "range", column)]

    @pytest.mark.parametrize(
        ("table", "column", "last", "late"),
        [
            (ANSWERS, "ar", "2024", "2025"),
            (SPECIALISTS, "bevisdatum", "2024-12-31", "2025-01-01"),
            (TRAINING, "startdatum", "2024-12-31", "2025-01-01"),
            (TRAINING, "avslutsdatum", "2024-12-31", "2025-01-01"),
        ],
    )
    def test_what_has_been_may_not(
        self, world: Any, table: tuple[str, str], column: str, last: str, late: str
    ) -> None:
        findings = found(world, table, {column: last}, {column: late}, avser_till="2024-12-31")
        assert findings == [(3, "range", column)]

    def test_nothing_else_may_be_future(self, world: Any) -> None:
        future = {
            (table.register, table.name, column.name)
            for table in world.contract.tables
            for column in table.columns
            if column.may_be_future
        }
        assert future == {
            *{
                (*PROG, "giltig_fran"),
                (*PROG, "giltig_till"),
                (*AHEAD, "ar"),
                (*PLAN, "lasar"),
                (*POSTS, "ar"),
                ("plan", "effektmal", "malar"),
            },
            ("folkmangd_riket", "framskrivning_riket", "ar"),
        }

    def test_the_reason_names_the_day(self, world: Any) -> None:
        taken = world.take("hosp", {"legitimationer.csv": text(HOSP, {"legitimationsdatum": "2024-06-16"})},
                           avser_till="2024-06-15")  # fmt: skip
        assert "2024-06-15, found 2024-06-16" in taken.quarantine[0]["reason"]


class TestTheYearOfTheFile:
    def test_another_year_is_set_aside(self, world: Any) -> None:
        rows = text(RES, {"ar": "2020"}, {"ar": "2021"}, {"ar": "2019"}, {"ar": ""}, {"ar": "x"})
        taken = world.take("rtb", {"folkbokforing_2020.csv": rows})
        assert taken.findings == [
            (3, "range", "ar"),
            (4, "range", "ar"),
            (5, "required", "ar"),
            (6, "type", "ar"),
        ]
        assert taken.outcome.files[0].parts[0][0] == 2020

    def test_each_file_has_its_own(self, world: Any) -> None:
        """Two files of years with each other's rows: those are set aside, though the key is there once only."""
        files = {f"folkbokforing_{y}.csv": text(RES, {"ar": "2020"}, {"ar": "2021"}) for y in (2020, 2021)}
        taken = world.take("rtb", files)
        assert [(row["file"], row["line"], row["rule"]) for row in taken.quarantine] == [
            ("folkbokforing_2020.csv", 3, "range"),
            ("folkbokforing_2021.csv", 2, "range"),
        ]

    def test_one_file_for_all_years(self, world: Any) -> None:
        taken = world.take(
            "rtb", {"folkbokforing.csv": text(RES, {"ar": "2020"}, {"ar": "2021"}, {"ar": "1967"})}
        )
        assert taken.findings == [(4, "range", "ar")]
        assert [year for year, _ in taken.outcome.files[0].parts] == [2020, 2021]

    def test_a_year_in_the_name_of_a_table_that_is_not_yearly_means_nothing(self, world: Any) -> None:
        taken = world.take("folkmangd", {"folkmangd_2019.csv": text(POP, {})})
        assert taken.sums == (1, 1, 0, 0)


class TestDuplicates:
    def test_every_row_of_the_key(self, world: Any) -> None:
        rows = [{}, {"lopnr": "654321"}, {"utbildningsland": "EU"}, {"utbildningsland": "ÖV"}]
        assert found(world, HOSP, *rows) == [(n, "duplicate", "lopnr") for n in (2, 4, 5)]

    def test_what_is_told(self, world: Any) -> None:
        taken = world.take(
            "folkmangd", {"folkmangd.csv": text(POP, {"alder": "7"}, {"alder": "007", "antal": "5"})}
        )
        first, second = taken.quarantine
        assert (first["column_name"], first["value"], first["rule"]) == ("ar", "2020", "duplicate")
        assert first["reason"].startswith("expected each key (ar, kommun, kon, alder) once, found it again")
        assert first["reason"].endswith("on line 3 of folkmangd.csv")
        assert second["reason"].endswith("on line 2 of folkmangd.csv")
        assert json.loads(second["row"])["alder"] == "007"

    @pytest.mark.parametrize("spelt", ["7", "07", "007", "-0"])
    def test_values_as_read_not_as_spelt(self, world: Any, spelt: str) -> None:
        number = "0" if spelt == "-0" else "7"
        rows = [{"alder": number, "antal": "1"}, {"alder": spelt, "antal": "2"}]
        assert found(world, POP, *rows) == [(2, "duplicate", "ar"), (3, "duplicate", "ar")]

    def test_persons_and_codes_are_as_spelt(self, world: Any) -> None:
        """A person's number is text: 000001 and 0000001 are two persons."""
        rows = [{"lopnr": "000001", "kon": "1"}, {"lopnr": "0000001", "kon": "2"}]
        assert found(world, PERS, *rows) == []

    def test_missing_equals_missing_in_a_copy(self, world: Any) -> None:
        """`inriktning` is in the key of degrees, and may be missing."""
        taken = world.take("hreg", {"examina.csv": text(DEG, {}, {"inriktning": '""'})})
        assert taken.sums == (2, 1, 0, 1)

    def test_missing_equals_missing_with_other_content(self, small: Any) -> None:
        taken = small("a;b;n\nx;;1\nx;;2\ny;;3\n;;4\n;;5\n;z;6\n")
        assert taken.findings == [(n, "duplicate", "a") for n in (2, 3, 5, 6)]

    def test_a_missing_value_is_not_any_value(self, small: Any) -> None:
        assert small("a;b;n\nx;;1\nx;y;2\n;y;3\n").findings == []

    def test_across_the_files_of_a_table(self, world: Any) -> None:
        files = {"a.csv": text(HOSP, {}), "b.csv": text(HOSP, {"lopnr": "654321"}, {"utbildningsland": "EU"})}
        taken = world.take("hosp", files, table="legitimationer")
        assert [(row["file"], row["line"]) for row in taken.quarantine] == [("a.csv", 2), ("b.csv", 3)]

    def test_across_a_file_of_one_year_and_one_of_all(self, world: Any) -> None:
        files = {
            "folkbokforing.csv": text(RES, {"ar": "2019"}, {"ar": "2020"}),
            "folkbokforing_2020.csv": text(RES, {"kommun": "0180"}),
        }
        taken = world.take("rtb", files)
        assert [(row["file"], row["line"]) for row in taken.quarantine] == [
            ("folkbokforing.csv", 3),
            ("folkbokforing_2020.csv", 2),
        ]

    def test_the_same_key_in_two_tables_is_none(self, world: Any) -> None:
        files = {"registreringar.csv": text(REG, {}), "ansokningar.csv": text(APP, {})}
        assert world.take("hreg", files).sums == (2, 2, 0, 0)


class TestExactCopies:
    def test_the_first_is_kept(self, world: Any) -> None:
        taken = world.take("hosp", {"legitimationer.csv": text(HOSP, {}, {"lopnr": "654321"}, {}, {})})
        assert taken.sums == (4, 2, 0, 2)
        assert taken.lines("legitimationer") == [2, 3]

    def test_alike_as_read(self, world: Any) -> None:
        taken = world.take(
            "folkmangd", {"folkmangd.csv": text(POP, {"alder": "7"}, {"alder": "007", "antal": "0100"})}
        )
        assert taken.sums == (2, 1, 0, 1)
        assert taken.lines("folkmangd") == [2]

    def test_dropped_and_counted_before_duplicates(self, world: Any) -> None:
        taken = world.take("hosp", {"legitimationer.csv": text(HOSP, {}, {}, {"utbildningsland": "EU"})})
        assert taken.sums == (3, 0, 2, 1)
        assert taken.findings == [(2, "duplicate", "lopnr"), (4, "duplicate", "lopnr")]

    def test_in_another_file_counted_there(self, world: Any) -> None:
        files = {"a.csv": text(HOSP, {}), "b.csv": text(HOSP, {}, {"lopnr": "654321"})}
        taken = world.take("hosp", files, table="legitimationer")
        assert [
            (f.file, f.delivered, f.accepted, f.quarantined, f.exact_copies) for f in taken.outcome.files
        ] == [
            ("a.csv", 1, 1, 0, 0),
            ("b.csv", 2, 1, 0, 1),
        ]

    def test_copies_of_a_bad_row_are_bad_rows(self, world: Any) -> None:
        taken = world.take("hosp", {"legitimationer.csv": text(HOSP, *[{"yrkeskod": "XX"}] * 3)})
        assert taken.sums == (3, 0, 3, 0)


class TestAfterDeath:
    @pytest.mark.parametrize(
        ("table", "column", "values"),
        [
            (HOSP, "legitimationsdatum", {"2019-12-31": True, "2020-12-31": True, "2021-01-01": False}),
            (REG, "termin", {"20192": True, "20202": True, "20211": False}),
            (DEG, "examensdatum", {"2020-12-31": True, "2021-01-01": False}),
            (APP, "termin", {"20202": True, "20211": False}),
            (RES, "ar", {"2019": True, "2020": True, "2021": False}),
            (BAS, "ar", {"2020": True, "2021": False}),
        ],
    )
    def test_by_the_year(
        self, world: Any, table: tuple[str, str], column: str, values: dict[str, bool]
    ) -> None:
        rows = [{column: value} for value in values] + [{"lopnr": "654321", column: list(values)[-1]}]
        findings = found(world, table, *rows, deaths={"123456": 2020, "777777": 1990})
        assert findings == [(n, "after_death", column) for n, ok in enumerate(values.values(), 2) if not ok]

    def test_what_is_told(self, world: Any) -> None:
        content = text(HOSP, {"legitimationsdatum": "2021-01-01"})
        (row,) = world.take("hosp", {"legitimationer.csv": content}, deaths={"123456": 2020}).quarantine
        assert row["value"] == "2021-01-01"
        assert row["reason"] == "expected nothing after the person's death in 2020, found 2021-01-01"

    def test_only_the_column_that_the_contract_names(self, world: Any) -> None:
        """A licence may be revoked after death."""
        assert found(world, HOSP, {"aterkallelsedatum": "2024-01-01"}, deaths={"123456": 2020}) == []

    def test_a_table_that_names_none(self, world: Any) -> None:
        taken = world.take("hreg", {"program.csv": text(PROG, {})}, deaths={"123456": 1900})
        assert taken.findings == []

    def test_the_delivery_s_own_persons(self, world: Any) -> None:
        files = {
            "folkbokforing_2021.csv": text(RES, {"ar": "2021"}, {"ar": "2021", "lopnr": "654321"}),
            "personer.csv": text(PERS, {"avlidendatum": "2020-05-01"}, {"lopnr": "654321"}),
        }
        taken = world.take("rtb", files)
        assert [(row["file"], row["line"], row["rule"]) for row in taken.quarantine] == [
            ("folkbokforing_2021.csv", 2, "after_death")
        ]

    def test_a_person_who_was_set_aside_is_not_dead(self, world: Any) -> None:
        files = {
            "personer.csv": text(PERS, {"avlidendatum": "2020-05-01", "kon": "3"}),
            "folkbokforing_2021.csv": text(RES, {"ar": "2021"}),
        }
        assert [row["rule"] for row in world.take("rtb", files).quarantine] == ["code"]


class TestPrecedence:
    """The first rule that hits is the one recorded, with the first column in the contract's order."""

    @pytest.mark.parametrize(
        ("changes", "rule", "column"),
        [
            ({"legitimationsdatum": "x", "lopnr": ""}, "type", "legitimationsdatum"),
            ({"aterkallelsedatum": "x", "yrkeskod": "XX"}, "type", "aterkallelsedatum"),
            ({"utbildningsland": "", "yrkeskod": "XX"}, "required", "utbildningsland"),
            ({"utbildningsland": "XX", "legitimationsdatum": "1900-01-01"}, "code", "utbildningsland"),
            ({"lopnr": "1", "legitimationsdatum": "x"}, "type", "lopnr"),
            ({"lopnr": "", "utbildningsland": ""}, "required", "lopnr"),
            ({"yrkeskod": "XX", "utbildningsland": "XX"}, "code", "yrkeskod"),
            (
                {"legitimationsdatum": "1900-01-01", "aterkallelsedatum": "1900-01-01"},
                "range",
                "legitimationsdatum",
            ),
            ({"legitimationsdatum": "2099-01-01"}, "range", "legitimationsdatum"),
        ],
    )
    def test_of_two(self, world: Any, changes: dict[str, str], rule: str, column: str) -> None:
        assert found(world, HOSP, changes, deaths={"123456": 2000}) == [(2, rule, column)]

    def test_the_order_of_the_file_s_columns_does_not_matter(self, world: Any) -> None:
        names = LICENCES[::-1]
        row = SOUND[HOSP] | {"yrkeskod": "XX", "utbildningsland": "XX"}
        content = ";".join(names) + "\n" + ";".join(row[name] for name in names) + "\n"
        assert world.take("hosp", {"legitimationer.csv": content}).findings == [(2, "code", "yrkeskod")]

    def test_duplicate_before_death(self, world: Any) -> None:
        findings = found(world, HOSP, {}, {"utbildningsland": "EU"}, deaths={"123456": 2000})
        assert findings == [(2, "duplicate", "lopnr"), (3, "duplicate", "lopnr")]

    @pytest.mark.parametrize(
        "bad", [{"utbildningsland": "XX"}, {"utbildningsland": ""}, {"aterkallelsedatum": "x"}, {"aterkallelsedatum": "2099-01-01"}]
    )  # fmt: skip
    def test_a_row_set_aside_makes_no_twin_a_duplicate(self, world: Any, bad: dict[str, str]) -> None:
        assert [line for line, _, _ in found(world, HOSP, {}, bad)] == [3]

    def test_of_three_rows_of_a_key_the_two_good_ones_are_duplicates(self, world: Any) -> None:
        rows = [{}, {"utbildningsland": "XX"}, {"utbildningsland": "EU"}]
        assert found(world, HOSP, *rows) == [(2, "duplicate", "lopnr"), (3, "code", "utbildningsland"), (4, "duplicate", "lopnr")]  # fmt: skip


class TestWarningsKeepTheRow:
    """What is only warned of is nothing to the intake."""

    @pytest.mark.parametrize(
        ("table", "changes"),
        [
            (HOSP, [{"aterkallelsedatum": "2021-01-01"}]),
            (HOSP, [{"yrkeskod": "SG"}]),
            (COL, [{"antal": "10", "antal_screening": "11", "antal_cekum": "11", "antal_adenom": "11"}]),
            (PROG, [{}, {"giltig_fran": "20151"}]),
            (PROG, [{"giltig_fran": "20202", "giltig_till": "20151"}]),
            (REG, [{"programkod": "UNKNOWN"}]),
            (DEG, [{"larosate": "ESH", "examenskod": "LA"}]),
        ],
    )
    def test_kept(self, world: Any, table: tuple[str, str], changes: list[dict[str, str]]) -> None:
        assert found(world, table, *changes, deaths={}) == []


class TestLines:
    def test_the_physical_line(self, world: Any) -> None:
        content = (
            "lopnr;larosate;programkod;termin\r\n"
            '123456;GU;"two\r\nlines";20201\r\n'
            "123456;??;A;20201\r\n"
            '"123456";"GU";"x;""y""\n\nz";"20203"\r\n'
            "123456;GU;B;"
        )
        taken = world.take("hreg", {"registreringar.csv": content})
        assert taken.findings == [(4, "code", "larosate"), (5, "type", "termin"), (8, "required", "termin")]
        assert taken.lines("registreringar") == [2]
        assert json.loads(taken.quarantine[1]["row"])["programkod"] == 'x;"y"\n\nz'

    def test_of_parquet_the_number_of_the_row(self, world: Any) -> None:
        frame = pl.DataFrame([SOUND[REG], SOUND[REG] | {"larosate": "??"}])
        assert world.take("hreg", {"registreringar.parquet": frame}).findings == [(2, "code", "larosate")]


@pytest.fixture
def small(world: Any, tmp_path: Any) -> Any:
    """Judge the content of the only table of a contract in which every column may be missing."""
    from vardflode.deliveries.contract import load_contract

    path = tmp_path / "small.yml"
    path.write_text(
        """
version: 1
max_quarantine_share: 1
registers:
  r:
    publisher: p
    title: t
    cadence: yearly
    tables:
      t:
        key: [a, b]
        columns:
          a: {type: text, optional: true}
          b: {type: text, optional: true}
          n: {type: int, optional: true, min: 3, max: 3}
""",
        encoding="utf-8",
    )
    world.contract = load_contract(path)
    names = iter(range(1000, 10_000))

    def take(content: str, **limits: Any) -> Any:
        table = world.contract.registers["r"].tables["t"]
        if not limits:  # these tests are of keys, not of ranges
            object.__setattr__(table.columns[2], "min", None)
            object.__setattr__(table.columns[2], "max", None)
        return world.take("r", {"t.csv": content}, name=str(next(names)))

    return take


def test_least_and_most_are_told_apart(small: Any) -> None:
    """Also where they are the same number."""
    rows = small("a;b;n\nx;;2\ny;;3\nz;;4\n", keep=True).quarantine
    assert [(row["line"], row["reason"]) for row in rows] == [
        (2, "expected at least 3, found 2"),
        (4, "expected at most 3, found 4"),
    ]


def test_a_table_without_any_rule(world: Any, tmp_path: Any) -> None:
    from vardflode.deliveries.contract import load_contract

    path = tmp_path / "free.yml"
    path.write_text(
        "version: 1\nmax_quarantine_share: 0.01\nregisters: {r: {publisher: p, title: t, cadence: yearly, "
        "tables: {t: {key: [a], columns: "
        "{a: {type: text, optional: true}, b: {type: text, optional: true}}}}}}",
        encoding="utf-8",
    )
    world.contract = load_contract(path)
    assert world.take("r", {"t.csv": "a;b\nx;1\n;2\n;2\nx;3\n"}).sums == (4, 1, 2, 1)


# A table of small values that collide often, judged by plain Python as the contract's text says it.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["100001", "100002", "1", ""]),
        st.sampled_from(["2020", "2021", "1967", "x", ""]),
        st.sampled_from(["0180", "1480", "9999", ""]),
    ),
    max_size=9,
)


def by_hand(
    rows: list[tuple[str, str, str]], year: int | None, deaths: dict[str, int]
) -> tuple[list[Any], int]:
    """Findings and number of copies, one row and one rule at a time."""
    findings: dict[int, tuple[str, str]] = {}
    for line, (person, ar, place) in enumerate(rows, 2):
        if person and len(person) < 6:
            findings[line] = ("type", "lopnr")
        elif ar == "x":
            findings[line] = ("type", "ar")
        elif not person:
            findings[line] = ("required", "lopnr")
        elif not ar:
            findings[line] = ("required", "ar")
        elif not place:
            findings[line] = ("required", "kommun")
        elif place == "9999":
            findings[line] = ("code", "kommun")
        elif int(ar) < 1968 or (year and int(ar) != year):
            findings[line] = ("range", "ar")
    left = {line: row for line, row in enumerate(rows, 2) if line not in findings}
    unique = {row: line for line, row in reversed(left.items())}
    copies = len(left) - len(unique)
    keys = Counter(row[:2] for row in unique)
    for row, line in unique.items():
        if keys[row[:2]] > 1:
            findings[line] = ("duplicate", "lopnr")
        elif int(row[1]) > deaths.get(row[0], 9999):
            findings[line] = ("after_death", "ar")
    return sorted((line, *finding) for line, finding in findings.items()), copies


@settings(max_examples=90)
@given(
    rows=ROWS,
    year=st.sampled_from([None, 2020]),
    deaths=st.sampled_from([{}, {"100001": 2020}, {"100002": 2019}]),
)
def test_as_judged_by_hand(
    worlds: Any, rows: list[tuple[str, str, str]], year: int | None, deaths: dict[str, int]
) -> None:
    name = f"folkbokforing_{year}.csv" if year else "folkbokforing.csv"
    content = "lopnr;ar;kommun\n" + "".join(";".join(row) + "\n" for row in rows)
    taken = next(worlds).take("rtb", {name: content}, deaths=deaths)
    findings, copies = by_hand(rows, year, deaths)
    assert taken.findings == findings
    delivered, accepted, quarantined, copied = taken.sums
    assert (delivered, quarantined, copied) == (len(rows), len(findings), copies)
    assert accepted == delivered - quarantined - copied == len(taken.accepted("folkbokforing"))
    assert len(set(taken.lines("folkbokforing"))) == accepted
