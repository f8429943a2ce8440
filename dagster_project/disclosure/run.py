"""The gate and the attack for a person at a terminal."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from dagster_project.disclosure.attack import Finding, Report, attack
from dagster_project.disclosure.gate import NotPublishedError, publish
from dagster_project.disclosure.reading import DifferentError, ReadingError
from dagster_project.disclosure.rule import Rule
from dagster_project.progress import progress
from dagster_project.settings import Settings
from dagster_project.warehouse.lock import build_lock

OK, FAILED, NOTHING = 0, 1, 2
# Of counts that are safe the ones that are known best.
NARROWEST = 10


def run_gate(settings: Settings) -> int:
    """Publish, tell how it went, and return the exit status.

    Raises:
        BusyError: a build works in the same data folder.
    """
    console = Console(highlight=False, soft_wrap=True)
    os.umask(0o077)
    with build_lock(settings.data):
        try:
            result = publish(settings)
        except NotPublishedError as error:
            console.print("[red]Nothing was published.[/red]")
            console.print(str(error), markup=False)
            return FAILED
    console.print(f"Published {', '.join(f'{name} {rows:,}' for name, rows in sorted(result.rows.items()))}")
    share = 100 * (result.own + result.others) / max(result.numbers, 1)
    why = f"{result.own:,} numbers for their own sake, {result.others:,} to protect them"
    if settings.method == "cell_key":
        why = f"{result.others:,} numbers that noise alone leaves too well known"
    console.print(f"Hidden    {why} ({share:.1f} % of {result.numbers:,})")
    if result.left_out:
        console.print(f"Left out  {result.left_out:,} rows of tables so small that nothing protects them")
    console.print(f"Attack    no hole; certificate: {settings.data / 'published' / 'certificate.json'}")
    return OK


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
        return NOTHING
    if out is not None:
        _write(report, out)
    _print(console, report, rule, everything)
    return FAILED if report.holes or report.contradictions else OK


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
