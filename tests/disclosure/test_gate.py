"""The gate from a warehouse to published files, and what the attack makes of files that were tampered with."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from dagster_project.disclosure.attack import attack, knowledge_of
from dagster_project.disclosure.bounds import fits
from dagster_project.disclosure.cellkeys import loosen
from dagster_project.disclosure.noisy import _true_table
from dagster_project.disclosure.problems import problems
from dagster_project.disclosure.reading import read_published
from dagster_project.disclosure.relations.flow import AFTER, SAME, TIMELY, WHOLE
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.tables import TABLES
from dagster_project.disclosure.windows import exact_tables
from tests.conftest import WINDOWS, vardflode

OWN = ("applicants", "colonoscopy")


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    """A few of the published tables, to tamper with."""
    for name in OWN:
        shutil.copyfile(data / "published" / f"{name}.parquet", tmp_path / f"{name}.parquet")
    return tmp_path


def exact(data: Path) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        return exact_tables(con, WINDOWS)


def test_what_is_told_is_true_and_no_small_count_is(data: Path) -> None:
    true = exact(data)
    for table in TABLES:
        told = pl.read_parquet(data / "published" / f"{table.name}.parquet")
        told = told.filter(pl.col("status") != "not_applicable")
        # A row that is told and not there in truth says that nobody is.
        both = told.join(true[table.name], on=list(table.key), suffix=" true", how="left").with_columns(
            pl.col(f"{count} true").fill_null(0) for count in table.counts
        )
        assert len(both) >= len(true[table.name]) > 0, table.name
        for count in table.counts:
            seen = both.filter(pl.col(count).is_not_null())
            assert seen[count].to_list() == seen[f"{count} true"].to_list()
            assert not seen.filter(pl.col(count).is_between(1, 4)).height


def test_a_break_in_the_series_tells_of_no_small_count(data: Path, noisy: Path) -> None:
    """It says that there are two persons at least."""
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    told = told.filter(pl.col("status") != "not_applicable")
    assert told["series_break"].any()
    assert told.filter(pl.col("denominator").is_null())["series_break"].null_count() > 0
    assert told.filter(pl.col("denominator").is_null() != pl.col("series_break").is_null()).is_empty()
    told = pl.read_parquet(noisy / "published" / "flow_measures.parquet")
    assert told["series_break"].any()
    # From 8 on it was at least 5 before the noise.
    assert told.filter(pl.col("denominator") < 8)["series_break"].drop_nulls().is_empty()


def test_something_is_told_of_each_kind(data: Path) -> None:
    for name, count in (
        ("flow_measures", "denominator"),
        ("applicants", "applicants"),
        ("colonoscopy", "private"),
    ):
        assert pl.read_parquet(data / "published" / f"{name}.parquet")[count].drop_nulls().len(), name


def test_later_steps_are_not_told_by_degree_before_the_start(data: Path) -> None:
    """That degree is a measure in every cell: where it is 0, all are in the row of those without, and what is
    exhaustive there is so in the cell. One of the two has to go.
    """
    before = pl.col("breakdown") == "prior_degree"
    told = pl.read_parquet(data / "published" / "flow_measures.parquet")
    assert set(told.filter(before)["measure"]) == {"beginners", "prior_degree"}
    assert {"sex", "institution", "home_county"} <= set(
        told.filter(pl.col("measure") == "prior_degree")["breakdown"]
    )
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        assert len(con.table("marts.flow_measures").pl().filter(before)["measure"].unique()) > 5


def test_both_formats_hold_the_same(data: Path) -> None:
    with duckdb.connect(str(data / "published.duckdb"), read_only=True) as con:
        names = [name for (name,) in con.sql("select table_name from duckdb_tables()").fetchall()]
        for name in names:
            assert con.table(name).pl().equals(pl.read_parquet(data / "published" / f"{name}.parquet"))
        comments = con.sql("select comment from duckdb_tables()").fetchall()
    assert sorted(names) == sorted(path.stem for path in (data / "published").glob("*.parquet"))
    assert all("PÅHITTADE" in comment for (comment,) in comments)


def test_everyone_may_read_what_is_published_and_only_the_owner_the_rest(data: Path) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    published = [*(data / "published").iterdir(), data / "published.duckdb"]
    assert {mode(path) for path in published} == {0o444}
    assert mode(data / "published") == 0o755
    assert mode(data) == 0o711
    others = set(data.rglob("*")) - set(published) - {data / "published"}
    assert not [path for path in others if path.is_file() and mode(path) & 0o077]


def test_no_person_leaves(data: Path) -> None:
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        persons = {p for (p,) in con.sql("select person_id from intermediate.int_person_degrees").fetchall()}
        persons |= {e for (e,) in con.sql("select endoscopist from intermediate.int_endoscopists").fetchall()}
    assert persons
    for path in (data / "published").glob("*.parquet"):
        frame = pl.read_parquet(path)
        assert not [name for name in frame.columns if "key" in name or "person_id" in name]
        for name, kind in frame.schema.items():
            if kind == pl.String:
                assert not persons & set(frame[name].drop_nulls().to_list()), (path, name)


def test_the_certificate_adds_up_and_tells_no_sum_of_few(data: Path) -> None:
    told = json.loads((data / "published" / "certificate.json").read_text())
    assert told["made_up_persons"] is True
    assert told["attack"]["holes"] == 0
    assert told["attack"]["narrowest_width"] >= 4
    for cost in told["cost"]:
        assert cost["shown"] + cost["hidden"] == cost["numbers"]
        parts = (cost["hidden_for_their_own_sake"], cost["hidden_for_others"])
        # Who knows that all that is hidden is small knows each of them to within 3.
        assert parts == (None, None) or (min(parts) >= 20 and sum(parts) == cost["hidden"])
    assert "PÅHITTADE" in (page := (data / "published" / "certificate.html").read_text()).upper()
    assert "http" not in page
    assert {cost["table"] for cost in told["cost"]} == {table.name for table in TABLES}


def test_what_has_not_changed_is_not_solved_again(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(data, copy)
    run = vardflode("disclose", "--data", copy, "--windows", WINDOWS)
    assert run.returncode == 0, run.stdout
    assert "hiding: 0 of " in run.stderr
    for path in (data / "published").iterdir():
        assert (copy / "published" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_attack_finds_what_is_told_too_much(data: Path, copy: Path) -> None:
    assert not attack(copy).holes
    path = copy / "colonoscopy.parquet"
    told, true = pl.read_parquet(path), exact(data)["colonoscopy"]
    hidden = told.join(true, on=["year", "level", "area"], suffix=" true").filter(
        pl.col("over_60").is_null()
        & pl.col("over_60 true").is_between(1, 4)
        & pl.col("endoscopists").is_not_null()
    )
    row = hidden.row(0, named=True)
    place = (
        (pl.col("year") == row["year"]) & (pl.col("level") == row["level"]) & (pl.col("area") == row["area"])
    )
    share = round(row["over_60 true"] / row["endoscopists"], 3)
    told.with_columns(
        pl.when(place).then(share).otherwise(pl.col("over_60_share")).alias("over_60_share")
    ).write_parquet(path)
    assert [
        hole for hole in attack(copy).holes if f"{row['year']} {row['level']} {row['area']}" in hole.count
    ]


def test_each_number_that_is_hidden_for_others_is_needed(data: Path, copy: Path) -> None:
    """Any one of them told gives a small count away."""
    path = copy / "applicants.parquet"
    told, true = pl.read_parquet(path), exact(data)["applicants"]
    key = list(TABLES[1].key)
    both = told.join(true, on=key, suffix=" true")
    of_all = pl.col("applicants true")
    tried = 0
    for count in TABLES[1].counts:
        value = pl.col(f"{count} true")
        rest = of_all - value
        others = both.filter(pl.col(count).is_null() & ~value.is_between(1, 4) & ~rest.is_between(1, 4))
        for row in others.head(3).iter_rows(named=True):
            here = pl.all_horizontal(pl.col(name) == row[name] for name in key)
            more = pl.when(here).then(row[f"{count} true"]).otherwise(pl.col(count)).alias(count)
            told.with_columns(more).write_parquet(path)
            assert attack(copy).holes, (row, count)
            tried += 1
    assert tried


def test_figures_that_contradict_each_other_are_not_taken_for_safe(copy: Path) -> None:
    path = copy / "colonoscopy.parquet"
    told = pl.read_parquet(path)
    nation = pl.col("level") == "nation"
    told.with_columns(
        pl.when(nation)
        .then(pl.col("colonoscopies") + 7)
        .otherwise(pl.col("colonoscopies"))
        .alias("colonoscopies")
    ).write_parquet(path)
    assert attack(copy).contradictions
    assert vardflode("attack", copy).returncode == 1


def test_an_overlapping_window_is_attacked_with_the_others(copy: Path) -> None:
    """A window less one cohort tells that cohort, which neither window hides by itself."""
    path = copy / "applicants.parquet"
    told = pl.read_parquet(path)
    hidden = told.filter(pl.col("admitted").is_null() & (pl.col("breakdown") == "total"))
    if hidden.is_empty():
        hidden = told.filter(pl.col("admitted").is_null())
    row = hidden.head(1)
    shorter = row.with_columns(cohort_to=pl.lit(2011, told.schema["cohort_to"]), admitted=pl.lit(0, pl.Int64))
    last = row.with_columns(
        cohort_from=pl.lit(2012, told.schema["cohort_from"]), admitted=pl.lit(2, pl.Int64)
    )
    pl.concat([told, shorter, last]).write_parquet(path)
    assert attack(copy, rule=Rule()).holes


@pytest.fixture(scope="module")
def noisy(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same country published with noise by cell key."""
    copy = tmp_path_factory.mktemp("noisy") / "data"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("published*", "disclosure"))
    run = vardflode("disclose", "--data", copy, "--windows", WINDOWS, "--method", "cell_key")
    assert run.returncode == 0, run.stdout + run.stderr
    return copy


