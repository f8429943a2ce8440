"""The command `vardflode`: thin glue between a person and the parts that do the work."""

from __future__ import annotations

import io
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from vardflode.common.disk import full_disk, is_full
from vardflode.common.exit_status import Exit, epilog
from vardflode.common.kept import DamagedError
from vardflode.common.progress import progress
from vardflode.common.stopping import end_on_signals, promise, promised
from vardflode.data_folder import File
from vardflode.deliveries.contract import ContractError
from vardflode.expectations.suites import SuiteError
from vardflode.forecast.scenarios import ScenarioError
from vardflode.publication.errors import PublicationError
from vardflode.settings import PROJECT, VERSION, Settings, SettingsError, load_settings, usable_folder
from vardflode.warehouse.lock import BusyError


class _Elapsed(logging.Formatter):
    """Progress lines with the seconds since the command began."""

    def __init__(self) -> None:
        super().__init__()
        self.began = time.monotonic()

    def format(self, record: logging.LogRecord) -> str:
        """`[ 12 s] what happens`."""
        return f"[{time.monotonic() - self.began:3.0f} s] {record.getMessage()}"


def _settings_options(command: Callable) -> Callable:
    """The settings that every command takes; each is explained in vardflode.toml."""
    options = [
        click.option("--raw", type=click.Path(file_okay=False), help="Folder with the deliveries."),
        click.option("--data", type=click.Path(file_okay=False), help="Folder for rows, warehouse and log."),
        click.option("--max-move", help="Share that a table's rows may move unnoticed [0.2]."),
        click.option("--threads", type=int, help="Processor cores to use, 0 for all [0]."),
        click.option("--memory", help="Memory of the database before it spills to disk [2GB]."),
        click.option("--horizon", type=int, help="Years that the forecast goes after the last one [15]."),
        click.option("--scenarios", help="File with the forecast's scenarios [scenarier.yml]."),
        click.option(
            "--unlinked", multiple=True, metavar="REGISTER", help="May be missing, or not link: it is meant."
        ),
        click.option("--pin", multiple=True, metavar="REGISTER=DELIVERY", help="Stop at a delivery."),
    ]
    return _with(options, command)


def _publication_options(command: Callable) -> Callable:
    """The settings of what is published."""
    options = [
        click.option("--publisher", help="Whose rules of publication apply: [publishers.NAME]."),
        click.option("--threshold", type=int, help="Told counts from 1 to below it are not shown [5]."),
        click.option("--noise", help="Noise table (CSV: count,move,keys) [the package's]."),
        click.option("--least-base", type=int, help="Shares are told only of at least so many [25]."),
        click.option("--windows", help="Cohorts in a window, or windows as 2000-2010 [3]."),
        click.option(
            "--years", type=int, help="Licensed persons: every so many years back from the last one [5]."
        ),
        click.option(
            "--earlier", multiple=True, help="Folder published before, for the attack to reckon with."
        ),
    ]
    return _with(options, command)


def _with(options: Sequence[Callable], command: Callable) -> Callable:
    for option in reversed(options):
        command = option(command)
    return command


def _load(given: dict[str, Any]) -> Settings:
    """Settings, put where every part of the process (and its children) sees the same."""
    # An option that may be repeated is an empty tuple where it is not given.
    settings = load_settings(**{name: None if value == () else value for name, value in given.items()})
    os.umask(0o077)  # persons are for the owner only; what is published is opened on purpose
    os.environ.update(settings.environment())
    return settings


def _log_to_terminal() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Elapsed())
    progress.handlers[:] = [handler]
    progress.setLevel(logging.INFO)
    progress.propagate = False


