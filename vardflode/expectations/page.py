"""The page of results: one HTML file that needs nothing outside itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vardflode.expectations.run import Result

_LAYERS = {
    "delivered": ("Levererade tabeller", "Delivered tables"),
    "marts": ("Datamarter", "Marts"),
}


@dataclass(frozen=True)
class _Table:
    """The results of one suite."""

    suite: str
    table: str
    about_sv: str
    about_en: str
    results: list[Result]

    @property
    def layer(self) -> str:
        return self.table.partition(".")[0]

    @property
    def failed(self) -> list[Result]:
        return [result for result in self.results if not result.passed]

    @property
    def not_judged(self) -> int:
        return sum(result.is_empty for result in self.results)

    @property
    def state(self) -> str:
        """The gravest severity among what failed; empty when nothing did."""
        severities = {result.severity for result in self.failed}
        return "critical" if "critical" in severities else "warning" if severities else ""


def write_page(results: Sequence[Result], path: Path, *, made_up: bool, last_year: int | None) -> None:
    """Write the page: the same results give the same bytes.

    Args:
        results: from `run_suites`.
        path: the HTML file.
        made_up: whether any delivery in force is made up; the page then says so.
        last_year: the last year of the flow, if there is one.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tables = [
        _Table(first.suite, table, first.about_sv, first.about_en, rows)
        for table, group in groupby(results, key=lambda result: result.table)
        if (rows := list(group)) and (first := rows[0])
    ]
    failed = sorted(
        (result for result in results if not result.passed), key=lambda result: result.severity != "critical"
    )
    text = environment.get_template("page.html.j2").render(
        tables=tables,
        layers=_LAYERS,
        failed=failed,
        passed=sum(result.passed and not result.is_empty for result in results),
        empty=sum(result.is_empty for result in results),
        warnings=sum(result.severity == "warning" for result in failed),
        critical=sum(result.severity == "critical" for result in failed),
        total=len(results),
        made_up=made_up,
        last_year=last_year,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
