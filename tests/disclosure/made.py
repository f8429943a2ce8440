"""Small made-up tables as systems of counts: with totals, in hierarchies, of whom, and with shares."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from dagster_project.disclosure.relations.shares import relate_share
from dagster_project.disclosure.system import System

# No hidden count is larger than this (or than it is), and the attacker knows it: so all tables can be written down.
MOST = 30


def table(cells: np.ndarray) -> System:
    """A table of any number of attributes, with all its totals; key: value by attribute, None for all."""
    system = System()
    axes = [[*range(size), None] for size in cells.shape]
    for key in itertools.product(*axes):
        inside = cells[tuple(slice(None) if k is None else k for k in key)]
        system.count(key, float(inside.sum()))
    for key in itertools.product(*axes):
        for axis, k in enumerate(key):
            if k is None:
                parts = [system.index[(*key[:axis], j, *key[axis + 1 :])] for j in range(cells.shape[axis])]
                system.relate(f"{key} by attribute {axis}", parts, [system.index[key]])
    return system


def hierarchy(leaves: Sequence[Sequence[int]]) -> System:
    """Counties in regions in the nation."""
    system = System()
    nation = system.count(("nation",), float(sum(map(sum, leaves))))
    regions = []
    for r, counties in enumerate(leaves):
        regions.append(system.count(("region", r), float(sum(counties))))
        numbers = [system.count(("county", r, c), float(n)) for c, n in enumerate(counties)]
        system.relate(f"counties of region {r}", numbers, [regions[-1]])
    system.relate("regions", regions, [nation])
    return system


def chain(steps: Sequence[int], sexes: int, random: np.random.Generator) -> System:
    """Steps of whom the next are some, by sex: each step has those who do and those who do not."""
    system = System()
    by: dict[tuple[int, int], int] = {}
    values = {sex: int(random.integers(0, 9)) for sex in range(sexes)}
    for step in range(len(steps)):
        for sex in range(sexes):
            if step:
                values[sex] = int(random.integers(0, values[sex] + 1))
            by[(step, sex)] = system.count(("step", step, sex), float(values[sex]))
            if step:
                before = by[(step - 1, sex)]
                rest = system.count(
                    ("not step", step, sex), system.value[before] - system.value[by[(step, sex)]]
                )
                system.relate(f"step {step} or not", [by[(step, sex)], rest], [before])
        total = system.count(("step", step, "all"), float(sum(values.values())))
        system.relate(f"step {step} by sex", [by[(step, sex)] for sex in range(sexes)], [total])
    return system


def overlapping(parts: Sequence[int], random: np.random.Generator) -> System:
    """Persons who count in several parts: the parts sum to all or more, and none is more than all."""
    system = System()
    total = int(random.integers(max(parts), sum(parts) + 1))
    number = system.count(("all",), float(total))
    numbers = [system.count(("part", p), float(n)) for p, n in enumerate(parts)]
    system.relate("sums to all or more", numbers, [number], 0, math.inf)
    for part in numbers:
        system.relate("at most all", [number], [part], 0, math.inf)
    return system


def shares(pairs: Sequence[tuple[int, int]], decimals: int) -> System:
    """Groups and the share of each that is of a kind, rounded; both sum to all."""
    system = System()
    of_kind, of_all = [], []
    for p, (kind, every) in enumerate(pairs):
        of_kind.append(system.count(("kind", p), float(kind)))
        of_all.append(system.count(("every", p), float(every), at_least=1))
        system.relate("of a kind is part of all", [of_all[-1]], [of_kind[-1]], 0, math.inf)
        relate_share(system, "share", of_kind[-1], of_all[-1], round(kind / every, decimals), decimals)
    system.relate("kinds", of_kind, [system.count(("kind", "all"), float(sum(k for k, _ in pairs)))])
    system.relate("groups", of_all, [system.count(("every", "all"), float(sum(n for _, n in pairs)))])
    return system


def without(system: System, hidden: Sequence[int] | set[int], hides: bool = True) -> System:
    """The system as an outsider sees it."""
    system.at_most = [max(MOST, int(np.nan_to_num(value))) for value in system.value]
    for i in hidden:
        system.value[i] = math.nan
    system.hides = hides
    return system


def any_system(random: np.random.Generator, kinds: int = 7) -> System:
    """One of the (first) kinds of small systems, with its true counts."""
    match random.integers(0, kinds):
        case 0 | 1:
            return table(random.integers(0, 7, size=random.integers(2, 4, size=2)))
        case 2:
            return table(random.integers(0, 5, size=(2, 2, 2)))
        case 3:
            return hierarchy(
                [
                    random.integers(0, 7, size=random.integers(1, 4)).tolist()
                    for _ in range(random.integers(1, 4))
                ]
            )
        case 4:
            return chain(range(random.integers(2, 4)), int(random.integers(1, 4)), random)
        case 5:
            return overlapping(random.integers(0, 9, size=random.integers(2, 4)).tolist(), random)
        case _:
            pairs = []
            for _ in range(random.integers(2, 4)):
                every = int(random.integers(1, 15))
                pairs.append((int(random.integers(0, every + 1)), every))
            return shares(pairs, int(random.integers(1, 4)))


def as_published(system: System, order: Sequence[int]) -> System:
    """The same counts and relations in another order."""
    other = System()
    for i in order:
        other.count(system.keys[i], system.value[i], system.at_least[i], system.is_count[i])
    for counts, coefficients, low, high, says in reversed(system.relations):
        numbers = [other.index[system.keys[i]] for i in counts]
        other.weigh(says, numbers, coefficients, low, high)
    return other


def some(system: System, random: np.random.Generator, most: int) -> list[int]:
    """A few of the counts, drawn."""
    size = min(len(system.keys), int(random.integers(1, most + 1)))
    return sorted(random.choice(len(system.keys), size=size, replace=False).tolist())
