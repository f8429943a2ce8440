"""What everyone knows: the definitions, as far as they tie published figures together."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import polars as pl

from vardflode.deliveries.contract import read_code_list
from vardflode.disclosure.declared import BY_NAME, DBT, INSTITUTIONS, VARS

# What holds where every year was delivered (`Knowledge.observed`).
WHOLE, AFTER, SAME, TIMELY = "whole", "after", "same", "timely"
GRADUATES = "graduates"


@dataclass(frozen=True)
class Measure:
    """What the denominator of a measure is made of: all (`whole`) or part of another's numerator.

    Where every year was delivered more holds. `whole_if_observed` is all of it too; the denominator is part
    of that of the look `after` which it comes. Of a degree without a licence, whose entry is the degree, it
    is that of `unlicensed_as`, in whose numerator this one's is; and those whom it lacks took their degree
    too late to be in the numerator of `unlicensed_timely`. `horizon`: so many years after the degree
    should have come it is mature; −1: as soon as its own academic year is over.
    """

    name: str
    horizon: int = 0
    of: tuple[str, ...] = ()
    whole: bool = False
    within: str = ""
    whole_if_observed: bool = False
    after: str = ""
    unlicensed_as: str = ""
    unlicensed_timely: str = ""


@dataclass(frozen=True)
class Knowledge:
    """What each measure is out of, which health-care regions each county lies in, which degrees lead to a
    licence.

    `observed`: what holds since every year in which measures look at persons was delivered: measure and
    WHOLE, AFTER, SAME or TIMELY. `places`: which institution teaches a degree in which counties: public, it
    stands in their catalogues.
    """

    measures: Sequence[Measure]
    lies_in: Sequence[tuple[str, str]]
    licensed: Sequence[str]
    observed: Sequence[tuple[str, str]] = ()
    places: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(INSTITUTIONS, pl.String))
    )


def public_knowledge() -> Knowledge:
    """Read from the one list of measures and the code lists of municipalities and degrees."""
    measures = [
        Measure(
            name=entry["name"],
            # Without one it is mature before any that has one: when its own academic year is over.
            horizon=-1 if entry.get("horizon") is None else entry["horizon"],
            of=tuple([entry["of"]] if isinstance(entry.get("of"), str) else entry.get("of") or ()),
            whole=entry.get("whole") is True,
            whole_if_observed=entry.get("whole") == "observed",
            within=entry.get("within") or "",
            after=entry.get("after") or "",
            unlicensed_as=entry.get("unlicensed_as") or "",
            unlicensed_timely=entry.get("unlicensed_timely") or "",
        )
        for entry in VARS["measures"]
    ]
    with (DBT / "seeds" / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(row["lan"], row["sjukvardsregion"]) for row in csv.DictReader(file, delimiter=";")}
    licensed = [row["examenskod"] for row in read_code_list("examina.csv") if row["yrkeskod"]]
    return Knowledge(measures, sorted(pairs), licensed)


def with_observed(knowledge: Knowledge, flow: pl.DataFrame | None) -> Knowledge:
    """What the figures show of the years that were delivered: what holds where all were (`Measure`), and does
    so in every row.

    Args:
        knowledge: the list of measures.
        flow: `flow_measures`; numbers that are not told are null. None: it was not published.
    """
    if flow is None:
        return knowledge
    key = BY_NAME["flow_measures"].key[:-1]
    unlicensed = ~pl.col("degree_code").is_in(list(knowledge.licensed))

    def is_always(said: pl.Expr, told: dict[str, tuple[str, str]], where: pl.Expr) -> bool:
        """Whether this is so in all cells that tell these numbers, of which there must be some."""
        frames = [
            flow.filter(where, pl.col("measure") == measure)
            .select(*key, pl.col(column).alias(name))
            .drop_nulls()
            for name, (measure, column) in told.items()
        ]
        both = reduce(lambda left, right: left.join(right, on=key), frames)
        return len(both) > 0 and bool(both.select(said.all()).item())

    above, below = "numerator", "denominator"
    mine, other = pl.col("mine"), pl.col("other")
    observed = set()
    for m in knowledge.measures:
        here = {"mine": (m.name, below)}
        facts = []
        if m.whole_if_observed:
            facts.append((WHOLE, mine == other, {"other": (m.of[0], above)}, pl.lit(True)))
        if m.after:
            facts.append((AFTER, mine <= other, {"other": (m.after, below)}, pl.lit(True)))
        if m.unlicensed_as:
            facts.append((SAME, mine == other, {"other": (m.unlicensed_as, below)}, unlicensed))
        if m.unlicensed_timely:
            late = pl.col("graduates") - pl.col("timely")
            told = {
                "other": (m.of[-1], above),
                "graduates": (GRADUATES, above),
                "timely": (m.unlicensed_timely, above),
            }
            facts.append((TIMELY, other - mine <= late, told, unlicensed))
        observed |= {
            (m.name, fact) for fact, said, told, where in facts if is_always(said, here | told, where)
        }
    return replace(knowledge, observed=sorted(observed))
