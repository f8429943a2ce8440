"""The gate: exact figures in, what may be told out; nothing leaves before the attack on it has failed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from dagster_project.analysts.dress import dress_published
from dagster_project.deliveries.intake import content_of
from dagster_project.deliveries.survey import read_ledger
from dagster_project.disclosure.attack import Finding, Report, Tables, attack, told_before
from dagster_project.disclosure.cellkeys import with_noise
from dagster_project.disclosure.certificate import Facts, small_figures, write_certificate
from dagster_project.disclosure.emit import published
from dagster_project.disclosure.figures import not_applicable, with_shares
from dagster_project.disclosure.files import DATABASE, earlier_sets, swap_in, write_set
from dagster_project.disclosure.knowledge import Knowledge, public_knowledge, with_observed
from dagster_project.disclosure.memory import Answer, Memory, name_of
from dagster_project.disclosure.noisy import hide_narrow
from dagster_project.disclosure.parallel import in_parallel
from dagster_project.disclosure.plan import hide, places_of
from dagster_project.disclosure.problems import Problem, with_before, with_noise_and_without
from dagster_project.disclosure.reading import DifferentError, ReadingError
from dagster_project.disclosure.relations.flow import NESTED
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.suppression import UnprotectableError
from dagster_project.disclosure.system import ContradictionError, Key
from dagster_project.disclosure.tables import BY_NAME, OPEN_TABLES, TABLES
from dagster_project.disclosure.windows import exact_tables
from dagster_project.progress import progress
from dagster_project.settings import Settings

# By two attributes only what the institution has a part in: of the later steps nearly all would be hidden.
NESTED_MEASURES = ("beginners", "prior_degree", "graduates", "graduates_nominal_plus_3y", "licensed")
# A degree before the start is a measure in every cell. Were the later steps told by it too, anybody could put
# the two together (where nobody has one, all are among those without) and work out small counts.
MEASURES_OF = {
    **dict.fromkeys(NESTED, NESTED_MEASURES),
    "prior_degree": ("beginners", "prior_degree"),
}

# How many times longer windows the certificate compares with, up to what a setting can ask for.
LONGER, LONGEST = (2, 4), 99


class NotPublishedError(Exception):
    """Nothing was published; the message says why. What was published before is untouched."""


class HoleError(NotPublishedError):
    """The attack proved too much of a hidden count."""


@dataclass(frozen=True)
class Published:
    """What came out: rows and hidden numbers by table."""

    rows: Mapping[str, int]
    numbers: int
    own: int
    others: int
    left_out: int
    narrowest: int | None


def publish(settings: Settings) -> Published:
    """Make the published tables from the warehouse in force, attack them, and take them into force.

    Raises:
        NotPublishedError: a setting cannot be used, a count cannot be protected, or the attack found a hole.
    """
    rule = Rule(settings.threshold)
    exact, facts = _exact(settings)
    knowledge = with_observed(public_knowledge(), exact["flow_measures"])
    earlier = earlier_sets(settings)
    if missing := [str(folder) for folder in earlier if not folder.is_dir()]:
        raise NotPublishedError(
            f"earlier: expected folders with published tables, found no {', '.join(missing)}."
        )
    memory = Memory(settings.data / "disclosure")
    own: set[Key] = set()
    hidden: set[Key] = set()
    left_out: set[Key] = set()
    answers: dict[str, Answer] = {}
    if settings.method == "suppression":
        figures = exact
        work = with_before(_counted(exact), told_before(earlier))
    else:
        figures = exact | with_shares({t.name: with_noise(t, exact[t.name], rule) for t in TABLES})
        work = with_noise_and_without(_counted(figures), _counted(exact))
    for problem, answer in _solved(work, rule, knowledge, memory, settings.cores):
        answers[f"{problem.kind} {problem.name}"] = answer
        own |= answer.own
        hidden |= answer.hidden
        left_out |= answer.left_out
    figures = {name: _without(name, frame, left_out) for name, frame in figures.items()}
    tables = _published(figures, hidden, facts)
    folder = settings.data / "building" / "published"
    write_set(folder, tables, settings, facts.made_up)
    dress_published(folder / DATABASE, settings.warehouse)
    report = _attacked(folder, earlier, rule, settings, answers, knowledge)
    if report.holes:
        raise HoleError(_holes(report.holes, folder))
    if report.contradictions:
        raise NotPublishedError("The attack cannot judge: " + "; ".join(report.contradictions[:5]))
    widths = [
        f.interval.width for f in report.findings if f.interval.low < rule.threshold and f.interval.high > 0
    ]
    result = Published(
        rows={name: len(frame) for name, frame in tables.items()},
        numbers=sum(len(figures[t.name]) * len(t.counts) for t in TABLES),
        own=len(own),
        others=len(hidden) - len(own),
        left_out=len(left_out),
        narrowest=min(widths, default=None),
    )
    small = _small_by_windows(settings, rule, exact["flow_measures"])
    write_certificate(folder, settings, rule, tables, figures, own, hidden, report, facts, small, knowledge)
    swap_in(settings, folder)
    memory.forget()
    return result


def _counted(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: frame for name, frame in tables.items() if name != "staff_density"}


def _small_by_windows(settings: Settings, rule: Rule, flow: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The small figures of each degree in the windows that are asked for, and in longer ones."""
    found = {settings.windows: small_figures(flow, rule)}
    if settings.windows.strip().isdigit():
        for width in (int(settings.windows) * times for times in LONGER):
            if width <= LONGEST:
                longer, _ = _exact(replace(settings, windows=str(width)))
                found[str(width)] = small_figures(longer["flow_measures"], rule)
    return found


