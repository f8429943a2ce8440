"""A delivered file is read in pieces: what comes of it is the same, and memory does not grow with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardflode.deliveries import intake, judging, reading

REG = "registreringar.csv"
HEADER = "lopnr;larosate;programkod;termin\n"
COLUMNS = HEADER.strip().split(";")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What is read is read in this process, where a piece can be made small."""
    monkeypatch.setattr(intake.READER, "run", lambda work, *what, **_: work(lambda _: None, *what))
    return monkeypatch


def small(monkeypatch: pytest.MonkeyPatch, of_bytes: int, of_rows: int) -> None:
    """Pieces of some bytes or rows, of which nothing waits in memory and little is compared at once."""
    monkeypatch.setattr(reading, "BYTES_AT_ONCE", of_bytes)
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", of_rows)
    monkeypatch.setattr(judging, "BYTES_WAITING", 0)
    monkeypatch.setattr(judging, "HASHES_AT_ONCE", 3)
    monkeypatch.setattr(judging, "KEYS_AT_ONCE", 1)


def told(taken: Any) -> Any:
    """All that came of a delivery but how its rows are divided into files."""
    files = [
        (file.file, file.delivered, file.accepted, file.quarantined, file.exact_copies, file.recoded)
        for file in taken.outcome.files
    ]
    if not taken.outcome.accepted:
        return taken.message
    tables = sorted(taken.outcome.tables())
    return files, [taken.accepted(table) for table in tables], taken.quarantine


