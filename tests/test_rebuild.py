"""A build that keeps what still holds gives what a build from nothing gives, whatever has changed.

The command is held against itself once. What else can change is built without dbt, of the SQL that it compiled.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import vardflode
from tests.marts import run_compiled, tables
from vardflode.analysts.dress import dress_warehouse
from vardflode.common.fingerprint import recipe_fingerprint
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.survey import person_register, survey_register
from vardflode.settings import Settings
from vardflode.warehouse.marking import describe_models
from vardflode.warehouse.models import manifest
from vardflode.warehouse.release import release
from vardflode.warehouse.reuse import _stale, begin_candidate, to_build
from vardflode.warehouse.state import Check, State, read_state, read_state_in_force, write_state

CONTRACT = load_contract()


def begin(settings: Settings) -> set[str]:
    """Deliveries → candidate; the models that are to be built in it."""
    first = person_register(CONTRACT)
    for register in sorted(CONTRACT.registers.values(), key=lambda register: register.name != first):
        survey_register(settings.raw, settings.data, register, CONTRACT, settings.pin)
    project = manifest(settings)
    begin_candidate(settings, CONTRACT, project, "a fingerprint")
    return to_build(settings, nodes(project))


def build(settings: Settings, chosen: set[str], like: Path) -> State:
    """Candidate → warehouse in force, as the graph does it, without dbt and the expectations."""
    project = manifest(settings)
    results = run_compiled(settings, like, chosen)
    describe_models(settings, project)
    dress_warehouse(settings)
    state = read_state(settings)
    state.record_models(results, recipe_fingerprint(settings))
    write_state(settings, state)
    release(settings, nodes(project))
    return state


def nodes(project: Mapping[str, Any]) -> list[str]:
    return [id_ for id_, node in project["nodes"].items() if node["resource_type"] in ("model", "seed")]


def names(chosen: set[str]) -> set[str]:
    return {id_.split(".")[-1] for id_ in chosen}


def comments(path: Path) -> list[tuple]:
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        return con.sql(
            "select schema_name, table_name, null, comment from duckdb_tables() union all "
            "select schema_name, view_name, null, comment from duckdb_views() where not internal union all "
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where not internal order by all"
        ).fetchall()


def deliver_again(raw: Path, register: str, **changed: object) -> None:
    """A new delivery of a register: its newest one, with another name and what is changed in its manifest."""
    newest = max((raw / register).iterdir())
    target = newest.with_name("2030-09")
    shutil.copytree(newest, target)
    file = target / "leverans.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"leverans": target.name} | changed))


@pytest.fixture
def settings(own_data: Path) -> Settings:
    return Settings(raw=own_data.parent / "raw", data=own_data)


def assert_as_from_nothing(settings: Settings, chosen: set[str], like: Path) -> None:
    """What was chosen, built beside what was kept, is what the same deliveries give where nothing was built."""
    state = build(settings, chosen, like)
    anew = Settings(**{**vars(settings), "data": settings.data.with_name("anew")})
    shutil.copytree(settings.data / "rows", anew.data / "rows")
    for name in ("accepted.json", "record_key_secret"):
        shutil.copyfile(settings.data / name, anew.data / name)
    everything, project = begin(anew), manifest(settings)
    assert everything == set(nodes(project))
    fresh = build(anew, everything, like)
    assert tables(settings.warehouse) == tables(anew.warehouse)
    assert comments(settings.warehouse) == comments(anew.warehouse)
    assert (state.models, state.delivered) == (fresh.models, fresh.delivered)
    assert {id_: sql.split() for id_, sql in state.sql.items()} == {
        id_: sql.split() for id_, sql in fresh.sql.items()
    }
    # A test is kept when nothing that it reads was chosen; dbt makes the others with the models.
    tests = {
        id_: set(node["depends_on"]["nodes"])
        for id_, node in project["nodes"].items()
        if node["resource_type"] == "test"
    }
    assert state.tests.keys() == {id_ for id_, read in tests.items() if not read & chosen}


def test_dbt_compiles_the_same_sql_whatever_was_delivered(sample: Path, data: Path) -> None:
    one, two = (read_state_in_force(Settings(data=folder)) for folder in (sample / "data", data))
    assert one is not None
    assert two is not None
    assert len(one.sql) > 50
    assert one.sql == two.sql


def test_nothing_is_built_for_the_same_deliveries(settings: Settings) -> None:
    assert begin(settings) == set()


def deliver_employment(raw: Path, copied: int, year: int, until: int | None = None) -> None:
    """A new delivery of employment with one year, which is a copy of another; it reaches to `until`."""
    newest = max((raw / "bas").iterdir())
    source = newest / f"sysselsattning_{copied}.csv"
    target = newest.with_name("2030-09")
    target.mkdir()
    file = target / f"sysselsattning_{year}.csv"
    lines = source.read_text("utf-8").splitlines(keepends=True)
    place = lines[0].strip().split(";").index("ar")
    rows = [line.split(";") for line in lines[1:]]
    text = lines[0] + "".join(";".join([*row[:place], str(year), *row[place + 1 :]]) for row in rows)
    file.write_text(text, "utf-8")
    body = json.loads((newest / "leverans.json").read_text("utf-8"))
    (entry,) = [entry for entry in body["filer"] if entry["fil"] == source.name]
    entry |= {"fil": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    body |= {"leverans": target.name, "avser_till": f"{until or year}-12-31", "filer": [entry]}
    (target / "leverans.json").write_text(json.dumps(body), "utf-8")


def change_one_new_year(raw: Path) -> None:
    """The year after the last one that the other registers reach."""
    deliver_employment(raw, 2024, 2025)


def change_an_old_year(raw: Path) -> None:
    """Other rows for a year that takes part; the last year is the same."""
    deliver_employment(raw, 2018, 2021, until=2024)


def change_an_accepted_delivery(raw: Path) -> None:
    (raw / "hosp" / "2025-09" / "more.csv").write_text("a\n")


def change_remove(raw: Path) -> None:
    shutil.rmtree(raw / "gymnasium")


def change_the_last_year(raw: Path) -> None:
    """The newest delivery of employment reaches to 2022 only, and so does the flow then."""
    deliver_employment(raw, 2021, 2022)


def change_all_persons(raw: Path) -> None:
    """A new delivery of persons: the same rows, but from it on each is another delivery's."""
    deliver_again(raw, "rtb")


