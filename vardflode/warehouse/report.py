"""The summary at the end of a build, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vardflode.deliveries.quoting import shown
from vardflode.settings import Settings

MADE_UP = (
    "Påhittade personer: registren är syntetiska. / The persons are made up: the registers are synthetic."
)


def print_summary(
    settings: Settings, summary: dict[str, Any], unknown: Sequence[str], gone: Sequence[str]
) -> None:
    """Each delivery and its rows, checks, tables, where everything lies, and what to do next."""
    # Wide enough for every number, also in a file or a narrow window.
    console = Console(highlight=False, soft_wrap=True, width=110)
    console.print()
    console.print(_deliveries(summary["deliveries"]))
    for delivery in summary["deliveries"]:
        if delivery["status"] == "rejected":
            name = _name(delivery)
            console.print(f"[red]Rejected[/red] {name}: ", end="")
            console.print(delivery["message"], markup=False)
    for register in unknown:
        console.print(f"[red]Not read[/red] {escape(register)}/: the contract knows no such register.")
    if gone:
        names = escape(f"{settings.raw}, so not used any more: {', '.join(gone)}")
        console.print(f"[red]Gone[/red] from {names}")
    console.print(_checks(summary["checks"]))
    tables = summary["tables"]
    console.print(f"Tables    {', '.join(f'{name} {rows:,}' for name, rows in tables.items())}")
    if warnings := summary["warnings"]:
        cases = [f"{name} {_persons(count, settings.threshold)}" for name, count in warnings.items()]
        console.print(f"Warnings  {', '.join(cases)}")
    for register, until, behind, cadence in summary.get("late", ()):
        console.print(
            f"Late      {register} tells until {until}, {behind} months before the newest; it comes every "
            f"{cadence} months: quality.freshness"
        )
    if not tables.get("marts.forecast"):
        console.print("Forecast  none: it needs the registers rtb, bas, hosp, hreg and framskrivning")
    if (unmapped := summary["unmapped_programmes"])["pairs"]:
        persons = _persons(unmapped["persons"], settings.threshold)
        console.print(
            f"Unmapped  {unmapped['pairs']} programme codes ({persons} persons) that `program` "
            "does not explain: quality.unmapped_programmes"
        )
    console.print(f"Last year {summary['last_year'] or 'none: no register of the flow was delivered'}")
    console.print(f"Warehouse {escape(str(settings.warehouse))} (restricted: readable by you only)")
    console.print(f"Version   {summary.get('version', 'of before 0.1.0')}")
    console.print(f"Checks    {escape(str(settings.expectations_page))}")
    if summary["made_up"]:
        console.print(f"[bold]{MADE_UP}[/bold]")
    console.print("Next      vardflode sql (questions: docs/queries.md), or: vardflode ui")


def _name(delivery: dict[str, Any]) -> str:
    """Register and delivery, so short that the numbers beside it have room."""
    return escape(f"{delivery['register']}/{shown(delivery['delivery'], 20)}")


def _persons(count: int, threshold: int) -> str:
    """A number of persons or of their cases; logs are kept and passed on, so a small one is not told."""
    return f"1-{threshold - 1}" if 0 < count < threshold else f"{count:,}"


def print_failure(settings: Settings, failures: Sequence[str]) -> None:
    """What failed, and that nothing was lost by it."""
    console = Console(highlight=False, soft_wrap=True, stderr=True)
    console.print("[red]The build failed.[/red]")
    for failure in failures:
        console.print(failure, markup=False)
    kept = "is untouched" if settings.warehouse.is_file() else "does not exist yet"
    console.print(f"The warehouse in force {kept}. The run and its log: vardflode ui")
    console.print(
        f"Results of the expectations, if they were reached: {escape(str(settings.expectations_page))}"
    )


def _deliveries(deliveries: Sequence[dict[str, Any]]) -> Table:
    table = Table(
        title="Deliveries: delivered = accepted + set aside + exact copies",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("delivery", no_wrap=True)
    table.add_column("")
    table.add_column("status", no_wrap=True)
    for name in ("files", "delivered", "accepted", "set aside", "exact copies"):
        table.add_column(name, justify="right", no_wrap=True)
    for d in deliveries:
        status = "rejected" if d["status"] == "rejected" else "in force" if d["in_force"] else "replaced"
        counts = [d[name] for name in ("delivered", "accepted", "quarantined", "copies")]
        row = ["" if count is None else f"{count:,}" for count in counts]
        made_up = "made up" if d["synthetic"] else ""
        table.add_row(_name(d), made_up, status, str(d["files"] or ""), *row)
    return table


def _checks(checks: dict[str, Any]) -> str:
    told = checks["told"]
    lines = [f"Checks    {checks['passed']} of {checks['made']} passed, {len(told)} worth a look"]
    lines += [f"          {check['name']}: {check['observed']}. {check['means']}" for check in told[:8]]
    if len(told) > 8:
        lines.append(f"          ... and {len(told) - 8} more on the page of checks")
    return "\n".join(lines).replace("[", r"\[")