# Programmes are texts of any kind, also of several lines; few persons, so that keys collide.
PROGRAMMES = st.sampled_from(["A", "B", "ö;å", 'x""\n"y', "\n\n", "", "\r\n;", "é" * 40])
REGISTRATIONS = st.lists(
    st.tuples(
        st.sampled_from(["100001", "100002", "0100003", "1"]),
        st.sampled_from(["GU", "LU", "??"]),
        PROGRAMMES,
        st.sampled_from(["20201", "20202", "20211", "x"]),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(
    first=REGISTRATIONS,
    second=st.none() | REGISTRATIONS,
    end=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
    encoding=st.sampled_from(["utf-8", "iso-8859-1"]),
    of_bytes=st.integers(1, 400),
    of_rows=st.integers(1, 12),
    parquet=st.booleans(),
)
def test_pieces_of_any_size_give_the_same(
    worlds: Any, here: pytest.MonkeyPatch, first: Any, second: Any, end: str, ended: bool, encoding: str,
    of_bytes: int, of_rows: int, parquet: bool,
) -> None:  # fmt: skip
    def content(rows: Any) -> Any:
        if parquet:
            return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
        lines = [COLUMNS, *([a, b, '"' + c.replace('"', '""') + '"' if c else c, d] for a, b, c, d in rows)]
        text = end.join(";".join(line) for line in lines)
        return (text + end if ended else text).encode(encoding)

    tables = [rows for rows in (first, second) if rows is not None]
    files = {
        f"{number}.{'parquet' if parquet else 'csv'}": content(rows) for number, rows in enumerate(tables)
    }
    options = {
        "table": "registreringar",
        "rows": dict(zip(files, map(len, tables), strict=True)),
        "deaths": {"100002": 2020},
        "teckenkodning": encoding,
    }
    whole = told(next(worlds).take("hreg", files, **options))
    with here.context() as patch:
        small(patch, of_bytes, of_rows)
        assert told(next(worlds).take("hreg", files, **options)) == whole


def test_replaced_codes_of_several_pieces_are_counted_together(world: Any, here: pytest.MonkeyPatch) -> None:
    """Heby was 1917 until 2006; rows that are alike but for that are no copies."""
    rows = [f"{100000 + n};{2004 + n % 4};{'1917' if n % 4 < 3 else '0331'}" for n in range(50)]
    files = {"folkbokforing.csv": "lopnr;ar;kommun\n" + "\n".join(rows) + "\n"}
    whole = told(world.take("rtb", files, name="a", deaths={}))
    small(here, 64, 5)
    assert told(world.take("rtb", files, name="b", deaths={})) == whole
    (((_, _, _, _, _, recoded),), _, _) = whole
    assert [row[:3] for row in recoded] == [("kommun", "1917", "0331")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("100001;GU;A;20201;", "line 20007: expected 4 fields as in the header, found 5"),
        ("", "line 20007: expected 4 fields as in the header, found an empty line"),
        ('100001;GU;A"B;20201', "line 20007: expected quotes around a whole field"),
        ('100001;GU;"A;20201', "line 20007: expected quotes around a whole field"),
        ("100001;GU;A\rB;20201", "line 20007: expected lines that end in LF or CRLF"),
        ("100001;GU;\udcff;20201", "line 20007: expected utf-8, found bytes that do not decode (0xff)"),
        (
            "100001;GU;850709-9805;20201",
            "line 20007, column programkod: expected no personal identity number",
        ),
    ],
)
def test_a_fault_in_a_later_piece_is_told_with_its_line(
    world: Any, here: pytest.MonkeyPatch, line: str, message: str
) -> None:
    rows = [
        f'{100000 + n};GU;"two\nlines";20201' if n == 7 else f"{100000 + n};GU;A;20201" for n in range(40_000)
    ]
    rows[20_004] = line
    content = (HEADER + "\n".join(rows) + "\n").encode("utf-8", "surrogateescape")
    small(here, 10_000, 100)
    taken = world.take("hreg", {REG: content}, rows={REG: len(rows)})
    assert taken.message.startswith(f"{REG}, {message}"), taken.message
    assert [path.suffix for path in taken.folder.iterdir()] == [".json"] * 2  # nothing is left of its rows


def test_of_too_many_rows_set_aside_the_first_is_told(world: Any, here: pytest.MonkeyPatch) -> None:
    """However many there are, in whatever piece, and by whatever rule."""
    wrong = [f"{100000 + n};GU;A;20203\n" for n in range(50)]
    twice = [f"100000;GU;A;20201\n100000;GU;{n};20201\n" for n in range(3)]
    for name, rows in {"a": wrong, "b": wrong + twice}.items():
        content = HEADER + "".join(rows)
        delivered = content.count("\n") - 1
        whole = world.take("hreg", {REG: content}, name=f"{name}1").message
        assert f"expected at most 10 of the {delivered} rows of registreringar to be set aside" in whole
        with here.context() as patch:
            small(patch, 100, 5)
            assert world.take("hreg", {REG: content}, name=f"{name}2").message == whole


def test_a_record_longer_than_a_piece(world: Any, here: pytest.MonkeyPatch) -> None:
    small(here, 1000, 100)
    text = "x;\n" * 5000
    content = f'{HEADER}100001;GU;"{text}";20201\n100002;GU;A;2020\n'
    taken = world.take("hreg", {REG: content}, rows={REG: 2})
    assert taken.findings == [(5003, "type", "termin")]
    assert taken.accepted("registreringar")[0]["programkod"] == text


def test_a_quote_that_nothing_closes_is_told_before_all_is_in_memory(
    world: Any, here: pytest.MonkeyPatch
) -> None:
    small(here, 1000, 100)
    here.setattr(reading, "LONGEST_RECORD", 5000)
    lines = [f"{100000 + n};GU;A;20201" for n in range(2000)]
    lines[100] = '100100;GU;"A;20201'
    taken = world.take("hreg", {REG: HEADER + "\n".join(lines)}, rows={REG: 2000})
    assert taken.message.startswith(f"{REG}, line 102: expected quotes around a whole field")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_of_far_more_rows_than_it_says_is_not_read_to_its_end(
    world: Any, here: pytest.MonkeyPatch, kind: str
) -> None:
    small(here, 1000, 100)
    columns = {"lopnr": "123456", "larosate": "GU", "programkod": "A", "termin": "20201"}
    frame = pl.DataFrame({name: [value] * 5000 for name, value in columns.items()})
    content = frame if kind == "parquet" else frame.write_csv(separator=";").encode()
    name = f"registreringar.{kind}"
    taken = world.take("hreg", {name: content}, rows={name: 7})
    said = re.fullmatch(rf"{name}: leverans.json says 7 rows, found ([0-9]+) or more\.", taken.message)
    assert said
    assert 107 < int(said[1]) < 300


MEASURE = """
import resource, sys
from pathlib import Path
import polars as pl
from vardflode.deliveries import intake
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.files import folder_checksums
if __name__ == "__main__":
    folder, rows = map(Path, sys.argv[1:])
    intake.READER.run = lambda work, *what, **_: work(lambda _: None, *what)
    contract = load_contract()
    outcome = intake.take_in(
        folder, contract.registers["hreg"], contract, folder_checksums(folder), intake.NO_DEATHS, rows
    )
    assert outcome.accepted, outcome.message
    status = Path("/proc/self/status")  # what the system says otherwise has that of the parent in it
    print(
        status.read_text().partition("VmHWM:")[2].split()[0]
        if status.exists()
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    )
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_file(world: Any, tmp_path: Path, kind: str) -> None:
    """Of a file with a hundred thousand copies and some keys that stand with other content."""
    script = tmp_path / "measure.py"
    script.write_text(MEASURE, encoding="utf-8")
    peaks, sizes = [], []
    for number, rows in enumerate((500_000, 2_000_000)):
        person = pl.int_range(rows, eager=True)
        frame = pl.DataFrame({"lopnr": (person % (rows - 100_000)) + 10_000_000}).select(
            pl.col("lopnr").cast(pl.String),
            pl.lit("GU").alias("larosate"),
            pl.format("PROGRAMME{}", pl.col("lopnr") % 97).alias("programkod"),
            (20_001 + pl.col("lopnr") % 20 * 10).alias("termin"),
        )
        bad = pl.DataFrame(
            {"lopnr": ["10000000"] * 2, "larosate": "GU", "programkod": "X", "termin": [20203] * 2}
        )
        frame = pl.concat([frame, bad.cast(frame.schema)])
        content = frame if kind == "parquet" else frame.write_csv(separator=";").encode()
        folder = world.deliver("hreg", f"{number}", {f"registreringar.{kind}": content},
                               rows={f"registreringar.{kind}": frame.height})  # fmt: skip
        command = [sys.executable, str(script), str(folder), str(tmp_path / f"rows{number}")]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        sizes.append(frame.estimated_size())
        (outcome,) = [
            json.loads(p.read_text()) for p in (tmp_path / f"rows{number}").glob("hreg/*/outcome.json")
        ]
        assert [f["exact_copies"] for f in outcome["files"]] == [100_000]
        assert [f["quarantined"] for f in outcome["files"]] == [2]
    # The larger file has 45 MB more of CSV: read whole, it took 400 MB more.
    assert peaks[1] - peaks[0] < 150_000, (peaks, sizes)
