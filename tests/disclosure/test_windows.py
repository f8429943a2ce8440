"""Windows of cohorts: which there are, and that what is pooled in them is what plain counting gives."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.marts import build_marts
from vardflode.disclosure.exact import exact_tables
from vardflode.disclosure.windows import windows
from vardflode.settings import PROJECT, Settings

DBT = PROJECT / "dbt"
VARS = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
ASKED = ["3", "1", "5", "2003-2003 2004-2012 2014-2015"]
YEARS = st.integers(1990, 2030)


# --- Which windows ------------------------------------------------------------------------------------


@given(last=YEARS, first=YEARS, width=st.integers(1, 30))
def test_windows_of_a_width_fill_the_time_from_its_end(last: int, first: int, width: int) -> None:
    found = windows(last, first, str(width))
    assert len(found) == max(last - first + 1, 0) // width
    assert all(end - begin + 1 == width for begin, end in found)
    assert not found or (found[-1][1] == last and found[0][0] >= first)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(found))


@given(last=YEARS, first=YEARS, ends=st.sets(YEARS, min_size=2, max_size=8))
def test_windows_written_out_are_those_that_are_whole(last: int, first: int, ends: set[int]) -> None:
    marks = sorted(ends)
    asked = [(begin, end - 1) for begin, end in pairwise(marks)]
    text = " ".join(f"{begin}-{end}" for begin, end in reversed(asked))
    found = windows(last, first, text)
    assert found == [window for window in asked if first <= window[0] and window[1] <= last]


def test_the_newest_window_ends_with_the_last_cohort() -> None:
    assert windows(2024, 1998, "3")[-3:] == [(2016, 2018), (2019, 2021), (2022, 2024)]
    assert windows(2024, 2022, "1") == [(2022, 2022), (2023, 2023), (2024, 2024)]


@pytest.mark.parametrize("asked", ["", "0", "-3", "three", "2016", "2016-18", "3 3", "2010-2012,2013-2015"])
def test_what_cannot_be_read_is_told(asked: str) -> None:
    with pytest.raises(ValueError, match="expected a number of cohorts, as 3, or windows, as 2000-2010"):
        windows(2024, 1998, asked)


def test_windows_that_cross_are_told() -> None:
    with pytest.raises(ValueError, match="do not overlap; found 2001-2005 and 2005-2008"):
        windows(2024, 1998, "2005-2008 2001-2005")
    with pytest.raises(ValueError, match="from an earlier to a later cohort; found 2008-2005"):
        windows(2024, 1998, "2008-2005")


# --- What is in them ----------------------------------------------------------------------------------


class World:
    """The sample's warehouse as plain rows, and the facts that the definitions need."""

    def __init__(self, warehouse: Path) -> None:
        self.path = warehouse
        self.secret = warehouse.with_name("record_key_secret").read_text().strip()
        self.last = self.rows("select last_year from delivered.reference")[0]["last_year"]
        terms = [
            row["term"] for row in self.rows("select distinct term from staging.stg_hreg__registrations")
        ]
        self.first = min(term // 10 - (term % 10 == 1) for term in terms) + 1
        self.nominal = {row["examenskod"]: int(row["nominella_terminer"]) for row in seed("examina")}
        self.horizon = {measure["name"]: measure["horizon"] for measure in VARS["measures"]}

    def rows(self, query: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.sql(query).pl().to_dicts()

    @cache  # noqa: B019 - one world a session
    def exact(self, asked: str) -> dict[str, pl.DataFrame]:
        with duckdb.connect(str(self.path), read_only=True) as con:
            return exact_tables(con, asked)

    @cache  # noqa: B019
    def key(self, identity: str) -> int:
        digest = hashlib.md5(f"{self.secret}:{identity}".encode()).digest()
        return int.from_bytes(digest[:8], "little") % 1000

    def cell_key(self, identities: Iterable[str]) -> int:
        return sum(self.key(identity) for identity in identities) % 1000

    def mature(self, degree: str, cohort: int, measure: str) -> bool:
        time = self.horizon[measure]
        needs = 1 if time is None else (self.nominal[degree] + 1) // 2 + 3 + time
        return cohort + needs <= self.last

    def windows_of(self, cohort: int, first: int, asked: str) -> Iterator[tuple[int, int]]:
        # Of the last läsår only the autumn has been seen.
        yield from (w for w in windows(self.last - 1, first, asked) if w[0] <= cohort <= w[1])

    def flow_windows(self, row: dict[str, Any], measure: str, asked: str) -> Iterator[tuple[int, int]]:
        for window in self.windows_of(row["cohort_year"], self.first, asked):
            if all(self.mature(row["degree_code"], c, measure) for c in range(window[0], window[1] + 1)):
                yield window


def seed(name: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def world(warehouse: Path) -> World:
    return World(warehouse)


def as_dict(frame: pl.DataFrame, key: int) -> dict[tuple, tuple]:
    """Rows by their first `key` columns, which identify them and which they are sorted by."""
    found = {row[:key]: row[key:] for row in frame.iter_rows()}
    assert len(found) == frame.height
    assert list(found) == sorted(found)
    return found


@pytest.mark.parametrize("asked", ASKED)
def test_flow_is_the_sum_of_the_marts_mature_cohorts(world: World, asked: str) -> None:
    expected: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for row in world.rows("from marts.flow_measures"):
        for window in world.flow_windows(row, row["measure"], asked):
            assert row["mature"]
            cell = (row["degree_code"], *window, row["breakdown"], row["breakdown_value"], row["measure"])
            expected[cell][0] += row["numerator"]
            expected[cell][1] += row["denominator"]
    found = world.exact(asked)["flow_measures"].filter(~pl.col("breakdown").str.ends_with("_sex"))
    assert {cell: list(rest[:2]) for cell, rest in as_dict(found, 6).items()} == expected
    assert len(expected) > 1000


def test_flow_counts_persons_and_their_keys(world: World) -> None:
    """From the persons: numbers, cell keys and the years on both sides of a break."""
    asked = "3"
    attributes = {b["name"]: b.get("nested") or [b.get("column") or b["name"]] for b in VARS["breakdowns"]}
    only = {b["name"]: b["only"] for b in VARS["breakdowns"] if "only" in b}
    numerators, denominators, years = defaultdict(list), defaultdict(list), defaultdict(set)
    for person in world.rows("from intermediate.int_person_degrees where is_in_flow"):
        values = {
            name: ":".join(person[column] or "unknown" for column in columns)
            for name, columns in attributes.items()
            if only.get(name, person["degree_code"]) == person["degree_code"]
        }
        for measure in VARS["measures"]:
            name, follow_up = measure["name"], measure.get("follow_up")
            for window in world.flow_windows(person, name, asked) if person[name] is not None else ():
                for value in (("total", "total"), *values.items()):
                    cell = (person["degree_code"], *window, *value, name)
                    denominators[cell].append(person["person_id"])
                    numerators[cell] += [person["person_id"]] * person[name]
                    years[cell] |= {person[follow_up]} if follow_up else set()
    breaks = defaultdict(list)
    for row in seed("tidsseriebrott"):
        breaks[row["register"]].append(int(row["ar"]))
    register = {measure["name"]: measure.get("register") for measure in VARS["measures"]}
    expected = {
        cell: (
            len(numerators[cell]),
            len(persons),
            any(min(years[cell]) < b <= max(years[cell]) for b in breaks[register[cell[-1]]] if years[cell]),
            world.cell_key(numerators[cell]),
            world.cell_key(persons),
        )
        for cell, persons in denominators.items()
    }
    assert as_dict(world.exact(asked)["flow_measures"], 6) == expected
    # Breaks between cohorts that no single cohort's row has.
    single = world.exact("1")["flow_measures"].filter(pl.col("series_break"))
    flagged = {(*row[:2], *row[3:6]) for row in single.iter_rows()}
    pooled = [cell for cell, numbers in expected.items() if numbers[2]]
    assert any(
        all((cell[0], c, *cell[3:]) not in flagged for c in range(cell[1], cell[2] + 1)) for cell in pooled
    )


def test_a_window_of_one_cohort_is_the_mart(world: World) -> None:
    mart = world.rows(
        "select degree_code, cohort_year, cohort_year, breakdown, breakdown_value, measure, "
        f"numerator, denominator, series_break from marts.flow_measures where mature and cohort_year >= {world.first}"
    )
    found = world.exact("1")["flow_measures"].filter(~pl.col("breakdown").str.ends_with("_sex"))
    assert (
        sorted(tuple(row.values()) for row in mart) == found.drop("numerator_key", "denominator_key").rows()
    )


@pytest.mark.parametrize("asked", ["1", "2", "2022-2023 2024-2024"])
def test_half_an_academic_year_is_told_nowhere(world: World, asked: str) -> None:
    """Of the last läsår only the autumn has been seen: a fall that is none. Every mart has it, no window does."""
    for name in ("flow_measures", "applicants", "specialisation", "specialisation_county"):
        assert world.rows(f"from marts.{name} where cohort_year = {world.last}"), name
        assert world.exact(asked)[name]["cohort_to"].max() == world.last - 1, name


def test_an_immature_cohort_keeps_the_whole_window_out(world: World) -> None:
    mart = world.rows("select distinct degree_code, cohort_year, measure, mature from marts.flow_measures")
    shown = set(
        world.exact("3")["flow_measures"].select("degree_code", "cohort_from", "cohort_to", "measure").rows()
    )
    split = 0
    for row in mart:
        for window in world.windows_of(row["cohort_year"], world.first, "3"):
            if not world.mature(row["degree_code"], window[1], row["measure"]):
                assert (row["degree_code"], *window, row["measure"]) not in shown
                split += row["mature"]
    assert split, "no window is mature in part: the test tests nothing"


def test_nested_breakdowns_add_up(world: World) -> None:
    flow = world.exact("3")["flow_measures"]
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for nested, outer in (("institution_sex", "institution"), ("study_county_sex", "study_county")):
        for row in flow.filter(pl.col("breakdown") == nested).iter_rows(named=True):
            value, _, sex = row["breakdown_value"].rpartition(":")
            assert sex in ("1", "2", "unknown")
            for by, part in ((outer, value), ("sex", sex)):
                cell = (nested, row["degree_code"], row["cohort_from"], row["measure"], by, part)
                for number, column in enumerate(
                    ("numerator", "denominator", "numerator_key", "denominator_key")
                ):
                    sums[cell][number] += row[column]
    flat = {
        (row["degree_code"], row["cohort_from"], row["measure"], row["breakdown"], row["breakdown_value"]): [
            row[column] for column in ("numerator", "denominator", "numerator_key", "denominator_key")
        ]
        for row in flow.iter_rows(named=True)
    }
    assert len(sums) > 1000
    for cell, (numerator, denominator, *keys) in sums.items():
        assert flat[cell[1:]] == [numerator, denominator, *(key % 1000 for key in keys)]


@pytest.mark.parametrize("asked", ASKED)
def test_applicants_are_the_sum_of_the_mart(world: World, asked: str) -> None:
    mart = world.rows("from marts.applicants")
    first = min(row["cohort_year"] for row in mart)
    expected: dict[tuple, Counter] = defaultdict(Counter)
    counts = ("applicants", "first_choice", "admitted")
    for row in mart:
        for window in world.windows_of(row["cohort_year"], first, asked):
            cell = (row["degree_code"], *window, row["breakdown"], row["breakdown_value"])
            expected[cell].update({count: row[count] for count in counts})
    found = as_dict(world.exact(asked)["applicants"], 5)
    assert {cell: rest[:3] for cell, rest in found.items()} == {
        cell: tuple(numbers[count] for count in counts) for cell, numbers in expected.items()
    }


def test_applicants_have_the_keys_of_their_persons(world: World) -> None:
    persons: dict[tuple, set] = defaultdict(set)
    for row in world.rows(
        "select distinct degree_code, term // 10 - (term % 10 = 1)::int as cohort_year, person_id, is_admitted "
        "from staging.stg_hreg__applications join intermediate.int_programme_terms "
        f"using (institution, programme_code, term) where term // 10 <= {world.last}"
    ):
        persons[row["degree_code"], row["cohort_year"], "applicants"].add(row["person_id"])
        if row["is_admitted"]:
            persons[row["degree_code"], row["cohort_year"], "admitted"].add(row["person_id"])
    totals = world.exact("1")["applicants"].filter(pl.col("breakdown") == "total")
    assert totals.height
    for row in totals.iter_rows(named=True):
        for count in ("applicants", "admitted"):
            ids = persons[row["degree_code"], row["cohort_from"], count]
            assert (row[count], row[f"{count}_key"]) == (len(ids), world.cell_key(ids))


@pytest.mark.parametrize("asked", ASKED)
def test_mobility_is_the_margins_of_the_mart(world: World, asked: str) -> None:
    expected: Counter = Counter()
    for row in world.rows("from marts.mobility"):
        for window in world.flow_windows(row, "employed_1y", asked):
            for by in ("total", "home_county", "study_county", "work_county", "mobility"):
                expected[row["degree_code"], *window, by, row.get(by, "total")] += row["persons"]
    found = as_dict(world.exact(asked)["mobility"], 5)
    assert {cell: rest[0] for cell, rest in found.items()} == expected


def test_mobility_has_the_keys_of_the_same_persons(world: World) -> None:
    persons = defaultdict(list)
    for row in world.rows(
        "from intermediate.int_person_degrees where is_in_flow and employed_1y and home_county is not null "
        "and study_county is not null and work_county is not null"
    ):
        for window in world.flow_windows(row, "employed_1y", "3"):
            persons[row["degree_code"], *window, "work_county", row["work_county"]].append(row["person_id"])
    found = as_dict(world.exact("3")["mobility"].filter(pl.col("breakdown") == "work_county"), 5)
    assert found == {cell: (len(ids), world.cell_key(ids)) for cell, ids in persons.items()}


@pytest.mark.parametrize("asked", ASKED)
def test_specialisation_is_there_when_the_newest_cohort_can_show_the_measure(
    world: World, asked: str
) -> None:
    mart = world.rows("from marts.specialisation")
    first = min(row["cohort_year"] for row in mart)
    newest = newest_cohorts(mart)
    expected: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    left_out = 0
    for row in mart:
        for window in world.windows_of(row["cohort_year"], first, asked):
            if window[1] <= newest[row["measure"]]:
                cell = (*window, row["specialisation"], row["measure"])
                expected[cell][0] += row["numerator"]
                expected[cell][1] += row["denominator"]
            else:
                left_out += 1
    found = as_dict(world.exact(asked)["specialisation"], 4)
    assert {cell: list(rest[:2]) for cell, rest in found.items()} == expected
    assert left_out or asked != "3"


def newest_cohorts(rows: list[dict]) -> dict[str, int]:
    """By measure the newest cohort that has it."""
    newest: dict[str, int] = {}
    for row in rows:
        newest[row["measure"]] = max(row["cohort_year"], newest.get(row["measure"], 0))
    return newest


def test_nurses_have_the_keys_of_their_persons(world: World) -> None:
    nurses = defaultdict(list)
    lived = defaultdict(list)
    for row in world.rows("from intermediate.int_nurse_specialisations"):
        nurses[row["cohort_year"]].append(row)
        lived[row["cohort_year"], row["licence_county"]].append(row["person_id"])
    flat = world.exact("1")["specialisation"].filter(pl.col("measure") == "started")
    assert flat.height
    for row in flat.iter_rows(named=True):
        mine = nurses[row["cohort_from"]]
        started = [nurse["person_id"] for nurse in mine if nurse["start_year"] is not None]
        assert (row["numerator"], row["numerator_key"]) == (len(started), world.cell_key(started))
        assert row["denominator_key"] == world.cell_key(nurse["person_id"] for nurse in mine)
    counties = world.exact("1")["specialisation_county"].filter(pl.col("event") == "licence")
    assert {(row[0], row[4]): row[5:] for row in counties.iter_rows()} == {
        cell: (len(ids), world.cell_key(ids)) for cell, ids in lived.items() if cell[0] < world.last
    }


@pytest.mark.parametrize("asked", ASKED)
def test_specialisation_county_is_the_sum_of_the_mart(world: World, asked: str) -> None:
    mart = world.rows("from marts.specialisation_county")
    first = min(row["cohort_year"] for row in mart)
    newest = newest_cohorts(world.rows("from marts.specialisation"))
    shows = {"licence": "applied", "start": "started", "degree": "graduates"}
    expected: Counter = Counter()
    for row in mart:
        for window in world.windows_of(row["cohort_year"], first, asked):
            if window[1] <= newest[shows[row["event"]]]:
                expected[*window, row["specialisation"], row["event"], row["county"]] += row["persons"]
    found = as_dict(world.exact(asked)["specialisation_county"], 5)
    assert {cell: rest[0] for cell, rest in found.items()} == expected


def test_colonoscopy_is_the_mart_with_the_keys_of_units_and_endoscopists(world: World) -> None:
    table = world.exact("3")["colonoscopy"]
    mart = world.rows("from marts.colonoscopy")
    # What is worked out of counts is worked out of told ones.
    ratios = {ratio["name"] for ratio in VARS["colonoscopy_ratios"]} | {"gap"}
    assert not ratios & set(table.columns)
    counts = [name for name in mart[0] if name not in ratios]
    assert table.select(counts).to_dicts() == [{name: row[name] for name in counts} for row in mart]
    keys: dict[tuple, list[str]] = defaultdict(list)
    county = {row["kommun"]: row["lan"] for row in seed("kommuner")}
    for row in world.rows("from staging.stg_koloskopi__volumes"):
        row["private"] = row["colonoscopies"] * row["is_private"]
        for count in ("colonoscopies", "private", "screening"):
            if row[count]:
                keys[row["year"], county[row["municipality"]], count].append(
                    f"{row['unit']}:{row['year']}:{row[count]}"
                )
    for row in world.rows("from intermediate.int_endoscopists where level = 'region'"):
        keys[row["year"], row["area"], "endoscopists"].append(row["endoscopist"])
        if row["year"] - row["birth_year"] > 60:
            keys[row["year"], row["area"], "over_60"].append(row["endoscopist"])
    for row in table.filter(pl.col("level") == "region").iter_rows(named=True):
        for count in ("colonoscopies", "private", "screening", "endoscopists", "over_60"):
            assert row[f"{count}_key"] == world.cell_key(keys[row["year"], row["area"], count]), (row, count)


def test_what_several_professions_share_is_told_once_and_else_as_the_mart(world: World) -> None:
    """Speech therapists and audiologists are one occupation: one row, with what it holds."""
    holds: dict[str, set[str]] = defaultdict(set)
    for row in seed("yrke_ssyk"):
        holds[row["yrkeskod"]].add(row["ssyk2012"])
    key = ("year", "area", "profession_code", "sex")
    mart = {tuple(row[k] for k in key): row for row in world.rows("from marts.staff_density")}
    seen = set()
    for row in world.exact("3")["staff_density"].iter_rows(named=True):
        for profession in row["occupation_group"].split("+"):
            place = (row["year"], row["area"], profession, row["sex"])
            assert place not in seen
            seen.add(place)
            assert set(row["occupations"].split()) == holds[profession]
            numbers = ("employees", "population", "per_100k", "series_break")
            assert [row[n] for n in numbers] == [mart[place][n] for n in numbers]
    assert seen == set(mart)
    pairs = {row["profession_code"]: row["shared_with"] for row in mart.values()}
    assert pairs == {
        p: " ".join(sorted(o for o in pairs if o != p and holds[o] & holds[p])) or None for p in pairs
    }
    groups = world.exact("3")["staff_density"]["occupation_group"].unique()
    assert {"AU+LG", "KP+NA"} <= set(groups)
    assert not {"AU", "LG", "KP", "NA"} & set(groups)


def test_institutions_are_where_beginners_studied(world: World) -> None:
    pairs = {
        (row["degree_code"], row["institution"], row["study_county"] or "unknown")
        for row in world.rows("from intermediate.int_person_degrees where is_in_flow")
        if row["cohort_year"] < world.last
    }
    assert world.exact("3")["institutions"].rows() == sorted(pairs)


def test_the_connection_is_left_as_it_was(world: World) -> None:
    with duckdb.connect(str(world.path), read_only=True) as con:
        exact_tables(con, "3")
        assert not con.sql("select * from duckdb_views() where view_name = 'windows'").fetchall()


def test_no_register_no_windows(data: Path, tmp_path: Path) -> None:
    """Only the open data were delivered: there is no last year, and nothing to pool."""
    for register in ("folkmangd_lan", "folkmangd_riket", "yrkesregister"):
        shutil.copytree(PROJECT / "raw" / register, tmp_path / "raw" / register)
    build_marts(tmp_path / "raw", tmp_path / "data", like=data)
    with duckdb.connect(str(Settings(data=tmp_path / "data").candidate), read_only=True) as con:
        tables = exact_tables(con, "3")
        with pytest.raises(ValueError, match="expected a number of cohorts"):
            exact_tables(con, "three")
    told = [name for name, table in tables.items() if table.height]
    assert told == ["staff_density", "occupation_density", "care_demand"]
