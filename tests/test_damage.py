"""What a dead or damaged run leaves in the data folder: made again with a line that says so, or named."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from dagster_project.instance import end_dead_runs, instance_folder, prune_runs
from dagster_project.runs import EXIT_STATUS, run_job
from tests.conftest import vardflode
from tests.marts import tables
from vardflode.common.disk import is_full
from vardflode.common.exit_status import Exit
from vardflode.common.kept import DamagedError, broken, discard, read_json, seal
from vardflode.deliveries.contract import load_contract
from vardflode.settings import Settings, SettingsError
from vardflode.warehouse.damage import damaged
from vardflode.warehouse.layout import LayoutError, check_layout
from vardflode.warehouse.models import manifest
from vardflode.warehouse.state import read_state_in_force


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    """Other bytes, as many: a bad disk."""
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def deleted(path: Path) -> None:
    path.unlink()


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("else")


WAYS = (emptied, halved, overwritten, deleted, made_a_folder)
every_way = pytest.mark.parametrize("damage", WAYS, ids=lambda way: way.__name__)


@pytest.fixture(scope="module")
def settings(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A finished build that the tests damage and mend again."""
    folder = tmp_path_factory.mktemp("damaged") / "data"
    shutil.copytree(data, folder)
    return Settings(raw=data.parent / "raw", data=folder)


@contextlib.contextmanager
def damage_to(path: Path, way: Callable[[Path], None]) -> Iterator[None]:
    """Damage a file; put it back afterwards."""
    body = path.read_bytes()
    way(path)
    yield
    discard(path)
    path.write_bytes(body)


def told(settings: Settings) -> str:
    """What is said of damage, by whichever part looks; empty if nothing is."""
    try:
        check_layout(settings.data)
        return "\n".join(damaged(settings, load_contract()))
    except (DamagedError, SettingsError) as error:
        return str(error)


@every_way
@pytest.mark.parametrize(
    "file",
    [
        *("warehouse.duckdb", "build.json", "state.json", "seal.json", "accepted.json", "record_key_secret"),
        *("rows/rtb/*/outcome.json", "rows/rtb/*/seal.json", "rows/rtb/*/quarantine.parquet"),
        *("rows/rtb/*/personer.parquet", "rows/bas/*/sysselsattning.2020.parquet"),
    ],
)
def test_no_damage_goes_unnoticed(settings: Settings, file: str, damage: Callable[[Path], None]) -> None:
    (path,) = settings.data.glob(file)
    assert told(settings) == ""
    with damage_to(path, damage):
        assert str(path) in told(settings)
    assert told(settings) == ""


@every_way
def test_what_became_of_the_deliveries(settings: Settings, damage: Callable[[Path], None]) -> None:
    """A list that is gone is made again by the build that reads the deliveries; a part of a build names it."""
    from vardflode.deliveries.survey import read_survey

    path, contract = settings.rows / "hreg" / "intake.json", load_contract()
    with damage_to(path, damage), pytest.raises(DamagedError, match=r"intake\.json"):
        read_survey(settings.data, contract)
    assert read_survey(settings.data, contract)


@pytest.mark.parametrize(
    ("file", "damage"),
    [("accepted.json", deleted), ("accepted.json", halved), ("record_key_secret", deleted)],
)
def test_what_cannot_be_made_again_stops_the_build_and_stays(
    settings: Settings, file: str, damage: Callable[[Path], None]
) -> None:
    path = settings.data / file
    with damage_to(path, damage):
        left = path.read_bytes() if path.is_file() else None
        run = vardflode("build", "--raw", settings.raw, "--data", settings.data)
        assert run.returncode in (1, 2)
        assert str(path) in run.stderr
        assert "Traceback" not in run.stderr
        assert (path.read_bytes() if path.is_file() else None) == left


def test_nothing_is_kept_of_a_warehouse_that_is_damaged(settings: Settings) -> None:
    assert read_state_in_force(settings)
    for file in ("warehouse.duckdb", "state.json", "build.json"):
        with damage_to(settings.data / file, halved):
            assert read_state_in_force(settings) is None


