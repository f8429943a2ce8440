"""Small systems, and every whole table that fits what is told of them, one after another, without a solver."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from vardflode.disclosure.noise import read_noise
from vardflode.sdc.model import UNKNOWN, Model

NOISE = read_noise()
SOURCES = {
    number: [n for n in range(60) if number in NOISE.told(np.full(NOISE.keys, n), np.arange(NOISE.keys))]
    for number in range(50)
}


class Small:
    """A small system: groups with told numbers (None: not told), sums, and pairs that lie in each other."""

    def __init__(
        self,
        told: Sequence[int | None],
        sums: Sequence[tuple[int, Sequence[int]]] = (),
        nested: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.told, self.sums, self.nested = list(told), list(sums), list(nested)

    def model(self) -> Model:
        told = np.array([UNKNOWN if n is None else n for n in self.told])
        least, most = NOISE.ends(told)
        least, most = least.astype(float), np.minimum(most, 30.0)
        terms = [
            (s, group, weight)
            for s, (whole, parts) in enumerate(self.sums)
            for group, weight in ((whole, 1), *((part, -1) for part in parts))
        ]
        pairs = np.array(self.nested, dtype=int).reshape(-1, 2)
        of, group, weight = np.array(terms, dtype=int).reshape(-1, 3).T
        return Model(
            told=told,
            least=least,
            most=most,
            protected=np.ones(len(told), dtype=bool),
            child=pairs[:, 0],
            parent=pairs[:, 1],
            is_base=np.ones(len(pairs), dtype=bool),
            high=np.zeros(len(self.sums)),
            is_sum=np.ones(len(self.sums), dtype=bool),
            of=of,
            group=group,
            weight=weight.astype(float),
        )

    def tables(self) -> np.ndarray:
        """Every table: what is told differently of two groups, one in the other, makes them different groups."""
        inside = {*self.nested, *((p, w) for w, parts in self.sums for p in parts)}
        while more := {(a, d) for a, b in inside for c, d in inside if b == c} - inside:
            inside |= more
        values = [range(31) if n is None else [v for v in SOURCES[n] if v <= 30] for n in self.told]
        # What a sum makes up need not be tried.
        made = dict(self.sums)
        free = [i for i in range(len(values)) if i not in made]
        found = []
        for chosen in itertools.product(*(values[i] for i in free)):
            table = dict(zip(free, chosen, strict=True))
            while len(table) < len(values):
                for w, parts in made.items():
                    if w not in table and all(p in table for p in parts):
                        table[w] = sum(table[p] for p in parts)
            if not all(table[w] in values[w] for w in made):
                continue
            if all(
                table[a] + (None not in (self.told[a], self.told[b]) and self.told[a] != self.told[b])
                <= table[b]
                for a, b in inside
            ):
                found.append([table[i] for i in range(len(values))])
        return np.array(found).reshape(-1, len(values))

    def ends(self) -> list[tuple[int, int]]:
        """Of each group and of each difference."""
        tables = self.tables()
        numbers = np.c_[tables, *(tables[:, b] - tables[:, a] for a, b in self.nested)]
        return [(int(least), int(most)) for least, most in zip(numbers.min(0), numbers.max(0), strict=True)]


def drawn(random: np.random.Generator) -> tuple[Small, list[int]]:
    """A small system as it may be told, and its true counts."""
    shape = random.integers(0, 4)
    leaves = random.integers(0, 9, size=4).tolist()
    match shape:
        case 0:  # parts of a whole, and steps of one of them
            step = int(random.integers(0, leaves[0] + 1))
            true, sums, nested = [*leaves[:3], sum(leaves[:3]), step], [(3, (0, 1, 2))], [(4, 0)]
        case 1:  # two by two
            a, b, c, d = leaves
            true = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d]
            sums, nested = [(4, (0, 1)), (5, (2, 3)), (6, (0, 2)), (7, (1, 3)), (8, (4, 5))], []
        case 2:  # a chain
            chain = [int(random.integers(5, 20))]
            for _ in range(3):
                chain.append(int(random.integers(0, chain[-1] + 1)))
            true, sums, nested = chain, [], [(1, 0), (2, 1), (3, 2)]
        case _:  # windows that overlap, of the same pieces
            a, b, c, _ = leaves
            true, sums, nested = [a, b, c, a + b, b + c], [(3, (0, 1)), (4, (1, 2))], []
    keys = random.integers(0, NOISE.keys, len(true))
    # The same group has the same noise.
    for a, b in [*nested, *((p, w) for w, parts in sums for p in parts)]:
        if true[a] == true[b]:
            keys[keys == keys[a]] = keys[b]
    told: list[int | None] = NOISE.told(np.array(true), keys).tolist()
    for i in range(len(true)):
        if (shape == 3 and i < 3) or random.random() < 0.15:
            told[i] = None
    return Small(told, sums, nested), true
