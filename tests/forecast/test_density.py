"""How many must begin for a chosen number of inhabitants to each in the profession, held against loops."""

from __future__ import annotations

import pytest

from tests.forecast.made import evidence, random_rows
from tests.forecast.plain import AREAS, SEXES, Plain
from vardflode.forecast.density import required_for_density
from vardflode.forecast.model import make_model
from vardflode.forecast.scenarios import AS_NOW

LAST, TARGET = 2020, 2026
PEOPLE = {area: 2_000 * int(area) for area in AREAS}
INHABITANTS = 4.0


class WithMore(Plain):
    """The country with more beginners a year in a region, from the year after the origin on."""

    def __init__(self, rows: dict, group: str, region: str, more: float) -> None:
        super().__init__(rows, LAST, TARGET)
        self.more = (group, region, more)

    def beginners(self, group: str, cohort: int, sex: str, region: str) -> float:
        as_now = super().beginners(group, cohort, sex, region)
        if (group, region) != self.more[:2] or cohort <= self.o:
            return as_now
        by_sex = {s: super(WithMore, self).beginners(group, self.o + 1, s, region) for s in SEXES}
        return as_now + self.more[2] * by_sex[sex] / sum(by_sex.values())


def asked(rows: dict, group: str, inhabitants: float = INHABITANTS) -> list[dict]:
    model = make_model(evidence(**rows), LAST, TARGET)
    return required_for_density(model, {"reference": AS_NOW}, group, PEOPLE, inhabitants).to_dicts()


@pytest.mark.parametrize("group", ["ALM", "SJ"])
def test_with_the_posts_that_are_told_a_region_has_its_density(group: str) -> None:
    rows = random_rows(3)
    told = {row["area"]: row for row in asked(rows, group)}
    tried = 0
    for area in "126":
        row = told[area]
        if row["status"] != "ok":
            continue
        more = WithMore(rows, group, area, row["required"] - row["beginners"])
        _, supply = more.supply(group)[TARGET, area]
        assert supply == pytest.approx(PEOPLE[area] / INHABITANTS, rel=1e-9)
        tried += 1
    assert tried


def test_the_nation_is_the_sum_of_its_regions_and_its_effect_is_all_areas() -> None:
    told = {row["area"]: row for row in asked(random_rows(3), "ALM")}
    nation = told.pop("00")
    for name in ("population", "supply", "wanted", "beginners"):
        assert nation[name] == pytest.approx(sum(row[name] for row in told.values()))
    gap = nation["wanted"] - nation["supply"]
    assert nation["required"] == pytest.approx(nation["beginners"] + gap / nation["effect"])


def test_enough_already_is_a_surplus_and_a_group_without_a_way_in_is_told() -> None:
    rows = random_rows(3)
    (nation,) = [row for row in asked(rows, "ALM", 1e9) if row["area"] == "00"]
    assert (nation["status"], nation["required"]) == ("surplus", 0.0)
    with pytest.raises(LookupError, match="no education of ours leads to NA"):
        asked(rows, "NA")
