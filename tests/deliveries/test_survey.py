"""Many deliveries, and which of them is in force."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardflode.common.kept import DamagedError
from vardflode.deliveries import intake
from vardflode.deliveries.survey import (
    delivery_folders,
    in_force,
    last_year,
    person_register,
    quarantine_files,
    raw_contents,
    read_ledger,
    read_survey,
    sweep,
    unknown_registers,
)

REG = "registreringar.csv"
LIC = "legitimationer.csv"


def registrations(*rows: str) -> str:
    return "lopnr;larosate;programkod;termin\n" + "".join(row + "\n" for row in rows)


def residence(*rows: str) -> str:
    return "lopnr;ar;kommun\n" + "".join(row + "\n" for row in rows)


def persons(**deaths: str) -> str:
    """Persons a to c with days of death."""
    rows = (f"{n * 6};1;1950;{deaths.get(name, '')}\n" for name, n in zip("abc", "123", strict=True))
    return "lopnr;kon;fodelsear;avlidendatum\n" + "".join(rows)


def licences(*rows: str) -> str:
    return "lopnr;yrkeskod;legitimationsdatum;utbildningsland;aterkallelsedatum\n" + "".join(
        f"{row};SE;\n" for row in rows
    )


A, B, C = "1" * 6, "2" * 6, "3" * 6


def programme(world: Any) -> list[str]:
    """What is in force of the registrations: their programme codes."""
    return [row[2] for row in world.rows("hreg", "registreringar")]


def accepted(outcomes: list[intake.Outcome]) -> list[tuple[str, bool]]:
    return [(outcome.delivery, outcome.accepted) for outcome in outcomes]


class TestInForce:
    def test_a_table_is_replaced_whole(self, world: Any) -> None:
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151", f"{B};GU;OLD;20151")})
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;NEW;20151")})
        assert accepted(world.survey("hreg")) == [("2024-03", True), ("2025-03", True)]
        assert world.rows("hreg", "registreringar") == [(A, "GU", "NEW", 20151)]

    def test_alphabetical_order_is_time_order(self, world: Any) -> None:
        """Whatever was written to the disk first."""
        for name in ("2025-03b", "2025-03", "2024-12", "2025-03a"):
            world.deliver("hreg", name, {REG: registrations(f"{A};GU;{name};20151")})
        assert [name for name, _ in accepted(world.survey("hreg"))] == [
            "2024-12",
            "2025-03",
            "2025-03a",
            "2025-03b",
        ]
        assert programme(world) == ["2025-03b"]

    def test_a_table_that_the_newest_delivery_lacks(self, world: Any) -> None:
        degrees = f"lopnr;larosate;examenskod;inriktning;examensdatum;examenstyp\n{A};GU;SJ;;2020-01-01;Y\n"
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151"), "examina.csv": degrees})
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;NEW;20151")})
        world.survey("hreg")
        assert programme(world) == ["NEW"]
        assert world.rows("hreg", "examina") == [(A, "GU", "SJ", None, dt.date(2020, 1, 1), "Y")]

    def test_a_table_that_is_delivered_empty_is_empty(self, world: Any) -> None:
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151")})
        world.deliver("hreg", "2025-03", {REG: registrations()})
        world.survey("hreg")
        assert programme(world) == []

    def test_a_rejected_delivery_leaves_the_one_before(self, world: Any) -> None:
        for name in ("2023-03", "2024-03"):
            world.deliver("hreg", name, {REG: registrations(f"{A};GU;{name};20151")})
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;2025-03;20151")}, rows={REG: 7})
        assert accepted(world.survey("hreg")) == [("2023-03", True), ("2024-03", True), ("2025-03", False)]
        assert programme(world) == ["2024-03"]

    def test_files_of_a_table_are_all_in_force(self, world: Any) -> None:
        files = {"x.csv": registrations(f"{A};GU;X;20151"), "y.csv": registrations(f"{A};GU;Y;20151")}
        world.deliver("hreg", "2025-03", files, table="registreringar")
        world.survey("hreg")
        assert programme(world) == ["X", "Y"]


class TestYearlyTables:
    """Each year from the newest accepted delivery that has it."""

    def test_each_year(self, world: Any) -> None:
        def year(year: int, place: str) -> dict[str, str]:
            return {f"folkbokforing_{year}.csv": residence(f"{A};{year};{place}", f"{B};{year};{place}")}

        world.deliver("rtb", "2023-03", year(2020, "0114") | year(2021, "0114") | year(2022, "0114"))
        world.deliver(
            "rtb", "2024-03", year(2021, "0115") | {"folkbokforing_2023.csv": residence(f"{A};2023;0115")}
        )
        world.deliver("rtb", "2025-03", year(2024, "0117"))
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == [
            (A, 2020, "0114"), (A, 2021, "0115"), (A, 2022, "0114"), (A, 2023, "0115"), (A, 2024, "0117"),
            (B, 2020, "0114"), (B, 2021, "0115"), (B, 2022, "0114"), (B, 2024, "0117"),
        ]  # fmt: skip
        table = world.contract.registers["rtb"].tables["folkbokforing"]
        parts = in_force(read_survey(world.data, world.contract), [table], world.data / "rows")
        assert [(part.year, part.delivery) for part in parts] == [
            (2020, "2023-03"), (2021, "2024-03"), (2022, "2023-03"), (2023, "2024-03"), (2024, "2025-03"),
        ]  # fmt: skip

    def test_one_file_without_a_year(self, world: Any) -> None:
        world.deliver(
            "rtb", "2023-03", {"folkbokforing.csv": residence(*(f"{A};{y};0114" for y in (2019, 2020, 2021)))}
        )
        world.deliver("rtb", "2024-03", {"folkbokforing_2020.csv": residence(f"{A};2020;0115")})
        world.deliver("rtb", "2025-03", {"folkbokforing.csv": residence(f"{A};2021;0117", f"{A};2022;0117")})
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == [
            (A, 2019, "0114"),
            (A, 2020, "0115"),
            (A, 2021, "0117"),
            (A, 2022, "0117"),
        ]

    def test_two_files_of_a_year(self, world: Any) -> None:
        files = {"a_2020.csv": residence(f"{A};2020;0114"), "b_2020.csv": residence(f"{B};2020;0114")}
        world.deliver("rtb", "2023-03", files, table="folkbokforing")
        world.deliver("rtb", "2022-03", {"folkbokforing_2020.csv": residence(f"{C};2020;0114")})
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == [(A, 2020, "0114"), (B, 2020, "0114")]

    def test_a_year_that_is_delivered_empty_is_empty(self, world: Any) -> None:
        world.deliver("rtb", "2023-03", {"folkbokforing_2020.csv": residence(f"{A};2020;0114")})
        world.deliver("rtb", "2024-03", {"folkbokforing_2020.csv": residence()})
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == []

    def test_a_rejected_delivery_s_years_come_from_the_one_before(self, world: Any) -> None:
        world.deliver("rtb", "2023-03", {"folkbokforing_2020.csv": residence(f"{A};2020;0114")})
        world.deliver(
            "rtb",
            "2024-03",
            {"folkbokforing_2020.csv": residence(f"{A};2020;0115"), "folkbokforing_2021.csv": "x\n"},
        )
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == [(A, 2020, "0114")]


class TestPins:
    def test_none_after_the_pinned_one(self, world: Any) -> None:
        for name in ("2023-03", "2024-03", "2025-03"):
            world.deliver("hreg", name, {REG: registrations(f"{A};GU;{name};20151")})
        assert accepted(world.survey("hreg", pins={"hreg": "2024-03"})) == [
            ("2023-03", True),
            ("2024-03", True),
        ]
        assert programme(world) == ["2024-03"]
        world.survey("hreg")
        assert programme(world) == ["2025-03"]
        world.survey("hreg", pins={"hreg": "2023-03", "rtb": "1900"})
        assert programme(world) == ["2023-03"]

    def test_who_is_dead_is_pinned_as_well(self, world: Any) -> None:
        world.deliver("rtb", "2024-03", {"personer.csv": persons()})
        world.deliver("rtb", "2025-03", {"personer.csv": persons(a="2019-01-01")})
        world.deliver("hosp", "2025-03", {LIC: licences(f"{A};SJ;2020-01-01")})
        world.survey("rtb", "hosp", pins={"rtb": "2024-03"})
        assert len(world.rows("hosp", "legitimationer")) == 1
        world.survey("rtb", "hosp")
        assert world.rows("hosp", "legitimationer") == []

    def test_what_a_pin_hides_is_not_forgotten(self, world: Any) -> None:
        """An accepted delivery that is swept past and then changed: its accepted rows are there still."""
        for name in ("2024-03", "2025-03"):
            world.deliver("hreg", name, {REG: registrations(f"{A};GU;{name};20151")})
        world.survey("hreg")
        world.survey("hreg", pins={"hreg": "2024-03"})
        sweep(world.data, world.contract)
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;CHANGED;20151")})
        assert accepted(world.survey("hreg")) == [("2024-03", True), ("2025-03", True), ("2025-03", False)]
        assert programme(world) == ["2025-03"]

    def test_checksums_follow_the_pin(self, world: Any) -> None:
        for name in ("2023-03", "2024-03"):
            world.deliver("hreg", name, {REG: registrations(f"{A};GU;{name};20151")})
        assert list(raw_contents(world.raw, world.contract, {"hreg": "2023-03"})) == ["hreg/2023-03"]
        assert list(raw_contents(world.raw, world.contract, {})) == ["hreg/2023-03", "hreg/2024-03"]


class TestChangedAfterAcceptance:
    """A delivery is never changed after it was accepted: the same name with other content is rejected."""

    @pytest.fixture
    def known(self, world: Any) -> Any:
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151")})
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;NEW;20151", f"{B};??;NEW;20151")})
        world.survey("hreg")
        return world

    def check(self, known: Any, before: Any, name: str) -> str:
        """Rejected by name, with the accepted rows, counts and quarantine as they were."""
        outcomes = known.survey("hreg")
        assert accepted(outcomes) == [("2024-03", True), ("2025-03", True), ("2025-03", False)]
        assert [o for o in read_survey(known.data, known.contract) if o.accepted] == before
        assert programme(known) == ["NEW"]
        message: str = outcomes[-1].message
        assert message.startswith(f"{name}: expected the file that was accepted before (sha256 ")
        assert "found " in message
        rows = known.data / "rows"
        assert all(path.is_file() for _, path in quarantine_files(outcomes, rows))
        sweep(known.data, known.contract)
        assert programme(known) == ["NEW"]
        return message

    @pytest.mark.parametrize("same", [True, False])
    def test_other_rows(self, known: Any, same: bool) -> None:
        before = read_survey(known.data, known.contract)
        known.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;{'XXX' if same else 'OTHER'};20151")})
        self.check(known, before, "leverans.json")
        self.check(known, before, "leverans.json")  # and ever after

    def test_one_file_behind_the_manifest_s_back(self, known: Any) -> None:
        """Also where size and time of modification are as they were."""
        before = read_survey(known.data, known.contract)
        path = known.raw / "hreg" / "2025-03" / REG
        times = path.stat()
        path.write_bytes(path.read_bytes().replace(b"NEW", b"XXX"))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.check(known, before, REG)

    def test_a_file_more(self, known: Any) -> None:
        before = read_survey(known.data, known.contract)
        (known.raw / "hreg" / "2025-03" / "x.csv").write_text("x")
        assert "(sha256 none)" in self.check(known, before, "x.csv")

    def test_a_file_less(self, known: Any) -> None:
        before = read_survey(known.data, known.contract)
        (known.raw / "hreg" / "2025-03" / REG).unlink()
        assert "found no file" in self.check(known, before, REG)

    def test_spoilt_altogether(self, known: Any) -> None:
        before = read_survey(known.data, known.contract)
        (known.raw / "hreg" / "2025-03" / "leverans.json").write_text("{")
        self.check(known, before, "leverans.json")

    def test_put_back_all_is_well(self, known: Any) -> None:
        path = known.raw / "hreg" / "2025-03" / REG
        content = path.read_bytes()
        path.write_bytes(content + b"x")
        known.survey("hreg")
        path.write_bytes(content)
        assert accepted(known.survey("hreg")) == [("2024-03", True), ("2025-03", True)]

    def test_an_older_one(self, known: Any) -> None:
        known.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;X;20151")})
        assert accepted(known.survey("hreg")) == [("2024-03", True), ("2024-03", False), ("2025-03", True)]
        assert programme(known) == ["NEW"]

    def test_after_a_newer_one_came(self, known: Any) -> None:
        known.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
        known.deliver("hreg", "2026-03", {REG: registrations(f"{A};GU;NEWEST;20151")})
        known.survey("hreg")
        assert programme(known) == ["NEWEST"]

    def test_the_year_that_counts_is_the_accepted_one_s(self, known: Any) -> None:
        known.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")}, avser_till="2030-12-31")
        assert last_year(known.survey("hreg")) == 2024

    def test_who_is_dead_as_well(self, world: Any) -> None:
        world.deliver("rtb", "2025-03", {"personer.csv": persons(a="2019-01-01")})
        world.deliver("hosp", "2025-03", {LIC: licences(f"{A};SJ;2020-01-01", f"{B};SJ;2020-01-01")})
        world.survey("rtb", "hosp")
        world.deliver("rtb", "2025-03", {"personer.csv": persons(b="2019-01-01")})
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [B]

    def test_in_another_data_folder_it_is_new(self, known: Any, tmp_path: Path) -> None:
        known.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
        fresh = tmp_path / "fresh"
        assert accepted(known.survey("hreg", data=fresh)) == [("2024-03", True), ("2025-03", True)]
        assert known.rows("hreg", "registreringar", fresh) == [(A, "GU", "X", 20151)]

    def test_one_register_does_not_forget_another(self, known: Any) -> None:
        known.deliver("rtb", "2025-03", {"personer.csv": persons()})
        known.survey("rtb")
        assert sorted(read_ledger(known.data)) == ["hreg/2024-03", "hreg/2025-03", "rtb/2025-03"]


class TestCorrected:
    def test_a_rejected_delivery_may_come_again_under_its_name(self, world: Any) -> None:
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151")})
        for wrong in ("x\n", registrations(f"{A};GU"), registrations("850709-9805;GU;X;20151")):
            world.deliver("hreg", "2025-03", {REG: wrong})
            assert accepted(world.survey("hreg")) == [("2024-03", True), ("2025-03", False)]
            assert programme(world) == ["OLD"]
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;NEW;20151")})
        assert accepted(world.survey("hreg")) == [("2024-03", True), ("2025-03", True)]
        assert programme(world) == ["NEW"]


class TestDeaths:
    def test_a_newer_delivery_of_persons_decides(self, world: Any) -> None:
        """Also on what was accepted before: who is dead is so in every register."""
        world.deliver("rtb", "2024-03", {"personer.csv": persons(a="2019-05-01")})
        world.deliver(
            "hosp",
            "2024-03",
            {LIC: licences(f"{A};SJ;2020-01-01", f"{B};SJ;2020-01-01", f"{C};SJ;2020-01-01")},
        )
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [B, C]
        world.deliver("rtb", "2025-03", {"personer.csv": persons(b="2019-05-01")})
        (outcome,) = world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [A, C]
        assert (outcome.files[0].accepted, outcome.files[0].quarantined) == (2, 1)

    def test_a_delivery_without_persons_does_not(self, world: Any) -> None:
        world.deliver("rtb", "2024-03", {"personer.csv": persons(a="2019-05-01")})
        world.deliver(
            "rtb", "2025-03", {"folkbokforing_2020.csv": residence(f"{A};2020;0114", f"{B};2020;0114")}
        )
        world.deliver("hosp", "2024-03", {LIC: licences(f"{A};SJ;2020-01-01", f"{B};SJ;2020-01-01")})
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [B]
        assert world.rows("rtb", "folkbokforing") == [(B, 2020, "0114")]

    def test_a_rejected_delivery_does_not(self, world: Any) -> None:
        world.deliver("rtb", "2024-03", {"personer.csv": persons(a="2019-05-01")})
        world.deliver("rtb", "2025-03", {"personer.csv": persons(b="2019-05-01")}, rows={"personer.csv": 9})
        world.deliver("hosp", "2024-03", {LIC: licences(f"{A};SJ;2020-01-01", f"{B};SJ;2020-01-01")})
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [B]

    def test_older_residence_is_held_against_newer_persons(self, world: Any) -> None:
        world.deliver(
            "rtb",
            "2024-03",
            {"personer.csv": persons(), "folkbokforing_2020.csv": residence(f"{A};2020;0114")},
        )
        world.survey("rtb")
        assert len(world.rows("rtb", "folkbokforing")) == 1
        world.deliver("rtb", "2025-03", {"personer.csv": persons(a="2019-05-01")})
        world.survey("rtb")
        assert world.rows("rtb", "folkbokforing") == []

    def test_one_who_was_declared_dead_by_mistake(self, world: Any) -> None:
        world.deliver("rtb", "2024-03", {"personer.csv": persons(a="2019-05-01")})
        world.deliver("hosp", "2024-03", {LIC: licences(f"{A};SJ;2020-01-01")})
        world.survey("rtb", "hosp")
        assert world.rows("hosp", "legitimationer") == []
        world.deliver("rtb", "2025-03", {"personer.csv": persons()})
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [A]

    def test_too_many_dead_reject_a_delivery_that_was_accepted(self, world: Any) -> None:
        ids = [f"{n:06}" for n in range(100, 112)]
        header = "lopnr;kon;fodelsear;avlidendatum\n"
        world.deliver("rtb", "2024-03", {"personer.csv": header + "".join(f"{i};1;1950;\n" for i in ids)})
        world.deliver("hosp", "2023-03", {LIC: licences(f"{A};SJ;2020-01-01")})
        world.deliver("hosp", "2024-03", {LIC: licences(*(f"{i};SJ;2020-01-01" for i in ids))})
        world.survey("rtb", "hosp")
        assert len(world.rows("hosp", "legitimationer")) == 12
        world.deliver(
            "rtb", "2025-03", {"personer.csv": header + "".join(f"{i};1;1950;2019-01-01\n" for i in ids)}
        )
        outcomes = world.survey("rtb", "hosp")
        assert accepted(outcomes) == [("2023-03", True), ("2024-03", False)]
        assert "expected at most 10 of the 12 rows" in outcomes[-1].message
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [A]

    def test_without_persons_nobody_is_dead(self, world: Any) -> None:
        world.deliver("hosp", "2024-03", {LIC: licences(f"{A};SJ;2020-01-01")})
        assert accepted(world.survey("rtb", "hosp")) == [("2024-03", True)]

    def test_the_register_of_persons(self, contract: Any) -> None:
        assert person_register(contract) == "rtb"


class TestLastYear:
    @staticmethod
    def outcome(register: str, delivery: str, valid_to: str | None) -> intake.Outcome:
        rejected = intake.Outcome(register, delivery, "", "", accepted=False, message="x")
        return (
            rejected if valid_to is None else replace(rejected, accepted=True, message="", valid_to=valid_to)
        )

    @pytest.mark.parametrize(
        ("deliveries", "year"),
        [
            ([], None),
            ([("koloskopi", "2025", "2024-12-31")], None),
            ([("hreg", "2025", None)], None),
            ([("hreg", "2025", "2024-12-31")], 2024),
            (
                [
                    ("hreg", "2025", "2024-12-31"),
                    ("rtb", "2025", "2023-12-31"),
                    ("bas", "2025", "2024-06-30"),
                ],
                2023,
            ),
            ([("hosp", "2025", "2024-12-31"), ("folkmangd", "2025", "2010-12-31")], 2024),
            (
                [
                    ("bas", "2024", "2022-12-31"),
                    ("bas", "2025", "2023-12-31"),
                    ("hosp", "2025", "2024-12-31"),
                ],
                2023,
            ),
            ([("bas", "2025", "2023-12-31"), ("bas", "2024", "2022-12-31")], 2023),
            ([("bas", "2024", "2022-12-31"), ("bas", "2025", None), ("rtb", "2025", "2024-12-31")], 2022),
            # The newest counts, also where it is valid to an earlier day than the one before.
            ([("bas", "2024", "2022-12-31"), ("bas", "2025", "2021-12-31")], 2021),
        ],
    )
    def test_smallest_of_the_newest_accepted(self, deliveries: list[Any], year: int | None) -> None:
        assert last_year(self.outcome(*delivery) for delivery in deliveries) == year

    def test_of_real_deliveries(self, world: Any) -> None:
        world.deliver("rtb", "2025-03", {"personer.csv": persons()}, avser_till="2023-12-31")
        world.deliver("hreg", "2025-03", {REG: registrations()}, avser_till="2024-12-31")
        world.survey("rtb", "hreg")
        assert last_year(read_survey(world.data, world.contract)) == 2023


class TestMadeUp:
    @pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (None, False)])
    def test_is_kept(self, world: Any, value: bool | None, expected: bool) -> None:
        world.deliver("hreg", "2025-03", {REG: registrations()}, syntetisk=value)
        world.survey("hreg")
        (outcome,) = read_survey(world.data, world.contract)
        assert outcome.synthetic is expected


class TestHistory:
    """The same result whatever was surveyed before."""

    @staticmethod
    def state(world: Any, data: Path | None = None) -> Any:
        tables = [(table.register, table.name) for table in world.contract.tables]
        outcomes = read_survey(data or world.data, world.contract)
        return [asdict(o) for o in outcomes], {table: world.rows(*table, data) for table in tables}

    @settings(max_examples=8)
    @given(data=st.data())
    def test_fresh_or_not(
        self, worlds: Any, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        world = next(worlds)
        steps = data.draw(
            st.permutations(
                [
                    (register, name)
                    for register in ("rtb", "hosp", "hreg")
                    for name in ("2023", "2024", "2025")
                ]
            )
        )
        death = st.sampled_from(["", "2018-01-01", "2020-01-01"])
        for register, name in steps:
            wrong = {"rows": {REG: 9, LIC: 9, "personer.csv": 9}} if data.draw(st.integers(0, 3)) == 0 else {}
            files = {
                "rtb": {
                    "personer.csv": persons(a=data.draw(death), b=data.draw(death)),
                    f"folkbokforing_{2017 + data.draw(st.integers(0, 3))}.csv": residence(),
                },
                "hosp": {
                    LIC: licences(f"{A};SJ;2019-01-01", f"{B};SJ;20{data.draw(st.integers(17, 22))}-01-01")
                },
                "hreg": {REG: registrations(f"{A};GU;{name};2019{data.draw(st.integers(1, 3))}")},
            }
            if data.draw(st.booleans()):  # first in an unfinished state
                world.deliver(register, name, {"x.csv": "half"})
                world.survey(*data.draw(st.permutations(["rtb", "hosp", "hreg"])))
                shutil.rmtree(world.raw / register / name)
            world.deliver(register, name, files[register], **wrong)
            if data.draw(st.booleans()):
                pins = data.draw(st.sampled_from([{}, {"rtb": "2023"}, {"rtb": "2024", "hosp": "2023"}]))
                world.survey("rtb", "hosp", "hreg", pins=pins)
                if data.draw(st.booleans()):
                    sweep(world.data, world.contract)
        world.survey("rtb", "hosp", "hreg")
        fresh = tmp_path_factory.mktemp("fresh")
        world.survey("rtb", "hosp", "hreg", data=fresh)
        assert self.state(world) == self.state(world, fresh)
        sweep(world.data, world.contract)
        assert self.state(world) == self.state(world, fresh)

    def test_nothing_is_judged_twice(self, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
        world.deliver("hreg", "2026-03", {REG: "wrong"})
        first = world.survey("hreg")
        monkeypatch.setattr(intake.READER, "run", lambda *_, **__: pytest.fail("judged again"))
        assert world.survey("hreg") == first

    def test_another_contract_judges_anew(self, world: Any) -> None:
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151", f"{A};GU;X;20152")})
        assert world.survey("hreg")[0].files[0].quarantined == 0
        body = world.contract.registers["hreg"]
        table = body.tables["registreringar"]
        columns = [replace(c, min=20152) if c.name == "termin" else c for c in table.columns]
        tables = body.tables | {"registreringar": replace(table, columns=tuple(columns))}
        world.contract = replace(
            world.contract, registers=world.contract.registers | {"hreg": replace(body, tables=tables)}
        )
        assert world.survey("hreg")[0].files[0].quarantined == 1
        assert [row[3] for row in world.rows("hreg", "registreringar")] == [20152]
        before = sorted(path.name for path in (world.data / "rows" / "hreg").glob("2025-03.*"))
        sweep(world.data, world.contract)
        after = sorted(path.name for path in (world.data / "rows" / "hreg").glob("2025-03.*"))
        assert (len(before), len(after)) == (2, 1)
        assert [row[3] for row in world.rows("hreg", "registreringar")] == [20152]


class TestFolders:
    def test_what_is_no_delivery(self, world: Any) -> None:
        world.deliver("hreg", "2025-03", {REG: registrations()})
        (world.raw / "hreg" / ".cache").mkdir()
        (world.raw / "hreg" / "readme.txt").write_text("x")
        assert [path.name for path in delivery_folders(world.raw, "hreg", {})] == ["2025-03"]
        assert delivery_folders(world.raw, "hosp", {}) == []
        assert world.survey("hosp") == []

    def test_an_empty_folder_is_a_delivery_without_a_manifest(self, world: Any) -> None:
        (world.raw / "hreg" / "2025-03").mkdir(parents=True)
        (outcome,) = world.survey("hreg")
        assert outcome.message == "leverans.json is missing: expected it in hreg/2025-03, found no such file."

    def test_registers_that_the_contract_does_not_know(self, world: Any) -> None:
        for name in ("hreg", "skolan", "arbetet", ".git"):
            (world.raw / name).mkdir(parents=True)
        assert unknown_registers(world.raw, world.contract) == ["arbetet", "skolan"]

    @pytest.mark.parametrize("name", ["2025-03 [ny]", "2025*", "höst's 2025"])
    def test_names_with_odd_signs(self, world: Any, name: str) -> None:
        world.deliver("rtb", name, {"personer.csv": persons(a="2019-01-01")})
        world.deliver("hosp", name, {LIC: licences(f"{A};SJ;2020-01-01", f"{B};SJ;2020-01-01")})
        world.survey("rtb", "hosp")
        assert [row[0] for row in world.rows("hosp", "legitimationer")] == [B]

    def test_a_half_written_folder_is_no_harm(self, world: Any) -> None:
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
        (outcome,) = world.survey("hreg")
        rows = world.data / "rows"
        half = rows / "hreg" / ".unfinished"
        half.mkdir()
        (half / "registreringar.parquet").write_bytes(b"PAR1")
        (rows / outcome.folder / "outcome.json").unlink()
        (rows / outcome.folder / "registreringar.parquet").write_bytes(b"PAR1")
        assert world.survey("hreg") == [outcome]
        assert programme(world) == ["X"]
        (rows / "hreg" / "2025-03.0123456789abcdef").mkdir()
        sweep(world.data, world.contract)
        assert sorted(path.name for path in (rows / "hreg").iterdir()) == [
            Path(outcome.folder).name,
            "intake.json",
        ]
        assert programme(world) == ["X"]

    def test_a_full_disk_is_no_fault_of_a_delivery_and_leaves_nothing(
        self, world: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.deliver("hreg", "2024-03", {REG: registrations(f"{A};GU;OLD;20151")})
        world.survey("hreg")
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;NEW;20151")})

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(intake.READER, "run", lambda work, *what, **_: work(lambda _: None, *what))
            patch.setattr(intake, "_write_parts", full)
            with pytest.raises(OSError, match="No space"):
                world.survey("hreg")
        assert programme(world) == ["OLD"]
        assert [
            path.name for path in (world.data / "rows" / "hreg").iterdir() if path.name.startswith(".")
        ] == []
        world.survey("hreg")
        assert programme(world) == ["NEW"]

    def test_rows_in_force_are_readable_by_the_owner_only(self, world: Any) -> None:
        """Pseudonymised rows about persons."""
        world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
        (outcome,) = world.survey("hreg")
        assert (world.data / "rows" / outcome.folder).stat().st_mode & 0o077 == 0


def test_every_file_is_accounted_for(world: Any) -> None:
    """Accepted + quarantined + exact copies = delivered, for every file, and in the same order as listed."""
    files = {
        "b.csv": registrations(f"{A};GU;X;20151", f"{A};GU;X;20151", f"{A};??;X;20151"),
        "a.csv": registrations(f"{A};GU;X;20151", f"{B};GU;X;20151"),
        "c.csv": registrations(),
    }
    world.deliver("hreg", "2025-03", files, table="registreringar")
    world.survey("hreg")
    (outcome,) = read_survey(world.data, world.contract)
    assert [(f.file, f.delivered, f.accepted, f.quarantined, f.exact_copies) for f in outcome.files] == [
        ("b.csv", 3, 1, 1, 1),
        ("a.csv", 2, 1, 0, 1),
        ("c.csv", 0, 0, 0, 0),
    ]
    assert len(world.rows("hreg", "registreringar")) == 2


def test_the_survey_is_plain_json(world: Any) -> None:
    world.deliver("hreg", "2025-03", {REG: registrations(f"{A};GU;X;20151")})
    outcomes = world.survey("hreg")
    body = json.loads((world.data / "rows" / "hreg" / "intake.json").read_text(encoding="utf-8"))
    assert [entry["delivery"] for entry in body] == ["2025-03"]
    assert read_survey(world.data, world.contract) == outcomes


@pytest.mark.parametrize("damaged", ["{", "", "[]", "\udcff"])
def test_a_damaged_list_of_what_was_accepted_is_told_and_kept(world: Any, damaged: str) -> None:
    """To begin anew would let a delivery in that was changed after it was accepted."""
    path = world.data / "accepted.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(damaged.encode("utf-8", "surrogateescape"))
    with pytest.raises(DamagedError, match=r"accepted\.json: expected what .* restore it"):
        world.survey("hreg")
    assert path.read_bytes() == damaged.encode("utf-8", "surrogateescape")
