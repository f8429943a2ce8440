"""The secret behind the record keys: with the same one, a person has the same key in every build."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from vardflode.settings import SettingsError


class RecordKeyError(SettingsError):
    """The secret cannot be used; the message says which file, and what to do."""


def record_key_secret(path: Path) -> str:
    """The secret in a file; where there is none, a new one that only the owner can read.

    Put a file of your own there to have the keys of another data folder. It is never written over: with
    another secret everything would be perturbed anew, and two perturbed tables tell more than one.

    Raises:
        RecordKeyError: the file is empty, or no text.
    """
    with (
        contextlib.suppress(FileExistsError),
        open(path, "x", encoding="utf-8", opener=_for_the_owner) as file,
    ):
        file.write(secrets.token_hex(32) + "\n")
    with contextlib.suppress(OSError):  # one that was put there may be open to all
        path.chmod(0o600)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise RecordKeyError(f"{path} is no text. Put the secret back from a backup.") from None
    if not secret:
        raise RecordKeyError(f"{path} is empty. Put the secret back; if there never was one, remove it.")
    return secret


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
