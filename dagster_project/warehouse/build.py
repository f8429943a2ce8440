"""One build from the command line: the Dagster job in this process, so that the UI shows its run."""

from __future__ import annotations

import atexit
import gc
import json
import shutil
from pathlib import Path
from typing import Any

from dagster_project.deliveries.contract import Contract, load_contract
from dagster_project.deliveries.identity import hide_identity_numbers
from dagster_project.deliveries.intake import READER
from dagster_project.deliveries.survey import raw_contents, read_ledger, sweep, unknown_registers
from dagster_project.exit_status import Exit
from dagster_project.expectations.worker import worker
from dagster_project.fingerprint import inputs_fingerprint
from dagster_project.progress import progress
from dagster_project.settings import Settings, SettingsError
from dagster_project.warehouse.instance import instance_folder
from dagster_project.warehouse.lock import build_lock
from dagster_project.warehouse.record_key import record_key_secret
from dagster_project.warehouse.report import print_failure, print_summary
from dagster_project.warehouse.runs import run_job


def run_build(settings: Settings) -> int:
    """Build the warehouse, tell how it went, and return the exit status.

    Raises:
        SettingsError: there is nothing to build from.
        BusyError: another build works in the same data folder.
    """
    contract = load_contract()
    with build_lock(settings.data):
        record_key_secret(settings.record_key_secret)
        contents = _look(settings, contract)
        fingerprint = inputs_fingerprint(settings, contents)
        summary = read_summary(settings)
        if summary and summary["fingerprint"] == fingerprint and settings.warehouse.is_file():
            progress.info("nothing new: the warehouse in force was built from the same deliveries and code")
        else:
            failures = _run_job(settings)
            if failures:
                print_failure(settings, failures)
                return Exit.FAILED
            summary = read_summary(settings)
            sweep(settings.data, contract)
        assert summary is not None
        unknown = unknown_registers(settings.raw, contract)
        print_summary(settings, summary, unknown, _gone(settings, contents))
    rejected = any(delivery["status"] == "rejected" for delivery in summary["deliveries"])
    return Exit.REJECTED if rejected or unknown else Exit.OK


def show_status(settings: Settings) -> int:
    """Tell what is in force and whether something new has come; 0 only when all is well."""
    summary = read_summary(settings)
    if summary is None or not settings.warehouse.is_file():
        print(f"No warehouse in {settings.data}. Next: vardflode build")
        return Exit.FAILED
    contract = load_contract()
    unknown = unknown_registers(settings.raw, contract) if settings.raw.is_dir() else []
    contents = raw_contents(settings.raw, contract, settings.pin) if settings.raw.is_dir() else {}
    print_summary(settings, summary, unknown, _gone(settings, contents))
    if summary["fingerprint"] != inputs_fingerprint(settings, contents):
        print("Deliveries, settings or code have changed since. Next: vardflode build")
    rejected = any(delivery["status"] == "rejected" for delivery in summary["deliveries"])
    return Exit.REJECTED if rejected or unknown else Exit.OK


def read_summary(settings: Settings) -> dict[str, Any] | None:
    """What is known of the warehouse in force, or None."""
    path = settings.data / "build.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _look(settings: Settings, contract: Contract) -> dict[str, str]:
    """A checksum of every delivery; there must be one."""
    if not settings.raw.is_dir():
        raise SettingsError(f"raw: expected a folder with deliveries, found nothing at {settings.raw}.")
    progress.info("looking at the deliveries in %s", settings.raw)
    contents = raw_contents(settings.raw, contract, settings.pin)
    if not contents:
        raise SettingsError(
            f"raw: expected deliveries as <register>/<delivery>/ in {settings.raw}, found none. "
            f"The registers are {', '.join(contract.registers)}."
        )
    for register, delivery in settings.pin.items():
        if not any(name == f"{register}/{delivery}" for name in contents):
            name = hide_identity_numbers(f"{register}/{delivery}")
            raise SettingsError(f"pin: expected {name} in {settings.raw}, found no such delivery.")
    for register in settings.unlinked:
        if register not in contract.registers:
            known = ", ".join(contract.registers)
            raise SettingsError(f"unlinked: expected registers of {known}; found {register!r}.")
    _tidy(settings.rows)
    return contents


def _gone(settings: Settings, contents: dict[str, str]) -> list[str]:
    """Deliveries that were accepted before and are not in the raw folder any more."""
    missing = (name.split("/") for name in set(read_ledger(settings.data)) - set(contents))
    return sorted(f"{r}/{delivery}" for r, delivery in missing if delivery <= settings.pin.get(r, delivery))


def _tidy(rows: Path) -> None:
    """Remove what a build that was killed left half-written."""
    for leftover in rows.glob("*/.*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)


def _run_job(settings: Settings) -> list[str]:
    """Run the whole graph; the messages of what failed, none if all went well."""
    instance_folder(settings)
    progress.info("starting")
    READER.start()  # it and the next import what they need meanwhile
    worker()
    # What is imported or parsed stays, and the process ends with the build: the collector would take its time
    # and find next to nothing, also at the end, when it looks through all that is not frozen.
    gc.disable()
    atexit.register(gc.freeze)
    from dagster_project.definitions import defs

    return [f"{failed.step}: {failed.message}" for failed in run_job(settings, defs, "build").failures]
