"""The attack: everything that an outsider can work out of published files, and of those published before.

It reads files only, as anyone could, and knows the definitions and the rules. Its answer is an interval for
every count that is not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dagster_project.disclosure.bounds import Interval, intervals
from dagster_project.disclosure.cellkeys import loosen
from dagster_project.disclosure.knowledge import Knowledge, public_knowledge, with_observed
from dagster_project.disclosure.parallel import in_parallel
from dagster_project.disclosure.problems import Problem, problems
from dagster_project.disclosure.reading import DifferentError, merge, read_published
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import ContradictionError, Key
from dagster_project.disclosure.tables import BY_NAME

# In a certificate: what holds since every year was delivered (`Knowledge.observed`).
OBSERVED = "observed"
# Possible values of every count of a problem, with their keys: a proof of how uncertain they are.
Tables = tuple[list[Key], np.ndarray]


@dataclass(frozen=True)
class Finding:
    """What could be proved of one count that is not told."""

    problem: str
    count: str
    interval: Interval
    gives_away: bool


@dataclass(frozen=True)
class Report:
    """Every hidden count with its interval, and what could not be attacked together."""

    findings: Sequence[Finding]
    revised: Sequence[str]
    # Parts whose own figures contradict each other: nothing was proved of them, so they are not safe.
    contradictions: Sequence[str]

    @property
    def holes(self) -> list[Finding]:
        """Counts that may be small and are known too well."""
        return [finding for finding in self.findings if finding.gives_away]


def attack(
    folder: Path,
    earlier: Sequence[Path] = (),
    rule: Rule | None = None,
    *,
    exact: bool = False,
    cores: int = 1,
    noise: bool | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
    help_of: Callable[[Problem], Tables | None] = lambda problem: None,
    knowledge: Knowledge | None = None,
) -> Report:
    """Attack the published files in a folder.

    Args:
        folder: what was published.
        earlier: what was published before, whose figures an outsider still has.
        rule: the threshold and the width that the publisher promises.
        exact: both ends of every interval; else only as far as shows that a count is uncertain enough.
        cores: processes to use.
        noise: whether the figures carry noise; None: what the folder's certificate says.
        tell: called with how many problems are solved, of how many.
        help_of: possible tables of a problem, which save questions; each is verified against the files.
        knowledge: what is public besides the files; None: the definitions, and what the figures show.

    Raises:
        ReadingError: a folder holds no published table.
        DifferentError: the same figure is told differently in two files of one publication.
    """
    rule, tables = rule or Rule(), read_published(folder)
    knowledge = knowledge or knowledge_of(folder, tables)
    noise = noise_of(folder) if noise is None else noise
    together, revised = _with_earlier(tables, earlier, noise)
    work = [(problem, help_of(problem)) for problem in problems(together)]
    solve = partial(_solve, knowledge=knowledge, rule=rule, exact=exact, noise=noise)
    solved = {}
    for number, answer in in_parallel(solve, work, cores):
        solved[number] = answer
        tell(len(solved), len(work))
    found: list[Finding] = []
    contradictions: list[str] = []
    again: set[tuple[str, str]] = set()
    for _, (problem, findings, contradiction) in sorted(solved.items()):
        found += findings
        if contradiction and earlier:
            revised.append(contradiction)
            again.add(_subject(problem))
        elif contradiction:
            contradictions.append(contradiction)
    # Revised since then: the new figures on their own.
    alone = [(problem, None) for problem in problems(tables) if _subject(problem) in again]
    for _, (_, findings, contradiction) in sorted(in_parallel(solve, alone, cores), key=lambda a: a[0]):
        found += findings
        contradictions += [contradiction] if contradiction else []
    return Report(found, revised, contradictions)


def _subject(problem: Problem) -> tuple[str, str]:
    return problem.kind, problem.name.split()[0] if problem.kind in ("flow", "applicants") else ""


def noise_of(folder: Path) -> bool:
    """Whether the publisher says that the figures carry noise (cell keys)."""
    return _certified(folder).get("method") == "cell_key"


def knowledge_of(folder: Path, tables: Mapping[str, pl.DataFrame]) -> Knowledge:
    """What is public: the definitions, and what holds of the years, as certified or as the figures show."""
    knowledge, certified = public_knowledge(), _certified(folder)
    if OBSERVED in certified:
        return replace(knowledge, observed=[(name, fact) for name, fact in certified[OBSERVED]])
    return with_observed(knowledge, tables.get("flow_measures"))


def _certified(folder: Path) -> dict[str, Any]:
    """What the publisher's certificate says; nothing where there is none that can be read."""
    try:
        found = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def told_before(earlier: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """What earlier publications without noise tell, the newest first where they differ."""
    exact = [folder for folder in reversed(earlier) if not noise_of(folder)]
    return _with_earlier(read_published(exact[0]), exact[1:], noise=False)[0] if exact else {}


def _with_earlier(
    tables: Mapping[str, pl.DataFrame], earlier: Sequence[Path], noise: bool
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The tables with what earlier publications tell; one whose figures were revised is left out."""
    together, revised = dict(tables), []
    for folder in earlier:
        if noise_of(folder) != noise:
            revised.append(f"{folder.name}: published with another method (suppression, cell keys)")
            continue
        for name, frame in read_published(folder).items():
            if name not in together or name not in BY_NAME:
                together.setdefault(name, frame)
                continue
            try:
                together[name] = merge(BY_NAME[name], [together[name], frame])
            except DifferentError as error:
                revised.append(f"{folder.name}: {error}")
    return together, revised


def _solve(
    work: tuple[Problem, Tables | None], knowledge: Knowledge, rule: Rule, exact: bool, noise: bool
) -> tuple[Problem, list[Finding], str]:
    problem, help_ = work
    name = f"{problem.kind} {problem.name}"
    system = problem.system(knowledge)
    if noise:
        loosen(system, rule)
    targets = [i for i, value in enumerate(system.value) if np.isnan(value) and system.is_count[i]]
    try:
        found = intervals(system, targets, rule, None if exact else rule.width, _aligned(system.index, help_))
    except ContradictionError as error:
        return problem, [], f"{name}: the figures contradict each other ({error})"
    findings = [
        Finding(name, " ".join(_words(system.keys[i])), interval, interval.gives_away(rule))
        for i, interval in found.items()
    ]
    return problem, findings, ""


def _aligned(index: Mapping[Key, int], help_: Tables | None) -> np.ndarray | None:
    """The helping tables with counts in this system's order; None when they are not of the same counts."""
    if help_ is None or len(help_[0]) != len(index) or any(key not in index for key in help_[0]):
        return None
    order = [index[key] for key in help_[0]]
    tables = np.empty_like(help_[1])
    tables[:, order] = help_[1]
    return tables


def _words(key: Key) -> list[str]:
    words: list[str] = []
    for part in key:
        words.append("-".join(str(year) for year in part) if isinstance(part, tuple) else str(part))
    return words
