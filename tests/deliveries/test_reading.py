"""A delivered file is read as it was meant, whatever program wrote it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vardflode.deliveries.contract import Column, Contract, Table
from vardflode.deliveries.files import checksum
from vardflode.deliveries.manifest import DeliveredFile, RejectedError
from vardflode.deliveries.reading import read_file

NAMES = ("a", "b", "c")
TABLE = Table("r", "t", ("a",), tuple(Column(name, "text", optional=True) for name in NAMES))
Rows = list[tuple[str | None, ...]]


def read(
    path: Path, content: bytes | pl.DataFrame, rows: int | None = None, encoding: str = "utf-8"
) -> tuple[Rows, list[int]]:
    """Rows and their lines, of a file with the columns a, b and c."""
    if isinstance(content, pl.DataFrame):
        path = path / "t.parquet"
        content.write_parquet(path)
        found = content.height
    else:
        path = path / "t.csv"
        path.write_bytes(content)
        text = content.decode(encoding).removeprefix("\ufeff")
        found = len(list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))) - 1
    file = DeliveredFile(
        path.parent, path.name, "t", None, found if rows is None else rows, checksum(path, path.parent)
    )
    frame = pl.concat(read_file(file, TABLE, encoding, path.parent))
    assert frame.columns == [*NAMES, "_line"]
    assert set(frame.select(NAMES).dtypes) == {pl.String}
    return frame.select(NAMES).rows(), frame["_line"].to_list()


@pytest.mark.parametrize(
    ("content", "rows", "lines"),
    [
        pytest.param(b"a;b;c\n1;2;3\n", [("1", "2", "3")], [2], id="plain"),
        pytest.param(b"\xef\xbb\xbfa;b;c\n1;2;3\n", [("1", "2", "3")], [2], id="byte-order mark"),
        pytest.param(
            b'\xef\xbb\xbf"a";b;c\n1;2;3\n', [("1", "2", "3")], [2], id="byte-order mark, quoted header"
        ),
        pytest.param(b"a;b;c\r\n1;2;3\r\n4;5;6\r\n", [("1", "2", "3"), ("4", "5", "6")], [2, 3], id="CRLF"),
        pytest.param(b'"a";"b";"c"\r\n"1";"2";"3"\r\n', [("1", "2", "3")], [2], id="all quoted, CRLF"),
        pytest.param(b'a;b;c\n1;"x;y";3\n', [("1", "x;y", "3")], [2], id="quoted separator"),
        pytest.param(
            b'a;b;c\n1;"x\ny";3\n4;5;6\n', [("1", "x\ny", "3"), ("4", "5", "6")], [2, 4], id="newline"
        ),
        pytest.param(
            b'a;b;c\n"\n\n";;\n4;5;6\n', [("\n\n", None, None), ("4", "5", "6")], [2, 5], id="newlines first"
        ),
        pytest.param(b'a;b;c\n1;"say ""hi""";3\n', [("1", 'say "hi"', "3")], [2], id="doubled quotes"),
        pytest.param(b'a;b;c\n"""";"""""";"x"""\n', [('"', '""', 'x"')], [2], id="only doubled quotes"),
        pytest.param(b'a;b;c\n1;"";3\n', [("1", None, "3")], [2], id="quoted empty field"),
        pytest.param(b'a;b;c\n"";"";""\n;;\n', [(None, None, None)] * 2, [2, 3], id="all fields empty"),
        pytest.param(b"a;b;c\n1;2;3", [("1", "2", "3")], [2], id="no newline at the end"),
        pytest.param(b'a;b;c\n1;2;"3"', [("1", "2", "3")], [2], id="quote at the end"),
        pytest.param(b"a;b;c\n1;2;", [("1", "2", None)], [2], id="empty field at the end"),
        pytest.param(b"a;b;c\n", [], [], id="header only"),
        pytest.param(b"a;b;c", [], [], id="header only, no newline"),
        pytest.param(b"\xef\xbb\xbfa;b;c\r\n", [], [], id="header only, byte-order mark, CRLF"),
        pytest.param(b"c;a;b\n3;1;2\n", [("1", "2", "3")], [2], id="other order"),
        pytest.param(b"a;b;c\n 1;2 ; \n", [(" 1", "2 ", " ")], [2], id="blanks are kept"),
        pytest.param(b"a;b;c\n007;1e3;NULL\n", [("007", "1e3", "NULL")], [2], id="texts stay texts"),
        pytest.param(
            b"a;b;c\n#1;true;2024-01-01\n", [("#1", "true", "2024-01-01")], [2], id="no comments, no types"
        ),
        pytest.param("a;b;c\nÅsa;Östersund;é\n".encode(), [("Åsa", "Östersund", "é")], [2], id="letters"),
    ],
)
def test_csv(tmp_path: Path, content: bytes, rows: Rows, lines: list[int]) -> None:
    assert read(tmp_path, content) == (rows, lines)


