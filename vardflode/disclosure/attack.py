"""The attack on anyone's published files, and on those published before: what an outsider can work out.

It reads files only, as anyone could, and knows the definitions, the rules and the noise table.
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

from vardflode.common.parallel import in_parallel
from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge, public_knowledge, with_observed
from vardflode.disclosure.memory import Memory
from vardflode.disclosure.noise import SMALL, Noise, read_noise
from vardflode.disclosure.reading import read_published
from vardflode.disclosure.relations.draft import CELL, Draft
from vardflode.disclosure.relations.together import draft_of
from vardflode.sdc.attack import Found, Rule, attack_part
from vardflode.sdc.bounds import ContradictionError
from vardflode.sdc.model import Model

# In a certificate: what holds since every year was delivered (`Knowledge.observed`).
OBSERVED = "observed"
WIDTH = 4
# Parts that the work is cut into for each core.
FOR_EACH_CORE = 8


@dataclass(frozen=True)
class Finding:
    """What could be proved of a count, or of the difference of one and its base: it lies between these."""

    count: str
    least: int
    most: int
    is_hole: bool
    because: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """What may be small with its interval; what could not be attacked together, or contradicts itself."""

    findings: Sequence[Finding]
    targets: int
    revised: Sequence[str]
    contradictions: Sequence[str]

    @property
    def holes(self) -> list[Finding]:
        """Counts that may be small and are known too well."""
        return [finding for finding in self.findings if finding.is_hole]

    @property
    def narrowest(self) -> int | None:
        """Width of the narrowest interval of what may be small; None where nothing may be."""
        return min((finding.most - finding.least for finding in self.findings), default=None)


def attack(
    folder: Path,
    earlier: Sequence[Path] = (),
    *,
    exact: bool = False,
    cores: int = 1,
    noise: Noise | None = None,
    knowledge: Knowledge | None = None,
    memory: Memory | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Attack the published files in a folder.

    Args:
        folder: what was published.
        earlier: what was published before, whose figures an outsider still has.
        exact: both ends of every interval; else only as far as shows that a count is uncertain enough.
        cores: processes to use.
        noise: the noise table; None: the one that the rules name.
        knowledge: what is public besides the files; None: the definitions, and what the figures show.
        memory: what is known of pieces from attacks before; None: nothing.
        tell: called with how many parts are done, of how many.

    Raises:
        ReadingError: a folder holds no published table.
        DifferentError: the same figure is told differently in two files of one publication.
    """
    tables, noise = read_published(folder), noise or read_noise()
    knowledge = knowledge or knowledge_of(folder, tables)
    together, revised = with_earlier(tables, earlier)
    draft = draft_of(together, knowledge)
    model = draft.model(noise)
    memory = Memory() if memory is None or exact else memory
    found, known = _remembered(model, memory)
    findings = [f for groups, one in found for f in _findings(draft, groups, one)]
    contradictions: list[str] = []
    targets = sum(len(one.targets) for _, one in found)
    parts = model.dealt(FOR_EACH_CORE * cores, known)
    solve = partial(_solve, exact=exact)
    for done, (number, solved) in enumerate(in_parallel(solve, [part for _, part in parts], cores), start=1):
        for among, name, one in solved:
            groups = parts[number][0][among]
            if one is None:
                contradictions.append(_subject(draft, groups))
                continue
            if not one.holes:
                memory.put(name, one.ends)
            targets += len(one.targets)
            findings += _findings(draft, groups, one)
        tell(done, len(parts))
    if contradictions and earlier:  # revised since then: the new figures on their own
        alone = attack(
            folder, exact=exact, cores=cores, noise=noise, knowledge=knowledge, memory=memory, tell=tell
        )
        return replace(alone, revised=[*revised, *contradictions])
    return Report(sorted(findings, key=lambda f: f.count), targets, revised, contradictions)


def _remembered(model: Model, memory: Memory) -> tuple[list[tuple[np.ndarray, Found]], np.ndarray]:
    """What is known of pieces that were attacked before; and of each piece, whether it is known."""
    found, pieces = [], model.split(model.piece)
    known = np.zeros(len(pieces), dtype=bool)
    for number, (groups, piece) in enumerate(pieces):
        ends = memory.get(proved_name(piece))
        if ends is not None and ends.shape == (2, len(piece.targets)):
            known[number] = True
            found.append((groups, Found.known(piece, ends)))
    return found, known


