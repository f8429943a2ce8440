"""The gate: exact figures in, what may be told out; nothing leaves before the attack on it has failed."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from vardflode.analysts.dress import dress_published
from vardflode.common.database import connect
from vardflode.common.parallel import in_parallel
from vardflode.common.progress import progress
from vardflode.data_folder import File
from vardflode.deliveries.intake import content_of
from vardflode.deliveries.survey import read_ledger
from vardflode.disclosure.attack import FOR_EACH_CORE, RULE, WIDTH, Report, attack, proved_name, with_earlier
from vardflode.disclosure.certificate import Facts, write_certificate
from vardflode.disclosure.declared import EVERY, TABLES, WITHOUT_NOISE
from vardflode.disclosure.exact import exact_tables
from vardflode.disclosure.figures import not_applicable, published, with_noise, without
from vardflode.disclosure.files import earlier_sets, swap_in, write_set
from vardflode.disclosure.knowledge import Knowledge, public_knowledge, with_observed
from vardflode.disclosure.memory import Memory
from vardflode.disclosure.noise import Noise, NoiseError, read_noise
from vardflode.disclosure.quality import quality_told
from vardflode.disclosure.reading import DifferentError, ReadingError, read_published
from vardflode.disclosure.relations.draft import GROUP, Draft
from vardflode.disclosure.relations.forecast import TABLE as FORECAST
from vardflode.disclosure.relations.planning import TABLES as PLANNING
from vardflode.disclosure.relations.together import draft_of
from vardflode.disclosure.rounded import tell_less
from vardflode.sdc.attack import protect
from vardflode.sdc.bounds import ContradictionError
from vardflode.sdc.model import UNKNOWN, Model
from vardflode.settings import Settings
from vardflode.warehouse.record_key import record_key_secret

Frames = Mapping[str, pl.DataFrame]
# Dimensions whose codes have their names from who asked for a scenario, or delivered the plan.
NAMED_BY_OTHERS = ("plan_indicator", "plan_measure", "scenario")
# What a reader loses with a number: totals last of all, and then the larger parts.
WORTH = {
    "total": 50.0,
    "nation": 1000.0,
    "health_region": 5.0,
    "sex": 4.0,
    "mobility": 3.0,
    "prior_degree": 2.0,
}


class NotPublishedError(Exception):
    """Nothing was published; the message says why. What was published before is untouched."""


@dataclass(frozen=True)
class Published:
    """What came out: rows by table, numbers and how many of them are not told, and what the attack proved."""

    rows: Mapping[str, int]
    numbers: int
    untold: int
    proved: Report


def publish(settings: Settings) -> Published:
    """Make the published tables from the warehouse in force, attack them, and take them into force.

    Raises:
        NotPublishedError: there is no warehouse, a setting cannot be used, or a folder of `earlier` is not
        there.
    """
    try:
        noise = read_noise(settings.noise) if settings.noise else read_noise()
    except NoiseError as error:
        raise NotPublishedError(f"noise: {error}") from None
    earlier = earlier_sets(settings)
    if missing := [str(folder) for folder in earlier if not folder.is_dir()]:
        raise NotPublishedError(
            f"earlier: expected folders with published tables, found no {', '.join(missing)}."
        )
    exact, facts = _exact(settings)
    knowledge = with_observed(public_knowledge(), exact["flow_measures"])
    told = {t.name: with_noise(t, exact[t.name], noise, settings.threshold) for t in TABLES}
    told |= {"institutions": exact["institutions"]}
    exact[FORECAST.name] = tell_less(exact[FORECAST.name], knowledge, noise, WIDTH)
    told[FORECAST.name] = exact[FORECAST.name]
    memory = Memory(settings.data / File.ATTACKED)
    try:
        places = _protected(told, exact, earlier, knowledge, noise, memory, settings.cores)
    except (ReadingError, DifferentError) as error:
        raise NotPublishedError(f"earlier: {error}") from None
    told = {t.name: without(told[t.name], t, places[t.name]) for t in TABLES}
    tables = _published(told, exact, facts, noise, settings.least_base)
    folder = settings.publishing
    write_set(folder, tables, settings, facts.made_up)
    dress_published(settings, folder / File.PUBLISHED, dict(_words()))
    # The files as anyone will read them: what protected them already knows is not worked out again.
    proved = attack(
        folder, earlier, cores=settings.cores, noise=noise, knowledge=knowledge, memory=memory, tell=_tell
    )
    if proved.contradictions:
        raise NotPublishedError(f"The files tell other figures than the gate: {proved.contradictions[0]}.")
    write_certificate(folder, settings, noise, tables, told, facts, knowledge, proved)
    swap_in(settings, folder)
    memory.save()
    return Published(
        rows={name: len(frame) for name, frame in tables.items()},
        numbers=sum(len(told[t.name]) * len(t.counts) for t in TABLES),
        untold=sum(int(told[t.name].select(t.counts).null_count().sum_horizontal()[0]) for t in TABLES),
        proved=proved,
    )


def _exact(settings: Settings) -> tuple[dict[str, pl.DataFrame], Facts]:
    if not settings.warehouse.is_file():
        raise NotPublishedError(f"No warehouse in {settings.data}. Next: vardflode build")
    with contextlib.closing(connect(settings, settings.warehouse, read_only=True)) as con:
        try:
            exact = exact_tables(con, settings.windows, settings.years)
        except ValueError as error:
            raise NotPublishedError(f"windows = {settings.windows!r}: {error}") from None
        licences = con.sql("select examenskod, yrkeskod is not null from kodverk.examina").fetchall()
        last_year, made_up = con.sql("select last_year, is_synthetic from delivered.reference").fetchall()[0]
        found = con.sql(
            "select register, delivery, bool_or(is_synthetic) from delivered.deliveries "
            "where is_in_force group by all order by all"
        ).fetchall()
        named = con.sql(
            "select dimension, code, label_sv, label_en from kodverk.labels "
            f"where dimension in {NAMED_BY_OTHERS} order by all"
        ).fetchall()
        quality = quality_told(con, settings.data)
    ledger = read_ledger(settings.data)
    secret = record_key_secret(settings.record_key_secret).encode()
    deliveries = [
        {
            "register": register,
            "delivery": delivery,
            "made_up": synthetic,
            # Keyed: who has a guess at a delivery's rows must not be able to try it.
            "checksum": hmac.new(
                secret, content_of(ledger[f"{register}/{delivery}"]["checksums"]).encode(), hashlib.sha256
            ).hexdigest(),
        }
        for register, delivery, synthetic in found
    ]
    names: dict[str, dict[str, dict[str, str]]] = {dimension: {} for dimension in NAMED_BY_OTHERS}
    for dimension, code, sv, en in named:
        names[dimension][code] = {"sv": sv, "en": en}
    return exact, Facts(dict(licences), last_year, made_up, deliveries, names, quality)


def _protected(
    told: Frames,
    exact: Frames,
    earlier: Sequence[Path],
    knowledge: Knowledge,
    noise: Noise,
    memory: Memory,
    cores: int,
) -> dict[str, pl.DataFrame]:
    """Where the numbers stand that are not told, by table."""
    together, _ = with_earlier(told, earlier)
    if all(_numbers(together[t.name]) == _numbers(told[t.name]) for t in TABLES):
        earlier = ()  # it tells nothing that is not told now
    draft = draft_of(together, knowledge)
    worth, true = _worth(draft), _true(draft, exact, knowledge)
    if earlier:
        worth[_told_before(draft, earlier, knowledge)] = 0.0
    model = draft.model(noise)
    pieces = model.split(model.piece)
    names = [f"taken {piece.fingerprint(worth[groups])}" for groups, piece in pieces]
    before = [memory.get(name) for name in names]
    parts = model.dealt(FOR_EACH_CORE * cores, np.array([known is not None for known in before]))
    work = [(part, worth[groups], true[groups]) for groups, part in parts]
    taken = [groups[known] for (groups, _), known in zip(pieces, before, strict=True) if known is not None]
    progress.info(
        "attacking %d groups of persons in %d parts", sum(len(groups) for groups, _ in parts), len(work)
    )
    try:
        for done, (number, (gone, found)) in enumerate(in_parallel(_solve, work, cores), start=1):
            taken.append(parts[number][0][gone])
            for name, ends in found:
                memory.put(name, ends)
            _tell(done, len(work))
    except ContradictionError:
        if not earlier:
            raise NotPublishedError(
                "The figures contradict the definitions: nothing can be told of them."
            ) from None
        progress.info("what was published before does not fit: it was revised, and is left aside")
        return _protected(told, exact, (), knowledge, noise, memory, cores)
    ids = np.concatenate([np.empty(0, dtype=int), *taken])
    for (groups, _), name, known in zip(pieces, names, before, strict=True):
        if known is None:
            memory.put(name, np.flatnonzero(np.isin(groups, ids)))
    return {
        name: frame.filter(pl.col("id").is_in(pl.Series(ids, dtype=pl.Int64).implode()))
        for name, frame in draft.places.items()
    }


def _solve(work: tuple[Model, np.ndarray, np.ndarray]) -> tuple[np.ndarray, list[tuple[str, np.ndarray]]]:
    """What is not told; and of each piece without a hole then, what a memory calls it, and what is proved."""
    part, worth, true = work
    taken, found = protect(part, RULE, worth, true)
    return taken, [(proved_name(piece), one.ends) for piece, one in found if not one.holes]


def _tell(done: int, of: int) -> None:
    if done % 4 == 0 or done == of:
        progress.info("  %d of %d done", done, of)


def _numbers(frame: pl.DataFrame) -> int:
    """How many numbers a table tells."""
    return int(frame.select(pl.selectors.numeric().count()).sum_horizontal()[0]) if len(frame) else 0


def _worth(draft: Draft) -> np.ndarray:
    """What the number of each group is worth to a reader; 0: none that stands anywhere."""
    worth = np.zeros(len(draft.groups))
    for places in draft.places.values():
        np.add.at(worth, places["id"].to_numpy(), np.where(places["is_there"].to_numpy(), 1.0, 2.0))
    kinds = draft.groups["breakdown"].replace_strict(WORTH, default=1.0).to_numpy()
    return np.where(draft.groups["told"].is_not_null().to_numpy(), worth * kinds, 0.0)


def _told_before(draft: Draft, earlier: Sequence[Path], knowledge: Knowledge) -> np.ndarray:
    """Which groups earlier publications tell as now: to take their numbers away would hide nothing."""
    old, _ = with_earlier(read_published(earlier[-1]), earlier[:-1])
    before = draft_of(old, knowledge).groups.select(*GROUP, before="told")
    both = draft.groups.join(before, on=GROUP, how="left", maintain_order="left")
    return both.select((pl.col("before") == pl.col("told")).fill_null(False)).to_series().to_numpy()


def _true(draft: Draft, exact: Frames, knowledge: Knowledge) -> np.ndarray:
    """The true count of each group; UNKNOWN where no table has it."""
    true = draft_of(exact, knowledge).groups.select(*GROUP, true="told")
    both = draft.groups.join(true, on=GROUP, how="left", maintain_order="left")
    # A cell without a row has nobody.
    nobody = pl.col("kind").is_in(["flow", *PLANNING]) & pl.col("protected")
    known = pl.when(nobody).then(pl.col("true").fill_null(0)).otherwise("true")
    return both.select(known.fill_null(UNKNOWN)).to_series().to_numpy().astype(int)


def _words() -> Iterator[tuple[tuple[str, str], tuple[str, str, str | None]]]:
    """What tables and their numbers are called, as declared: Swedish, English, unit."""
    for table in EVERY:
        yield ("table", table.name), (table.title["sv"], table.title["en"], None)
        for name, words in table.words.items():
            unit = f"{words['unit_sv']} / {words['unit_en']}" if "unit_sv" in words else None
            yield ("metric" if unit else "dimension", name), (words["sv"], words["en"], unit)


def _published(
    told: Frames, exact: Frames, facts: Facts, noise: Noise, least_base: int
) -> dict[str, pl.DataFrame]:
    tables = {t.name: published(t, told[t.name], noise, least_base) for t in TABLES}
    flow = tables["flow_measures"]
    tables["flow_measures"] = pl.concat([flow, not_applicable(flow, facts.leads_to_licence)]).sort(
        "degree_code", "cohort_from", "cohort_to", "breakdown", "breakdown_value", "measure"
    )
    return tables | {name: exact[name] for name in WITHOUT_NOISE}
