"""The attack reckons with the forecast: a rounded number is an interval for the count behind it."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from vardflode.disclosure.attack import WIDTH, attack
from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import public_knowledge
from vardflode.disclosure.noise import read_noise
from vardflode.disclosure.rounded import tell_less

TABLE = BY_NAME["forecast"]
KEY, RELIABLE = list(TABLE.key), 100


def forecast(
    counts: dict[tuple[str, str], tuple[int, int]], step: int = 10, year: int = 2024
) -> pl.DataFrame:
    """The table as published of (group, area): (stock, in the profession); the nation is made here."""
    whole = dict(counts)
    for group in {group for group, _ in counts}:
        parts = [numbers for (g, _), numbers in counts.items() if g == group]
        whole[group, "00"] = (sum(n for n, _ in parts), sum(n for _, n in parts))
    rows = [
        {"year": year, "group_code": group, "health_region": area}
        | {"stock": (stock + step // 2) // step * step, "supply": (works + step // 2) // step * step}
        for (group, area), (stock, works) in sorted(whole.items())
        if works >= RELIABLE
    ]
    kinds = dict.fromkeys(TABLE.numbers, pl.Int64)
    schema = {"year": pl.Int64, "group_code": pl.String, "health_region": pl.String, **kinds}
    return pl.DataFrame(rows, schema=schema)


def attacked(rows: pl.DataFrame, folder: Path) -> dict[str, tuple[int, int]]:
    """What is proved of what may be small; and no hole is there."""
    rows.write_parquet(folder / "forecast.parquet")
    report = attack(folder, exact=True)
    assert report.targets > 0
    assert not report.holes
    return {f.count: (f.least, f.most) for f in report.findings}


# Three persons in the smallest region, whose row is not reliable and not told.
PLANTED = {("TH", area): (n, n - 20) for area, n in zip("12345", (155, 165, 175, 185, 225), strict=True)}
PLANTED["TH", "6"] = (3, 2)


def test_what_is_told_exactly_gives_a_region_that_is_not_told_away(tmp_path: Path) -> None:
    forecast(PLANTED, step=1).write_parquet(tmp_path / "forecast.parquet")
    holes = {f.count: (f.least, f.most) for f in attack(tmp_path, exact=True).holes}
    assert holes["forecast TH 2024 2024 region 6 stock"] == (3, 3)
    assert holes["forecast TH 2024 2024 region 6 supply"] == (2, 2)


def test_in_whole_tens_it_is_uncertain(tmp_path: Path) -> None:
    known = attacked(forecast(PLANTED), tmp_path)
    least, most = known["forecast TH 2024 2024 region 6 stock"]
    assert least == 0
    assert most >= WIDTH


def test_the_gate_tells_less_until_nothing_small_is_known(tmp_path: Path) -> None:
    rows = forecast(PLANTED, step=1)
    less = tell_less(rows, public_knowledge(), read_noise(), WIDTH)
    # The smallest region goes with the one that is not reliable.
    assert set(less["health_region"]) == {"00", "2", "3", "4", "5"}
    attacked(less, tmp_path)
    whole = forecast(PLANTED)
    assert tell_less(whole, public_knowledge(), read_noise(), WIDTH).equals(whole)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_proved_is_true_and_never_too_much(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    true = {}
    for area in "123456":
        special, others, midwives = (draw.choice([0, 1, 3, 90, 120, 400]) for _ in range(3))
        for group, n in (("SPS", special), ("SJG", others), ("SJ", special + others + midwives)):
            true[group, area] = (n, n - draw.randint(0, n // 10))
        true["LK", area] = (draw.choice([2, 130, 600]),) * 2
    # Whoever is in a group is in its profession, also at work.
    for area in "123456":
        works = true["SPS", area][1] + true["SJG", area][1]
        true["SJ", area] = (true["SJ", area][0], max(works, true["SJ", area][1]))
    known = attacked(forecast(true), tmp_path)
    for (group, area), (stock, works) in true.items():
        for name, n in (("stock", stock), ("supply", works)):
            least, most = known.get(f"forecast {group} 2024 2024 region {area} {name}", (n, n))
            assert least <= n <= most
