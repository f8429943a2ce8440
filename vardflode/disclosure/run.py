"""The attack for a person at a terminal."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from vardflode.common.exit_status import Exit
from vardflode.common.progress import progress
from vardflode.disclosure.attack import WIDTH, Report, attack
from vardflode.disclosure.noise import NoiseError, read_noise
from vardflode.disclosure.reading import DifferentError, ReadingError

# Of counts that are safe the ones that are known best.
NARROWEST = 10


def run_attack(
    folder: Path,
    earlier: Sequence[Path],
    *,
    noise: Path | None,
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
        table = read_noise(noise) if noise else read_noise()
        report = attack(folder, earlier, exact=exact, cores=os.cpu_count() or 1, noise=table, tell=tell)
    except (ReadingError, DifferentError, NoiseError) as error:
        console.print(f"Error: {error}", markup=False)
        return Exit.UNUSABLE
    if out is not None:
        _write(report, out)
    _print(console, report, everything)
    return Exit.FAILED if report.holes or report.contradictions else Exit.OK


def _print(console: Console, report: Report, everything: bool) -> None:
    for note in report.revised:
        console.print(f"Not attacked together: {note}", markup=False)
    for note in report.contradictions:
        console.print(f"NOT ATTACKED {note}", markup=False)
    for hole in report.holes:
        console.print(f"HOLE {hole.count}: {hole.least}-{hole.most}", markup=False)
        for told in hole.because[:8]:
            console.print(f"       {told}", markup=False)
    safe = sorted((f for f in report.findings if not f.is_hole), key=lambda f: (f.most - f.least, f.count))
    for finding in safe if everything else safe[:NARROWEST]:
        console.print(f"     {finding.count}: may be {finding.least}-{finding.most}", markup=False)
    if not everything and len(safe) > NARROWEST:
        console.print(f"     ... and {len(safe) - NARROWEST:,} more (--all prints them, --out writes them)")
    console.print(
        f"{report.targets:,} counts and differences, {len(report.findings):,} may be small, "
        f"{len(report.holes):,} known to within less than {WIDTH}."
    )


def _write(report: Report, out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["count", "least", "most", "hole", "because"])
        for f in report.findings:
            writer.writerow([f.count, f.least, f.most, f.is_hole, " | ".join(f.because)])
