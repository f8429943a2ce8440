"""Every reason to reject a delivery: nothing of it is loaded, and what was in force stays so."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vardflode.deliveries.survey import unknown_registers

NUMBER = "850709-9805"  # one of Skatteverket's numbers for tests
FORMS = [
    NUMBER,
    "8507099805",
    "19850709-9805",
    "198507099805",
    "850709+9805",
    "701063-2391",
    f"pnr {NUMBER}, okänd",
    "1985-07-09-9805",
    "850709\u22129805",
    "850709\u00a09805",
    "８５０７０９－９８０５",
    "8507\u200b09\u00ad9805",
    "0198507099805",
]
HEADER = "lopnr;larosate;programkod;termin\n"
PROGRAMMES = "larosate;programkod;examenskod;inriktning;studieort_kommun;giltig_fran;giltig_till\n"
SOUND = {
    "registreringar.csv": HEADER + "123456;GU;ABC;20201\n234567;GU;ABC;20202\n",
    "program.csv": PROGRAMMES + "GU;ABC;SJ;;1480;20101;\n",
}
BEFORE = {"registreringar.csv": HEADER + "999999;GU;OLD;20151\n"}

Change = Callable[[Path], object]


def edit(**fields: Any) -> Change:
    """Change fields of leverans.json; None removes one."""

    def change(folder: Path) -> None:
        path = folder / "leverans.json"
        body = json.loads(path.read_text(encoding="utf-8")) | fields
        path.write_text(json.dumps({k: v for k, v in body.items() if v is not None}), encoding="utf-8")

    return change


def entry(**fields: Any) -> Change:
    """Change what leverans.json says of its first file; None removes a field."""

    def change(folder: Path) -> None:
        path = folder / "leverans.json"
        body = json.loads(path.read_text(encoding="utf-8"))
        body["filer"][0] = {k: v for k, v in (body["filer"][0] | fields).items() if v is not None}
        path.write_text(json.dumps(body), encoding="utf-8")

    return change


def manifest(text: str | bytes) -> Change:
    data = text if isinstance(text, bytes) else text.encode()
    return lambda folder: (folder / "leverans.json").write_bytes(data)


def extra(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")

    return change


def link(name: str, target: str) -> Change:
    """Replace a listed file by a link to an equal one somewhere else."""

    def change(folder: Path) -> None:
        path = folder / name
        outside = (folder / target).resolve()
        outside.parent.mkdir(parents=True, exist_ok=True)
        outside.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(outside)

    return change


def beside(name: str, target: str) -> Change:
    """Add a link that is not listed."""
    return lambda folder: (folder / name).symlink_to(target)


def folder_for_manifest(folder: Path) -> None:
    (folder / "leverans.json").unlink()
    (folder / "leverans.json").mkdir()


def link_in_a_circle(folder: Path) -> None:
    (folder / REG).unlink()
    (folder / REG).symlink_to(folder / REG)


def link_folder(folder: Path) -> None:
    """The listed file lies in a folder that is a link to one outside."""
    outside = folder.parent.parent / "outside"
    outside.mkdir()
    (folder / "registreringar.csv").rename(outside / "registreringar.csv")
    (folder / "del").symlink_to(outside)
    entry(fil="del/registreringar.csv")(folder)


def rejected(world: Any, change: Change, files: dict[str, Any] | None = None, **options: Any) -> str:
    """The message of a rejected delivery, after the checks that hold for all of them."""
    world.deliver("hreg", "2024-03", BEFORE)
    world.survey("hreg")
    before = world.rows("hreg", "registreringar")
    assert before == [("999999", "GU", "OLD", 20151)]

    folder = world.deliver("hreg", "2025-03", SOUND if files is None else files, **options)
    change(folder)
    first, second = world.survey("hreg")

    assert (first.delivery, first.accepted, first.message) == ("2024-03", True, "")
    assert (second.delivery, second.accepted, second.files) == ("2025-03", False, ())
    assert world.rows("hreg", "registreringar") == before
    assert world.rows("hreg", "program") == []
    # Nothing of it lies in the folder of rows either, only the outcome itself.
    kept = {path.name for path in (world.data / "rows" / second.folder).iterdir()}
    assert kept == {"outcome.json", "seal.json"}
    assert "2025-03" not in (world.data / "accepted.json").read_text(encoding="utf-8")
    message: str = second.message
    assert "\n" not in message
    # The outcome is kept, and depends on nothing but the files: not on where they lie.
    assert str(world.raw) not in message
    return message


def nothing(folder: Path) -> None:
    pass


def test_the_delivery_that_these_tests_spoil_is_sound(world: Any) -> None:
    world.deliver("hreg", "2024-03", BEFORE)
    world.deliver("hreg", "2025-03", SOUND)
    assert [outcome.accepted for outcome in world.survey("hreg")] == [True, True]
    assert world.rows("hreg", "registreringar") == [
        ("123456", "GU", "ABC", 20201),
        ("234567", "GU", "ABC", 20202),
    ]
    assert world.rows("hreg", "program") == [("GU", "ABC", "SJ", None, "1480", 20101, None)]


REG = "registreringar.csv"


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        pytest.param(
            lambda f: (f / "leverans.json").unlink(),
            ["leverans.json is missing: expected it"],
            id="no manifest",
        ),
        pytest.param(manifest(""), ["leverans.json is unreadable: expected JSON"], id="empty"),
        pytest.param(
            manifest("{'register': 1}"), ["leverans.json is unreadable: expected JSON"], id="no JSON"
        ),
        pytest.param(manifest(b'{"register": "\xe5"}'), ["leverans.json is unreadable"], id="not UTF-8"),
        pytest.param(manifest("[" * 100_000), ["leverans.json is unreadable"], id="nested too deep"),
        pytest.param(
            manifest('{"rader": ' + "9" * 5000 + "}"), ["leverans.json is unreadable"], id="long number"
        ),
        pytest.param(manifest("[]"), ["leverans.json: expected an object, found list"], id="no object"),
        pytest.param(
            manifest("{}"), ["leverans.json: expected", "'register', found None"], id="empty object"
        ),
        pytest.param(
            edit(register="hosp"), ["leverans.json: expected register 'hreg', found 'hosp'"], id="other"
        ),
        pytest.param(
            edit(register=7), ["leverans.json: expected a text in 'register', found 7"], id="number"
        ),
        pytest.param(
            edit(leverans="2025-04"),
            ["leverans.json: expected leverans '2025-03'", "found '2025-04'"],
            id="other name",
        ),
        pytest.param(
            edit(avser_till="31/12/2024"),
            ["leverans.json: expected avser_till as YYYY-MM-DD", "31/12"],
            id="date",
        ),
        pytest.param(
            edit(avser_till=None), ["leverans.json: expected", "'avser_till', found None"], id="no date"
        ),
        pytest.param(
            edit(teckenkodning="utf-16"), ["leverans.json: expected teckenkodning", "'utf-16'"], id="encoding"
        ),
        pytest.param(
            edit(syntetisk="ja"),
            ["leverans.json: expected syntetisk true or false, found 'ja'"],
            id="made up",
        ),
        pytest.param(edit(filer={}), ["leverans.json: expected a list of files"], id="no list"),
        pytest.param(edit(filer=["a.csv"]), ["leverans.json: expected a list of files"], id="list of names"),
        pytest.param(edit(filer=[]), ["leverans.json: expected at least one file"], id="no files"),
        pytest.param(entry(fil=None), ["leverans.json: expected a text in 'fil', found None"], id="no name"),
        pytest.param(entry(sha256=None), ["expected a text in 'sha256', found None"], id="no checksum"),
        pytest.param(
            entry(rader="2"), [REG, "expected a number of rows in 'rader', found '2'"], id="rows as text"
        ),
        pytest.param(
            entry(rader=None), [REG, "expected a number of rows in 'rader', found None"], id="no rows"
        ),
        pytest.param(
            entry(rader=10**400), [REG, "expected a number of rows in 'rader', found 1000"], id="rows beyond"
        ),
        pytest.param(
            entry(tabell="examen"), [REG, "expected one of the tables", "found 'examen'"], id="table"
        ),
        pytest.param(entry(fil="program.csv"), ["expected each file once", "program.csv"], id="listed twice"),
        pytest.param(
            lambda f: (f / REG).unlink(),
            [REG, "listed in leverans.json, but there is no such file"],
            id="missing",
        ),
        pytest.param(
            extra("x.csv"), ["x.csv", "is there, but leverans.json does not list it"], id="unlisted"
        ),
        pytest.param(
            extra("sub/x.csv"), ["sub/x.csv", "leverans.json does not list it"], id="unlisted below"
        ),
        pytest.param(
            extra("sub/leverans.json"), ["sub/leverans.json", "does not list it"], id="manifest below"
        ),
        pytest.param(extra("LÄSMIG.txt"), ["LÄSMIG.txt", "does not list it"], id="unlisted text"),
        pytest.param(extra(".hidden"), [".hidden", "does not list it"], id="unlisted hidden"),
        pytest.param(beside("l.csv", REG), ["l.csv", "does not list it"], id="unlisted link"),
        pytest.param(beside("l.csv", "nothing.csv"), ["l.csv", "does not list it"], id="link to nothing"),
        pytest.param(beside("l", "../2024-03"), ["l: ", "does not list it"], id="unlisted link of a folder"),
        pytest.param(
            lambda f: os.mkfifo(f / "pipe.csv"), ["pipe.csv", "does not list it"], id="unlisted pipe"
        ),
        pytest.param(folder_for_manifest, ["leverans.json is unreadable"], id="manifest is a folder"),
        pytest.param(
            lambda f: ((f / REG).unlink(), (f / REG).symlink_to("nothing.csv")),
            [REG, "listed in leverans.json, but there is no such file"],
            id="listed link to nothing",
        ),
        pytest.param(entry(sha256="0" * 64), [f"{REG}: expected sha256 {'0' * 64}, found "], id="checksum"),
        pytest.param(
            lambda f: (f / REG).write_bytes((f / REG).read_bytes() + b"\n"),
            [REG, "expected sha256"],
            id="appended",
        ),
        pytest.param(entry(rader=3), [f"{REG}: leverans.json says 3 rows, found 2"], id="more rows promised"),
        pytest.param(
            entry(rader=1), [f"{REG}: leverans.json says 1 rows, found 2"], id="fewer rows promised"
        ),
        pytest.param(entry(fil="../registreringar.csv"), ["../registreringar.csv", "leaves it"], id="parent"),
        pytest.param(entry(fil="a/../../x.csv"), ["a/../../x.csv", "leaves it"], id="parent of parent"),
        pytest.param(entry(fil="/etc/passwd.csv"), ["/etc/passwd.csv", "leaves it"], id="absolute"),
        pytest.param(link(REG, "../../outside.csv"), [REG, "leaves it"], id="link"),
        pytest.param(link(REG, "../.2025-03x/y.csv"), [REG, "leaves it"], id="link beside"),
        pytest.param(link_in_a_circle, [REG, "expected"], id="link to itself"),
        pytest.param(link_folder, ["del/registreringar.csv", "leaves it"], id="link of a folder"),
        pytest.param(entry(fil="a\0.csv"), ["found"], id="no name at all"),
        pytest.param(entry(fil=""), ["expected"], id="empty name"),
        pytest.param(entry(fil="."), ["expected"], id="the folder itself"),
    ],
)
def test_the_manifest_and_the_folder(world: Any, change: Change, parts: list[str]) -> None:
    message = rejected(world, change)
    for part in parts:
        assert part in message


def test_the_manifest_is_not_a_link_to_elsewhere(world: Any) -> None:
    assert "leaves" in rejected(world, link("leverans.json", "../../other.json"))


def test_an_absolute_name_of_a_file_inside_is_none_either(world: Any) -> None:
    folder = world.deliver("hreg", "2025-03", SOUND)
    entry(fil=str((folder / REG).resolve()))(folder)
    (outcome,) = world.survey("hreg")
    assert not outcome.accepted
    assert "leaves it" in outcome.message


def test_a_file_name_that_is_no_text(world: Any) -> None:
    """A name in ISO-8859-1, from an old archive: the message can still be written anywhere."""

    def change(folder: Path) -> None:
        with open(os.fsencode(folder) + b"/l\xe4karex.csv", "wb") as file:  # noqa: PTH123
            file.write(b"x")

    message = rejected(world, change)
    assert "karex.csv" in message
    assert message.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "encoding", "parts"),
    [
        pytest.param(HEADER.encode() + b"123456;GU;A;20201\n234567;GU;\xe5;20201\n", "utf-8", ["line 3", "utf-8", "0xe5"], id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + HEADER.encode() + b"123456;GU;\xff;20201\n", "utf-8", ["line 2", "0xff"], id="mark"),
        pytest.param(HEADER.encode() + b'123456;GU;"a\nb";20201\n1;2;\xc3(;4\n', "utf-8", ["line 4", "0xc3"], id="newline"),
        pytest.param(HEADER.encode() + b"123456;GU;\xed\xa0\x80;20201\n", "utf-8", ["line 2", "0xed"], id="surrogate"),
        pytest.param(HEADER.encode("utf-16"), "utf-8", ["line 1", "0xff"], id="utf-16"),
        pytest.param("lopnr;larosate;programkod\n123456;GU;A\n", "utf-8", ["line 1", "termin is missing"], id="missing"),
        pytest.param("lopnr;programkod\n123456;A\n", "utf-8", ["larosate, termin is missing"], id="two missing"),
        pytest.param("", "utf-8", ["line 1", "lopnr, larosate, programkod, termin is missing"], id="no bytes"),
        pytest.param("\n" + HEADER, "utf-8", ["line 1", "is missing"], id="empty line above the header"),
        pytest.param("Titel\n" + HEADER, "utf-8", ["line 1", "is missing"], id="title line"),
        pytest.param(HEADER.replace(";", ","), "utf-8", ["line 1", "is missing"], id="commas"),
        pytest.param(HEADER.upper(), "utf-8", ["line 1", "is missing"], id="capitals"),
        pytest.param(
            HEADER.replace("\n", ";kon\n") + "123456;GU;A;20201;1\n", "utf-8", ["line 1", "'kon'", "does not know"], id="unknown"
        ),
        pytest.param(HEADER.replace("\n", ";\n") + "123456;GU;A;20201;\n", "utf-8", ["line 1", "''"], id="no name"),
        pytest.param(
            HEADER.replace("\n", ";termin\n") + "123456;GU;A;20201;20201\n", "utf-8", ["line 1", "'termin' twice"], id="twice"
        ),
        pytest.param(HEADER + "123456;GU;A;20201\n234567;GU;A;20201;9\n", "utf-8", ["line 3", "expected 4", "found 5"], id="more"),
        pytest.param(HEADER + '"1\n2";GU;A;20201\n234567;GU;A\n', "utf-8", ["line 4", "expected 4", "found 3"], id="fewer"),
        pytest.param(HEADER + "123456;GU;A;20201\n\n234567;GU;A;20202\n", "utf-8", ["line 3", "an empty line"], id="empty line"),
        pytest.param(HEADER + "123456;GU;A;20201\r\n\r\n", "utf-8", ["line 3", "an empty line"], id="empty line at the end"),
        pytest.param(HEADER + "123456;GU;A;20201\nSumma: 1\n", "utf-8", ["line 3", "expected 4", "found 1"], id="footer"),
        pytest.param(HEADER + '123456;GU;"A;20201\n', "utf-8", ["line 2", "quote"], id="open quote"),
    ],
)  # fmt: skip
def test_the_files(world: Any, content: str | bytes, encoding: str, parts: list[str]) -> None:
    message = rejected(world, nothing, {REG: content}, encoding=encoding)
    assert message.startswith(REG)
    assert "expected" in message
    assert "found" in message or "is missing" in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["lopnr", "larosate", "programkod"], "termin is missing"),
        (["lopnr", "larosate", "programkod", "termin", "kon"], "'kon'"),
    ],
)
def test_the_columns_of_parquet(world: Any, names: list[str], part: str) -> None:
    frame = pl.DataFrame({name: ["x"] for name in names})
    message = rejected(world, nothing, {"registreringar.parquet": frame})
    assert message.startswith("registreringar.parquet, line 1: expected the columns ")
    assert part in message


def test_a_file_that_is_neither_csv_nor_parquet(world: Any) -> None:
    message = rejected(world, nothing, {"registreringar.txt": HEADER})
    assert message == "registreringar.txt: expected a file that ends in .csv or .parquet, found '.txt'."


def test_the_second_file_spoils_the_first_as_well(world: Any) -> None:
    message = rejected(world, nothing, SOUND | {"program.csv": PROGRAMMES + "GU;ABC\n"})
    assert message.startswith("program.csv, line 2: expected 7 fields")


class TestIdentityNumbers:
    """They never enter the warehouse, nor its messages."""

    @staticmethod
    def hidden(message: str, world: Any) -> None:
        """Not in the message, and nowhere below the data folder."""
        texts = [message]
        for path in world.data.rglob("*"):
            texts += [path.name, path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""]
        for text in texts:
            # Escapes of Python and JSON hold digits of their own.
            plain = re.sub(r"\\x..|\\u....", "", unicodedata.normalize("NFKC", text))
            assert not re.search("8507099805|7010632391", re.sub("[^0-9a-z]", "", plain)), text

    @pytest.mark.parametrize("number", FORMS)
    def test_every_form_in_a_text_column(self, world: Any, number: str) -> None:
        message = rejected(world, nothing, {REG: HEADER + f"123456;GU;A;20201\n123456;GU;{number};20201\n"})
        assert message.startswith(
            f"{REG}, line 3, column programkod: expected no personal identity number, found"
        )
        self.hidden(message, world)

    @pytest.mark.parametrize("number", [NUMBER, "850709\u20139805"])
    @pytest.mark.parametrize("column", range(7))
    def test_in_any_column(self, world: Any, column: int, number: str) -> None:
        """Also where the value is not of the column's type: nothing is set aside with it."""
        row = ["GU", "ABC", "SJ", "", "1480", "20101", ""]
        row[column] = number
        message = rejected(world, nothing, {"program.csv": PROGRAMMES + ";".join(row)})
        name = PROGRAMMES.strip().split(";")[column]
        assert message.startswith(f"program.csv, line 2, column {name}: expected no personal identity number")
        self.hidden(message, world)

    def test_on_the_physical_line(self, world: Any) -> None:
        content = HEADER + f'123456;GU;"a\nb";20201\n123456;GU;"x;\n{NUMBER}";20201\n'
        assert "line 4, column programkod" in rejected(world, nothing, {REG: content})

    @pytest.mark.parametrize(
        ("column", "values"),
        [
            ("programkod", ["A", NUMBER]),
            ("lopnr", [123456, 198507099805]),
            ("lopnr", [123456, 8507099805]),
            ("lopnr", [123456.0, 198507099805.0]),
            ("termin", [20201.5, 198507099805.0]),
            ("termin", [Decimal("20201.00"), Decimal("8507099805.00")]),
        ],
    )
    def test_in_parquet(self, world: Any, column: str, values: list[Any]) -> None:
        columns = {
            "lopnr": ["123456"] * 2,
            "larosate": ["GU"] * 2,
            "programkod": ["A"] * 2,
            "termin": [20201, 20202],
        }
        frame = pl.DataFrame(columns | {column: values})
        message = rejected(world, nothing, {"registreringar.parquet": frame})
        assert message.startswith(
            f"registreringar.parquet, line 2, column {column}: expected no personal identity"
        )
        self.hidden(message, world)

    def test_one_among_many_bad_rows_is_what_is_told(self, world: Any) -> None:
        rows = [f"x{n};GU;A;20201\n" for n in range(50)] + [f"123456;GU;{NUMBER};20201\n"]
        message = rejected(world, nothing, {REG: HEADER + "".join(rows)})
        assert "line 52, column programkod: expected no personal identity number" in message

    @pytest.mark.parametrize(
        "header",
        [
            f"{NUMBER};GU;A;20201\n",
            HEADER.replace("\n", f";{NUMBER}\n"),
            HEADER.replace("\n", f";{NUMBER};{NUMBER}\n"),
        ],
        ids=["no header", "as a column", "twice"],
    )
    def test_in_the_header(self, world: Any, header: str) -> None:
        """Also when a file without a header would be rejected for its columns."""
        message = rejected(world, nothing, {REG: header})
        assert message.startswith(f"{REG}, line 1: expected no personal identity number, found one")
        self.hidden(message, world)

    @pytest.mark.parametrize("number", [NUMBER, "850709\u00a0\u2013 9805"])
    @pytest.mark.parametrize(
        "change",
        [
            lambda number: edit(leverans=number),
            lambda number: edit(framstalld=f"av {number}"),
            lambda number: edit(avser_till=number),
            lambda number: edit(syntetisk=int(re.sub("[^0-9]", "", number))),
            lambda number: edit(**{number: 1}),
            lambda number: edit(kontakt=[{"namn": ["x", {"pnr": number}]}]),
            lambda number: entry(tabell=number),
            lambda number: entry(sha256=number),
        ],
    )
    def test_in_the_manifest(self, world: Any, change: Callable[[str], Change], number: str) -> None:
        message = rejected(world, change(number))
        assert message.startswith(
            "leverans.json: expected no personal identity number, found one (not repeated"
        )
        self.hidden(message, world)

    @pytest.mark.parametrize("name", [f"{NUMBER}.csv", "1985/07/09/9805/x.csv", "８５０７０９－９８０５.csv"])
    def test_in_a_file_name(self, world: Any, name: str) -> None:
        message = rejected(world, extra(name))
        assert "expected a name without a personal identity number" in message
        self.hidden(message, world)

    def test_in_the_name_of_a_listed_file(self, world: Any) -> None:
        message = rejected(world, nothing, {f"{NUMBER}.csv": SOUND[REG]}, table="registreringar")
        assert message.startswith("[identity number].csv: expected a name without a personal identity number")
        self.hidden(message, world)

    def test_in_the_names_of_deliveries(self, world: Any) -> None:
        """Two that would be shown as the same are told apart."""
        names = [NUMBER, "2025-03", f"2025 {NUMBER}", "850709\u22129805"]
        for name in names:
            world.deliver("hreg", name, SOUND)
        outcomes = world.survey("hreg")
        assert [(o.delivery, o.accepted) for o in outcomes] == [
            ("2025 [identity number]", False),
            ("2025-03", True),
            ("[identity number]", False),
            ("[identity number] 2", False),
        ]
        for outcome in outcomes:
            self.hidden(outcome.message, world)
        assert all("expected a name without" in o.message for o in outcomes if not o.accepted)
        (world.raw / f"x{NUMBER}").mkdir()
        assert unknown_registers(world.raw, world.contract) == ["x[identity number]"]


