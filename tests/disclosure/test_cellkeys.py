"""Noise by cell key: what the p-table promises, the same as the ONS's own program, and what an attacker knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.disclosure.bounds import intervals
from dagster_project.disclosure.cellkeys import AGAIN, KEYS, ROWS, loosen, p_table, perturb
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import System
from tests.disclosure import made

RULE = Rule()
THRESHOLDS = pytest.mark.parametrize("threshold", [3, 5, 10])


def every_key(count: int, rule: Rule = RULE) -> np.ndarray:
    """The published number of a count for each cell key."""
    return perturb(np.full(KEYS, count), np.arange(KEYS), rule)


@THRESHOLDS
def test_zero_stays_zero(threshold: int) -> None:
    assert (every_key(0, Rule(threshold)) == 0).all()


@THRESHOLDS
def test_no_published_number_is_small(threshold: int) -> None:
    rule = Rule(threshold)
    for count in range(2 * ROWS):
        assert not [n for n in every_key(count, rule) if rule.is_small(int(n))]


@THRESHOLDS
def test_small_counts_keep_their_mean_as_nearly_as_256_keys_allow(threshold: int) -> None:
    for count in range(1, threshold):
        published = every_key(count, Rule(threshold))
        assert set(published) <= {0, threshold}
        assert abs(published.sum() - count * KEYS) < threshold


def test_noise_of_other_counts_is_at_most_three_and_zero_in_the_mean() -> None:
    for count in range(RULE.threshold, 2 * ROWS):
        noise = every_key(count) - count
        assert abs(noise).max() <= 3
        if count >= RULE.threshold + 3:  # nearer to the threshold, what would become small does not
            assert noise.sum() == 0
            assert (noise**2).mean() == pytest.approx(2, abs=0.25)


def test_one_more_person_with_key_zero_does_not_keep_the_noise() -> None:
    """Else the difference of two published numbers would be the person."""
    for count in range(RULE.threshold + 3, ROWS):
        assert (every_key(count) - count != every_key(count + 1) - count - 1).any()


def test_same_group_same_number_wherever_it_stands() -> None:
    random = np.random.default_rng(1)
    counts, keys = random.integers(0, 2000, 500), random.integers(0, 100_000, 500)
    order = random.permutation(500)
    assert (perturb(counts, keys, RULE)[order] == perturb(counts[order], keys[order], RULE)).all()
    assert (perturb(counts, keys, RULE) == perturb(counts, keys % KEYS, RULE)).all()


def test_same_numbers_as_the_program_of_the_office_for_national_statistics() -> None:
    """On persons; with counts over 750, for which both use the last 250 rows of the p-table again."""
    random = np.random.default_rng(2)
    chances = np.array([0.5, 0.25, 0.15, 0.06, 0.03, 0.008, 0.0015, 0.0005])
    persons = pd.DataFrame(
        {
            "county": random.choice(list("ABCDEFGH"), 9000, p=chances),
            "sex": random.choice(["1", "2"], 9000, p=[0.85, 0.15]),
            "key": random.integers(0, KEYS, 9000),
        }
    )
    table = p_table(RULE.threshold)
    rows, keys = np.meshgrid(np.arange(1, ROWS + 1), np.arange(KEYS), indexing="ij")
    as_frame = pd.DataFrame({"pcv": rows.ravel(), "ckey": keys.ravel(), "pvalue": table[1:].ravel()})
    theirs = create_perturbed_table(
        data=persons, ptable=as_frame, geog=["county"], tab_vars=["sex"], record_key="key", threshold=0
    )
    groups = persons.groupby(["county", "sex"])["key"].agg(["size", "sum"]).reset_index()
    groups["ours"] = perturb(groups["size"].to_numpy(), groups["sum"].to_numpy(), RULE)
    both = theirs.merge(groups, on=["county", "sex"])
    assert len(both) == len(groups)
    assert (both["count"] == both["ours"]).all()
    counts = set(groups["size"])
    assert max(counts) > ROWS + AGAIN
    assert any(RULE.is_small(count) for count in counts)
    assert any(RULE.threshold <= count <= ROWS for count in counts)


def with_noise(system: System, random: np.random.Generator) -> System:
    """As published: every number with the noise of keys that nobody knows; the rest is not told."""
    published = perturb(np.asarray(system.value, dtype=int), random.integers(0, KEYS, len(system.keys)), RULE)
    for i, number in enumerate(published):
        system.columns["table", i] = i
        system.value[i] = float(number)
    loosen(system, RULE)
    return system


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_noise_leaves_open_always_contains_the_truth(seed: int) -> None:
    random = np.random.default_rng(seed)
    system = made.any_system(random, 6)
    true = [int(value) for value in system.value]
    found = intervals(with_noise(system, random), range(len(true)), RULE)
    assert not [i for i, interval in found.items() if not interval.low <= true[i] <= interval.high]


@pytest.mark.parametrize("count", range(1, RULE.threshold))
def test_a_small_count_on_its_own_keeps_an_interval_at_least_as_wide_as_the_rule_asks(count: int) -> None:
    for key in range(KEYS):
        system = System()
        i = system.count(("alone",), float(count), at_least=1)
        system.columns["table", 0] = i
        system.value[i] = float(perturb(np.array([count]), np.array([key]), RULE)[0])
        loosen(system, RULE)
        assert intervals(system, [i], RULE)[i].width >= RULE.width


def test_sums_can_tell_more_than_the_rule_allows_and_the_attack_sees_it() -> None:
    """2 + 10 = 12 published as 5, 13 and 9: at most 12 in all and at least 10 in the other leave 1 or 2."""
    system = System()
    small, other, total = (
        system.count((name,), value) for name, value in (("small", 5), ("other", 13), ("all", 9))
    )
    system.relate("both are all", [small, other], [total])
    system.columns = {("table", i): i for i in (small, other, total)}
    loosen(system, RULE)
    found = intervals(system, [small], RULE)[small]
    assert (found.low, found.high) == (1, 2)
    assert found.gives_away(RULE)