def test_noise_is_everywhere_and_no_share_is_exact(noisy: Path) -> None:
    told, true = pl.read_parquet(noisy / "published" / "colonoscopy.parquet"), exact(noisy)["colonoscopy"]
    both = told.join(true, on=["year", "level", "area"], suffix=" true")
    changed = both.filter(pl.col("colonoscopies") != pl.col("colonoscopies true"))
    assert changed.height
    assert not changed.filter(pl.col("gap") == pl.col("gap true")).height
    for table in TABLES:
        frame = pl.read_parquet(noisy / "published" / f"{table.name}.parquet")
        for count in table.counts:
            assert not frame.filter(pl.col(count).is_between(1, 4)).height
        assert not [name for name in frame.columns if name.endswith("_key")]
    flow = pl.read_parquet(noisy / "published" / "flow_measures.parquet")
    assert not flow.filter(pl.col("share").is_nan() | (pl.col("share") > 1)).height


def test_noise_hides_far_fewer_numbers_than_suppression(data: Path, noisy: Path) -> None:
    def hidden(folder: Path) -> float:
        told = json.loads((folder / "published" / "certificate.json").read_text())["cost"]
        return sum(cost["numbers"] - cost["shown"] for cost in told) / sum(cost["numbers"] for cost in told)

    assert hidden(noisy) < hidden(data) / 4


