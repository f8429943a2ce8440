"""The command, from outside: what it says, what it leaves behind, and that nothing breaks it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import VARDFLODE, command_of, copied_project, vardflode
from tests.marts import build_marts, tables
from tests.test_rebuild import change_one_new_year
from vardflode.common.database import connect
from vardflode.common.exit_status import Exit
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.survey import survey_register
from vardflode.settings import MEMORY_OF_A_FILE, PROJECT, Settings
from vardflode.warehouse.release import NotReleasedError, release
from vardflode.warehouse.report import print_summary
from vardflode.warehouse.state import Check, State, write_state


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(VARDFLODE), *map(str, arguments)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    assert process.stderr is not None
    for found in process.stderr:
        if line in found:
            return
    raise AssertionError(f"the build ended before it said {line!r}")


class TestTheSample:
    """One build of a country with planted errors and rejected deliveries."""

    def test_the_summary_tells_what_happened(self, sample: Path) -> None:
        told = (sample / "stdout").read_text()
        assert "delivered = accepted + set aside + exact copies" in told
        assert "Påhittade personer" in told
        assert str(sample / "data" / "warehouse.duckdb") in told
        assert "Rejected rtb/" in told
        assert "expectations.html" in told

    def test_progress_while_it_works(self, sample: Path) -> None:
        told = (sample / "stderr").read_text()
        for step in ("reading hreg", "building models", "taking the new warehouse into force"):
            assert step in told
        assert "Traceback" not in told

    def test_nothing_is_lost(self, warehouse: Path) -> None:
        with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
            lost = con.sql(
                "from quality.deliveries where status = 'accepted' "
                "and rows_delivered <> rows_accepted + rows_quarantined + rows_exact_copy"
            ).fetchall()
            assert lost == []
            kept, counted = con.sql(
                "select (select count(*) from quality.quarantine), sum(rows_quarantined) from quality.deliveries"
            ).fetchall()[0]
            assert kept == counted > 0

    def test_every_column_has_its_meaning_and_unit_in_the_file(self, warehouse: Path) -> None:
        with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
            bare = con.sql(
                "select schema_name, table_name, column_name, comment from duckdb_columns() "
                "where schema_name in ('staging', 'intermediate', 'counts', 'marts', 'quality') "
                "and coalesce(comment, '') not like '%Unit: %'"
            ).fetchall()
        assert bare == []

    def test_what_comes_from_made_up_deliveries_says_so(self, warehouse: Path) -> None:
        with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
            marked = {
                name: comment.startswith("PÅHITTADE PERSONER")
                for name, comment in con.sql(
                    "select schema_name || '.' || table_name, comment from duckdb_tables() "
                    "where schema_name in ('marts', 'intermediate', 'quality') union all "
                    "select view_name, comment from duckdb_views() where schema_name in ('counts', 'staging')"
                ).fetchall()
            }
        real = {name for name, is_marked in marked.items() if not is_marked}
        # Open data, and what comes from code lists alone.
        assert real == {
            "marts.staff_density",
            "marts.occupation_density",
            "marts.care_demand",
            "marts.measures",
            "staff_density_told",
            "occupation_density_told",
            "care_demand_told",
            "intermediate.int_staff_density",
            "intermediate.int_open_population",
            "intermediate.int_occupation_density",
            "intermediate.int_care_demand",
            "intermediate.int_whole_county_areas",
            "intermediate.int_colonoscopy_areas",
            "intermediate.int_degree_measures",
            "intermediate.int_observed_years",
            "intermediate.int_forecast_groups",
            "intermediate.int_forecast_years",
            "stg_yrkesregister__employees",
            "stg_folkmangd_lan__population_by_age",
            "stg_folkmangd_lan__population_total",
            "stg_folkmangd_riket__population",
            "stg_folkmangd_riket__projection",
        }

    def test_only_the_owner_can_read_what_holds_persons(self, sample: Path) -> None:
        for path in [sample / "data", *(sample / "data").rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path

    def test_no_identity_number_got_in(self, sample: Path) -> None:
        for path in (sample / "data").rglob("*"):
            if path.is_file():
                assert b"191212121212" not in path.read_bytes(), path
                assert b"19121212-1212" not in path.read_bytes(), path

    def test_what_was_planted_is_what_was_found(self, sample: Path, warehouse: Path) -> None:
        planted = json.loads((sample / "raw" / "planted.json").read_text())
        keys = ["register", "delivery", "file", "line", "rule", "column"]
        expected = sorted(tuple(str(row[key]) for key in keys) for row in planted["quarantined"])
        with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
            found = con.sql(
                "select register, delivery, file, line::varchar, rule, column_name from quality.quarantine"
            ).fetchall()
            rejected = con.sql(
                "select register, delivery from quality.deliveries where status = 'rejected'"
            ).fetchall()
            copies = con.sql("select sum(rows_exact_copy) from quality.deliveries").fetchall()[0][0]
            kinds = {row[0] for row in con.sql("select distinct warning from quality.warnings").fetchall()}
        assert sorted(found) == expected
        assert sorted(rejected) == sorted((row["register"], row["delivery"]) for row in planted["rejected"])
        assert copies == len(planted["exact_copies"])
        assert len(kinds) == len({row["kind"] for row in planted["warnings"]}) == 12
        # The summary tells the first of them; the page tells all, under "what did not hold".
        page = (sample / "data" / "expectations.html").read_text()
        failed = page[page.index('<h2 id="fel">') : page.index("<h2>Levererade tabeller")]
        odd = [f"{row['table']}</a><br>{row['expectation']}<" for row in planted["worth_a_look"]]
        assert [line for line in odd if line not in failed] == []
        assert len(odd) == 7

    def test_nothing_new_is_told_and_gives_the_same(self, sample: Path, warehouse: Path) -> None:
        before = warehouse.stat().st_mtime_ns
        run = vardflode("build", "--raw", sample / "raw", "--data", sample / "data")
        assert run.returncode == 3
        assert "nothing new" in run.stderr
        assert warehouse.stat().st_mtime_ns == before

    def test_status_tells_the_same(self, sample: Path) -> None:
        run = vardflode("status", "--raw", sample / "raw", "--data", sample / "data")
        assert run.returncode == 3
        assert "Påhittade personer" in run.stdout
        assert "have changed since" not in run.stdout


def test_a_build_survives_being_killed_and_readers_work_meanwhile(own_data: Path) -> None:
    raw, data = own_data.parent / "raw", own_data
    first = tables(data / "warehouse.duckdb")
    assert first["marts.flow_measures"]
    reader = duckdb.connect(str(data / "warehouse.duckdb"), read_only=True)
    try:
        # A new delivery, so that there is something to build; killed while reading, building and releasing.
        change_one_new_year(raw)
        for line in ("reading bas", "building models", "into force"):
            process = start("build", "--raw", raw, "--data", data)
            wait_for(process, line)
            if line == "building models":
                second = vardflode("build", "--raw", raw, "--data", data)
                assert second.returncode == 4
                assert f"process {process.pid}" in second.stderr
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert reader.sql("select count(*) from marts.flow_measures").fetchall()[0][0]
            if line != "into force":
                assert tables(data / "warehouse.duckdb") == first
        assert vardflode("build", "--raw", raw, "--data", data, "--pin", "bas=2025-09").returncode == 0
        assert tables(data / "warehouse.duckdb") == first
        assert not list((data / "rows").glob("*/.*"))
    finally:
        reader.close()


def test_the_same_deliveries_give_identical_tables_wherever_they_lie(data: Path, tmp_path: Path) -> None:
    """And they are the same as dbt built them, and as other tests build them without dbt."""
    elsewhere = Settings(raw=tmp_path / "elsewhere", data=tmp_path / "data")
    shutil.copytree(data.parent / "raw", elsewhere.raw)
    elsewhere.data.mkdir()
    shutil.copyfile(data / "record_key_secret", elsewhere.record_key_secret)
    build_marts(elsewhere.raw, elsewhere.data, like=data)
    one, two = tables(data / "warehouse.duckdb"), tables(elsewhere.candidate)
    assert one.keys() == two.keys()
    for name, rows in one.items():
        assert rows == two[name], name
        assert rows or not name.startswith("marts."), name


def test_a_failed_critical_check_keeps_the_candidate_out(own_data: Path) -> None:
    """Nothing is taken into force while a model is missing or a critical check has failed."""
    settings = Settings(raw=own_data.parent / "raw", data=own_data)
    settings.warehouse.rename(settings.candidate)
    nodes = ["model.vardflode.flow_measures", "model.vardflode.mobility"]
    failed = Check("sums", "critical", passed=False, observed="3 rows")
    state = State("f", models={nodes[0]: "success"}, tests={"t": failed})
    write_state(settings, state)
    with pytest.raises(NotReleasedError, match="1 models are not there: mobility"):
        release(settings, nodes)
    state.models[nodes[1]] = "success"
    write_state(settings, state)
    with pytest.raises(NotReleasedError, match="sums: 3 rows"):
        release(settings, nodes)
    assert not settings.warehouse.exists()
    failed.passed = True
    write_state(settings, state)
    release(settings, nodes)
    assert settings.warehouse.is_file()
    assert not settings.candidate.exists()


# The command, but that something nobody foresaw is raised over one delivery, in the process that reads it too:
# that is spawned, and begins with what this file says.
SPOILT = """
from vardflode.deliveries import intake
as_it_is = intake._write_parts
def raising(accepted, file, *rest):
    if file.folder.name == "2026-09":
        raise LookupError("850709-9805, which no message may repeat")
    return as_it_is(accepted, file, *rest)
