"""The attack for a person at a terminal."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from dagster_project.disclosure.attack import Finding, Report, attack
from dagster_project.disclosure.reading import DifferentError, ReadingError
from dagster_project.disclosure.rule import Rule
from dagster_project.exit_status import Exit
from dagster_project.progress import progress

# Of counts that are safe the ones that are known best.
NARROWEST = 10


def run_attack(
    folder: Path,
    earlier: Sequence[Path],
    threshold: int,
    *,
    exact: bool,
    everything: bool,
    out: Path | None,
) -> int:
    """Attack a folder, print what could be proved, and return the exit status."""
    console = Console(highlight=False, soft_wrap=True)

    def tell(done: int, of: int) -> None:
        if done % 25 == 0 or done == of:
            progress.info("attacked %d of %d parts of the tables", done, of)

    try:
        rule = Rule(threshold)
        report = attack(folder, earlier, rule, exact=exact, cores=os.cpu_count() or 1, tell=tell)
    except (ReadingError, DifferentError) as error:
        console.print(f"Error: {error}", markup=False)
        return Exit.UNUSABLE
    if out is not None:
        _write(report, out)
    _print(console, report, rule, everything)
    return Exit.FAILED if report.holes or report.contradictions else Exit.OK


def _print(console: Console, report: Report, rule: Rule, everything: bool) -> None:
    for note in report.revised:
        console.print(f"Not attacked together: {note}", markup=False)
    for note in report.contradictions:
        console.print(f"NOT ATTACKED {note}", markup=False)
    small = [f for f in report.findings if f.interval.low < rule.threshold and f.interval.high > 0]
    for finding in report.holes:
        console.print(f"HOLE {_line(finding)}", markup=False)
        for says in finding.interval.relations[:8]:
            console.print(f"       {says}", markup=False)
    safe = sorted((f for f in small if not f.gives_away), key=lambda f: f.interval.width)
    for finding in safe if everything else safe[:NARROWEST]:
        console.print(f"     {_line(finding)}", markup=False)
    if not everything and len(safe) > NARROWEST:
        console.print(f"     ... and {len(safe) - NARROWEST:,} more (--all prints them, --out writes them)")
    console.print(
        f"{len(report.findings):,} hidden counts, {len(small):,} may be small, "
        f"{len(report.holes):,} known to within less than {rule.width}."
    )


def _line(finding: Finding) -> str:
    interval = finding.interval
    ends = "exactly" if interval.is_exact else "at least"
    return f"{finding.count}: {ends} {interval.low}-{interval.high}"


def _write(report: Report, out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["problem", "count", "low", "high", "exact", "hole", "relations"])
        for f in report.findings:
            i = f.interval
            relations = " | ".join(i.relations)
            writer.writerow([f.problem, f.count, i.low, i.high, i.is_exact, f.gives_away, relations])
