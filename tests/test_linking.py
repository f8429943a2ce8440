"""Registers that are not about the same persons give no warehouse, and the message says which."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from dagster_project.warehouse import LINKING, WAREHOUSE
from tests.conftest import vardflode
from tests.marts import build_marts
from vardflode.common.exit_status import Exit
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.intake import FileOutcome, Outcome
from vardflode.deliveries.survey import REFERENCE_REGISTERS
from vardflode.settings import PROJECT, Settings
from vardflode.warehouse.linking import FLOW_TABLES, broken_links, registers_missing
from vardflode.warehouse.release import NotLinkedError, release

SEEDS = PROJECT / "dbt" / "seeds"
with (SEEDS / "lankning.csv").open(encoding="utf-8") as file:
    LINKS = {row["lank"]: row for row in csv.DictReader(file, delimiter=";")}


def warehouse(path: Path, rows: int = 1000, **shares: float) -> None:
    """A file with what the check reads: every link, whole, but those of `shares`; a thousand persons each.

    `rows`: of every table of every register that links.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(duckdb.connect(str(path))) as con:
        con.execute("create schema kodverk; create schema quality")
        con.execute(
            f"create table kodverk.lankning as from read_csv('{SEEDS / 'lankning.csv'}', delim = ';')"
        )
        con.execute(
            "create table quality.linking as select lank as link, register, tabell as table_name, "
            "mot_register as against_register, mot_tabell as against_table, null::integer as year, "
            "1000 as persons, 1.0::double as share_linked, golv as least_share, true as is_enough "
            "from kodverk.lankning"
        )
        con.execute(
            "create table quality.deliveries as select distinct register, tabell as table_name, "
            "$rows::bigint as rows_accepted, true as is_in_force from kodverk.lankning",
            {"rows": rows},
        )
        for link, share in shares.items():
            con.execute(
                "update quality.linking set share_linked = $share, is_enough = $share >= least_share "
                "where link = $link",
                {"share": share, "link": link},
            )


def said(tmp_path: Path, *unlinked: str, before: dict[str, float] | None = None, **shares: float) -> str:
    settings = Settings(data=tmp_path, unlinked=unlinked)
    warehouse(settings.candidate, **shares)
    if before is not None:
        warehouse(settings.warehouse, **before)
    return broken_links(settings)


class TestLinks:
    def test_registers_that_link_have_nothing_said_of_them(self, tmp_path: Path) -> None:
        assert said(tmp_path, before={}) == ""

    def test_the_register_in_every_broken_link_is_named(self, tmp_path: Path) -> None:
        message = said(tmp_path, licences_persons=0.1, degrees_licences=0.05)
        assert "the person numbers of hosp are not the others'" in message
        assert "hosp (legitimationer) against rtb (personer): 10% of those licensed" in message
        assert "hreg (examina) against hosp (legitimationer): 5%" in message
        assert "expected at least 85%." in message
        assert "--unlinked hosp" in message

    def test_a_fall_from_the_warehouse_in_force_is_told_though_it_is_above_the_floor(
        self, tmp_path: Path
    ) -> None:
        message = said(tmp_path, before={}, employment_residence=0.8)
        assert (
            "80% work in the county where they live; expected at least 75%, 100% in the warehouse" in message
        )

    def test_what_was_so_before_is_no_fall(self, tmp_path: Path) -> None:
        assert said(tmp_path, before={"employment_residence": 0.8}, employment_residence=0.78) == ""

    def test_the_publisher_can_mean_it(self, tmp_path: Path) -> None:
        assert said(tmp_path, "hosp", licences_persons=0.1, degrees_licences=0.05) == ""

    def test_but_only_of_the_register_that_is_meant(self, tmp_path: Path) -> None:
        assert "gymnasium" in said(tmp_path, "hosp", licences_persons=0.1, leavers_age=0.2)

    @pytest.mark.parametrize(
        ("before", "now", "is_cut"),
        [(1000, 249, True), (1000, 250, False), (1000, 4000, False), (99, 1, False), (100, 24, True)],
    )
    def test_a_table_with_few_of_its_rows_is_cut_short(
        self, tmp_path: Path, before: int, now: int, is_cut: bool
    ) -> None:
        settings = Settings(data=tmp_path)
        warehouse(settings.candidate, rows=now)
        assert broken_links(settings) == ""
        warehouse(settings.warehouse, rows=before)
        told = broken_links(settings)
        assert (
            f"  hosp (legitimationer): {now:,} rows; {before:,} in the warehouse in force" in told
        ) == is_cut
        others = replace(settings, unlinked=tuple({row["register"] for row in LINKS.values()} - {"hosp"}))
        assert broken_links(others).endswith("build with --unlinked hosp.") == is_cut
        assert broken_links(replace(others, unlinked=(*others.unlinked, "hosp"))) == ""

    def test_a_damaged_warehouse_in_force_does_not_hide_what_is_wrong(self, tmp_path: Path) -> None:
        settings = Settings(data=tmp_path)
        warehouse(settings.candidate, licences_persons=0.1)
        settings.warehouse.write_bytes(b"cut short")
        assert "hosp" in broken_links(settings)

    def test_every_floor_has_a_reason_and_lies_between_chance_and_what_is_true(self) -> None:
        for row in LINKS.values():
            assert 0.3 < float(row["golv"]) <= 0.9
            assert row["skal"].strip()
            assert row["betydelse"].strip()
            assert row["meaning"].strip()