intake._write_parts = raising
if __name__ == "__main__":
    from vardflode.cli import main
    main()
"""


def test_a_model_that_cannot_be_built_is_named(data: Path, tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    with (project / "dbt/models/intermediate/flow/int_beginners.sql").open("a", encoding="utf-8") as model:
        model.write("\nwhere no_such_column\n")
    run = subprocess.run(
        command_of("build", "--raw", data.parent / "raw", "--data", tmp_path / "new"),
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
    )
    told = run.stdout + run.stderr
    assert run.returncode == Exit.FAILED
    assert "int_beginners: " in told
    assert "no_such_column" in told
    assert "does not exist" not in told.replace("The warehouse in force does not exist yet", "")


def test_an_error_that_nobody_foresaw_costs_one_delivery_and_no_build(own_data: Path, tmp_path: Path) -> None:
    raw, settings = own_data.parent / "raw", Settings(data=own_data)
    new = Path(shutil.copytree(raw / "hosp" / "2025-09", raw / "hosp" / "2026-09"))
    body = json.loads((new / "leverans.json").read_text())
    (new / "leverans.json").write_text(json.dumps(body | {"leverans": "2026-09"}))
    script = tmp_path / "spoilt.py"
    script.write_text(SPOILT, encoding="utf-8")
    command = [sys.executable, str(script), "build", "--raw", str(raw), "--data", str(own_data)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == Exit.REJECTED, run.stdout + run.stderr
    told = run.stdout + run.stderr
    assert "Rejected hosp/2026-09" in run.stdout
    assert "found an error that we did not foresee (LookupError in spoilt.py" in told
    assert "850709" not in told
    assert "Traceback" not in told
    with contextlib.closing(duckdb.connect(str(settings.warehouse), read_only=True)) as con:
        states = con.sql("select register || '/' || delivery, status from quality.deliveries").fetchall()
    rejected = {name for name, status in states if status == "rejected"}
    assert rejected == {"hosp/2026-09"}
    assert {"hosp/2025-09", "hreg/2025-09", "bas/2025-09", "rtb/2025-09"} <= {name for name, _ in states}
    # To the next build it is something new; it looks again, and all is well.
    status = vardflode("status", "--raw", raw, "--data", own_data)
    assert status.returncode == Exit.REJECTED
    assert "have changed since. Next: vardflode build" in status.stdout
    contract = load_contract()
    looked = survey_register(raw, own_data, contract.registers["hosp"], contract, {})
    assert {o.delivery: o.accepted for o in looked} == {"2025-09": True, "2026-09": True}


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["build", "--raw", "nowhere"], "expected a folder with deliveries"),
            (["build", "--raw", str(PROJECT / "docs")], "expected deliveries as <register>/<delivery>/"),
            (["build", "--pin", "hosp"], "expected register=delivery"),
            (["build", "--threads", "-1"], "expected 0 (all cores)"),
            (["build", "--max-move", "0"], "expected a share above 0"),
            (["build", "--memory", "499MB"], "expected 500MB or more: the least that works"),
            (["build", "--no-such-option"], "No such option"),
        ],
    )
    def test_a_message_and_status_2(self, tmp_path: Path, arguments: list[str], message: str) -> None:
        run = vardflode(*arguments, VARDFLODE_DATA=str(tmp_path / "data"))
        assert run.returncode == 2
        assert message in run.stderr
        assert "Traceback" not in run.stderr

    def test_a_pin_that_is_not_there(self, data: Path, tmp_path: Path) -> None:
        arguments = ["build", "--raw", data.parent / "raw", "--data", tmp_path, "--pin", "hosp=1999-01"]
        run = vardflode(*arguments)
        assert run.returncode == 2
        assert "expected hosp/1999-01" in run.stderr

    def test_settings_file(self, tmp_path: Path) -> None:
        settings = tmp_path / "mine.toml"
        settings.write_text("no_such = 1\n")
        run = vardflode("status", VARDFLODE_SETTINGS=str(settings))
        assert run.returncode == 2
        assert "unknown setting 'no_such'" in run.stderr

    def test_a_folder_that_cannot_be_made(self, data: Path) -> None:
        run = vardflode("build", "--raw", data.parent / "raw", "--data", "/dev/null/data")
        assert run.returncode == 2
        assert "expected a folder, /dev/null is a file" in run.stderr
        assert "Traceback" not in run.stderr

    def test_no_warehouse_yet(self, tmp_path: Path) -> None:
        run = vardflode("status", "--data", tmp_path)
        assert run.returncode == 1
        assert "vardflode build" in run.stdout


def test_help_teaches() -> None:
    run = vardflode("--help")
    assert run.returncode == 0
    for word in ("build", "status", "synth", "ui", "Exit status", "raw/"):
        assert word in run.stdout
    for command in ("build", "status", "synth", "ui"):
        assert "--" in vardflode(command, "--help").stdout


def test_settings_go_command_line_then_environment_then_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vardflode.settings import load_settings

    for name in [name for name in os.environ if name.startswith("VARDFLODE_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "s.toml"
    file.write_text('raw = "here"\nmax_move = 0.5\n[pin]\nhosp = "2024-09"\n')
    monkeypatch.setenv("VARDFLODE_SETTINGS", str(file))
    settings = load_settings()
    assert (settings.raw, settings.max_move) == (tmp_path / "here", 0.5)
    assert settings.pin == {"hosp": "2024-09"}
    monkeypatch.setenv("VARDFLODE_MAX_MOVE", "0.6")
    monkeypatch.setenv("VARDFLODE_PIN", "rtb=2023-09 hreg=2022-09")
    assert load_settings().max_move == 0.6
    assert load_settings().pin == {"rtb": "2023-09", "hreg": "2022-09"}
    assert load_settings(max_move=0.7).max_move == 0.7
    assert load_settings(pin=("bas=2021-09",)).pin == {"bas": "2021-09"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("raw = 5", "expected the name of a folder"),
        ('raw = ""', "expected the name of a folder"),
        ('raw = "~nobody-of-that-name/x"', "expected the name of a folder"),
        ('data = "s.toml/data"', "s.toml is a file"),
        ('threads = "x"', "expected 0 (all cores)"),
        ("threads = true", "expected 0 (all cores)"),
        ("threads = 1.5", "expected 0 (all cores)"),
        ("max_move = true", "expected a share above 0"),
        ("max_move = nan", "expected a share above 0"),
        ("max_move = [1]", "expected a share above 0"),
        ("threshold = 1", "expected a whole number from 2"),
        ('memory = "2XB"', "expected an amount of memory, as 2GB"),
        ('memory = "0GB"', "expected an amount of memory, as 2GB"),
        ("memory = 2", "expected an amount of memory, as 2GB"),
        ("earlier = 3", "expected a list of folders"),
        ("pin = 3", "expected register=delivery"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, said: str
) -> None:
    from vardflode.settings import SettingsError, load_settings

    for name in [name for name in os.environ if name.startswith("VARDFLODE_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "s.toml"
    file.write_text(written)
    monkeypatch.setenv("VARDFLODE_SETTINGS", str(file))
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert f"{written.split()[0]} = " in str(told.value)
    assert said in str(told.value)


@pytest.mark.parametrize("memory", ["500MB", "999MB", "1GB", "2GB", "64GB"])
def test_what_works_at_once_shares_the_memory(memory: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, memory=memory, threads=16)
    at_once = settings.databases_at_once
    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(contextlib.closing(connect(settings, at_work=at_once)))
            for _ in range(at_once)
        ]
        limits = [con.sql("select current_setting('memory_limit')").fetchall()[0][0] for con in connections]
    shares = [float(limit.split()[0]) * 1024 ** "BKMG".index(limit.split()[1][0]) for limit in limits]
    assert sum(shares) == pytest.approx(settings.memory_bytes, rel=0.01)  # told with one decimal
    assert settings.files_at_once * MEMORY_OF_A_FILE <= settings.memory_bytes


@pytest.mark.parametrize("memory", ["2GB", "500 MB", "1.5gib", "10TB"])
def test_amounts_of_memory(memory: str) -> None:
    from vardflode.settings import load_settings

    assert load_settings(memory=memory).memory == memory


def test_the_settings_file_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vardflode.settings import SettingsError, load_settings

    monkeypatch.setenv("VARDFLODE_SETTINGS", str(tmp_path))
    with pytest.raises(SettingsError, match="expected a settings file, found a folder"):
        load_settings()


@pytest.mark.parametrize(("persons", "told"), [(0, "0"), (1, "1-4"), (4, "1-4"), (5, "5"), (12345, "12,345")])
def test_logs_tell_no_small_number_of_persons(persons: int, told: str, capsys: pytest.CaptureFixture) -> None:
    summary = {
        "deliveries": [],
        "checks": {"made": 0, "passed": 0, "told": []},
        "tables": {},
        "warnings": {"person_unknown": persons},
        "late": [("folkmangd_lan", "2019-12-31", 60, 12)],
        "unmapped_programmes": {"pairs": 1, "persons": persons},
        "last_year": 2024,
        "made_up": True,
    }
    print_summary(Settings(), summary, [], [])
    text = capsys.readouterr().out
    assert f"person_unknown {told}\n" in text
    assert f"({told} persons)" in text
    assert (
        "Late      folkmangd_lan tells until 2019-12-31, 60 months before the newest; it comes every 12"
        in text
    )


def test_the_summary_shows_names_with_brackets(capsys: pytest.CaptureFixture) -> None:
    """A name from which an identity number was taken holds brackets, which the terminal takes for a style."""
    rows = dict.fromkeys(("delivered", "accepted", "quarantined", "copies", "files", "synthetic", "in_force"))
    delivery = {
        "register": "hosp",
        "delivery": "[identity number] 2",
        "status": "rejected",
        "message": "no",
        **rows,
    }
    summary = {
        "deliveries": [delivery],
        "checks": {"made": 0, "passed": 0, "told": []},
        "tables": {},
        "warnings": {},
        "late": [],
        "unmapped_programmes": {"pairs": 0, "persons": 0},
        "last_year": 2024,
        "made_up": True,
    }
    print_summary(Settings(), summary, ["[identity number]"], [])
    text = capsys.readouterr().out
    assert "  hosp/[identity number] 2  " in text
    assert "Rejected hosp/[identity number] 2: no\n" in text
    assert "Not read [identity number]/: " in text
