"""What in the data folder is not as it was left: by a run that died, a full disk, or a hand."""

from __future__ import annotations

from vardflode.common.kept import DamagedError, broken, checksum, seal, sealed
from vardflode.data_folder import File
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.intake import Outcome
from vardflode.deliveries.survey import RESTORE_LEDGER, read_intake, read_ledger
from vardflode.settings import Settings
from vardflode.warehouse.record_key import RecordKeyError, record_key_secret

# What is in force, sealed as a whole: one that the others do not belong to is damage too.
IN_FORCE = (File.WAREHOUSE, File.BUILD, File.STATE, File.RECORD_KEY_SECRET)


def seal_in_force(settings: Settings) -> None:
    """Say that what has been taken into force is whole."""
    seal(settings.data, IN_FORCE)


def damaged(settings: Settings, contract: Contract) -> list[str]:
    """What a build has to make again because of damage, each with what was found; empty where all is whole.

    Nothing is changed: the parts of a build make again what they cannot read.

    Raises:
        DamagedError: what was accepted is not known any more. It cannot be made again.
        RecordKeyError: the secret of the record keys cannot be used, or is not there any more.
    """
    accepted, found = read_ledger(settings.data), []
    outcomes: list[Outcome] = []
    for register in contract.registers:
        try:
            outcomes += read_intake(settings.data, register) or []
        except DamagedError as error:
            found.append(str(error))
    taken_in = [outcome for outcome in outcomes if outcome.accepted]
    if lost := [o for o in taken_in if o.folder not in {entry["folder"] for entry in accepted.values()}]:
        raise DamagedError(
            f"{settings.data / File.ACCEPTED}: expected {lost[0].register}/{lost[0].delivery}, which was "
            f"accepted, found nothing of it. {RESTORE_LEDGER}"
        )
    if accepted:
        _expect_the_secret(settings)
    found += [damage for o in taken_in if (damage := broken(settings.rows / o.folder))]
    was_built = settings.warehouse.exists() or (settings.data / File.SEAL).exists()
    if was_built and (damage := broken(settings.data)):
        found.append(damage)
    if settings.warehouse.with_name(f"{File.WAREHOUSE}.wal").exists():
        found.append(
            f"{settings.warehouse}.wal: expected nothing, found that someone wrote into the warehouse"
        )
    return found


def _expect_the_secret(settings: Settings) -> None:
    """The one that the warehouse in force was built with, or any where that is not known."""
    path = settings.record_key_secret
    with_another = (
        "With another one everything that is perturbed changes, and two perturbed tables tell more than one."
    )
    if not path.exists():
        raise RecordKeyError(
            f"{path} is gone. Put the secret back from a backup; if it is lost, put another one there. "
            f"{with_another}"
        )
    record_key_secret(path)
    try:
        before = sealed(settings.data).get(path.name)
    except DamagedError:
        return
    if before and checksum(path) != before:
        raise RecordKeyError(
            f"{path}: expected the secret that the warehouse in force was built with, found another. Put it "
            f"back; or remove {settings.data / File.SEAL} to go over to this one. {with_another}"
        )
