"""The Dagster graph: what is in it, in which order, and what starts it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.automation import (
    build_job,
    edition_job,
    new_delivery_sensor,
    triennial_edition,
    yearly_build,
)
from dagster_project.definitions import defs
from vardflode.deliveries.contract import load_contract
from vardflode.publication.edition import EDITIONS
from vardflode.settings import PROJECT, load_settings
from vardflode.warehouse.candidate import OVERVIEW
from vardflode.warehouse.models import manifest

LAYERS = [
    "delivered",
    "kodverk",
    "staging",
    "intermediate",
    "counts",
    "marts",
    "quality",
    "warehouse",
    "published",
    "edition",
    "site",
]


@pytest.fixture(scope="module")
def graph() -> dg.AssetGraph:
    return defs.resolve_asset_graph()


def test_every_delivered_table_model_and_seed_is_an_asset(graph: dg.AssetGraph) -> None:
    keys = {"/".join(key.path) for key in graph.get_all_asset_keys()}
    delivered = {f"delivered/{t.register}/{t.name}" for t in load_contract().tables}
    overview = {f"delivered/{name}" for name in ("deaths", *OVERVIEW)}
    layers = {"staging", "intermediate", "counts", "kodverk", "marts", "quality"}
    models = {
        f"{layer}/{path.stem}"
        for layer in layers
        for kind in ("sql", "py")
        for path in (PROJECT / "dbt/models" / layer).glob(f"**/*.{kind}")
    }
    seeds = {f"kodverk/{path.stem}" for path in (PROJECT / "dbt/seeds").glob("*.csv")}
    assert keys == delivered | overview | models | seeds | {"warehouse", "published", "edition", "site"}


def test_whatever_the_ui_shows_says_what_it_is(graph: dg.AssetGraph) -> None:
    said = {key.to_user_string(): graph.get(key).description for key in graph.get_all_asset_keys()}
    said |= {
        f"{key.asset_key.to_user_string()} {key.name}": graph.get_check_spec(key).description
        for key in graph.asset_check_keys
    }
    assert not [name for name, text in said.items() if not (text and text.strip())]
    columns = "degree_code, cohort_year, home_county, study_county, work_county: "
    (mobility,) = (name for name in said if name.startswith("marts/mobility unique_combination"))
    assert str(said[mobility]).startswith(columns)


def test_every_dbt_test_is_a_check_that_blocks(graph: dg.AssetGraph) -> None:
    tests = manifest(load_settings())["nodes"].values()
    names = {t["name"] for t in tests if t["resource_type"] == "test" and t["config"]["severity"] == "error"}
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert names - blocking == set()
    assert "every_beginner_stands_once_in_the_heart" in names


def test_data_goes_one_way(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        for parent in graph.get(key).parent_keys:
            assert LAYERS.index(parent.path[0]) <= LAYERS.index(key.path[0]), (parent, key)
            # marts and quality are ends: nothing but the warehouse reads them
            assert parent.path[0] not in ("marts", "quality") or key.path == ["warehouse"], (parent, key)


def test_blocking_checks_stand_before_the_warehouse(graph: dg.AssetGraph) -> None:
    checks = {(check.asset_key.to_user_string(), check.name) for check in graph.asset_check_keys}
    blocking = {
        (check.asset_key.to_user_string(), check.name)
        for check in graph.asset_check_keys
        if graph.get_check_spec(check).blocking
    }
    for table in load_contract().tables:
        key = f"delivered/{table.register}/{table.name}"
        assert (key, "contract_kept") in checks
        assert (key, "expectations_critical") in blocking
        assert (key, "expectations_warning") not in blocking
    for path in (PROJECT / "dbt/models/marts").glob("**/*.sql"):
        assert (f"marts/{path.stem}", "expectations_critical") in blocking
    assert any(name.startswith("unique_combination") for _, name in blocking)


def test_the_job_runs_all_of_it() -> None:
    job = defs.resolve_job_def("build")
    assert {node.name for node in job.graph.nodes} >= {
        "candidate",
        "models",
        "marts_expectations",
        "warehouse",
    }


def test_what_leaves_the_house_has_a_job_of_its_own() -> None:
    assert {node.name for node in defs.resolve_job_def("disclose").graph.nodes} == {"published"}
    assert {node.name for node in defs.resolve_job_def("make_site").graph.nodes} == {"site"}
    assert not {"published", "edition", "site"} & {
        node.name for node in defs.resolve_job_def("build").graph.nodes
    }


def test_a_new_delivery_asks_for_a_build_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(PROJECT / "raw" / "yrkesregister", raw / "yrkesregister")
    monkeypatch.setenv("VARDFLODE_RAW", str(raw))
    sensor = new_delivery_sensor(load_contract())
    context = dg.build_sensor_context()
    assert isinstance(sensor(context), dg.RunRequest)
    seen = dg.build_sensor_context(cursor=context.cursor)
    assert isinstance(sensor(seen), dg.SkipReason)
    shutil.copytree(raw / "yrkesregister" / "2026-08", raw / "yrkesregister" / "2027-08")
    assert isinstance(sensor(seen), dg.RunRequest)
    # Neither a pipe nor a device is opened, and a name need not be UTF-8.
    for name in (b"2028-pipe", b"2028-link", b"2028\xff"):
        (raw / "yrkesregister" / os.fsdecode(name)).mkdir()
    os.mkfifo(raw / "yrkesregister" / "2028-pipe" / "leverans.json")
    (raw / "yrkesregister" / "2028-link" / "leverans.json").symlink_to("/dev/zero")
    assert isinstance(sensor(seen), dg.RunRequest)
    assert isinstance(sensor(seen), dg.SkipReason)


@pytest.mark.parametrize(("year", "asked"), [(2025, True), (2026, False), (2027, False), (2028, True)])
def test_every_third_year_has_an_edition(year: int, asked: bool) -> None:
    context = dg.build_schedule_context(scheduled_execution_time=dt.datetime(year, 11, 1, 6))
    found = triennial_edition(context)
    assert isinstance(found, dg.RunRequest | dg.SkipReason)
    if asked and f"{year}.yml" in {path.name for path in EDITIONS.iterdir()}:
        assert isinstance(found, dg.RunRequest)
        assert found.partition_key == str(year)
    else:
        # A year of an edition without its file says what to write.
        assert isinstance(found, dg.SkipReason)
        assert (f"editions/{year}.yml" in str(found.skip_message)) is asked


def test_the_schedules_start_the_build_and_the_edition() -> None:
    assert yearly_build.cron_schedule == "0 6 1 10 *"
    assert (yearly_build.job_name, triennial_edition.job_name) == (build_job.name, edition_job.name)


def test_an_edition_protects_by_its_own_rules_before_it_publishes() -> None:
    job = defs.resolve_job_def("publish")
    assert {node.name for node in job.nodes} == {"published", "edition"}
    assert job.partitions_def is not None
    assert job.partitions_def.get_partition_keys() == sorted(path.stem for path in EDITIONS.glob("*.yml"))


def test_the_ui_can_load_all_of_it() -> None:
    """As the UI's code server does, which is stricter than the command: names must not meet, and so on."""
    repository = defs.get_repository_def()
    repository.load_all_definitions()
    assert {"build", "disclose", "publish"} <= set(repository.job_names)
