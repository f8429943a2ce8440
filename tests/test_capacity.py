"""Who could help whom with colonoscopies: the rules one at a time, and what holds for any month."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from vardflode.capacity import help_between

Unit = tuple[str, str, str, int, int]


def helped(*units: Unit) -> list[tuple[str, str, int]]:
    """From, to and number, of units (name, county, region, lack, room) in one month."""
    needs = pl.DataFrame(
        [(2024, 1, *unit) for unit in units],
        orient="row",
        schema=["year", "month", "unit", "county", "health_region", "lack", "room"],
    )
    return help_between(needs).select("from_unit", "to_unit", "colonoscopies").rows()


def test_its_own_county_first_then_others_of_the_region() -> None:
    units = ("A", "01", "1", 9, 0), ("B", "09", "1", 0, 8), ("C", "01", "1", 0, 5), ("D", "03", "5", 0, 99)
    assert helped(*units) == [("B", "A", 4), ("C", "A", 5)]


def test_who_lacks_most_takes_first_and_what_is_taken_is_gone() -> None:
    units = ("A", "01", "1", 3, 0), ("B", "01", "1", 4, 0), ("C", "01", "1", 0, 5)
    assert helped(*units) == [("C", "A", 1), ("C", "B", 4)]


def test_who_has_most_room_before_anyone_took_of_it_gives_first() -> None:
    # After B took 5 of C, D has more left than C; A still asks C first.
    units = ("A", "01", "1", 2, 0), ("B", "01", "1", 5, 0), ("C", "01", "1", 0, 6), ("D", "01", "1", 0, 4)
    assert helped(*units) == [("C", "A", 1), ("C", "B", 5), ("D", "A", 1)]


def test_ties_go_by_the_unit_in_byte_order() -> None:
    units = ("b", "01", "1", 2, 0), ("B", "01", "1", 2, 0), ("z", "01", "1", 0, 1), ("Z", "01", "1", 0, 2)
    assert helped(*units) == [("Z", "B", 2), ("z", "b", 1)]


def test_no_unit_helps_itself() -> None:
    assert helped(("A", "01", "1", 3, 3)) == []


def test_months_and_regions_are_apart_and_nothing_gives_no_rows() -> None:
    assert helped(("A", "13", "3", 3, 0), ("B", "13", "4", 0, 3)) == []
    assert help_between(
        pl.DataFrame(schema=["year", "month", "unit", "county", "health_region", "lack", "room"])
    ).is_empty()


NAMES = st.sampled_from("ABCDEFGHab")
UNITS = st.lists(
    st.tuples(NAMES, st.sampled_from(["01", "03"]), st.just("1"), st.integers(0, 9), st.integers(0, 9)),
    unique_by=lambda unit: unit[0],
)


@given(UNITS)
def test_nothing_is_given_twice_and_no_room_is_left_beside_a_lack(units: list[Unit]) -> None:
    rows = helped(*units)
    given_, taken = dict.fromkeys("ABCDEFGHab", 0), dict.fromkeys("ABCDEFGHab", 0)
    for giver, taker, number in rows:
        assert number > 0
        assert giver != taker
        given_[giver] += number
        taken[taker] += number
    left = {u: room - given_[u] for u, _, _, _, room in units}
    unmet = {u: lack - taken[u] for u, _, _, lack, _ in units}
    assert min([*left.values(), *unmet.values()], default=0) >= 0
    for unit, missing in unmet.items():
        if missing:
            assert not any(free for other, free in left.items() if other != unit)


@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(units: list[Unit], chance: object) -> None:
    shuffled = list(units)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert helped(*shuffled) == helped(*units)
