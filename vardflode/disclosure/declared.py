"""The published tables, each declared once, beside the model of its counts (`dbt/models/counts`).

What identifies a row, which numbers in it are counts, and what is computed of them: the gate, the attack, the
files and the report read it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vardflode.common.yaml_files import read_yaml
from vardflode.settings import PROJECT

DBT = PROJECT / "dbt"
_COUNTS = DBT / "models" / "counts"
VARS = read_yaml((DBT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
# Of colonoscopies: what is recommended, and what is worked out of counts.
NEED, RATIOS = VARS["colonoscopy_need"], VARS["colonoscopy_ratios"]
WINDOW = ("cohort_from", "cohort_to")


@dataclass(frozen=True)
class Table:
    """One published table: `meta.published` of a model.

    `model`: the counts by single cohort or year. `key`: of a row, with `cohort_from` and `cohort_to` where
    cohorts are pooled. `counts`: of persons or what they did, told with noise. `by`: the column that says
    what a row is by. `base`: the count that a row is out of; a row is left out where that is told as zero.
    `shares`: columns computed from counts, and those counts, the last one the base. `numbers`: all that a row
    tells, in the order of the files. `open`: published as it is, no figures about persons.
    """

    name: str
    model: str
    key: Sequence[str]
    counts: Sequence[str] = ()
    by: str = ""
    base: str = ""
    shares: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Sequence[str] = ()
    open: bool = False

    @property
    def is_pooled(self) -> bool:
        """Whether a row is a window of cohorts."""
        return WINDOW[0] in self.key


def _declared() -> Iterator[Table]:
    for path in sorted(_COUNTS.glob("*.yml")):
        for model in read_yaml(path.read_text(encoding="utf-8")).get("models", ()):
            said = dict(model["config"]["meta"]["published"])
            yield Table(said.pop("table"), model["name"], **said)


EVERY = list(_declared())
TABLES = [table for table in EVERY if not table.open]
BY_NAME = {table.name: table for table in TABLES}
OPEN_TABLES = [table.name for table in EVERY if table.open]
# Which institution teaches towards a degree in which counties.
INSTITUTIONS = next(table.key for table in EVERY if table.name == "institutions")
