"""What is known of the warehouse in force, told to a person; and whether something new has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vardflode.common.exit_status import Exit
from vardflode.common.fingerprint import inputs_fingerprint
from vardflode.common.kept import broken, read_json
from vardflode.data_folder import File
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.survey import raw_contents, read_ledger, unknown_registers
from vardflode.settings import Settings
from vardflode.warehouse.damage import damaged
from vardflode.warehouse.report import print_summary


def show_status(settings: Settings) -> int:
    """Tell what is in force and whether something new has come; 0 only when all is well."""
    contract = load_contract()
    if damage := damaged(settings, contract):
        print("\n".join(f"Damaged: {line}" for line in damage))
        print("Next: vardflode build, which makes it again")
        return Exit.FAILED
    summary = read_summary(settings)
    if summary is None:
        print(f"No warehouse in {settings.data}. Next: vardflode build")
        return Exit.FAILED
    unknown = unknown_registers(settings.raw, contract) if settings.raw.is_dir() else []
    contents = raw_contents(settings.raw, contract, settings.pin) if settings.raw.is_dir() else {}
    print_summary(settings, summary, unknown, gone(settings, contents))
    if summary["fingerprint"] != inputs_fingerprint(settings, contents):
        print("Deliveries, settings or code have changed since. Next: vardflode build")
    rejected = any(delivery["status"] == "rejected" for delivery in summary["deliveries"])
    return Exit.REJECTED if rejected or unknown else Exit.OK


def read_summary(settings: Settings) -> dict[str, Any] | None:
    """What is known of the warehouse in force, or None."""
    return None if broken(settings.data) else read_json(settings.data / File.BUILD, dict)


def gone(settings: Settings, contents: Mapping[str, str]) -> list[str]:
    """Deliveries that were accepted before and are not in the raw folder any more."""
    missing = (name.split("/") for name in set(read_ledger(settings.data)) - set(contents))
    return sorted(f"{r}/{delivery}" for r, delivery in missing if delivery <= settings.pin.get(r, delivery))