def proved_name(piece: Model) -> str:
    """What a memory calls what was proved of a piece."""
    return f"proved {piece.fingerprint()}"


def _solve(model: Model, exact: bool) -> list[tuple[np.ndarray, str, Found | None]]:
    """What is proved of each piece of a part that hangs together; None where the figures contradict each
    other.
    """
    found: list[tuple[np.ndarray, str, Found | None]] = []
    for groups, piece in model.split(model.piece):
        try:
            found.append((groups, proved_name(piece), attack_part(piece, RULE, exact=exact)))
        except ContradictionError:
            found.append((groups, "", None))
    return found


RULE = Rule(SMALL, WIDTH)


def _subject(draft: Draft, groups: np.ndarray) -> str:
    row = draft.groups.row(int(groups[0]), named=True)
    return f"{row['kind']} {row['subject']} {row['since']}-{row['until']}: the figures contradict each other"


def _findings(draft: Draft, groups: np.ndarray, found: Found) -> list[Finding]:
    """What was found of what may be small, in words."""
    small = (found.least < RULE.small) & (found.most > 0)
    findings = []
    for target, least, most in zip(found.targets[small], found.least[small], found.most[small], strict=True):
        hole = found.holes.get(int(target))
        words = " less ".join(_words(draft, groups[g]) for g in found.of(int(target)))
        because = [] if hole is None else [_words(draft, groups[g], told=True) for g in hole.because]
        findings.append(Finding(words, int(least), int(most), hole is not None, because))
    return findings


def _words(draft: Draft, group: int, told: bool = False) -> str:
    row = draft.groups.row(int(group), named=True)
    words = f"{row['kind']} {' '.join(str(row[c]) for c in CELL if row[c] != '')} {row['name']}"
    return f"{words}: {int(row['told'])}" if told and row["told"] is not None else words


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


def with_earlier(
    tables: Mapping[str, pl.DataFrame], earlier: Sequence[Path]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The tables with what earlier publications tell besides.

    Where a number is told otherwise than before its delivery was corrected, and another group is counted now:
    what was told before of that degree (or that table) says nothing certain, and is left out.
    """
    together, revised = dict(tables), []
    for folder in reversed(earlier):
        for name, old in read_published(folder).items():
            if name not in together or not BY_NAME[name].has_noise:
                together.setdefault(name, old)
                continue
            table, now = BY_NAME[name], together[name]
            old = old.filter(~pl.all_horizontal(pl.col(c).is_null() for c in table.counts))
            whose = [c for c in ("degree_code", "year") if c in table.key]
            both = old.join(now, on=list(table.key), suffix=" now")
            differs = pl.any_horizontal(pl.col(c) != pl.col(f"{c} now") for c in table.counts)
            # A row that is gone, of a window that is told, has another base too.
            window = [c for c in ("cohort_from", "cohort_to", table.by, "measure", *whose) if c in table.key]
            gone = old.join(now, on=list(table.key), how="anti").join(
                now, on=list(dict.fromkeys(window)), how="semi"
            )
            gone = gone.filter(pl.col(table.base).is_not_null()) if table.base else gone
            # A literal selected alone would be a row where there is none.
            named = [frame.with_columns(table=pl.lit(name)) for frame in (both.filter(differs), gone)]
            changed = pl.concat(frame.select(*whose, "table") for frame in named).unique()
            if len(changed):
                revised.append(f"{folder.name}: {name} was corrected ({len(changed)} parts)")
                old = old.join(changed, on=whose, how="anti") if whose else old.clear()
            together[name] = _merged(now, old, table.key, table.counts)
    return together, revised


def _merged(now: pl.DataFrame, old: pl.DataFrame, key: Sequence[str], counts: Sequence[str]) -> pl.DataFrame:
    """A row for each key; a count is what either tells."""
    numbers = [c for c in old.columns if c not in key and c in now.columns]
    frame = now.join(old.select(*key, *numbers), on=list(key), how="full", suffix=" old", coalesce=True)
    return frame.with_columns(pl.coalesce(c, f"{c} old") for c in numbers).select(now.columns)
