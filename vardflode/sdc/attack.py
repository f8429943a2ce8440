"""The attack on a model, and what must not be told so that it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vardflode.sdc.bounds import Bounds, Proof
from vardflode.sdc.model import Model
from vardflode.sdc.tuning import AT_RISK


@dataclass(frozen=True)
class Rule:
    """Counts of 1 to `small` − 1 must be uncertain by at least `width`."""

    small: int = 5
    width: int = 4

    def broken(self, least: np.ndarray, most: np.ndarray) -> np.ndarray:
        """Whether so much is known of a count that may be small."""
        return (most - least < self.width) & (least < self.small) & (most > 0)


@dataclass(frozen=True)
class Found:
    """What was proved of each target (a number of the model's system): it lies between these ends.

    `size`: number of groups; `pairs` (pairs, 2): those whose differences the next numbers are.
    """

    targets: np.ndarray
    least: np.ndarray
    most: np.ndarray
    holes: Mapping[int, Proof]
    size: int
    pairs: np.ndarray

    @classmethod
    def known(cls, model: Model, ends: np.ndarray) -> Found:
        """What was proved of a model before: `ends` as below, of one without a hole."""
        pairs = np.c_[model.parent, model.child]
        return cls(model.targets, ends[0], ends[1], {}, len(model.told), pairs)

    @property
    def ends(self) -> np.ndarray:
        """The least and the most of each target; shape (2, targets)."""
        return np.array([self.least, self.most], dtype=np.int64)

    def of(self, target: int) -> tuple[int, ...]:
        """The group that a target is, or two whose difference it is."""
        return (target,) if target < self.size else tuple(self.pairs[target - self.size].tolist())


def attack_part(
    model: Model,
    rule: Rule,
    true: np.ndarray | None = None,
    exact: bool = False,
    before: Found | None = None,
) -> Found:
    """Bound every target of a model.

    Args:
        model: what is told.
        rule: what must stay uncertain.
        true: the true counts (groups,), or UNKNOWN, as a help: the same is proved without, slower.
        exact: both ends of each target; else as far as shows that it is uncertain enough.
        before: what was proved when more was told: only its holes are asked about.

    Raises:
        ContradictionError: what is told cannot all be true.
    """
    bounds, targets = Bounds(model, true), model.targets
    least, most = bounds.least[targets], bounds.most[targets]
    if before is not None:
        open_ones = np.isin(targets, list(before.holes))
        least, most = np.where(open_ones, least, before.least), np.where(open_ones, most, before.most)
    suspects = rule.broken(least, most)
    at_risk = (least < rule.small) & (most > 0) & (most - least < AT_RISK * rule.width) & ~suspects
    if before is not None:
        at_risk &= open_ones
    if exact:
        proofs = {int(target): bounds.exact(int(target)) for target in targets}
    else:
        proofs = {int(target): bounds.told_alone(int(target)) for target in targets[suspects]}
        proofs |= bounds.near(targets[at_risk], rule.width)
    place = {int(target): k for k, target in enumerate(targets)}
    for target, proof in proofs.items():
        k = place[target]
        least[k], most[k] = max(least[k], proof.least), min(most[k], proof.most)
    holes = {}
    for target, low, high in zip(
        *(array[rule.broken(least, most)].tolist() for array in (targets, least, most)), strict=True
    ):
        # One end may be from a programme, and the other from relations in turn.
        because = np.union1d(proofs[target].because, bounds.told_alone(target).because)
        holes[target] = Proof(int(low), int(high), because)
    return Found(targets, least, most, holes, len(model.told), np.c_[model.parent, model.child])


def protect(
    model: Model, rule: Rule, worth: np.ndarray, true: np.ndarray
) -> tuple[np.ndarray, list[tuple[Model, Found]]]:
    """Take away told numbers, as few and as little worth as can be found, until the attack proves nothing.

    Args:
        model: what would be told.
        rule: what must stay uncertain.
        worth: of each group, what its number is worth (n,); 0: it cannot be taken away.
        true: the true counts (n,), or UNKNOWN.

    Returns:
        The groups that are not told; and each piece that hangs together then, with what the attack proves of
        it. There are holes in it only where what proves them cannot be taken away.

    Raises:
        ContradictionError: what is told cannot all be true.
    """
    taken = np.empty(0, dtype=int)
    while True:  # what relations say alone, in all parts at once
        bounds, targets = Bounds(model), model.targets
        suspects = targets[rule.broken(bounds.least[targets], bounds.most[targets])]
        more = _least_worth({int(t): bounds.told_alone(int(t)) for t in suspects}, worth)
        if not len(more):
            break
        taken, model = np.union1d(taken, more), model.without(more)
    found = []
    for groups, part in model.split(model.piece):
        proved = attack_part(part, rule, true[groups])
        while len(more := _least_worth(proved.holes, worth[groups])):
            while len(more):
                taken, part = np.union1d(taken, groups[more]), part.without(more)
                proved = attack_part(part, rule, true[groups], before=proved)
                more = _least_worth(proved.holes, worth[groups])
            # As an outsider will, who asks about all: neighbours are bounded together, and of few that are
            # asked about less may be proved than of all.
            proved = attack_part(part, rule, true[groups])
        found.append((part, proved))
    return taken, found


def _least_worth(holes: Mapping[int, Proof], worth: np.ndarray) -> np.ndarray:
    """Groups whose numbers together break every proof: again and again the one that breaks most for its
    worth.
    """
    left = {target: {int(g) for g in proof.because if worth[g] > 0} for target, proof in holes.items()}
    chosen: list[int] = []
    while left := {target: groups for target, groups in left.items() if groups and groups.isdisjoint(chosen)}:
        breaks: dict[int, int] = {}
        for groups in left.values():
            for group in groups:
                breaks[group] = breaks.get(group, 0) + 1
        chosen.append(max(breaks, key=lambda g: (breaks[g] / worth[g], -g)))
    return np.array(chosen, dtype=int)