class TestTooManyBadRows:
    """More than the larger of ten rows and one per cent of a table, all its files together."""

    @staticmethod
    def rows(good: int, bad: int) -> str:
        body = [f"{100000 + n};GU;A;20201\n" for n in range(good)]
        return HEADER + "".join(body + [f"{900000 + n};??;A;20201\n" for n in range(bad)])

    @pytest.mark.parametrize(
        ("good", "bad", "accepted"),
        [(0, 10, True), (0, 11, False), (5, 10, True), (5, 11, False), (989, 11, False), (990, 10, True),
         (1089, 11, True), (1088, 11, False), (1088, 12, False), (1980, 20, True), (1979, 21, False)],
    )  # fmt: skip
    def test_the_limit(self, world: Any, good: int, bad: int, accepted: bool) -> None:
        taken = world.take("hreg", {REG: self.rows(good, bad)})
        assert taken.outcome.accepted == accepted
        if accepted:
            assert taken.sums == (good + bad, good, bad, 0)

    def test_the_message(self, world: Any) -> None:
        message = rejected(world, nothing, {REG: self.rows(3, 11)})
        assert message.startswith(
            f"{REG}: expected at most 10 of the 14 rows of registreringar to be set aside"
        )
        assert "found 11" in message
        assert "line 5, column larosate: expected a code of larosaten.csv, found ??" in message

    def test_the_limit_that_is_told_is_the_one_that_holds(self, world: Any) -> None:
        """1 % of 1360 rows is 13.6: 13 may be set aside, 14 may not."""
        assert world.take("hreg", {REG: self.rows(1347, 13)}).outcome.accepted
        message = world.take("hreg", {REG: self.rows(1346, 14)}, name="2025-04").message
        assert "expected at most 13 of the 1360 rows" in message
        assert "found 14" in message

    def test_all_files_of_a_table_together(self, world: Any) -> None:
        header = "lopnr;ar;kommun\n"

        def year(year: int, good: int, bad: int) -> str:
            rows = [f"{100000 + n};{year};{'0180' if n < good else '????'}\n" for n in range(good + bad)]
            return header + "".join(rows)

        files = {f"folkbokforing_{y}.csv": year(y, 3, 5) for y in (2021, 2022)}
        assert world.take("rtb", files, name="a").outcome.accepted
        files["folkbokforing_2023.csv"] = year(2023, 3, 1)
        taken = world.take("rtb", files, name="b")
        assert "at most 10 of the 20 rows of folkbokforing to be set aside, found 11" in taken.message
        # Eleven bad rows in a small file are few in a table that is large.
        files = {"folkbokforing_2021.csv": year(2021, 0, 11), "folkbokforing_2022.csv": year(2022, 1089, 0)}
        assert world.take("rtb", files, name="c").outcome.accepted

    def test_two_tables_are_counted_apart(self, world: Any) -> None:
        degrees = "lopnr;larosate;examenskod;inriktning;examensdatum;examenstyp\n"
        bad = "".join(f"{100000 + n};??;SJ;;2020-01-01;Y\n" for n in range(10))
        taken = world.take("hreg", {REG: self.rows(0, 10), "examina.csv": degrees + bad})
        assert taken.sums == (20, 0, 20, 0)

    def test_exact_copies_are_not_set_aside(self, world: Any) -> None:
        taken = world.take("hreg", {REG: HEADER + "123456;GU;A;20201\n" * 30})
        assert taken.sums == (30, 1, 0, 29)

    def test_duplicates_and_the_dead_count(self, world: Any) -> None:
        header = "lopnr;yrkeskod;legitimationsdatum;utbildningsland;aterkallelsedatum\n"
        twice = "".join(f"{100000 + n};SJ;2020-01-01;{land};\n" for n in range(4) for land in ("SE", "EU"))
        dead = [f"{200000 + n};SJ;2020-01-01;SE;\n" for n in range(3)]
        deaths = {str(200000 + n): 2019 for n in range(3)}
        few = world.take(
            "hosp", {"legitimationer.csv": header + twice + "".join(dead[:2])}, name="a", deaths=deaths
        )
        assert few.sums == (10, 0, 10, 0)
        many = world.take(
            "hosp", {"legitimationer.csv": header + twice + "".join(dead)}, name="b", deaths=deaths
        )
        assert "at most 10 of the 11 rows" in many.message

    def test_the_share_is_the_contracts(self, world: Any, tmp_path: Path) -> None:
        from vardflode.deliveries.contract import CONTRACT_FILE, load_contract

        text = CONTRACT_FILE.read_text(encoding="utf-8").replace(
            "quarantine_share: 0.01", "quarantine_share: 0.5"
        )
        (tmp_path / "contract.yml").write_text(text, encoding="utf-8")
        assert not world.take("hreg", {REG: self.rows(11, 11)}).outcome.accepted
        world.contract = load_contract(tmp_path / "contract.yml")
        assert world.take("hreg", {REG: self.rows(11, 11)}).outcome.accepted
