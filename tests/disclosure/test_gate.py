"""The gate from a warehouse to published files, and what the attack makes of files that were tampered with."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from tests.conftest import WINDOWS, vardflode
from vardflode.deliveries.contract import read_code_list
from vardflode.disclosure.attack import RULE, attack, knowledge_of, with_earlier
from vardflode.disclosure.declared import EVERY, TABLES, WITHOUT_NOISE, Table
from vardflode.disclosure.exact import exact_tables
from vardflode.disclosure.gate import _true
from vardflode.disclosure.knowledge import public_knowledge
from vardflode.disclosure.noise import read_noise
from vardflode.disclosure.reading import read_published
from vardflode.disclosure.relations.together import draft_of
from vardflode.sdc.attack import attack_part
from vardflode.sdc.bounds import Bounds
from vardflode.sdc.model import UNKNOWN

NOISE = read_noise()


def exact(data: Path) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        return exact_tables(con, WINDOWS)


def certificate(data: Path) -> dict:
    return json.loads((data / "published" / "certificate.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_told_is_the_count_with_the_noise_of_its_key(data: Path, table) -> None:
    true = exact(data)[table.name]
    told = pl.read_parquet(data / "published" / f"{table.name}.parquet")
    told = told.filter(pl.col("status") != "not_applicable")
    if table.base:  # a row of zeros says no more than none
        told = told.filter(pl.col(table.base).ne_missing(0))
    both = told.join(true, on=list(table.key), suffix=" true", how="left")
    # A window of the very small country may have three physicians.
    assert len(both) or true.select(table.counts).to_numpy().max() < 5
    for count in table.counts:
        seen = both.filter(pl.col(count).is_not_null())
        expected = NOISE.told(seen[f"{count} true"].to_numpy(), seen[f"{count}_key"].to_numpy())
        assert seen[count].to_list() == expected.tolist()
        assert not seen.filter(pl.col(count).is_between(1, 4)).height
    if table.base:
        assert (both[table.base].fill_null(5) > 0).all()


def test_an_institution_in_a_county_that_is_told_as_nobody_has_hardly_anybody() -> None:
    """The county has no row: it is told as nobody, and has four at most, and so has an institution in it."""
    cell = {"degree_code": "SJ", "cohort_from": 2010, "cohort_to": 2012, "measure": "beginners"}
    rows = [
        ("total", "total", 60),
        ("study_county", "14", 55),
        ("institution", "GU", 55),
        ("institution", "KI", 5),
    ]
    flow = pl.DataFrame(
        [
            cell | {"breakdown": breakdown, "breakdown_value": value, "numerator": told, "denominator": told}
            for breakdown, value, told in rows
        ]
    ).with_columns(share=pl.lit(None, pl.Float64))
    places = pl.DataFrame(
        {"degree_code": ["SJ"] * 3, "institution": ["GU", "KI", "SH"], "study_county": ["14", "01", "01"]}
    )
    draft = draft_of({"flow_measures": flow, "institutions": places}, public_knowledge())
    bounds = Bounds(draft.model(NOISE))
    most = {
        value: bounds.most[number]
        for value, name, number in draft.groups.select("value", "name", "id").iter_rows()
        if name == "beginners"
    }
    assert most["01"] == 4
    assert most["KI"] == 3  # told otherwise than the county: there is somebody else in it
    assert most["GU"] == 60


def known_too_well(measure: str, rows: list[tuple[str, str, int, int]]) -> dict[str, tuple[int, int]]:
    """Of nurses' numbers (breakdown, value, numerator, denominator) what the attack knows too well."""
    cell = {"degree_code": "SJ", "cohort_from": 2010, "cohort_to": 2012, "measure": measure}
    flow = pl.DataFrame(
        [
            cell | {"breakdown": by, "breakdown_value": value, "numerator": above, "denominator": below}
            for by, value, above, below in rows
        ]
    ).with_columns(share=pl.lit(None, pl.Float64))
    draft = draft_of({"flow_measures": flow}, public_knowledge())
    found = attack_part(draft.model(NOISE), RULE)
    cells = dict(draft.groups.select("id", pl.concat_str("value", "name", separator=" ")).iter_rows())
    return {cells[k]: (hole.least, hole.most) for k, hole in found.holes.items() if k in cells}


@pytest.mark.parametrize(("institutions", "most"), [(3, 8), (6, 5), (7, 4), (10, 1)])
def test_institutions_that_share_five_retained_men_have_one_each_and_hardly_more(
    institutions: int, most: int
) -> None:
    """Told 5 is 10 at most together, and one at least in each: of n institutions each has 10 − (n − 1) at most."""
    of_men = [("institution_sex", f"{place}:1", 5, 60) for place in "ABCDEFGHIJ"[:institutions]]
    known = known_too_well("retained_1y", [("sex", "1", 5, 60 * institutions), *of_men])
    small = {f"{place}:1 retained_1y" for place in "ABCDEFGHIJ"[:institutions]}
    assert {name: ends for name, ends in known.items() if name in small} == (
        dict.fromkeys(small, (1, most)) if most - 1 < 4 else {}
    )