def _exact(settings: Settings) -> tuple[dict[str, pl.DataFrame], Facts]:
    if not settings.warehouse.is_file():
        raise NotPublishedError(f"No warehouse in {settings.data}. Next: vardflode build")
    with contextlib.closing(duckdb.connect(str(settings.warehouse), read_only=True)) as con:
        try:
            exact = with_shares(exact_tables(con, settings.windows))
        except ValueError as error:
            raise NotPublishedError(f"windows = {settings.windows!r}: {error}") from None
        exact["flow_measures"] = exact["flow_measures"].filter(
            (pl.col("breakdown") != breakdown) | pl.col("measure").is_in(measures)
            for breakdown, measures in MEASURES_OF.items()
        )
        licences = con.sql("select examenskod, yrkeskod is not null from kodverk.examina").fetchall()
        last_year, made_up = con.sql("select last_year, is_synthetic from delivered.reference").fetchall()[0]
        found = con.sql(
            "select register, delivery, bool_or(is_synthetic) from delivered.deliveries "
            "where is_in_force group by all order by all"
        ).fetchall()
    ledger = read_ledger(settings.data)
    deliveries = [
        {
            "register": register,
            "delivery": delivery,
            "made_up": synthetic,
            "checksum": content_of(ledger[f"{register}/{delivery}"]["checksums"]),
        }
        for register, delivery, synthetic in found
    ]
    return exact, Facts(dict(licences), last_year, made_up, deliveries)


def _solved(
    work: Sequence[Problem], rule: Rule, knowledge: Knowledge, memory: Memory, cores: int
) -> list[tuple[Problem, Answer]]:
    """What to hide of each problem: from memory, or solved now."""
    names = {id(problem): name_of(problem, rule, knowledge) for problem in work}
    known = {
        id(problem): memory.recall(names[id(problem)]) or _as_before(problem, rule, knowledge, memory)
        for problem in work
    }
    new = [problem for problem in work if known[id(problem)] is None]
    progress.info("hiding: %d of %d parts of the tables are new", len(new), len(work))
    # The large ones first, so that no core waits for the last.
    new.sort(key=lambda p: -sum(len(rows) for rows in p.rows.values()))
    solve = partial(_solve, rule=rule, knowledge=knowledge)
    try:
        for done, (number, answer) in enumerate(in_parallel(solve, new, cores), start=1):
            memory.keep(names[id(new[number])], answer)
            known[id(new[number])] = answer
            if done % 25 == 0 or done == len(new):
                progress.info("  %d of %d solved", done, len(new))
    except ContradictionError as error:
        raise NotPublishedError(f"The figures contradict the definitions: {error}.") from None
    return [(problem, found) for problem in work if (found := known[id(problem)]) is not None]


