"""What was solved before and has not changed is not solved again.

An answer is kept under a checksum of everything that decides it: the exact figures of the problem, the rule,
the definitions and this package's code. It lies in the restricted part of the data folder.
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dagster_project.disclosure.knowledge import Knowledge
from dagster_project.disclosure.problems import Problem
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import Key
from dagster_project.fingerprint import project_fingerprint

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """What to hide of a problem: for its own sake, and all; and tables that show how uncertain it is.

    `left_out`: rows (table, *key) that are not published at all.
    """

    own: Set[Key]
    hidden: Set[Key]
    left_out: Set[Key]
    keys: list[Key]
    tables: np.ndarray


def name_of(problem: Problem, rule: Rule, knowledge: Knowledge) -> str:
    """Checksum of everything that decides a problem's answer."""
    parts = (project_fingerprint(HERE), repr(rule), repr(knowledge), repr(problem))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


class Memory:
    """Answers in a folder; those that the latest publication did not need are forgotten."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not be there."""
        self.folder = folder
        self.used: set[str] = set()

    def recall(self, name: str) -> Answer | None:
        """The answer with this name; None when there is none, or it cannot be read."""
        try:
            answer = pickle.loads(zlib.decompress((self.folder / name).read_bytes()))
        except (OSError, zlib.error, pickle.UnpicklingError, EOFError, AttributeError):
            return None
        self.used.add(name)
        return answer

    def keep(self, name: str, answer: Answer) -> None:
        """Keep an answer, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.used.add(name)
        temporary = self.folder / f".{name}"
        temporary.write_bytes(zlib.compress(pickle.dumps(answer), level=1))
        temporary.replace(self.folder / name)

    def forget(self) -> None:
        """Remove what was not used."""
        for path in self.folder.glob("*"):
            if path.name not in self.used:
                path.unlink()
