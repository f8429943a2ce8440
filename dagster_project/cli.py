"""The command `vardflode`: thin glue between a person and the parts that do the work."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dagster_project.deliveries.contract import ContractError
from dagster_project.expectations.suites import SuiteError
from dagster_project.progress import progress
from dagster_project.settings import PROJECT, Settings, SettingsError, load_settings
from dagster_project.warehouse.lock import BusyError

FAILED, REJECTED, BUSY = 1, 3, 4

EPILOG = """
\b
Exit status:
  0  all went well
  1  no new warehouse: something is wrong (the one in force is untouched)
  2  the command, a setting, the contract or a suite is wrong, or there is nothing to build from
  3  the warehouse is built, but a delivery was rejected or a folder in raw is unknown
  4  another build works in the same data folder
"""


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
        click.option("--max-move", type=float, help="Share that a table's rows may move unnoticed [0.2]."),
        click.option("--threads", type=int, help="Processor cores to use, 0 for all [0]."),
        click.option("--memory", help="Memory of the database before it spills to disk [2GB]."),
        click.option("--pin", multiple=True, metavar="REGISTER=DELIVERY", help="Stop at a delivery."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _load(given: dict[str, Any]) -> Settings:
    """Settings, put where every part of the process (and its children) sees the same."""
    settings = load_settings(**{**given, "pin": given["pin"] or None})
    os.environ.update(settings.environment())
    return settings


def _log_to_terminal() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Elapsed())
    progress.handlers[:] = [handler]
    progress.setLevel(logging.INFO)
    progress.propagate = False


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vardflode")
def cli() -> None:
    """Vårdflöde follows people from health-care education into the workforce.

    Register deliveries in `raw/` become a checked DuckDB warehouse in `data/`. Begin with

    \b
      vardflode synth --out raw     made-up registers to try on
      vardflode build               deliveries → warehouse
      vardflode status              what is in force, what was set aside
      vardflode ui                  the same graph and runs in a browser

    Settings stand in vardflode.toml; the options below and environment variables (VARDFLODE_RAW, ...)
    go before it.
    """


@cli.command(epilog=EPILOG)
@_settings_options
def build(**given: Any) -> None:
    """Build the warehouse from the deliveries in the raw folder.

    Every delivery is held against the contract, bad rows are set aside, dbt builds the tables in a new
    file, and that takes the place of the one in force only when every blocking check has passed. With
    nothing new it says so and stops.
    """
    from dagster_project.warehouse.build import run_build

    settings = _load(given)
    _log_to_terminal()
    sys.exit(run_build(settings))


@cli.command()
@_settings_options
def status(**given: Any) -> None:
    """Show the warehouse in force: its deliveries, checks and tables, and whether something new has come."""
    from dagster_project.warehouse.build import show_status

    sys.exit(show_status(_load(given)))


@cli.command()
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
    from dagster_project.synth import SynthError, generate

    _log_to_terminal()
    try:
        summary = generate(out, scale, seed, errors, last_year, progress.info)
    except SynthError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{summary.persons:,} made-up persons, {summary.rows:,} rows in {out}.")
    click.echo(f"Next: vardflode build --raw {out}")


@cli.command()
@_settings_options
@click.option(
    "--port", default=3000, show_default=True, help="Where the browser finds it: http://localhost:PORT."
)
def ui(port: int, **given: Any) -> None:
    """Start the Dagster UI on the same graph, settings and data: watch runs, rerun a failed part."""
    from dagster_project.warehouse.instance import instance_folder

    settings = _load(given)
    home = instance_folder(settings)
    click.echo(f"Vårdflöde in your browser: http://localhost:{port} (stop with Ctrl-C)")
    os.chdir(PROJECT)
    os.environ["DAGSTER_HOME"] = str(home)
    dagster = str(Path(sys.executable).with_name("dagster"))
    module = ["-m", "dagster_project.definitions", "--log-level", "warning"]
    os.execv(dagster, [dagster, "dev", "-h", "127.0.0.1", "-p", str(port), *module])


def main() -> None:
    """Run the command; a user's mistake is a message, never a traceback."""
    try:
        cli(standalone_mode=True)
    except (SettingsError, ContractError, SuiteError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except BusyError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(BUSY)
    except KeyboardInterrupt:
        click.echo("Stopped. The warehouse in force is untouched.", err=True)
        sys.exit(FAILED)