CONTRACT = load_contract()


def outcome(register: str, *, accepted: bool = True, without: str = "", empty: str = "") -> Outcome:
    files = [
        FileOutcome(f"{table}.csv", table, 1, int(table != empty), 0, 0, ((None, f"{table}.parquet"),))
        for table in CONTRACT.registers[register].tables
        if table != without
    ]
    message = "" if accepted else "leverans.json is unreadable."
    return Outcome(
        register, "2025", "", "", accepted, message, "2024-12-31", True, tuple(files if accepted else ())
    )


class TestMissing:
    def test_all_four_or_none_is_well(self) -> None:
        assert registers_missing([outcome(r) for r in REFERENCE_REGISTERS], CONTRACT, Settings()) == ""
        assert registers_missing([outcome("yrkesregister")], CONTRACT, Settings()) == ""
        assert registers_missing([], CONTRACT, Settings()) == ""

    @pytest.mark.parametrize("register", REFERENCE_REGISTERS)
    @pytest.mark.parametrize("rejected", [False, True])
    def test_one_that_is_missing_or_rejected_is_named(self, register: str, rejected: bool) -> None:
        outcomes = [outcome(r) for r in REFERENCE_REGISTERS if r != register]
        outcomes += [outcome(register, accepted=False)] if rejected else []
        message = registers_missing(outcomes, CONTRACT, Settings())
        assert f"  {register}: " in message
        assert ("was rejected: leverans.json is unreadable." if rejected else "was not delivered") in message
        assert f"--unlinked {register}." in message
        assert registers_missing(outcomes, CONTRACT, Settings(unlinked=(register,))) == ""

    @pytest.mark.parametrize(
        ("register", "table"),
        [(register, table) for register in FLOW_TABLES for table in FLOW_TABLES[register]],
    )
    def test_a_table_of_it_that_is_missing_is_named(self, register: str, table: str) -> None:
        outcomes = [outcome(r, without=table) for r in REFERENCE_REGISTERS]
        assert f"  {register}: {table} was not delivered" in registers_missing(outcomes, CONTRACT, Settings())

    @pytest.mark.parametrize(
        ("register", "table"),
        [(register, table) for register in FLOW_TABLES for table in FLOW_TABLES[register]],
    )
    def test_a_table_of_it_without_rows_is_named(self, register: str, table: str) -> None:
        outcomes = [outcome(r, empty=table) for r in REFERENCE_REGISTERS]
        told = registers_missing(outcomes, CONTRACT, Settings())
        assert f"  {register}: {table} was delivered without rows" in told
        assert told.endswith(f"build with --unlinked {register}.")
        assert registers_missing(outcomes, CONTRACT, Settings(unlinked=(register,))) == ""

    @pytest.mark.parametrize(("year", "named"), [(1990, False), (2005, True), (2024, True)])
    def test_a_year_without_rows_is_named_unless_the_table_begins_after_it(
        self, year: int, named: bool
    ) -> None:
        files = [
            FileOutcome(f"{y}.csv", "folkbokforing", 1, int(y != year), 0, 0, ((y, f"{y}.parquet"),))
            for y in (1990, 2000, 2005, 2024)
        ]
        outcomes = [outcome(r) for r in REFERENCE_REGISTERS if r != "rtb"]
        outcomes.append(replace(outcome("rtb"), files=tuple(files)))
        told = registers_missing(outcomes, CONTRACT, Settings())
        assert (f"  rtb: folkbokforing {year} was delivered without rows" in told) == named
        assert bool(told) == named

    def test_nobody_need_begin_an_education_every_year(self) -> None:
        files = [
            FileOutcome(f"{y}.csv", "registreringar", 1, int(y != 2005), 0, 0, ((y, f"{y}.parquet"),))
            for y in (2000, 2005, 2024)
        ]
        hreg = outcome("hreg")
        others = [file for file in hreg.files if file.table != "registreringar"]
        outcomes = [outcome(r) for r in REFERENCE_REGISTERS if r != "hreg"]
        outcomes.append(replace(hreg, files=(*others, *files)))
        assert registers_missing(outcomes, CONTRACT, Settings()) == ""

    def test_one_whose_delivery_before_is_in_force_is_not_missing(self) -> None:
        outcomes = [outcome(r) for r in REFERENCE_REGISTERS] + [outcome("rtb", accepted=False)]
        assert registers_missing(outcomes, CONTRACT, Settings()) == ""