@pytest.mark.parametrize(("men", "known"), [(20, {"A:2 beginners": (0, 2)}), (13, {}), (12, {})])
def test_who_is_left_in_an_institution_whose_other_sex_is_told_is_known(
    men: int, known: dict[str, tuple[int, int]]
) -> None:
    """Of an institution told 12, 17 at most, the men told 20 are 15 at least. The row of women is not there."""
    told = [("institution", "A", 12), ("institution_sex", "A:1", men)]
    assert known_too_well("beginners", [(by, value, n, n) for by, value, n in told]) == known


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_a_table_is_published_as_it_is_declared(data: Path, table: Table) -> None:
    told = pl.read_parquet(data / "published" / f"{table.name}.parquet")
    assert {*table.key, *table.numbers} <= set(told.columns)
    assert not told.select(table.key).is_duplicated().any()
    derived = {of.name for of in table.derived}
    assert {*table.counts, *derived} <= set(table.numbers)
    assert not table.open or not table.counts
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        counted = con.sql(f"from counts.{table.model} limit 0").columns
    # Nothing but what has a key for its noise leaves, and what is public.
    has_key = {name.removesuffix("_key") for name in counted if name.endswith("_key")}
    assert set(table.counts) == has_key


WINDOW = {"cohort_from": 2010, "cohort_to": 2012}
COUNTIES = [row["lan"] for row in read_code_list("lan.csv")]
NURSES = WINDOW | {"specialisation": "total", "measure": "cohort", "share": None}
# Of each table rows that tell all cells of a whole but one; where that one stands; and that it is somebody.
ABSENT = {
    "applicants": (
        {
            "applicants": [
                {"degree_code": "SP", **WINDOW, "breakdown": breakdown, "breakdown_value": value}
                | {"applicants": told, "first_choice": None, "admitted": None}
                for breakdown, value, told in (("total", "total", 20), ("sex", "1", 5))
            ]
        },
        {"breakdown": "sex", "value": "2", "name": "applicants"},
    ),
    "mobility": (
        {
            "mobility": [
                {"degree_code": "SJ", **WINDOW, "breakdown": breakdown, "breakdown_value": county}
                | {"persons": told}
                for breakdown, county, told in (
                    ("total", "total", 206),
                    *(("work_county", county, 5) for county in COUNTIES[:-1]),
                )
            ],
        },
        {"breakdown": "work_county", "value": COUNTIES[-1], "name": "persons"},
    ),
    "specialisation_county": (
        {
            "specialisation": [NURSES | {"measure": "started", "numerator": None, "denominator": 210}],
            "specialisation_county": [
                WINDOW | {"specialisation": "total", "event": "licence", "county": county, "persons": 5}
                for county in COUNTIES[:-1]
            ],
        },
        {"breakdown": "county", "value": f"total:{COUNTIES[-1]}", "name": "cohort"},
    ),
}


@pytest.mark.parametrize("kind", ABSENT)
def test_a_row_that_is_not_there_is_a_count_that_can_be_known_too_well(kind: str) -> None:
    """Its base was told as zero: it is four at most; and what the others of its whole leave is more than none."""
    tables, where = ABSENT[kind]
    untold = pl.selectors.by_dtype(pl.Null).cast(pl.Int64)
    frames = {name: pl.DataFrame(rows).with_columns(untold) for name, rows in tables.items()}
    draft = draft_of(frames, public_knowledge())
    model = draft.model(NOISE)
    group = draft.groups.filter(pl.col(name) == value for name, value in where.items())["id"].item()
    assert group in model.targets
    bounds = Bounds(model)
    assert (bounds.least[group], bounds.most[group]) == (1, 4)
    assert draft.places[kind].filter(pl.col("id") == group)["is_there"].to_list() == [False]


def test_no_row_is_told_before_its_measure_is_mature(data: Path) -> None:
    """Neither as a number nor as one that is not told."""
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        mature = con.sql(
            "select degree_code, measure, last_mature_cohort from intermediate.int_degree_measures"
        ).pl()
    both = told.filter(pl.col("status") != "not_applicable").join(mature, on=["degree_code", "measure"])
    assert len(both) == len(told.filter(pl.col("status") != "not_applicable")) > 0
    assert (both["cohort_to"] <= both["last_mature_cohort"]).all()