@pytest.mark.parametrize("separators", [1, 3, 255, 256, 258, 514])
def test_a_record_with_other_fields_than_the_header_however_many(tmp_path: Path, separators: int) -> None:
    content = b"a;b;c\n1;2;3\n" + b";" * separators + b"\n4;5;6\n"
    with pytest.raises(RejectedError, match=rf"line 3: expected 3 fields .* found {separators + 1}\."):
        read(tmp_path, content)


def test_iso_8859_1(tmp_path: Path) -> None:
    content = b"a;b;c\r\n\xc5sa;\xd6stersund;\xe9\r\n"
    assert read(tmp_path, content, encoding="iso-8859-1") == ([("Åsa", "Östersund", "é")], [2])
    assert read(tmp_path, b"\xef\xbb\xbf" + content, rows=1, encoding="iso-8859-1")[0] == [
        ("Åsa", "Östersund", "é")
    ]


def test_a_file_of_no_bytes_has_no_columns(tmp_path: Path) -> None:
    with pytest.raises(
        RejectedError, match=r"t\.csv, line 1: expected the columns a, b, c; a, b, c is missing"
    ):
        read(tmp_path, b"", rows=0)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'a;b;c\n1;x"y;3\n', 2),
        (b'a;b;c\n1;2;3\n1;"x"y;3\n', 3),
        (b'a;b;c\n1;"2;3\n4;5;6\n', 2),
        (b'a;b;c\n1;x""y;3\n', 2),
        (b'a;b;c\n1;"x" ;3\n', 2),
    ],
)
def test_quotes_that_are_none(tmp_path: Path, content: bytes, line: int) -> None:
    """Programs disagree on what these mean: nothing is guessed."""
    with pytest.raises(RejectedError, match=rf"t\.csv, line {line}: expected quotes around a whole field"):
        read(tmp_path, content, rows=1)


def test_a_large_file_with_quotes(tmp_path: Path) -> None:
    """More quotes and rows than any counter or block of a fast reader holds."""
    table = [
        (str(n), f'a;b\n"{n}"' if n % 3 else "", f"{n}\r\n\r\n" if n % 7 == 0 else "x") for n in range(40_000)
    ]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([NAMES, *table])
    lines, line = [], 2
    for _, second, third in table:
        lines.append(line)
        line += 1 + second.count("\n") + third.count("\n")
    rows, found = read(tmp_path, buffer.getvalue().encode(), len(table))
    assert rows == [tuple(value or None for value in row) for row in table]
    assert found == lines


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a;b;c\n1;2;3\r\r\n", 2),
        (b"a;b;c\n1;2;3\n1;x\ry;3\n", 3),
        (b"a;b;c\r1;2;3\r", 1),
        (b'a;b;c\n"1\r\n";2;"3"\r', 3),
    ],
)
def test_a_carriage_return_that_ends_no_line(tmp_path: Path, content: bytes, line: int) -> None:
    """It would hide at the end of a value and make another code or text of it."""
    with pytest.raises(RejectedError, match=rf"t\.csv, line {line}: expected lines that end in LF or CRLF"):
        read(tmp_path, content, rows=1)


FIELDS = st.text(
    st.one_of(st.sampled_from("\";\n\r ,'1åÖé"), st.characters(codec="latin-1", min_codepoint=32))
)
TABLES = st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=6)


@settings(max_examples=150)
@given(
    table=TABLES,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "iso-8859-1"]),
    mark=st.booleans(),
    ended=st.booleans(),
    order=st.permutations(NAMES),
)
@example([("\r", "\r\n", '"')], csv.QUOTE_MINIMAL, "\r\n", "utf-8", True, False, NAMES)
def test_what_python_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[tuple[str, ...]],
    quoting: int,
    end: str,
    encoding: str,
    mark: bool,
    ended: bool,
    order: tuple[str, ...],
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", quoting=quoting, lineterminator=end)
    writer.writerow(order)
    lines = []
    for row in table:
        lines.append(buffer.getvalue().count("\n") + 1)
        writer.writerow(dict(zip(NAMES, row, strict=True))[name] for name in order)
    content = buffer.getvalue().encode(encoding)
    if not ended:
        content = content.removesuffix(end.encode())
    if mark and encoding == "utf-8":
        content = b"\xef\xbb\xbf" + content
    expected = [tuple(value or None for value in row) for row in table]
    assert read(tmp_path_factory.mktemp("t"), content, len(table), encoding) == (expected, lines)


