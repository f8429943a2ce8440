"""Whether the registers are about the same persons: if not, their figures are none, and nothing is released.

How well they link is measured in `quality.linking`; the least shares stand in the code list `lankning`.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import duckdb

from vardflode.common.database import connect
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.intake import Outcome
from vardflode.deliveries.survey import REFERENCE_REGISTERS, in_force
from vardflode.settings import Settings

# Without one of them the flow would show zeros that are no figures.
FLOW_TABLES = {
    "hreg": ("registreringar", "examina", "program"),
    "hosp": ("legitimationer",),
    "rtb": ("folkbokforing",),
    "bas": ("sysselsattning",),
}
# Registers that tell of everybody each year: a year without anyone is none.
EVERY_YEAR = ("rtb", "bas")
# A share that falls so far from one warehouse to the next, beyond chance, is another kind of numbers: the
# made-up countries' largest move between deliveries is some hundredths.
LARGEST_FALL = 0.1
# A table of persons with less than this share of the rows that it had in the warehouse in force is cut short.
LEAST_KEPT, FEW_ROWS = 0.25, 100


class _Link(NamedTuple):
    register: str
    table: str
    against: str
    against_table: str
    year: int | None
    share: float
    least: float
    is_enough: bool
    before: float | None
    meaning: str

    def told(self) -> str:
        """One line: what was found, and what was expected."""
        place = f"{self.register} ({self.table}{f' {self.year}' if self.year else ''})"
        before = "" if self.before is None else f", {self.before:.0%} in the warehouse in force"
        return (
            f"  {place} against {self.against} ({self.against_table}): {self.share:.0%} {self.meaning}; "
            f"expected at least {self.least:.0%}{before}."
        )


def registers_missing(outcomes: Sequence[Outcome], contract: Contract, settings: Settings) -> str:
    """What is to be said when a table that the flow stands on is not in force, or has no rows, or has years
    without; nothing if all is well.

    None of the four registers delivered at all is well too: then there is open data only, and no flow.
    """
    delivered = {outcome.register for outcome in outcomes}
    parts = in_force(outcomes, contract.tables, settings.rows)
    with_rows = {
        settings.rows / outcome.folder / name
        for outcome in outcomes
        for file in outcome.files
        if file.accepted
        for _, name in file.parts
    }
    years: dict[tuple[str, str], dict[int, bool]] = defaultdict(dict)
    for part in parts:
        of_table = years[part.register, part.table]
        of_table[part.year or 0] = of_table.get(part.year or 0, False) or part.path in with_rows
    if not delivered & set(REFERENCE_REGISTERS):
        return ""
    lines = []
    for register in REFERENCE_REGISTERS:
        if register in settings.unlinked:
            continue
        missing = [table for table in FLOW_TABLES[register] if not years[register, table]]
        if missing:
            rejected = [o for o in outcomes if o.register == register and not o.accepted]
            why = "was not delivered" if not rejected else f"was rejected: {rejected[-1].message}"
            lines.append(f"  {register}: {', '.join(missing)} {why}")
        for table in FLOW_TABLES[register]:
            of_table = years[register, table]
            first = min((year for year, has_rows in of_table.items() if has_rows), default=0)
            empty = [str(year) for year in sorted(of_table) if year >= first and not of_table[year]]
            if empty and (register in EVERY_YEAR or not any(of_table.values())):
                which = f"{table} {', '.join(empty)}" if first else table
                lines.append(f"  {register}: {which} was delivered without rows")
    if not lines:
        return ""
    names = " ".join(dict.fromkeys(f"--unlinked {line.split(':')[0].strip()}" for line in lines))
    return "\n".join(
        [
            "Nothing is in force of what the flow stands on, and without it the figures would be none:",
            *lines,
            f"Deliver it; or, if it is meant to be missing, build with {names}.",
        ]
    )


def broken_links(settings: Settings) -> str:
    """What is to be said of the candidate's registers that do not link or are cut short; nothing if none.

    A share is held against the least one, and against that of the warehouse in force.
    """
    with _with_the_one_in_force(settings) as (con, has_before):
        not_linked = _not_linked(settings, _links(con, has_before))
        cut_short = _cut_short(settings, con) if has_before else ""
    return "\n".join(filter(None, (not_linked, cut_short)))


def _not_linked(settings: Settings, links: Sequence[_Link]) -> str:
    broken = [
        link
        for link in links
        if not {link.register, link.against} & set(settings.unlinked)
        and not (link.is_enough and link.before is None)
    ]
    if not broken:
        return ""
    common = set.intersection(*({link.register, link.against} for link in broken))
    whose = sorted(common) or sorted({link.register for link in broken})
    worst: dict[tuple[str, str, str], _Link] = {}
    for link in sorted(broken, key=lambda link: link.share):
        worst.setdefault((link.register, link.table, link.meaning), link)
    many = len(broken) - len(worst)
    return "\n".join(
        [
            f"The registers do not link: the person numbers of {' or '.join(whose)} are not the others', or "
            "persons are missing from it.",
            *(link.told() for link in worst.values()),
            *([f"  ... and {many} more years (quality.linking in {settings.candidate})"] if many else []),
            "Ask the register's owner for a delivery with the same person numbers as the others, and with "
            f"everybody in it. If it is meant: build with --unlinked {whose[0]}.",
        ]
    )


def _cut_short(settings: Settings, con: duckdb.DuckDBPyConnection) -> str:
    """What is to be said of tables of persons that have few of the rows that they had before."""
    rows = con.execute(
        """
        with tables as (
            select 'now' as which, * from quality.deliveries
            union all by name
            select 'before' as which, * from in_force.quality.deliveries
        )

        select
            register, table_name,
            coalesce(sum(rows_accepted) filter (which = 'now'), 0) as now,
            sum(rows_accepted) filter (which = 'before') as before
        from tables
        where
            is_in_force
            and register in (select register from kodverk.lankning)
            and not list_contains($unlinked, register)
        group by all
        having before >= $few and now < $least * before and now > 0
        order by all
        """,
        {"unlinked": list(settings.unlinked), "few": FEW_ROWS, "least": LEAST_KEPT},
    ).fetchall()
    if not rows:
        return ""
    return "\n".join(
        [
            "A delivery seems to be cut short:",
            *(
                f"  {register} ({table}): {now:,} rows; {before:,} in the warehouse in force, expected "
                f"at least {LEAST_KEPT:.0%} of them."
                for register, table, now, before in rows
            ),
            f"Ask for the whole delivery. If it is meant: build with --unlinked {rows[0][0]}.",
        ]
    )


def _links(con: duckdb.DuckDBPyConnection, has_before: bool) -> list[_Link]:
    """The candidate's links; `before` is told only where the share has fallen too far since."""
    before = "select null::varchar as link, null::integer as year, null::double as share_linked"
    if has_before:
        before = "select link, year, share_linked from in_force.quality.linking"
    rows = con.execute(
        f"""
        select
            now.register, now.table_name, now.against_register, now.against_table, now.year,
            now.share_linked, now.least_share, now.is_enough,
            if(
                now.share_linked < earlier.share_linked - $fall
                    - 3 * sqrt(earlier.share_linked * (1 - earlier.share_linked) / now.persons),
                earlier.share_linked, null
            ),
            links.meaning
        from quality.linking as now
        inner join kodverk.lankning as links on now.link = links.lank
        left join ({before}) as earlier
            on now.link = earlier.link and now.year is not distinct from earlier.year
        order by all
        """,
        {"fall": LARGEST_FALL},
    ).fetchall()
    return [_Link(*row) for row in rows]


@contextlib.contextmanager
def _with_the_one_in_force(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, bool]]:
    """The candidate, with the warehouse in force beside it as `in_force` if that tells of links."""
    with contextlib.closing(connect(settings, settings.candidate, read_only=True)) as con:
        if has_before := _has_links(settings):
            path = str(settings.warehouse).replace("'", "''")
            con.execute(f"attach '{path}' as in_force (read_only)")
        yield con, has_before


def _has_links(settings: Settings) -> bool:
    if not settings.warehouse.is_file():
        return False
    try:
        with contextlib.closing(connect(settings, settings.warehouse, read_only=True)) as con:
            named = "schema_name = 'quality' and table_name = 'linking'"
            return bool(con.sql(f"from duckdb_tables() where {named}").fetchall())
    except duckdb.Error:  # damaged: the new one is held against the least shares only
        return False