def test_shares_are_of_told_numbers_with_a_base_that_is_large_enough(data: Path) -> None:
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    shown = told.filter(pl.col("share").is_not_null())
    examined = pl.read_parquet(data / "published" / "colonoscopy.parquet")
    examined = examined.filter(pl.col("private_share").is_not_null())
    assert len(examined)
    assert (examined["colonoscopies"] >= 25).all()
    assert (shown["denominator"] >= 25).all()
    assert shown["share"].is_between(0, 1).all()
    expected = pl.min_horizontal(pl.col("numerator") / pl.col("denominator"), 1.0)
    assert shown.select(expected == pl.col("share")).to_series().all()


def test_the_same_group_is_told_alike_wherever_it_stands(data: Path) -> None:
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    cell = ["degree_code", "cohort_from", "breakdown", "breakdown_value"]
    graduates = told.filter(pl.col("measure") == "graduates").select(*cell, "numerator")
    licensed = told.filter(pl.col("measure") == "licensed", pl.col("status") != "not_applicable")
    both = licensed.join(graduates, on=cell, suffix=" graduates")
    assert len(both) > 20
    assert (both["denominator"].eq_missing(both["numerator graduates"])).all()


def test_later_steps_are_told_by_two_attributes_and_by_degree_before_the_start(data: Path) -> None:
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    measures = told.group_by("breakdown").agg(pl.col("measure").unique())
    by = {row["breakdown"]: set(row["measure"]) for row in measures.to_dicts()}
    for breakdown in ("institution_sex", "study_county_sex", "prior_degree"):
        assert "in_profession_1y" in by[breakdown]


def test_the_attack_on_the_files_finds_nothing(data: Path) -> None:
    report = attack(data / "published")
    assert not report.holes
    assert not report.contradictions
    assert len(report.findings) > 500


def test_the_truth_fits_all_that_the_attack_believes(data: Path) -> None:
    """Every relation and every end that the attack reckons with holds for the exact figures."""
    tables = read_published(data / "published")
    knowledge = knowledge_of(data / "published", tables)
    draft = draft_of(tables, knowledge)
    model, true = draft.model(NOISE), _true(draft, exact(data), knowledge)
    numbers = model.derived @ np.maximum(true, 0)
    known = (abs(model.derived) @ (true == UNKNOWN)) == 0
    assert known.mean() > 0.8
    wrong = known & ((numbers < model.system.least - 1e-6) | (numbers > model.system.most + 1e-6))
    assert not wrong.any()


def too_well(row: pl.DataFrame) -> pl.DataFrame:
    """A total told as little as it can be, and a part as much: the other part is hardly anybody."""
    empty = [pl.lit(None, pl.Int64).alias(name) for name in ("first_choice", "admitted")]
    made = [
        row.with_columns(
            *empty,
            breakdown=pl.lit(breakdown),
            breakdown_value=pl.lit(value),
            applicants=pl.lit(number, pl.Int64),
        )
        for breakdown, value, number in (("total", "total", 20), ("sex", "2", 28), ("sex", "1", 5))
    ]
    return pl.concat(made)


def test_numbers_that_leave_too_little_are_found(data: Path, tmp_path: Path) -> None:
    told = pl.read_parquet(data / "published" / "applicants.parquet")
    too_well(told.filter(pl.col("breakdown") == "total").head(1)).write_parquet(
        tmp_path / "applicants.parquet"
    )
    (hole,) = [
        h for h in attack(tmp_path).holes if h.count.endswith("sex 1 applicants") and "less" not in h.count
    ]
    assert (hole.least, hole.most) == (1, 2)
    assert any("sex 2" in told for told in hole.because)


def test_two_windows_that_overlap_are_attacked_together(data: Path, tmp_path: Path) -> None:
    """2001-2003 told 0 and 2001-2004 told 5: of 2004 alone somebody, and few enough to see how many."""
    told = pl.read_parquet(data / "published" / "applicants.parquet")
    row = told.filter(pl.col("breakdown") == "total").head(1)
    empty = [pl.lit(None, pl.Int64).alias(name) for name in ("first_choice", "admitted")]

    def window(since: int, until: int, number: int) -> pl.DataFrame:
        years = {"cohort_from": since, "cohort_to": until}
        cast = [pl.lit(year, row.schema[name]).alias(name) for name, year in years.items()]
        return row.with_columns(*empty, *cast, applicants=pl.lit(number, pl.Int64))

    for name, windows in (
        ("now", [window(2001, 2003, 20), window(2004, 2004, 5)]),
        ("before", [window(2001, 2004, 12)]),
    ):
        (tmp_path / name).mkdir()
        pl.concat(windows).write_parquet(tmp_path / name / "applicants.parquet")
    assert not attack(tmp_path / "now").holes
    holes = attack(tmp_path / "now", [tmp_path / "before"]).holes
    about = [
        h for h in holes if h.count.endswith("2004 2004 total total applicants") and "less" not in h.count
    ]
    assert [(h.least, h.most) for h in about] == [(1, 2)]


