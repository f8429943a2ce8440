"""Files with bytes changed at random, through the process that reads deliveries: it may die, we may not.

Many more than the tests try: `VARDFLODE_FUZZ=1500 python -m pytest -n 0 -s tests/deliveries/test_fuzz.py`.
"""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from typing import Any

import polars as pl
import pytest

MUTATIONS = int(os.environ.get("VARDFLODE_FUZZ", "24"))
ROWS = [(f"{100000 + n}", "SJ" if n % 2 else "LK", f"20{n % 20:02}-03-01", "SE", None) for n in range(50)]
COLUMNS = ("lopnr", "yrkeskod", "legitimationsdatum", "utbildningsland", "aterkallelsedatum")
TEXTS = pl.DataFrame(ROWS, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
TYPED = TEXTS.with_columns(
    pl.col("lopnr").cast(pl.Int64), pl.col("legitimationsdatum").str.to_date(), pl.col("yrkeskod").cast(pl.Categorical)
)  # fmt: skip


def parquet(frame: pl.DataFrame, **how: Any) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **how)
    return buffer.getvalue()


FILES = {
    "parquet": [
        parquet(TEXTS),
        parquet(TYPED, compression="snappy"),
        parquet(TYPED, compression="uncompressed", row_group_size=7),
    ],
    "csv": [TEXTS.write_csv(separator=";").encode()],
}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, put in, taken out or moved; often in the last part, where Parquet describes itself."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        start = len(data) // 2 if chance.random() < 0.6 else 0
        place = chance.randrange(start, len(data))
        match chance.randrange(6):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                data[place : place + 8] = chance.choice((b"\xff" * 8, b"\0" * 8, b"\xff\xff\xff\x7f\0\0\0\0"))
            case 3:
                del data[place : place + chance.randrange(1, 9)]
            case 4:
                data[place:place] = chance.randbytes(chance.randrange(1, 9))
            case _:
                data[place] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("kind", FILES)
def test_changed_bytes(worlds: Any, kind: str) -> None:
    world = next(worlds)
    ends: Counter[str] = Counter()
    name = f"legitimationer.{kind}"
    for number in range(MUTATIONS):
        chance = random.Random(number)
        content = mutated(chance.choice(FILES[kind]), chance)
        taken = world.take("hosp", {name: content}, name=f"{number:05}", rows={name: len(ROWS)})
        message = taken.message
        assert message.isprintable()
        assert len(message) < 600
        assert taken.outcome.accepted or name in message
        ends[
            "accepted" if taken.outcome.accepted
            else message.partition("ended: it ")[2].partition(".")[0] or "rejected"
        ] += 1  # fmt: skip
        # Of what the reading died there is nothing kept, and the next delivery is read.
        assert taken.outcome.accepted == bool(taken.outcome.files)
    print(f"\n{kind}: {dict(ends)}")
    sound = world.take("hosp", {name: FILES[kind][0]}, name="sound", rows={name: len(ROWS)})
    assert sound.outcome.accepted, sound.message