def test_noise_that_leaves_too_little_is_found(noisy: Path, tmp_path: Path) -> None:
    """A total that can be no larger leaves nothing for a part whose number is zero."""
    told = pl.read_parquet(noisy / "published" / "applicants.parquet")
    key = ["degree_code", "cohort_from", "cohort_to"]
    one = told.filter(pl.col("breakdown") == "total").head(1)
    total = one.with_columns(applicants=pl.lit(40, pl.Int64))
    women = one.with_columns(
        breakdown=pl.lit("sex"), breakdown_value=pl.lit("2"), applicants=pl.lit(45, pl.Int64)
    )
    men = women.with_columns(breakdown_value=pl.lit("1"), applicants=pl.lit(5, pl.Int64))
    rest = told.join(one.select(key), on=key, how="anti")
    empty = [pl.lit(None, pl.Int64).alias(name) for name in ("first_choice", "admitted")]
    pl.concat([rest, *(frame.with_columns(empty) for frame in (total, women, men))]).write_parquet(
        tmp_path / "applicants.parquet"
    )
    holes = attack(tmp_path, noise=True).holes
    assert any("sex 1 applicants" in hole.count for hole in holes)
    assert not attack(noisy / "published").holes


@pytest.mark.parametrize("method", ["suppression", "cell_key"])
def test_the_truth_fits_all_that_the_attack_believes(data: Path, noisy: Path, method: str) -> None:
    """Every relation and every end that the attack reckons with holds for the exact figures."""
    folder = noisy if method == "cell_key" else data
    tables = read_published(folder / "published")
    told, knowledge = problems(tables), knowledge_of(folder / "published", tables)
    assert {fact for _, fact in knowledge.observed} == {WHOLE, AFTER, SAME, TIMELY}
    true = {(problem.kind, problem.name): problem for problem in problems(exact(folder))}
    assert told
    for problem in told:
        system = problem.system(knowledge)
        if method == "cell_key":
            loosen(system, Rule())
        table = _true_table(true[problem.kind, problem.name].system(knowledge), system)
        known = np.asarray(system.value)
        assert fits(system, known, table[None, :]).all(), problem.name
