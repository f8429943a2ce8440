"""Published files as an outsider reads them: every format tells the same, and all of them together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from vardflode.disclosure.reading import DifferentError, ReadingError, read_published

FLOW = pl.DataFrame(
    {
        "degree_code": ["XX"] * 3,
        "cohort_from": [2000, 2000, 2003],
        "cohort_to": [2002, 2002, 2005],
        "breakdown": ["sex", "total", "total"],
        "breakdown_value": ["1", "total", "total"],
        "measure": ["graduates"] * 3,
        "numerator": [None, 1234, 0],
        "denominator": [12, 2468, 7],
        "share": [None, 0.5, 0.0],
        "status": ["hidden", "shown", "shown"],
    }
)
COLONOSCOPY = pl.DataFrame(
    {
        "year": [2020, 2020],
        "level": ["nation", "region"],
        "area": ["00", "01"],
        **{
            name: [10, None]
            for name in ("colonoscopies", "private", "screening", "caecum", "adenoma", "covered")
        },
        **{name: [5, 0] for name in ("endoscopists", "over_60", "trainees")},
        "per_endoscopist": [12.34, None],
        "population": [1_000_000, 2_000],
    }
)
TABLES = {"flow_measures": FLOW, "colonoscopy": COLONOSCOPY}


def as_parquet(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")


def as_csv(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    """As a Swedish office does: semicolons, decimal commas, two dots for what is hidden, a byte order mark."""

    def written(value: object) -> str:
        if value is None:
            return ".."
        return str(value).replace(".", ",") if isinstance(value, float) else str(value)

    for name, frame in tables.items():
        lines = [";".join(frame.columns), *(";".join(map(written, row)) for row in frame.iter_rows())]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def as_duckdb(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    with duckdb.connect(str(folder / "published.duckdb")) as con:
        con.sql("create schema marts")
        for name, frame in tables.items():
            con.register("frame", frame.to_arrow())
            con.sql(f"create table marts.{name} as select * from frame")


FORMATS = [as_parquet, as_csv, as_duckdb]
Write = Callable[[Path, dict[str, pl.DataFrame]], None]


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_tells_the_same(tmp_path: Path, write: Write) -> None:
    write(tmp_path, TABLES)
    found = read_published(tmp_path)
    assert found.keys() == TABLES.keys()
    assert_frame_equal(found["flow_measures"], FLOW.drop("status"), check_dtypes=False)
    assert_frame_equal(found["colonoscopy"], COLONOSCOPY, check_dtypes=False, check_column_order=False)


def test_names_of_files_and_folders_do_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "deeper"
    folder.mkdir(parents=True)
    FLOW.write_parquet(folder / "anything.parquet")
    assert read_published(tmp_path).keys() == {"flow_measures"}


@pytest.mark.parametrize("hiding", FORMATS)
@pytest.mark.parametrize("telling", FORMATS)
def test_a_number_that_one_file_hides_and_another_tells_is_known(
    tmp_path: Path, hiding: Write, telling: Write
) -> None:
    told = FLOW.with_columns(pl.col("numerator").fill_null(3), pl.col("share").fill_null(0.25))
    for name, write, frame in (("a", hiding, FLOW), ("b", telling, told)):
        (tmp_path / name).mkdir()
        write(tmp_path / name, {"flow_measures": frame})
    found = read_published(tmp_path)["flow_measures"]
    assert found["numerator"].to_list() == [3, 1234, 0]
    assert found["share"].to_list() == [0.25, 0.5, 0.0]


def test_of_a_share_in_two_files_the_one_with_more_decimals_counts(tmp_path: Path) -> None:
    for name, share in (("a", 0.33), ("b", 0.3333), ("c", 0.333)):
        FLOW.with_columns(share=pl.lit(share)).write_parquet(tmp_path / f"{name}.parquet")
    assert set(read_published(tmp_path)["flow_measures"]["share"]) == {0.3333}


@pytest.mark.parametrize("column", ["numerator", "denominator"])
def test_files_that_tell_a_count_differently_are_refused_and_the_message_names_it(
    tmp_path: Path, column: str
) -> None:
    as_csv(tmp_path, {"flow_measures": FLOW})
    wrong = FLOW.with_columns(
        pl.when(pl.col("cohort_from") == 2003).then(8).otherwise(pl.col(column)).alias(column)
    )
    wrong.write_parquet(tmp_path / "other.parquet")
    with pytest.raises(DifferentError, match=f"XX 2003 2005 total total graduates: {column}"):
        read_published(tmp_path)


def test_spaces_between_thousands_are_no_part_of_the_number(tmp_path: Path) -> None:
    as_csv(tmp_path, {"flow_measures": FLOW})
    file = tmp_path / "flow_measures.csv"
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace("1234", "1 234").replace("2468", "2\u00a0468"),
        encoding="utf-8",
    )
    row = read_published(tmp_path)["flow_measures"].filter(pl.col("numerator") == 1234)
    assert row["denominator"].to_list() == [2468]


def test_a_folder_without_published_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError):
        read_published(tmp_path)
    (tmp_path / "note.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(ReadingError):
        read_published(tmp_path)
    with pytest.raises(ReadingError):
        read_published(tmp_path / "nothing")