@settings(max_examples=300)
@given(st.text(st.sampled_from('x";\n\r'), max_size=14).map(lambda text: f"a;b;c\n{text}"))
@example('a;b;c\n"";"";""\r\n')
@example('a;b;c\n"x"\r;;')
@example("a;b;c\nx;;\r")
@example("a;b;c\n;;\r\r\n")
@example('a;b;c\n;;"\r"')
@example("a;b;c\n\r\n;;\n")
def test_any_text_is_read_as_python_reads_it_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    """Never a third way: not another exception, not other rows."""
    path = tmp_path_factory.mktemp("t")
    try:
        expected = list(csv.reader(io.StringIO(content, newline="\n"), delimiter=";"))[1:]
    except csv.Error:
        expected = []
    try:
        rows, _ = read(path, content.encode(), rows=len(expected))
    except RejectedError:
        return
    assert rows == [tuple(value or None for value in row) for row in expected]


def parquet(**columns: Any) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    return pl.DataFrame({name: columns.get(name, [None] * height) for name in NAMES})


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        pytest.param(pl.Series([1, None, -7]), ["1", None, "-7"], id="int"),
        pytest.param(pl.Series([1, 2, None], dtype=pl.UInt8), ["1", "2", None], id="small int"),
        pytest.param(pl.Series([1.0, None, 1e15]), ["1", None, "1000000000000000"], id="whole floats"),
        pytest.param(pl.Series([1.0, 2.5, None]), ["1", "2.5", None], id="a fraction among whole floats"),
        pytest.param(pl.Series([1.0, float("nan"), None]), ["1", "NaN", None], id="NaN among whole floats"),
        pytest.param(pl.Series([1.0, float("inf")]), ["1", "inf"], id="infinity among whole floats"),
        pytest.param(pl.Series([3.0, None], dtype=pl.Float32), ["3", None], id="float32"),
        pytest.param(pl.Series([Decimal("12.00"), None]), ["12", None], id="whole decimals"),
        pytest.param(pl.Series([dt.date(2024, 2, 29), None]), ["2024-02-29", None], id="date"),
        *[
            pytest.param(
                pl.Series([dt.datetime(2024, 2, 29), None], dtype=pl.Datetime(unit)),
                ["2024-02-29", None],
                id=f"midnight in {unit}",
            )
            for unit in ("ms", "us", "ns")  # pandas writes ns
        ],
        pytest.param(pl.Series(["x", "", None]), ["x", None, None], id="text"),
        pytest.param(pl.Series(["x", "", None], dtype=pl.Categorical), ["x", None, None], id="categories"),
        pytest.param(pl.Series([None, None]), [None, None], id="nothing"),
        pytest.param(pl.Series([None, None], dtype=pl.Float64), [None, None], id="no floats"),
        pytest.param(pl.Series([], dtype=pl.Int64), [], id="no rows"),
    ],
)
def test_parquet_values_as_they_would_stand_in_csv(
    tmp_path: Path, values: pl.Series, texts: list[str | None]
) -> None:
    rows, lines = read(tmp_path, parquet(a=values))
    assert [row[0] for row in rows] == texts
    assert lines == list(range(1, len(texts) + 1))


def test_parquet_columns_in_any_order(tmp_path: Path) -> None:
    frame = pl.DataFrame({"c": ["3"], "b": [2], "a": [1.0]})
    assert read(tmp_path, frame)[0] == [("1", "2", "3")]


def test_parquet_and_csv_are_judged_alike(world: Any) -> None:
    days = [dt.date(2023, 6, 1), dt.date(2024, 6, 1)]
    frame = pl.DataFrame(
        {"lopnr": [123456, 234567], "avlidendatum": days, "kon": [1, 2], "fodelsear": [1980.0, 1901.0]}
    )
    typed = world.take("rtb", {"personer.parquet": frame}, name="a")
    text = world.take(
        "rtb",
        {
            "personer.csv": "lopnr;kon;fodelsear;avlidendatum\n123456;1;1980;2023-06-01\n234567;2;1901;2024-06-01\n"
        },
        name="b",
    )
    assert typed.sums == text.sums == (2, 2, 0, 0)
    columns = list(world.contract.registers["rtb"].tables["personer"].column_names)
    rows = [
        [{name: row[name] for name in columns} for row in taken.accepted("personer")]
        for taken in (typed, text)
    ]
    assert rows[0] == rows[1]
    assert rows[0][1] == {
        "lopnr": "234567",
        "kon": "2",
        "fodelsear": 1901,
        "avlidendatum": dt.date(2024, 6, 1),
    }


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a;b;c\n1;2;3\n", b"PAR1" + bytes(40) + b"PAR1"])
def test_a_file_that_is_no_parquet(world: Any, content: bytes) -> None:
    taken = world.take("rtb", {"personer.parquet": content})
    assert not taken.outcome.accepted
    assert taken.message.startswith("personer.parquet: expected a Parquet file, found ")


