"""Make up the deliveries of all registers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vardflode.synth import calibration as cal
from vardflode.synth import registers
from vardflode.synth.codes import Codes, load_codes
from vardflode.synth.colonoscopy import colonoscopy
from vardflode.synth.education import first_education, from_elsewhere, second_education, specialise
from vardflode.synth.people import Country, Crowd, aimed_at, gather, settle
from vardflode.synth.physicians import specialist_training
from vardflode.synth.planning import economy, national_plan, waiting
from vardflode.synth.plans import planned_beginners, planned_posts, survey
from vardflode.synth.population import population
from vardflode.synth.programmes import Programmes, make_programmes
from vardflode.synth.projection import projection
from vardflode.synth.work import employment, make_careers, make_traits, study_years
from vardflode.synth.write import (
    STYLES,
    Delivery,
    SynthError,
    clean_up,
    place,
    refuse_file,
    refuse_foreign,
)

SMALLEST, LARGEST = 0.001, 10
AHEAD = (
    "vardenkat",
    "vantelaget",
)  # tell of the year in which they are delivered; the others of the one before


@dataclass
class SynthSummary:
    """What was made: rows by register and table, persons, and where it lies.

    ``deliveries`` register/delivery → table → rows; ``persons`` in the person registers; ``rows`` in all;
    ``planted`` the path of ``planted.json``, or None without errors; ``rejected`` the deliveries
    (register/delivery) made to be rejected.
    """

    out: Path
    scale: float
    seed: int
    last_year: int
    persons: int = 0
    rows: int = 0
    deliveries: dict[str, dict[str, int]] = field(default_factory=dict)
    planted: Path | None = None
    rejected: list[str] = field(default_factory=list)


def _silent(message: str) -> None:
    """Say nothing."""


def make_country(codes: Codes, scale: float, seed: int, horizon: int) -> tuple[Programmes, Crowd, Country]:
    """Make up programmes, persons with their studies, and where they live, to the end of ``horizon``."""
    programmes = make_programmes(codes, seed)
    spells, people = first_education(codes, programmes, scale, seed, horizon)
    people = second_education(codes, spells, people, seed)
    special, applied = specialise(codes, programmes, spells, people.sex, seed)
    others = from_elsewhere(codes, scale, seed, horizon)
    crowd = gather(spells.and_then(special), applied, people.sex, people.born, others, seed)
    return programmes, crowd, settle(codes, programmes, crowd, seed, horizon)


def generate(
    out: Path,
    scale: float = 0.02,
    seed: int = 1,
    errors: bool = False,
    last_year: int = 2024,
    progress: Callable[[str], None] | None = None,
) -> SynthSummary:
    """Write made-up deliveries of all registers but the open data below ``out``.

    The same (scale, seed, last_year, errors) gives the same bytes. Up to 2026, one seed and scale with a
    later ``last_year`` tells of the same persons a year on. Calibration and sources: ``calibration.py``.

    Args:
        out: folder for ``<register>/<delivery>/``; made if missing.
        scale: size of the country, 1 = whole (about 400 000 persons); colonoscopies, population, projection
            and the regions' survey are always the whole country's.
        seed: of all random streams, not negative.
        errors: plant known errors and list them in ``<out>/planted.json``.
        last_year: the year that the deliveries reach, to 31 December; 2018-2035. The survey
            reaches the next.
        progress: called with a short line for people before each part.

    Returns:
        What was written.

    Raises:
        SynthError: an argument is out of range, or a delivery of the same name with other content, or
            something that is no made-up delivery, is in the way. Nothing is written then.
    """
    if not SMALLEST <= scale <= LARGEST:  # in a smaller country a register may be empty
        raise SynthError(
            f"scale ska vara {SMALLEST} till {LARGEST}, inte {scale}. / "
            f"scale must be from {SMALLEST} to {LARGEST}."
        )
    if seed < 0:
        raise SynthError(f"seed får inte vara negativ ({seed}). / seed must not be negative.")
    if not cal.MIN_LAST_YEAR <= last_year <= cal.MAX_LAST_YEAR:
        raise SynthError(
            f"Sista året ska vara {cal.MIN_LAST_YEAR}-{cal.MAX_LAST_YEAR}, inte {last_year}. / "
            f"last_year must be {cal.MIN_LAST_YEAR}-{cal.MAX_LAST_YEAR}."
        )
    say = progress or _silent
    name, made_on, until = f"{last_year + 1}-09", f"{last_year + 1}-09-15", f"{last_year}-12-31"
    for register in STYLES:
        refuse_file(out / register)
        refuse_foreign(out / register / name)

    deliveries: list[Delivery] = []
    try:
        for register in STYLES:
            to = f"{last_year + 1}-12-31" if register in AHEAD else until
            deliveries.append(Delivery(out, register, name, made_on, to))
        summary = _write_all({d.register: d for d in deliveries}, scale, seed, last_year, out, say)
        extra: dict[Path, str] = {}
        if errors:
            from vardflode.synth.errors import plant

            say("Fel planteras / planting errors")
            planted, rejected = plant(deliveries, seed, last_year)
            deliveries += rejected
            summary.planted = out / "planted.json"
            extra[summary.planted] = planted
            summary.rejected = [f"{d.register}/{d.name}" for d in rejected if not d.accepted]
        for delivery in deliveries:
            if delivery.name == name:
                delivery.write_manifest()
                summary.deliveries[f"{delivery.register}/{name}"] = delivery.rows()
        summary.rows = sum(sum(tables.values()) for tables in summary.deliveries.values())
        place(deliveries, extra)
    finally:
        clean_up(deliveries)
    say(f"Klart / done: {summary.rows:,} rader / rows, {summary.persons:,} personer / persons")
    return summary


def _write_all(
    deliveries: dict[str, Delivery],
    scale: float,
    seed: int,
    last_year: int,
    out: Path,
    say: Callable[[str], None],
) -> SynthSummary:
    codes = load_codes()
    horizon = max(last_year, cal.HORIZON)
    say("Personer och utbildningar / persons and studies")
    programmes, crowd, country = make_country(codes, scale, seed, horizon)

    say("Universitets- och högskoleregistret / higher education")
    included = np.zeros(len(country), bool)
    hreg = deliveries["hreg"]
    frame, who = registrations = registers.registrations(country, programmes, crowd.spells, last_year)
    included[who] = True
    hreg.csv("registreringar", frame)
    frame, who = registers.degrees(codes, country, programmes, crowd, seed, last_year)
    frame = frame.filter(frame["lopnr"].is_in(registrations[0]["lopnr"].unique().implode()))
    hreg.csv("examina", frame)
    frame, who = registers.applications(codes, country, programmes, crowd, seed, last_year)
    included[who] = True
    hreg.csv("ansokningar", frame)
    hreg.csv("program", programmes.table(codes))

    say("Legitimationer / licences")
    frame, who = registers.licences(codes, country, crowd, seed, last_year)
    included[who] = True
    deliveries["hosp"].csv("legitimationer", frame)
    aim = aimed_at(codes, crowd)
    leavers = registers.school_leavers(codes, country, aim, included, seed, last_year)
    deliveries["gymnasium"].csv("avgangna", leavers)

    say("Befolkning och sysselsättning / residence and employment")
    deliveries["rtb"].csv("personer", registers.persons(country, included, seed, last_year))
    careers = make_careers(codes, crowd, seed)
    traits = make_traits(crowd, careers, seed)
    studying = study_years(crowd, horizon)
    country.home[~included] = -1
    for year in range(cal.FIRST_YEAR_OF_REGISTERS, last_year + 1):
        deliveries["rtb"].csv("folkbokforing", registers.residence(codes, country, included, year), year)
        work = employment(codes, country, careers, studying, traits, year, seed)
        deliveries["bas"].csv("sysselsattning", work, year)

    say("Folkmängd och koloskopier / population and colonoscopies")
    people = population(codes, seed, last_year)
    deliveries["folkmangd"].parquet("folkmangd", people)
    volymer, skopister = colonoscopy(codes, people, seed, last_year)
    deliveries["koloskopi"].csv("volymer", volymer)
    deliveries["koloskopi"].csv("skopister", skopister)

    say("Framskrivning, planer och specialister / projection, plans and specialists")
    deliveries["framskrivning"].parquet("framskrivning", projection(codes, people))
    planned = planned_beginners(codes, programmes, crowd.spells, seed, last_year)
    deliveries["utbildningsplan"].csv("planerade_nyborjare", planned)
    deliveries["vardenkat"].csv("bedomningar", survey(codes, seed, last_year))
    certificates, trainees = specialist_training(codes, country, crowd, seed, last_year)
    deliveries["specialister"].csv("specialistbevis", certificates)
    deliveries["st"].csv("st_lakare", trainees)
    deliveries["st"].csv("planerade_st", planned_posts(codes, trainees, seed, last_year))

    say("Ekonomi, väntetider och planen / money, waiting and the plan")
    deliveries["vantelaget"].csv("lage", waiting(volymer, seed, last_year))
    for register, tables in (
        ("personalekonomi", economy(codes, seed, last_year)),
        ("plan", national_plan(seed, last_year)),
    ):
        for table, frame in tables.items():
            deliveries[register].csv(table, frame)
    return SynthSummary(out, scale, seed, last_year, persons=int(included.sum()))
