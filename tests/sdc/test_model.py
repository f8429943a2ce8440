"""A model cut into pieces, and its fingerprint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sdc.small import drawn
from vardflode.sdc.model import OF_GROUPS, Model

SEEDS = st.integers(0, 2**32 - 1)


def side_by_side(models: list[Model]) -> Model:
    """One model of several, the groups of the second after those of the first."""
    first, second = models[0], models[1] if len(models) == 2 else side_by_side(models[1:])
    n, relations = len(first.told), len(first.high)
    moved = replace(
        second,
        **{name: getattr(second, name) + n for name in ("child", "parent", "group")},
        of=second.of + relations,
    )
    names = Model.__dataclass_fields__
    return Model(**{name: np.concatenate([getattr(first, name), getattr(moved, name)]) for name in names})


def shuffled(model: Model, random: np.random.Generator) -> Model:
    """The same said in another order."""
    pairs, relations, terms = (random.permutation(len(a)) for a in (model.child, model.high, model.of))
    return replace(
        model,
        **{name: getattr(model, name)[pairs] for name in ("child", "parent", "is_base")},
        **{name: getattr(model, name)[relations] for name in ("high", "is_sum")},
        of=np.argsort(relations)[model.of][terms],
        **{name: getattr(model, name)[terms] for name in ("group", "weight")},
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_a_model_is_cut_into_the_pieces_that_it_was_made_of(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = side_by_side([drawn(random)[0].model() for _ in range(3)])
    found = {piece.fingerprint(groups - groups[0]) for groups, piece in whole.split(whole.piece)}
    alone = side_by_side([*(piece for _, piece in whole.split(whole.piece)), whole])
    names = {piece.fingerprint(groups - groups[0]) for groups, piece in alone.split(alone.piece)}
    assert names == found
    assert sum(len(piece.told) for _, piece in whole.split(whole.piece)) == len(whole.told)
    for number in (1, 2, 5):
        dealt = [piece for groups, part in whole.dealt(number) for piece in part.split(part.piece)]
        assert {piece.fingerprint(groups - groups[0]) for groups, piece in dealt} == found
        assert len(whole.dealt(number)) <= number


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_a_fingerprint_is_of_what_is_said_in_whatever_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    model = drawn(random)[0].model()
    assert shuffled(model, random).fingerprint() == model.fingerprint()
    for name in Model.__dataclass_fields__:
        array = getattr(model, name)
        if not len(array):
            continue
        changed = array.copy()
        changed[-1] = ~changed[-1] if changed.dtype == bool else changed[-1] + 1
        if name == "of":
            changed %= len(model.high)
            if (changed == array).all():
                continue
        assert replace(model, **{name: changed}).fingerprint() != model.fingerprint(), name
    assert {"told", "least", "most", "protected"} <= set(OF_GROUPS)