def _as_before(problem: Problem, rule: Rule, knowledge: Knowledge, memory: Memory) -> Answer | None:
    """The answer of a problem on its own, when what was told before tells nothing that it hides."""
    if problem.only_before or not problem.told_before:
        return None
    answer = memory.recall(name_of(problem.alone(), rule, knowledge))
    return answer if answer and answer.hidden.isdisjoint(problem.told_before) else None


def _solve(problem: Problem, rule: Rule, knowledge: Knowledge) -> Answer:
    """What to hide; and, where hiding everything in a table does not protect a count, leave the table out."""
    told = problem
    while True:
        system = told.system(knowledge)
        try:
            if told.without_noise is None:
                own, hidden, tables = hide(told, system, rule)
            else:
                own, (hidden, tables) = set[Key](), hide_narrow(told, rule, knowledge)
        except (UnprotectableError, ContradictionError) as error:
            if problem.told_before or problem.only_before:
                # What was told before does not fit the new figures: they were revised. The attack judges it.
                return _solve(problem.alone(), rule, knowledge)
            if isinstance(error, ContradictionError):
                raise
            less = told.without(places_of(system, error.counts))
            if less.keys() == told.keys():
                raise NotPublishedError(f"Nothing can protect {told.kind} {told.name}.") from None
            told = less
        else:
            gone = problem.keys() - told.keys()
            return Answer(own, hidden, gone, list(system.keys), tables.astype(np.int32))


def _without(name: str, frame: pl.DataFrame, left_out: set[Key]) -> pl.DataFrame:
    """A table without the rows that nothing protects."""
    gone = [key[1:] for key in left_out if key[0] == name]
    if not gone:
        return frame
    key = list(BY_NAME[name].key)
    return frame.join(
        pl.DataFrame(gone, schema={column: frame.schema[column] for column in key}, orient="row"),
        on=key,
        how="anti",
        maintain_order="left",
    )


def _published(exact: Mapping[str, pl.DataFrame], hidden: set[Key], facts: Facts) -> dict[str, pl.DataFrame]:
    tables = {}
    for table in TABLES:
        frame = published(table, exact[table.name], hidden)
        tables[table.name] = frame.drop(column for column in frame.columns if column.endswith("_key"))
    flow = tables["flow_measures"]
    tables["flow_measures"] = pl.concat([flow, not_applicable(flow, facts.leads_to_licence)]).sort(
        "degree_code", "cohort_from", "cohort_to", "breakdown", "breakdown_value", "measure"
    )
    return tables | {name: exact[name] for name in OPEN_TABLES}


def _attacked(
    work: Path,
    earlier: Sequence[Path],
    rule: Rule,
    settings: Settings,
    answers: Mapping[str, Answer],
    knowledge: Knowledge,
) -> Report:
    """The attack, helped by the tables that the gate met: each is first verified against the files."""

    def help_of(problem: Problem) -> Tables | None:
        answer = answers.get(f"{problem.kind} {problem.name}")
        return None if answer is None else (answer.keys, answer.tables)

    def tell(done: int, of: int) -> None:
        if done % 50 == 0 or done == of:
            progress.info("  attacked %d of %d parts", done, of)

    progress.info(
        "attacking the published files%s", f" and {len(earlier)} sets from before" if earlier else ""
    )
    noise = settings.method == "cell_key"
    try:
        return attack(
            work,
            earlier,
            rule,
            cores=settings.cores,
            tell=tell,
            help_of=help_of,
            noise=noise,
            knowledge=knowledge,
        )
    except (ReadingError, DifferentError) as error:
        raise NotPublishedError(str(error)) from None


def _holes(holes: Sequence[Finding], work: Path) -> str:
    """The finding names the cells and the equations, and no value."""
    lines = [
        f"  {hole.count}: an outsider knows it to within {hole.interval.width} from\n"
        + "\n".join(f"    {says}" for says in hole.interval.relations[:8])
        for hole in holes[:10]
    ]
    return (
        f"The attack found {len(holes)} counts that may be small and are known too well. Nothing is "
        f"published; the files that were attacked lie in {work}.\n" + "\n".join(lines)
    )