@click.group(epilog=epilog(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION)
def cli() -> None:
    """Vårdflöde follows people from health-care education into the workforce.

    Register deliveries in `raw/` become a checked DuckDB warehouse in `data/`. Begin with

    \b
      vardflode synth --out raw     made-up registers to try on
      vardflode build               deliveries → warehouse
      vardflode status              what is in force, what was set aside
      vardflode sql                 ask the warehouse in DuckDB's own shell
      vardflode scenario FILE       what a scenario does to the forecast
      vardflode disclose            warehouse → tables that may be published
      vardflode publish --edition 2025  published tables → report and files
      vardflode site --out SITE     pages to look at, from an edition
      vardflode attack data/published   what an outsider could work out
      vardflode ui                  the same graph and runs in a browser

    Settings stand in vardflode.toml; the options below and environment variables (VARDFLODE_RAW, ...)
    go before it.
    """


@cli.command(epilog=epilog("build"))
@_settings_options
def build(**given: Any) -> None:
    """Build the warehouse from the deliveries in the raw folder.

    Every delivery is held against the contract, bad rows are set aside, dbt builds the tables in a new
    file, and that takes the place of the one in force only when every blocking check has passed. With
    nothing new it says so and stops.
    """
    from dagster_project.build import run_build

    settings = _load(given)
    _log_to_terminal()
    promise("The warehouse in force is untouched. What was read is kept: the next build goes on from there.")
    sys.exit(run_build(settings))


@cli.command(epilog=epilog("status"))
@_settings_options
def status(**given: Any) -> None:
    """Show the warehouse in force: its deliveries, checks and tables, and whether something new has come."""
    from vardflode.warehouse.status import show_status

    sys.exit(show_status(_load(given)))


@cli.command(epilog=epilog("synth"))
@click.option(
    "--scale", default=0.02, show_default=True, help="1 is the whole country, about 400 000 persons."
)
@click.option(
    "--seed", default=1, show_default=True, help="Other seed, other persons; same seed, same files."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Raw folder to write to."
)
@click.option(
    "--errors", is_flag=True, help="Plant known errors, and write what was planted to planted.json."
)
@click.option("--last-year", default=2024, show_default=True, help="The year that the deliveries reach to.")
def synth(scale: float, seed: int, out: Path, errors: bool, last_year: int) -> None:
    """Write made-up registers (påhittade personer) that obey the contract, as deliveries.

    They are calibrated to the published pilot figures. The same scale and seed give the same files.
    """
    from vardflode.synth import SynthError, generate

    _log_to_terminal()
    try:
        summary = generate(usable_folder("out", out), scale, seed, errors, last_year, progress.info)
    except SynthError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(Exit.UNUSABLE)
    click.echo(f"{summary.persons:,} made-up persons, {summary.rows:,} rows in {out}.")
    click.echo(f"Next: vardflode build --raw {out}")


@cli.command(epilog=epilog("ui"))
@_settings_options
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=3000,
    show_default=True,
    help="Where the browser finds it: http://localhost:PORT.",
)
def ui(port: int, **given: Any) -> None:
    """Start the Dagster UI on the same graph, settings and data: watch runs, rerun a failed part."""
    from dagster_project.instance import instance_folder

    instance_folder(_load(given))
    click.echo(f"Vårdflöde in your browser: http://localhost:{port} (stop with Ctrl-C)")
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "dagster_project.ui", "serve", str(port)])


@cli.command(epilog=epilog("sql"))
@_settings_options
@click.option("--published", is_flag=True, help="Open what is published, not the warehouse.")
@click.argument("query", required=False)
def sql(query: str | None, published: bool, **given: Any) -> None:
    """Open the warehouse in force read-only in DuckDB's own shell, or answer QUERY and end.

    \b
      vardflode sql "from flow('SJ')"
      vardflode sql --published "from degrees_compared('licensed')"

    In the shell: .tables lists the tables, .help what else there is, .exit ends.
    """
    settings = _load(given)
    path = settings.data / File.PUBLISHED if published else settings.warehouse
    if not path.is_file():
        make = "disclose" if published else "build"
        click.echo(f"Error: no {path.name} in {settings.data}. Next: vardflode {make}", err=True)
        sys.exit(Exit.UNUSABLE)
    shell = str(Path(sys.executable).with_name("duckdb"))
    os.execv(shell, [shell, "-readonly", *(["-c", query] if query else []), str(path)])


@cli.command(epilog=epilog("scenario"))
@_settings_options
@click.option("--group", required=True, help="Whose supply and demand: SJ, LK, SPS, ...")
@click.option("--area", default="00", show_default=True, help="Health-care region 1-6; 00 is the nation.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for a page and a CSV file."
)
@click.option(
    "--inhabitants",
    type=click.IntRange(1, 100_000_000),
    help="To each person in the profession: how many must begin a year to reach it? (with --by)",
)
@click.option("--by", type=int, metavar="YEAR", help="The year in which it is to be reached.")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def scenario(
    file: Path,
    group: str,
    area: str,
    out: Path | None,
    inhabitants: int | None,
    by: int | None,
    **given: Any,
) -> None:
    """Compute the scenarios of FILE from the warehouse in force, against going on as now.

    Nothing is built. The terminal shows whole persons; page and CSV are rounded as what is published is.
    General practice (--group ALM) also tells of graduates, training and specialists; its beginners are
    training posts (ST): --inhabitants 1500 --by 2035 tells how many a year.
    """
    from vardflode.planning.command import Asked, run_scenario

    if (inhabitants is None) != (by is None):
        raise click.UsageError("--inhabitants and --by: expected both or none.")
    asked = Asked(group, area, inhabitants, by)
    settings = _load(given)
    sys.exit(run_scenario(settings, file, asked, usable_folder("out", out) if out else None))


