"""The attack for those who publish: what they need of it, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vardflode.data_folder import File
from vardflode.disclosure.attack import OBSERVED, WIDTH, Finding, Report, attack
from vardflode.disclosure.files import checksum
from vardflode.disclosure.knowledge import public_knowledge
from vardflode.disclosure.memory import Memory
from vardflode.disclosure.reading import DifferentError, ReadingError

__all__ = ["WIDTH", "DifferentError", "Finding", "ReadingError", "Report", "audit", "checksum"]


def audit(
    folder: Path,
    earlier: Sequence[Path],
    certificate: Mapping[str, Any],
    *,
    data: Path | None = None,
    cores: int = 1,
) -> Report:
    """Attack published files, together with those published before.

    Args:
        folder: the files.
        earlier: folders of files that readers have already; those with the same tables tell nothing more.
        certificate: of the published set that the files were made from: what is public besides.
        data: the data folder whose gate knows what it found of these very figures; None: all is worked out.
        cores: processes to use.

    Raises:
        ReadingError: a folder holds no published table.
        DifferentError: the same figure is told differently in two files.
    """
    observed = [(name, fact) for name, fact in certificate[OBSERVED]]
    return attack(
        folder,
        [other for other in earlier if checksum(other) != checksum(folder)],
        cores=cores,
        knowledge=replace(public_knowledge(), observed=observed),
        memory=Memory(data / File.ATTACKED) if data else None,
    )