@every_way
@pytest.mark.parametrize("file", ["manifest.json", "partial_parse.msgpack", "seal.json"])
def test_dbts_parsed_project_is_made_again(
    settings: Settings, file: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    nodes = manifest(settings)["nodes"].keys()
    (path,) = settings.data.glob(f"dbt/*/{file}")
    damage(path)
    assert manifest(settings)["nodes"].keys() == nodes
    assert "made again" in caplog.text
    assert not broken(path.parent)


@pytest.mark.parametrize("damage", [emptied, halved, overwritten, deleted], ids=lambda way: way.__name__)
@pytest.mark.parametrize("file", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
def test_dagster_works_with_what_is_left_of_its_log(
    settings: Settings, file: str, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    @dg.job
    def nothing() -> None:
        """No step."""

    own = Settings(raw=settings.raw, data=tmp_path)
    shutil.copytree(settings.data / "dagster", own.data / "dagster")
    path = own.data / "dagster" / file
    damage(path)
    with dg.DagsterInstance.from_config(str(instance_folder(own))) as instance:
        assert nothing.execute_in_process(instance=instance).success
        end_dead_runs(instance)
        prune_runs(instance, own.data / "dagster")
        assert not list(instance.all_instigator_state())


def test_a_build_makes_again_all_that_is_damaged(own_data: Path) -> None:
    """Everything that can be, at once, and with rubbish where the build works."""
    data, raw = own_data, own_data.parent / "raw"
    first = tables(data / "warehouse.duckdb")
    halved(data / "warehouse.duckdb")
    emptied(data / "build.json")
    halved(data / "state.json")
    halved(data / "rows" / "rtb" / "intake.json")
    deleted(next(data.glob("rows/bas/*/*.2020.parquet")))
    halved(next(data.glob("rows/hosp/*/outcome.json")))
    overwritten(next(data.glob("rows/hreg/*/examina.parquet")))
    deleted(next(data.glob("dbt/*/partial_parse.msgpack")))
    overwritten(data / "dagster" / "history" / "runs.db")
    (data / "building" / "warehouse.duckdb").mkdir(parents=True)
    (data / "building" / "state.json").write_text("{")
    (data / "rows" / "hosp" / ".half").mkdir()
    (data / "rows" / "hosp" / ".file").write_text("")
    (data / ".build.json").write_text("{")
    status = vardflode("status", "--raw", raw, "--data", data)
    assert status.returncode == 1
    assert "build.json: expected the file as it was written" in status.stdout
    run = vardflode("build", "--raw", raw, "--data", data)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    lines = [line for line in run.stderr.splitlines() if "again" in line or "anew" in line]
    for word in ("rtb/intake.json", "2020.parquet", "hosp/2025-09", "examina.parquet", "msgpack", "dagster"):
        assert any(word in line for line in lines), (word, run.stderr)
    assert tables(data / "warehouse.duckdb") == first
    (data / "expectations.html").unlink()
    again = vardflode("build", "--raw", raw, "--data", data)
    assert again.returncode == 0
    assert "nothing new" in again.stderr
    assert (data / "expectations.html").read_text().rstrip().endswith("</html>")
    assert not list(data.glob("rows/*/.*"))


@pytest.mark.parametrize(
    "name", ["rows", "building", "dagster", "published", "warehouse.duckdb", "build.json"]
)
@pytest.mark.parametrize("kind", ["link", "the other kind"])
def test_nothing_is_written_through_a_link_or_over_something_else(
    tmp_path: Path, name: str, kind: str
) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    is_file = "." in name
    if kind == "link":
        elsewhere.touch() if is_file else elsewhere.mkdir()
        (data / name).symlink_to(elsewhere)
    elif is_file:
        (data / name).mkdir()
    else:
        (data / name).touch()
    with pytest.raises(
        LayoutError, match=f"{name}: expected a {'file' if is_file else 'folder'}.*Move it away"
    ):
        check_layout(data)


def test_a_link_deep_in_the_data_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    folder = next(settings.rows.glob("hosp/*/"))
    link = folder / "outcome.json"
    with damage_to(link, deleted):
        link.symlink_to(tmp_path / "secret")
        with pytest.raises(LayoutError, match=r"outcome\.json"):
            check_layout(settings.data)


def test_a_file_is_read_as_it_was_written_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    assert read_json(path, dict) is None
    for text in ("", "{", "[1]", "null", "[" * 200_000, '{"a": 1}'):
        path.write_text(text)
        with pytest.raises(DamagedError, match=r"kept\.json"):
            read_json(path, lambda body: body["b"])


def test_a_folder_that_was_never_finished_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert broken(tmp_path)
    seal(tmp_path, ["a"])
    assert broken(tmp_path) == ""
    (tmp_path / "a").write_text("2")
    assert "another" in broken(tmp_path)


def fill_with_python(tmp_path: Path) -> None:
    Path("/dev/full").write_text("x", encoding="utf-8")


def fill_with_polars(tmp_path: Path) -> None:
    pl.DataFrame({"a": range(100_000)}).write_parquet("/dev/full")


def fill_with_duckdb(tmp_path: Path) -> None:
    duckdb.sql("copy (from range(1000000)) to '/dev/full' (format parquet)")


def fill_with_sqlite(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as con:
        con.execute("pragma max_page_count = 2")
        con.execute("create table t (a)")
        con.execute("insert into t values (zeroblob(100000))")


@pytest.mark.parametrize(
    "fill",
    [fill_with_python, fill_with_polars, fill_with_duckdb, fill_with_sqlite],
    ids=lambda fill: fill.__name__,
)
def test_a_full_disk_is_known_whoever_meets_it(tmp_path: Path, fill: Callable[[Path], None]) -> None:
    with pytest.raises(Exception) as met:  # noqa: PT011 - each engine has its own
        fill(tmp_path)
    assert is_full(met.value, tmp_path)


def test_another_error_is_no_full_disk(tmp_path: Path) -> None:
    with pytest.raises(OSError) as met:  # noqa: PT011
        (tmp_path / "nowhere" / "file").write_text("")
    assert not is_full(met.value, tmp_path)


@pytest.mark.parametrize("wrapped", [False, True], ids=["as it is", "in another error"])
def test_a_run_that_meets_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path, wrapped: bool) -> None:
    work = tmp_path / "building" / "half"

    @dg.asset
    def filled() -> None:
        work.mkdir(parents=True)
        (work / "half-written").write_text("x")
        try:
            fill_with_python(tmp_path)
        except OSError as error:  # as publish does: to the command it is no mistake of the user's
            if wrapped:
                raise dg.Failure(description=str(error), metadata={EXIT_STATUS: int(Exit.UNUSABLE)}) from None
            raise

    definitions = dg.Definitions(
        assets=[filled], jobs=[dg.define_asset_job("fill", executor_def=dg.in_process_executor)]
    )
    ran = run_job(Settings(data=tmp_path), definitions, "fill", work=work)
    (failed,) = ran.failures
    assert ran.met_full_disk
    assert failed.message.startswith(f"The disk of {tmp_path}")
    assert failed.exit_status == Exit.FAILED
    assert not work.exists()