def test_a_correction_by_one_person_opens_nothing(own_data: Path, tmp_path: Path) -> None:
    """What was told before of a degree whose figures were corrected says nothing certain, and nothing is refused."""
    before = tmp_path / "before"
    shutil.copytree(own_data / "published", before)
    flow = pl.read_parquet(before / "flow_measures.parquet")
    changed = (pl.col("degree_code") == "SJ") & (pl.col("numerator") > 5)
    assert len(flow.filter(changed))
    before.joinpath("flow_measures.parquet").unlink()
    before.joinpath("published.duckdb").unlink(missing_ok=True)
    flow.with_columns(
        pl.when(changed).then(pl.col("numerator") + 1).otherwise("numerator").alias("numerator")
    ).write_parquet(before / "flow_measures.parquet")
    together, revised = with_earlier(read_published(own_data / "published"), [before])
    assert any("flow_measures was corrected" in note for note in revised)
    now = read_published(own_data / "published")["flow_measures"]
    assert together["flow_measures"].sort(pl.all()).equals(now.sort(pl.all()))


def test_a_publisher_that_hides_shows_no_told_count_below_its_threshold(own_data: Path) -> None:
    run = vardflode(
        "disclose", "--data", own_data, "--windows", WINDOWS, "--threshold", 10, "--least-base", 40
    )
    assert run.returncode == 0, run.stdout + run.stderr
    for table in TABLES:
        told = pl.read_parquet(own_data / "published" / f"{table.name}.parquet")
        for count in table.counts:
            assert not told.filter(pl.col(count).is_between(1, 9)).height
    flow = pl.read_parquet(own_data / "published" / "flow_measures.parquet")
    assert (flow.filter(pl.col("share").is_not_null())["denominator"] >= 40).all()
    assert certificate(own_data)["threshold"] == 10


def test_the_certificate_says_what_was_done_and_tells_no_checksum_of_a_delivery(data: Path) -> None:
    told = certificate(data)
    assert told["attack"]["holes"] == 0
    assert told["attack"]["narrowest_width"] >= 4
    assert 0 <= told["untold_pct"] < 100
    assert told["noise"]["keys"] == NOISE.keys
    ledger = json.loads((data / "accepted.json").read_text(encoding="utf-8"))
    text = (data / "published" / "certificate.json").read_text(encoding="utf-8")
    for delivery in ledger.values():
        checksums = delivery["checksums"]
        whole = hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()
        assert not any(checksum in text for checksum in [whole, *checksums.values()])


def test_the_certificate_says_how_good_the_deliveries_were_and_no_row_of_them(data: Path) -> None:
    told = certificate(data)["quality"]
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        rows = con.sql(
            "select register, delivery, sum(rows_delivered), sum(rows_quarantined) from quality.deliveries "
            "where is_in_force group by all"
        ).fetchall()
        late = dict(con.sql("select register, is_late from quality.freshness").fetchall())
    assert len(told["deliveries"]) == len(rows) > 10
    by_name = {(row["register"], row["delivery"]): row for row in told["deliveries"]}
    for register, delivery, delivered, set_aside in rows:
        row = by_name[register, delivery]
        assert 0 <= row["rows"] - delivered < 10
        assert 0 <= row["set_aside"] - set_aside < 10
        assert not any(row[kind] % 10 for kind in ("rows", "accepted", "set_aside", "copies"))
    assert {row["register"]: row["is_late"] for row in told["registers"]} == late
    assert told["checks"]["made"] > told["checks"]["passed"] > 400
    assert all(set(check) == {"name", "sv", "en"} for check in told["checks"]["told"])


def test_every_table_says_why_its_figures_do_not_add_up(data: Path) -> None:
    with duckdb.connect(str(data / "published.duckdb"), read_only=True) as con:
        comments = dict(
            con.sql("select table_name, comment from duckdb_tables() where schema_name = 'main'").fetchall()
        )
    for table in TABLES:
        assert "inte alltid det hela" in comments[table.name]
        assert "do not always sum to the whole" in comments[table.name]
    for name in WITHOUT_NOISE:
        assert "utan brus" in comments[name]


def test_the_published_set_is_open_and_the_rest_is_not(data: Path) -> None:
    folder = data / "published"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in folder.iterdir())
    assert stat.S_IMODE((data / "warehouse.duckdb").stat().st_mode) & 0o077 == 0


def test_the_same_warehouse_gives_the_same_tables_and_keeps_one_set(own_data: Path) -> None:
    before = certificate(own_data)["tables_checksum"]
    run = vardflode("disclose", "--data", own_data, "--windows", WINDOWS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "small count could be worked out; certificate: " in run.stdout
    assert certificate(own_data)["tables_checksum"] == before
    assert not list((own_data / "published_before").glob("*"))