def with_other_numbers(raw: Path, register: str, name: str) -> None:
    """The newest delivery of a register again, as `name`, with the persons' numbers exchanged among them."""
    folder = max((raw / register).iterdir())
    if folder.name != name:
        folder = Path(shutil.copytree(folder, raw / register / name))
    manifest = json.loads((folder / "leverans.json").read_text("utf-8")) | {"leverans": name}
    for entry in manifest["filer"]:
        path = folder / entry["fil"]
        header, *lines = path.read_bytes().splitlines(keepends=True)
        rows = [line.partition(b";") for line in lines]
        numbers = sorted({number for number, _, _ in rows})
        others = dict(zip(numbers, [*numbers[7:], *numbers[:7]], strict=True))
        path.write_bytes(header + b"".join(others[number] + b";" + rest for number, _, rest in rows))
        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "leverans.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_first_delivery_with_other_numbers_is_not_released(own_data: Path, tmp_path: Path) -> None:
    settings = Settings(raw=tmp_path / "raw", data=tmp_path / "new")
    with_other_numbers(settings.raw, "hosp", "2025-09")
    build_marts(settings.raw, settings.data, like=own_data)
    with pytest.raises(NotLinkedError, match="the person numbers of hosp are not the others'"):
        release(settings, [])
    assert settings.candidate.exists()
    assert not settings.warehouse.exists()


def cut_short(raw: Path, register: str, file: str, keep: Callable[[int, bytes], bool]) -> None:
    """Leave out rows of a file of a register's only delivery, which says that it is whole."""
    (folder,) = (raw / register).iterdir()
    path = folder / file
    header, *lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for number, line in enumerate(lines) if keep(number, line)]
    assert 0 < len(kept) < len(lines)
    path.write_bytes(header + b"".join(kept))
    manifest = json.loads((folder / "leverans.json").read_text("utf-8"))
    for entry in manifest["filer"]:
        if entry["fil"] == file:
            entry |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
            entry |= {"rader": len(kept)} if "rader" in entry else {}
    (folder / "leverans.json").write_text(json.dumps(manifest), encoding="utf-8")


def before_2012(_: int, line: bytes) -> bool:
    """As of an extract in order of time that ended early."""
    (date,) = re.findall(rb"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", line)
    return date < b"2012"


@pytest.mark.parametrize(
    ("file", "keep", "found"),
    [
        (
            "rtb/folkbokforing_2010.csv",
            lambda n, _: n % 10 == 0,
            r"of rtb (.*\n)+.*rtb \(folkbokforing 2010\)",
        ),
        (
            "rtb/folkbokforing_2024.csv",
            lambda n, _: n % 10 == 0,
            r"of rtb (.*\n)+.*rtb \(folkbokforing 2024\)",
        ),
        (
            "bas/sysselsattning_2015.csv",
            lambda n, _: n % 10 == 0,
            r"of bas (.*\n)+.*bas \(sysselsattning 2015\)",
        ),
        ("hosp/legitimationer.csv", before_2012, r"hreg \(examina 20(1[2-9]|20)\) against hosp .*: 0%"),
        ("hreg/examina.csv", before_2012, r"hosp \(legitimationer 20(1[3-9]|2.)\) against hreg .*: 0%"),
    ],
)
def test_a_first_delivery_that_was_cut_short_is_not_released(
    own_data: Path, tmp_path: Path, file: str, keep: Callable[[int, bytes], bool], found: str
) -> None:
    settings = Settings(raw=tmp_path / "raw", data=tmp_path / "new")
    cut_short(settings.raw, *file.split("/"), keep)
    build_marts(settings.raw, settings.data, like=own_data)
    with pytest.raises(NotLinkedError, match=found):
        release(settings, [])


def test_a_build_of_a_register_with_other_numbers(own_data: Path, tmp_path: Path) -> None:
    raw, data = tmp_path / "raw", own_data
    with_other_numbers(raw, "hosp", "2026-09")
    before = (data / "warehouse.duckdb").read_bytes()
    run = vardflode("build", "--raw", raw, "--data", data)
    assert run.returncode == Exit.FAILED, run.stdout + run.stderr
    assert "the person numbers of hosp are not the others'" in run.stderr
    assert "Traceback" not in run.stderr
    assert (data / "warehouse.duckdb").read_bytes() == before
    assert vardflode("status", "--raw", raw, "--data", data).returncode == Exit.OK
    with dg.DagsterInstance.from_config(str(data / "dagster")) as instance:
        key = dg.AssetCheckKey(WAREHOUSE, LINKING)
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
        assert found.status == AssetCheckExecutionRecordStatus.FAILED
        said = found.event.dagster_event.asset_check_evaluation_data.metadata["found"].value
        assert "hosp" in said