def test_a_parquet_file_that_was_cut_short(world: Any) -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"lopnr": ["123456"] * 1000}).write_parquet(buffer)
    taken = world.take("rtb", {"personer.parquet": buffer.getvalue()[:-100]})
    assert "personer.parquet: expected a Parquet file" in taken.message


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pl.Series([["123456"]]), "List(String)"),
        (pl.Series([{"a": "123456"}]), "Struct({'a': String})"),
        (pl.Series([b"123456"]), "Binary"),
        (pl.Series([[1, 2]], dtype=pl.Array(pl.Int8, 2)), "Array(Int8, shape=(2,))"),
        (pl.Series([dt.time(12)]), "Time"),
        (pl.Series([dt.timedelta(1)]), "Duration(time_unit='us')"),
        (pl.Series([{"\x1b[31m" * 10_000: 1}]), "Struct({'\\x1b[31m"),
    ],
)
def test_a_parquet_column_that_is_no_text(world: Any, values: pl.Series, kind: str) -> None:
    frame = pl.DataFrame({"lopnr": values, "kon": ["1"], "fodelsear": [1980], "avlidendatum": [None]})
    taken = world.take("rtb", {"personer.parquet": frame})
    assert not taken.outcome.accepted
    start = "personer.parquet, column lopnr: expected texts, numbers or dates, found "
    assert taken.message.startswith(start + kind)
    assert len(taken.message) < 300


@pytest.mark.parametrize(
    "days",
    [
        pl.Series([0, 5_000_000 * 365], dtype=pl.Int32).cast(pl.Date),
        pl.Series([0, -5_000_000 * 365], dtype=pl.Int32).cast(pl.Date),
        pl.Series([0, -719_163], dtype=pl.Int32).cast(pl.Date),  # 31 December of year 0
        pl.Series([0, 2_932_897], dtype=pl.Int32).cast(pl.Date),  # 1 January of year 10000
        pl.Series([0, 2**62], dtype=pl.Int64).cast(pl.Datetime("us")),
        pl.Series([0, 2**62], dtype=pl.Int64).cast(pl.Datetime("ms", "Europe/Stockholm")),
    ],
)
def test_a_day_that_cannot_be_written(world: Any, days: pl.Series) -> None:
    frame = pl.DataFrame({"lopnr": ["123456", "123457"], "kon": ["1", "1"], "fodelsear": [1980, 1980]})
    taken = world.take("rtb", {"personer.parquet": frame.with_columns(avlidendatum=days)})
    assert taken.message == (
        "personer.parquet, line 2, column avlidendatum: expected a date of the years 1 to 9999, found one "
        "outside."
    )


def test_a_file_name_is_no_pattern(world: Any) -> None:
    """A name with wildcards is one file, and fetches no others."""
    frame = pl.DataFrame({"lopnr": ["123456"], "kon": ["1"], "fodelsear": [1980], "avlidendatum": [None]})
    other = frame.with_columns(lopnr=pl.lit("234567"))
    options = {"personer[12].parquet": frame, "personer1.parquet": other}
    taken = world.take("rtb", options, table="personer")
    assert taken.message == ""
    assert [row["lopnr"] for row in taken.accepted("personer")] == ["123456", "234567"]


@pytest.mark.parametrize(
    ("stated", "encoding"),
    [
        (None, "utf-8"),
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("iso-8859-1", "latin-1"),
        ("ISO-8859-1", "latin-1"),
    ],
)
def test_utf_8_unless_stated(world: Any, stated: str | None, encoding: str) -> None:
    content = "lopnr;larosate;programkod;termin\n123456;GU;Åäö;20201\n".encode(encoding)
    taken = world.take("hreg", {"registreringar.csv": content}, teckenkodning=stated)
    assert [row["programkod"] for row in taken.accepted("registreringar")] == ["Åäö"]


def test_the_contract_columns_decide_the_order(contract: Contract, world: Any) -> None:
    taken = world.take("rtb", {"personer.csv": "avlidendatum;fodelsear;kon;lopnr\n;1980;1;123456\n"})
    names = contract.registers["rtb"].tables["personer"].column_names
    assert list(taken.accepted("personer")[0]) == [*names, "_file", "_line", "_recoded"]
