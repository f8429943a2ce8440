"""The forecast worked out again, by loops over single numbers straight from docs/definitions_forecast.md.

It shares nothing with the package but the evidence: slow, and nothing to be clever about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache

from tests.forecast.made import GROUPS

AREAS, SEXES = "123456", "12"
PROFESSIONS = [g for g, _, _, is_profession in GROUPS if is_profession]
PROFESSION = {g: p for g, p, _, _ in GROUPS}
DEGREE = {g: d for g, _, d, _ in GROUPS}
K = {"LK": 6, "SJ": 5, "SJG": 5, "SPS": 5, "ALM": 10}
HOME = {"A": "1", "B": "6"}


def band(age: int) -> int:
    return -1 if age < 25 else age // 5


def third(age: int) -> int:
    return 0 if age <= 34 else 1 if age <= 49 else 2


class Plain:
    """A forecast of rows (`made.random_rows`) from an origin. `scenario` is the package's own, read only."""

    def __init__(self, rows: dict, origin: int, horizon: int, *, in_force: bool = True) -> None:
        self.rows, self.o, self.end = rows, origin, horizon
        known = [(y, e, n and y < origin) for y, e, n in rows["years"] if y <= origin]
        self.w = sorted(y for y, _, n in known if n)[-5:]
        self.v = sorted(y for y, e, _ in known if e)[-5:]
        self.exists = bool(self.w) and any(y == origin and e for y, e, _ in known)
        self.plans = rows["plans"] if in_force else []
        self.stock = defaultdict(float)
        self.working = defaultdict(float)
        self.stayed = defaultdict(float)
        for g, y, s, a, area, to, n, works in rows["stock"]:
            self.stock[g, y, s, a, area] += n
            self.working[g, y, s, a, area] += works
            if to:
                self.stayed[g, y, s, a, area, to] += n

    def rate(self, top: Callable, bottom: Callable, group: str, least: int, otherwise: float) -> float:
        """A group's rate; below the least base that of all professions together."""
        groups = [group] if bottom(group) >= least else PROFESSIONS
        base = sum(bottom(g) for g in groups)
        return sum(top(g) for g in groups) / base if base else otherwise

    @cache  # noqa: B019
    def stay(self, group: str, sex: str, age: int) -> float:
        if age >= 74:
            return 0.0
        of = [
            k for k in self.stock if k[1] in self.w and k[2] == sex and k[3] <= 73 and band(k[3]) == band(age)
        ]
        return self.rate(
            lambda g: sum(self.stayed[*k, to] for k in of if k[0] == g for to in AREAS),
            lambda g: sum(self.stock[k] for k in of if k[0] == g),
            group,
            100,
            1.0,
        )

    @cache  # noqa: B019
    def move(self, age: int, here: str, there: str) -> float:
        all_of = [
            (k, n)
            for k, n in self.stayed.items()
            if k[0] in PROFESSIONS and k[1] in self.w and third(k[3]) == third(age) and k[4] == here
        ]
        total = sum(n for _, n in all_of)
        return sum(n for k, n in all_of if k[5] == there) / total if total else float(here == there)

    @cache  # noqa: B019
    def activity(self, group: str, sex: str, age: int) -> float:
        of = [k for k in self.stock if k[1] in self.v and k[2] == sex and band(k[3]) == band(age)]
        return self.rate(
            lambda g: sum(self.working[k] for k in of if k[0] == g),
            lambda g: sum(self.stock[k] for k in of if k[0] == g),
            group,
            100,
            0.0,
        )

    @cache  # noqa: B019
    def factor(self, group: str, area: str) -> float:
        of = [k for k in self.stock if k[0] == group and k[1] == self.o and k[4] == area]
        would = sum(self.stock[k] * self.activity(group, k[2], k[3]) for k in of)
        return sum(self.working[k] for k in of) / would if would else 1.0

    @cache  # noqa: B019
    def lag(self, group: str, sex: str, k: int) -> float:
        way = [r for r in self.rows["beginners"] if r[0] == group and r[1] + K[group] <= self.o]
        cohorts = sorted({r[1] for r in way})[-5:]
        mine = [r for r in way if r[1] in cohorts and r[2] == sex]
        if sum(r[6] for r in mine) < 30:
            mine = [r for r in way if r[1] in cohorts]
        came = sum(r[6] for r in mine if r[5] is not None and max(r[5] - r[1], 0) == k)
        return came / sum(r[6] for r in mine) if mine else 0.0

    @cache  # noqa: B019
    def enters(self, group: str, region: str, area: str) -> float:
        of = [r for r in self.rows["entries"] if r[1] - 1 in self.w and r[4] == region]
        return self.rate(
            lambda g: sum(r[6] for r in of if r[0] == g and r[5] == area),
            lambda g: sum(r[6] for r in of if r[0] == g),
            group,
            100,
            0.0,
        )

    @cache  # noqa: B019
    def entry_age(self, group: str, sex: str, age: int) -> float:
        of = [r for r in self.rows["entries"] if r[0] == group and r[1] - 1 in self.w and r[5]]
        mine = [r for r in of if r[2] == sex] or of
        total = sum(r[6] for r in mine)
        return sum(r[6] for r in mine if r[3] == age) / total if total else 0.0

    @cache  # noqa: B019
    def others(self, group: str, area: str, sex: str, age: int, *, foreign: bool) -> float:
        return sum(
            r[7]
            for r in self.rows["newcomers"]
            if r[0] == group
            and r[1] - 1 in self.w
            and r[2:5] == (area, sex, age)
            and r[5] == foreign
            and not r[6]
        ) / len(self.w)

    @cache  # noqa: B019
    def beginners(self, group: str, cohort: int, sex: str, region: str) -> float:
        of = [r for r in self.rows["beginners"] if r[0] == group]
        start = self.o + (group == "ALM")
        if cohort < start:
            return sum(r[6] for r in of if r[1] == cohort and r[2] == sex and r[4] == region)
        latest = [r for r in of if start - 3 <= r[1] < start]
        if group == "ALM":
            plan = self.plan(None, None, cohort)
            mean = sum(r[6] for r in latest if r[2] == sex and r[4] == region)
            all_latest = sum(r[6] for r in latest)
            return mean / 3 if plan is None else plan * mean / all_latest if all_latest else 0.0
        degree, total = DEGREE[group], 0.0
        planners = {i for d, i, c, _ in self.plans if d == degree}
        for i in sorted({r[3] for r in latest} | planners):
            mine = [r for r in latest if r[3] == i]
            plan = self.plan(degree, i, cohort)
            if plan is None:
                total += sum(r[6] for r in mine if r[2] == sex and r[4] == region) / 3
                continue
            nation = sum(r[6] for r in latest)
            of_sex = sum(r[6] for r in latest if r[2] == sex) / nation if nation else 0.5
            own = sum(r[6] for r in mine)
            there = sum(r[6] for r in mine if r[4] == region) / own if own else float(HOME[i] == region)
            total += plan * of_sex * there
        return total

    def plan(self, degree: str | None, institution: str | None, cohort: int) -> int | None:
        mine = {c: n for d, i, c, n in self.plans if (d, i) == (degree, institution) and c <= cohort}
        return mine[max(mine)] if mine else None

    def new(
        self, group: str, year: int, area: str, sex: str, age: int, beginners: Callable, lag: float
    ) -> float:
        if group not in K:
            return 0.0
        at = self.entry_age(group, sex, age)
        return at and sum(
            beginners(group, year - k, sex, r)
            * self.lag(group, sex, k)
            * lag
            * self.enters(group, r, area)
            * at
            for k in range(K[group] + 1)
            for r in AREAS
        )

    def supply(self, group: str) -> dict[tuple[int, str], tuple[float, float]]:
        """(year, area) -> stock and supply, as now."""
        ages = range(15, 75)
        stock = {(s, a, x): self.stock[group, self.o, s, a, x] for s in SEXES for a in ages for x in AREAS}
        told = {}
        for year in range(self.o + 1, self.end + 1):
            after = {}
            for s in SEXES:
                for a in ages:
                    stays = self.stay(group, s, a - 1)
                    for x in AREAS:
                        came = sum(
                            stock.get((s, a - 1, y), 0) * stays * self.move(a - 1, y, x)
                            for y in AREAS
                            if stock.get((s, a - 1, y), 0)
                        )
                        after[s, a, x] = (
                            came
                            + self.new(group, year, x, s, a, self.beginners, 1.0)
                            + self.others(group, x, s, a, foreign=True)
                            + self.others(group, x, s, a, foreign=False)
                        )
            stock = after
            for x in AREAS:
                here = {(s, a): n for (s, a, y), n in stock.items() if y == x and n}
                works = sum(n * self.activity(group, s, a) for (s, a), n in here.items())
                told[year, x] = sum(here.values()), works * self.factor(group, x)
        return told
