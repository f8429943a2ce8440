"""One build from the command line: the Dagster job in this process, so that the UI shows its run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dagster_project.instance import instance_folder
from dagster_project.runs import Ran, run_job
from vardflode.common.collector import collect_nothing
from vardflode.common.disk import missing_for_build
from vardflode.common.exit_status import Exit
from vardflode.common.fingerprint import inputs_fingerprint
from vardflode.common.kept import discard
from vardflode.common.progress import progress
from vardflode.deliveries.contract import Contract, load_contract
from vardflode.deliveries.identity import hide_identity_numbers
from vardflode.deliveries.intake import READER
from vardflode.deliveries.survey import (
    delivery_folders,
    raw_contents,
    sweep,
    unknown_registers,
)
from vardflode.expectations.worker import worker
from vardflode.forecast.scenarios import load_scenarios
from vardflode.settings import Settings, SettingsError
from vardflode.warehouse.damage import damaged
from vardflode.warehouse.lock import build_lock
from vardflode.warehouse.record_key import record_key_secret
from vardflode.warehouse.report import print_failure, print_summary
from vardflode.warehouse.state import read_state_in_force
from vardflode.warehouse.status import gone, read_summary


def run_build(settings: Settings) -> int:
    """Build the warehouse, tell how it went, and return the exit status.

    Raises:
        SettingsError: there is nothing to build from.
        ScenarioError: the scenarios cannot be used.
        BusyError: another build works in the same data folder.
    """
    contract = load_contract()
    _expect_deliveries(settings, contract)
    load_scenarios(settings.scenarios)
    with build_lock(settings.data):
        damage = damaged(settings, contract)
        for line in damage:
            progress.warning("damaged, and made again: %s", line)
        record_key_secret(settings.record_key_secret)
        contents = _look(settings, contract)
        fingerprint = inputs_fingerprint(settings, contents)
        summary = None if damage else read_summary(settings)
        if summary and summary["fingerprint"] == fingerprint:
            progress.info("nothing new: the warehouse in force was built from the same deliveries and code")
            _restore_page(settings, summary)
        else:
            discard(settings.candidate.parent)
            ran = _run_job(settings)
            failures = [f"{failed.step}: {failed.message}" for failed in ran.failures]
            if ran.met_full_disk:
                missing = missing_for_build(settings.data, settings.raw)
                failures = [f"{ran.failures[0].message} {missing}"]
            if failures:
                print_failure(settings, failures)
                return Exit.FAILED
            summary = read_summary(settings)
            sweep(settings.data, contract)
        assert summary is not None
        unknown = unknown_registers(settings.raw, contract)
        print_summary(settings, summary, unknown, gone(settings, contents))
    rejected = any(delivery["status"] == "rejected" for delivery in summary["deliveries"])
    return Exit.REJECTED if rejected or unknown else Exit.OK


def _restore_page(settings: Settings, summary: dict[str, Any]) -> None:
    """Make the page of checks again from what is known of the warehouse in force, if it is not whole."""
    page, state = settings.expectations_page, read_state_in_force(settings)
    if state and not (page.is_file() and page.read_bytes().rstrip().endswith(b"</html>")):
        progress.warning("made again: %s was not there as it was written", page)
        state.write_page(page, made_up=summary["made_up"], last_year=summary["last_year"])


def _expect_deliveries(settings: Settings, contract: Contract) -> None:
    """There must be something to build from, before a data folder is made for it."""
    if not settings.raw.is_dir():
        raise SettingsError(f"raw: expected a folder with deliveries, found nothing at {settings.raw}.")
    names = {
        f"{register}/{folder.name}"
        for register in contract.registers
        for folder in delivery_folders(settings.raw, register, settings.pin)
    }
    if not names:
        raise SettingsError(
            f"raw: expected deliveries as <register>/<delivery>/ in {settings.raw}, found none. "
            f"The registers are {', '.join(contract.registers)}."
        )
    for register, delivery in settings.pin.items():
        if f"{register}/{delivery}" not in names:
            name = hide_identity_numbers(f"{register}/{delivery}")
            raise SettingsError(f"pin: expected {name} in {settings.raw}, found no such delivery.")
    for register in settings.unlinked:
        if register not in contract.registers:
            known = ", ".join(contract.registers)
            raise SettingsError(f"unlinked: expected registers of {known}; found {register!r}.")


def _look(settings: Settings, contract: Contract) -> dict[str, str]:
    """A checksum of every delivery."""
    progress.info("looking at the deliveries in %s", settings.raw)
    _tidy(settings.rows)
    return raw_contents(settings.raw, contract, settings.pin)


def _tidy(rows: Path) -> None:
    """Remove what a build that was killed left half-written."""
    for leftover in rows.glob("*/.*"):
        discard(leftover)


def _run_job(settings: Settings) -> Ran:
    """Run the whole graph."""
    instance_folder(settings)
    progress.info("starting")
    READER.start()  # it and the next import what they need meanwhile
    if not settings.is_short_of_memory:
        worker()
    collect_nothing()
    from dagster_project.definitions import defs

    return run_job(settings, defs, "build", work=settings.candidate.parent)
