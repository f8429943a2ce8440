"""The published tables, each declared once, beside the model of its counts (`dbt/models/counts`).

What identifies a row, which numbers in it are counts, what is computed of them, how they lie in each other
and what they are called: windows, gate, attack, certificate, cubes, files and report read it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.contract import read_code_list
from vardflode.warehouse.models import DBT, variables

VARS = variables()
# Of the population, the colonoscopies that are recommended.
NEED = VARS["colonoscopy_need"]
# Breakdowns by several attributes at once, and those.
NESTED: dict[str, tuple[str, ...]] = {
    b["name"]: tuple(b["nested"]) for b in VARS["breakdowns"] if "nested" in b
}
WINDOW = ("cohort_from", "cohort_to")
TOTAL = "total"
Words = Mapping[str, Any]


class DeclarationError(Exception):
    """A table is not declared as it must be; the message says where, and what was expected."""


@dataclass(frozen=True)
class Derived:
    """A number computed of others: `times` × `part` / `whole`, at most `times` where the one is part of the
    other (noise can make it the larger one); or, for a gap, `times` × `whole` − `part`.
    """

    name: str
    part: str
    whole: str
    times: float = 1
    is_part: bool = False
    is_gap: bool = False


@dataclass(frozen=True)
class Parts:
    """How rows by the codes of a dimension make up the row of all.

    `values`: the codes that there are: these, those of a code list, or `seen`: those told of the same degree;
    where one has no row nobody is there. `most`: so many codes at most; without either nobody can be sure.
    `overlap`: a person may be in several. `only`: of these codes of another dimension; of the others all are
    told together. `rest`: some may be in none of the codes. `counts`: it holds of these only (empty: all).
    """

    values: Sequence[str] | str = ()
    most: int | None = None
    overlap: bool = False
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rest: bool = False
    counts: Sequence[str] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes that are known."""
        if isinstance(self.values, str):
            rows = [] if self.is_seen else read_code_list(f"{self.values}.csv")
            return tuple(next(iter(row.values())) for row in rows)
        return tuple(self.values)

    @property
    def is_seen(self) -> bool:
        """Whether the codes are those that are told somewhere."""
        return self.values == "seen"

    @property
    def at_most(self) -> int | None:
        """How many codes there are at most; None: nobody can be sure."""
        return None if self.rest else self.most or len(self.codes) or None


@dataclass(frozen=True)
class Table:
    """One published table: `meta.published` of a model.

    `model`: the counts by single cohort or year. `key`: of a row, with `cohort_from` and `cohort_to`
    where cohorts are pooled, which are `cohort` then. `counts`: of persons or what they did, told with
    noise. `by`: the column that says what a row is by, and `value` the column with that attribute's code.
    `base`: the count that a row is out of; a row is left out where that is told as zero. `out_of`: which
    counts are part of which. `derived`: what is computed. `numbers`: all that a row tells, in the order
    of the files. `parts`: by dimension (or attribute). `relations`: the function that says how its groups
    lie in each other (`disclosure.relations`). `licensed_only`: codes without a meaning for a degree
    without a licence. `open`: published as it is, no figures about persons; `rounded`: without noise, since
    the model rounds and tells large groups only. `chosen_years`: of its years those that the publisher's
    `years` chooses. `words`: by number or
    dimension, where no code list has any.
    """

    name: str
    model: str
    key: Sequence[str]
    title: Words
    position: int = 100
    matrix: str = ""
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cohort: str = "cohort"
    counts: Sequence[str] = ()
    by: str = ""
    value: str = ""
    base: str = ""
    out_of: Mapping[str, str] = field(default_factory=dict)
    derived: Sequence[Derived] = ()
    numbers: Sequence[str] = ()
    parts: Mapping[str, Parts] = field(default_factory=dict)
    relations: str = "general"
    licensed_only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    open: bool = False
    rounded: bool = False
    chosen_years: bool = False
    words: Mapping[str, Words] = field(default_factory=dict)
    rules: Mapping[str, Words] = field(default_factory=dict)

    @property
    def has_noise(self) -> bool:
        """Whether its counts are of persons and told with noise."""
        return not (self.open or self.rounded)

    @property
    def is_pooled(self) -> bool:
        """Whether a row is a window of cohorts."""
        return WINDOW[0] in self.key

    @property
    def time(self) -> tuple[str, str]:
        """The columns with a row's first and last cohort or year."""
        return WINDOW if self.is_pooled else ("year", "year")

    @property
    def subject(self) -> str:
        """The column that tells apart what has nothing in common; none if empty."""
        return next((name for name in ("degree_code", "group_code") if name in self.key), "")

    @property
    def cell(self) -> list[str]:
        """The columns of the key that are neither subject nor time."""
        return [name for name in self.key if name not in (self.subject, *self.time)]

    @property
    def names_reasons(self) -> bool:
        """Whether a row names those of its numbers that are missing; one share is missing with its row."""
        return len(self.counts) + len(self.derived) > 1 and len(self.derived) != 1

    @cached_property
    def bases(self) -> dict[str, str]:
        """What each count is part of."""
        shares = {d.part: d.whole for d in self.derived if d.is_part and d.whole in self.counts}
        return shares | dict(self.out_of)