# What is built for it, at least, and what is kept.
CHANGES: dict[Callable[[Path], None], tuple[set[str], set[str]]] = {
    change_an_old_year: (
        {"int_follow_ups", "flow_measures", "mobility"},
        {"applicants", "int_observed_years"},
    ),
    change_an_accepted_delivery: (set(), {"int_person_degrees", "deliveries"}),
    change_remove: ({"flow_measures"}, {"applicants", "int_beginners"}),
    change_the_last_year: ({"flow_measures", "int_observed_years", "applicants"}, {"colonoscopy"}),
    change_all_persons: (set(), {"flow_measures", "applicants"}),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_is_kept_is_what_would_be_built(
    settings: Settings, data: Path, change: Callable[[Path], None]
) -> None:
    change(settings.raw)
    chosen = begin(settings)
    built, kept = CHANGES[change]
    assert built <= names(chosen)
    assert not kept & names(chosen)
    assert_as_from_nothing(settings, chosen, data)


def test_one_new_year_changes_only_what_is_told_of_each_delivery(settings: Settings, data: Path) -> None:
    """How well registers link is asked of every year that is delivered; and when each came last."""
    change_one_new_year(settings.raw)
    chosen = begin(settings)
    assert names(chosen) == {"freshness", "linking"}
    assert_as_from_nothing(settings, chosen, data)


def test_a_view_with_a_test_is_built_again(settings: Settings) -> None:
    project = manifest(settings)
    view, mart = "model.vardflode.stg_bas__employment", "model.vardflode.flow_measures"
    changed, sql = {"bas_sysselsattning"}, read_state_in_force(settings).sql  # type: ignore[union-attr]
    begin(settings)
    assert view not in _stale(settings, project, sql, changed)
    project["child_map"][view].append("test.vardflode.not_null_person_id")
    stale = _stale(settings, project, sql, changed)
    assert view in stale
    assert mart not in stale


def test_back_to_an_older_delivery(settings: Settings, data: Path) -> None:
    """A pin: what the newer delivery brought is gone again."""
    change_the_last_year(settings.raw)
    build(settings, begin(settings), data)
    pinned = Settings(raw=settings.raw, data=settings.data, pin={"bas": "2025-09"})
    chosen = begin(pinned)
    assert "flow_measures" in names(chosen)
    assert_as_from_nothing(pinned, chosen, data)


def test_a_build_that_broke_midway_leaves_nothing_behind(settings: Settings, data: Path) -> None:
    change_the_last_year(settings.raw)
    chosen = begin(settings)
    some = {id_ for id_ in chosen if "int_" in id_}
    results = run_compiled(settings, data, some)
    state = read_state(settings)
    state.record_models(results, recipe_fingerprint(settings))
    write_state(settings, state)
    # What was built of the candidate is not built again if the same run goes on ...
    assert to_build(settings, chosen) == chosen - some
    # ... unless a check had failed: then the code has been mended, or nothing can be trusted.
    state.tests["t"] = Check("t", "critical", passed=False, observed="1 row")
    write_state(settings, state)
    assert to_build(settings, chosen) == chosen
    # A new build begins from what is in force.
    deliver_again(settings.raw, "hosp")
    assert_as_from_nothing(settings, begin(settings), data)


@pytest.fixture(
    params=["killed in the swap", "other code", "other setting", "state of an older version", "no state"]
)
def nothing_to_keep(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    path = settings.data / "state.json"
    state = json.loads(path.read_text())
    match request.param:
        case "killed in the swap":
            (settings.data / "build.json").unlink()
        case "other code":
            path.write_text(json.dumps(state | {"recipe": "another"}))
        case "other setting":
            settings = Settings(raw=settings.raw, data=settings.data, max_move=0.5)
        case "state of an older version":
            path.write_text(
                json.dumps({name: state[name] for name in ("fingerprint", "models", "tests", "expectations")})
            )
        case "no state":
            path.unlink()
    return settings


def test_all_is_built_where_nothing_is_known_to_hold(nothing_to_keep: Settings) -> None:
    assert begin(nothing_to_keep) == set(nodes(manifest(nothing_to_keep)))


def test_the_command_tells_what_it_built_and_every_asset_is_there(own_data: Path, tmp_path: Path) -> None:
    raw, data = own_data.parent / "raw", own_data
    before = json.loads((data / "build.json").read_text())
    page = (data / "expectations.html").read_text()
    change_an_old_year(raw)
    kept = Settings(raw=raw, data=Path(shutil.copytree(data, tmp_path / "kept", symlinks=True)))
    chosen = begin(kept)
    run = vardflode("build", "--raw", raw, "--data", data)
    assert run.returncode == 0, run.stderr
    assert f"building models: {len(chosen)} of " in run.stderr
    after = json.loads((data / "build.json").read_text())
    assert after["checks"]["made"] == before["checks"]["made"]
    assert len(after["deliveries"]) == len(before["deliveries"]) + 1
    assert page.count("<tr") == (data / "expectations.html").read_text().count("<tr")
    (tmp_path / "anew").mkdir()
    shutil.copyfile(data / "record_key_secret", tmp_path / "anew" / "record_key_secret")
    anew = vardflode("build", "--raw", raw, "--data", tmp_path / "anew")
    assert anew.returncode == 0
    assert tables(data / "warehouse.duckdb") == tables(tmp_path / "anew" / "warehouse.duckdb")
    assert after == json.loads((tmp_path / "anew" / "build.json").read_text())
    assert (data / "expectations.html").read_text() == (tmp_path / "anew" / "expectations.html").read_text()