@cli.command(epilog=epilog("disclose"))
@_settings_options
@_publication_options
def disclose(**given: Any) -> None:
    """Make the published tables from the warehouse in force, attack them, take them into force.

    Rules other than those of the settings (threshold, noise, least base, windows, publisher) can be tried on
    the same warehouse.
    """
    from dagster_project.commands import run_gate

    settings = _load(given)
    _log_to_terminal()
    promise("What was published before is untouched.")
    sys.exit(run_gate(settings))


@cli.command(epilog=epilog("attack"))
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder published before this one (may be repeated).",
)
@click.option(
    "--noise",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The publisher's noise table, if it is not this package's.",
)
@click.option("--exact", is_flag=True, help="Find both ends of every interval, also of counts that are safe.")
@click.option("--all", "everything", is_flag=True, help="Print every hidden count, not only the narrowest.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every interval to a CSV file."
)
def attack(
    folder: Path,
    earlier: tuple[Path, ...],
    noise: Path | None,
    exact: bool,
    everything: bool,
    out: Path | None,
) -> None:
    """Try to work out the small counts of the published tables in FOLDER, as an outsider would.

    Reads Parquet, CSV and DuckDB files and nothing else; knows the definitions and the noise table.
    """
    from vardflode.disclosure.run import run_attack

    _log_to_terminal()
    sys.exit(run_attack(folder, earlier, noise=noise, exact=exact, everything=everything, out=out))


@cli.command(epilog=epilog("publish"))
@_settings_options
@click.option("--edition", "name", required=True, help="The edition's name: editions/NAME.yml.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of editions [<data>/editions]."
)
@click.option("--address", help="Where that folder is published, for the data portal: https://example.org/x.")
def publish(name: str, out: Path | None, **given: Any) -> None:
    """Make an edition from the published tables: report, files, changes, provenance.

    Everything is made beside what is there, screened, attacked, and released as OUT/NAME only when no check
    finds an error. The same edition file, tables and code give the same bytes.
    """
    from dagster_project.commands import run_publish

    settings = _load(given)
    _log_to_terminal()
    promise("The editions that were released are untouched.")
    sys.exit(run_publish(settings, name, usable_folder("out", out) if out else settings.editions))


@cli.command(epilog=epilog("site"))
@_settings_options
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the site."
)
@click.option("--edition", "name", help="Name of a released edition [the one released last].")
def site(out: Path, name: str | None, **given: Any) -> None:
    """Make pages to look at: a folder that any web server can show, or that is opened from a disk.

    Everything in it comes from a released edition and the published tables. Pages that are as before are
    not written again.
    """
    from dagster_project.commands import run_site

    settings = _load(given)
    _log_to_terminal()
    promise("The site that was there is untouched.")
    sys.exit(run_site(settings, name, usable_folder("out", out)))


@cli.command(epilog=epilog("verify"))
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def verify(folder: Path) -> None:
    """Tell whether the edition in FOLDER is as it was released, and what it was made from."""
    from vardflode.publication.run import run_verify

    sys.exit(run_verify(folder))


def _read_and_write_utf8() -> None:
    """Begin again in Python's UTF-8 mode where the locale has another encoding: the engines take names of
    files for UTF-8.
    """
    if sys.getfilesystemencoding() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def main() -> None:
    """Run the command; a user's mistake is a message, never a traceback."""
    _read_and_write_utf8()
    for stream in (sys.stdout, sys.stderr):  # names of files may be no text
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    end_on_signals()
    try:
        cli(standalone_mode=True)
    except (SettingsError, ContractError, SuiteError, ScenarioError, PublicationError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(Exit.UNUSABLE)
    except BusyError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(Exit.BUSY)
    except DamagedError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(Exit.FAILED)
    except Exception as error:
        if is_full(error, data := load_settings().data):
            click.echo(f"Error: {full_disk(data)} {promised()}", err=True)
        elif isinstance(error, OSError) and error.filename:
            click.echo(
                f"Error: {error.filename}: expected to read or write there, found {error.strerror}.", err=True
            )
        else:
            raise
        sys.exit(Exit.FAILED)