def _read(path: Path) -> Iterator[Table]:
    for model in read_yaml(path.read_text(encoding="utf-8")).get("models", ()):
        said = dict(model["config"]["meta"]["published"])
        try:
            name = said.pop("table")
            said["derived"] = list(_derived(said.get("derived", ())))
            said["parts"] = {of: Parts(**parts) for of, parts in said.get("parts", {}).items()}
            yield Table(name, model["name"], **said)
        except (KeyError, TypeError) as error:
            known = ", ".join(f.name for f in fields(Table) if f.name not in ("name", "model"))
            raise DeclarationError(
                f"{path}, {model['name']}: expected meta.published with table, {known}; found {error}."
            ) from None


def _derived(said: Sequence[Any]) -> Iterator[Derived]:
    """As declared; a name stands for the variable of dbt with that name."""
    for one in said:
        if isinstance(one, str):
            yield from _derived(VARS[one])
        else:
            times = one.get("times", 1)
            yield Derived(**one | {"times": VARS[times] if isinstance(times, str) else times})


EVERY = sorted(
    (table for path in (DBT / "models" / "counts").glob("*.yml") for table in _read(path)),
    key=lambda table: (table.position, table.name),
)
TABLES = [table for table in EVERY if table.has_noise]
# What the attack reckons with: also rounded numbers of persons, as far as a relation says what they tell.
RECKONED = [table for table in EVERY if table.has_noise or (table.rounded and table.relations != "general")]
BY_NAME = {table.name: table for table in EVERY}
WITHOUT_NOISE = [table.name for table in EVERY if not table.has_noise]
# Files are told apart by their columns.
_COLUMNS = [{*table.key, *table.counts} for table in TABLES]
if twice := [t.name for t, mine in zip(TABLES, _COLUMNS, strict=True) if _COLUMNS.count(mine) > 1]:
    raise DeclarationError(f"expected key and counts of their own of each table; {twice} have the same.")
# Which institution teaches towards a degree in which counties.
INSTITUTIONS = BY_NAME["institutions"].key

# On every table that counts persons: why its figures do not always add up.
WHY = {
    "sv": (
        "Varje antal personer redovisas med ett litet slumpmässigt brus, så att ingen enskild kan räknas "
        "ut: 0 redovisas som 0, 1–4 som 0 eller 5, och större antal kan avvika med högst 5 åt endera "
        "hållet, i medeltal 0. Samma grupp har samma brus överallt. Därför blir delarnas summa inte "
        "alltid det hela, och en del kan redovisas som större än det hela."
    ),
    "en": (
        "Every count of persons is told with a little noise, so that nobody can be singled out: 0 is told "
        "as 0, 1–4 as 0 or 5, and larger counts can be up to 5 off either way, 0 on average. The same "
        "group has the same noise everywhere. So parts do not always sum to the whole, and a part can be "
        "told larger than the whole."
    ),
}
NO_NOISE = {
    "sv": "Uppgifterna är öppna och visas som de är, utan brus.",
    "en": "The data are open and shown as they are, without noise.",
}


ROUNDED = {
    "sv": (
        "Uppgifterna är avrundade till hela tiotal (nybörjare till hela femtal) och visas utan brus; grupper "
        "med färre än 100 verksamma i området visas inte. Avrundade tal summerar inte alltid."
    ),
    "en": (
        "The numbers are rounded to whole tens (beginners to whole fives) and shown without noise; groups "
        "with fewer than 100 in the profession in the area are not shown. Rounded numbers do not always sum."
    ),
}


def why(table: str, language: str) -> str:
    """Why the numbers of a published table do not always add up; of open data, that they have no noise."""
    declared = BY_NAME[table]
    return (NO_NOISE if declared.open else ROUNDED if declared.rounded else WHY)[language]
