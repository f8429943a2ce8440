"""The benchmark: how long the warehouse takes beside the hand-written `reference.py`, and if both agree.

    python -m benchmark.run [--scale 1.0] [--seed 1] [--work DIR] [--repeat 1]

Makes up a country (scale 1.0: the size of the real one), then runs, each as a process of its own,

    A  the reference script
    B  `vardflode build` from nothing
    C  the same build again, with nothing new
    D  the build after one new year of employment has been delivered

and prints wall time and peak memory of each (of a process and all it started, together), what was promised,
and whether the warehouse's tables equal the reference row by row. Exits 1 if a promise or a table fails.
Linux: the memory of a tree of processes is read from /proc.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import duckdb
import polars as pl

from benchmark.measuring import Run, measure
from benchmark.reference import SCHEMAS, Deliveries, differences

HERE = Path(__file__).parent
MAX_TIMES_REFERENCE = 8.0
MAX_PEAK_GB = 4.0
MAX_NOTHING_NEW, MAX_NOTHING_NEW_SECONDS = 0.1, 15.0
MAX_ONE_NEW_YEAR = 0.25


# --- One new year of employment -------------------------------------------------------------------


def _dead(raw: Path) -> set[str]:
    """Persons who have died: a delivery of the year after has no row for them."""
    file = Deliveries(raw).tables.get("personer")
    if file is None or file.path.suffix.lower() != ".csv":
        return set()
    persons = pl.read_csv(file.source(), separator=";", infer_schema=False, null_values=[""])
    return set(persons.filter(pl.col("avlidendatum").is_not_null())["lopnr"])


@contextmanager
def one_more_year(raw: Path) -> Iterator[Path]:
    """Deliver one more year of employment, copied from the last year; taken back on leaving."""
    manifest = max((raw / "bas").glob("*/leverans.json"), key=lambda path: path.parent.name)
    delivery = json.loads(manifest.read_text("utf-8-sig"))
    last, file = max(Deliveries(raw).years["sysselsattning"].items())
    if file.path.suffix.lower() == ".csv":
        rows = pl.read_csv(file.source(), separator=";", infer_schema=False, null_values=[""])
    else:
        rows = pl.read_parquet(file.path).cast(pl.String)
    rows = rows.filter(~pl.col("lopnr").is_in(list(_dead(raw)))).with_columns(
        pl.lit(str(last + 1)).alias("ar")
    )

    name = _next_name(delivery["leverans"])
    folder = raw / "bas" / name
    folder.mkdir()
    try:
        target = folder / f"sysselsattning_{last + 1}.csv"
        rows.write_csv(target, separator=";")
        content = target.read_bytes()
        delivery |= {
            "leverans": name,
            "framstalld": _year_later(delivery["framstalld"]),
            "avser_till": _year_later(delivery["avser_till"]),
            "teckenkodning": "utf-8",
            "filer": [
                {
                    "fil": target.name,
                    "tabell": "sysselsattning",
                    "rader": rows.height,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            ],
        }
        (folder / "leverans.json").write_text(json.dumps(delivery, ensure_ascii=False, indent=1), "utf-8")
        yield folder
    finally:
        shutil.rmtree(folder)


def _next_name(name: str) -> str:
    """The name of the delivery a year later: 2025-09 becomes 2026-09; it must sort after."""
    year = re.match(r"\d{4}", name)
    return f"{int(year[0]) + 1}{name[4:]}" if year else f"{name}-1"


def _year_later(date: str) -> str:
    """The same day a year later; 29 February becomes the 28th."""
    return f"{int(date[:4]) + 1}{date[4:]}".replace("-02-29", "-02-28")


# --- The two versions -----------------------------------------------------------------------------


def compare(data: Path, reference: Path) -> list[str]:
    """Where the warehouse's marts differ from the reference's tables."""
    found = []
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as warehouse:
        for name in SCHEMAS:
            expected = pl.read_parquet(reference / f"{name}.parquet")
            try:
                columns = ", ".join(f'"{column}"' for column in expected.columns)
                got = warehouse.sql(f'select {columns} from marts."{name}"').pl()
            except duckdb.Error as error:
                found.append(f"{name}: {error}")
                continue
            wrong = differences(name, got, expected)
            print(f"  {name}: {expected.height} rows, {'differs' if wrong else 'equal'}")
            found += wrong
    return found


def once(raw: Path, work: Path, vardflode: str) -> tuple[dict[str, Run], list[str]]:
    """A, B, C and D, and what differs after C and after D."""
    data, marts, logs = work / "data", work / "reference", work / "logs"
    logs.mkdir(exist_ok=True)
    shutil.rmtree(data, ignore_errors=True)
    reference = [sys.executable, str(HERE / "reference.py"), str(raw), str(marts)]
    build = [vardflode, "build", "--raw", str(raw), "--data", str(data)]
    runs = {"A": measure(reference, logs / "a.log")}
    runs["B"] = measure(build, logs / "b.log")
    runs["C"] = measure(build, logs / "c.log")
    print("Warehouse and reference, nothing new:")
    found = compare(data, marts)
    with one_more_year(raw):
        runs["D"] = measure(build, logs / "d.log")
        measure(reference, logs / "a_after_d.log")
        print("Warehouse and reference, after the new year:")
        found += [f"after the new year: {line}" for line in compare(data, marts)]
    return runs, found


# --- Report ---------------------------------------------------------------------------------------

WHAT = {
    "A": "reference script",
    "B": "build from nothing",
    "C": "build, nothing new",
    "D": "build, one new year",
}


def promises(seconds: dict[str, float], gigabytes: dict[str, float]) -> list[tuple[str, str, bool]]:
    """Each promise: what was measured, what is allowed, whether it holds."""
    a, b, c, d = (seconds[step] for step in "ABCD")
    return [
        (f"B/A   {b / a:6.2f}", f"at most {MAX_TIMES_REFERENCE:g}", b / a <= MAX_TIMES_REFERENCE),
        (
            f"peak of B {gigabytes['B']:.2f} GB",
            f"at most {MAX_PEAK_GB:g} GB",
            gigabytes["B"] <= MAX_PEAK_GB,
        ),
        (
            f"C/B   {c / b:6.3f} ({c:.1f} s)",
            f"at most {MAX_NOTHING_NEW:g}, or {MAX_NOTHING_NEW_SECONDS:g} s",
            c / b <= MAX_NOTHING_NEW or c <= MAX_NOTHING_NEW_SECONDS,
        ),
        (f"D/B   {d / b:6.3f}", f"at most {MAX_ONE_NEW_YEAR:g}", d / b <= MAX_ONE_NEW_YEAR),
    ]


def main() -> int:
    """Generate, run, compare, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is the whole country")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="where to put everything; kept, and reused when run again")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the medians are reported")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")

    default = Path(tempfile.gettempdir()) / f"vardflode-benchmark-{options.scale:g}-{options.seed}"
    work: Path = (options.work or default).resolve()
    raw = work / "raw"
    vardflode = str(Path(sys.executable).with_name("vardflode"))
    work.mkdir(parents=True, exist_ok=True)
    size = {"scale": options.scale, "seed": options.seed}
    made = work / "made.json"  # written last: a generation that was broken off is not taken for a whole one
    if made.exists():
        before = json.loads(made.read_text())
        if before["size"] != size:
            sys.exit(f"{work} holds another country ({before['size']}): give another --work")
        for folder in raw.glob("*/*"):  # a benchmark that was broken off leaves its new year behind
            if str(folder.relative_to(raw)) not in before["deliveries"]:
                shutil.rmtree(folder)
    if not made.exists():
        print(f"Making up the country in {raw} ...")
        shutil.rmtree(raw, ignore_errors=True)
        synth = ["synth", "--scale", f"{options.scale}", "--seed", f"{options.seed}", "--out", str(raw)]
        print(f"  {measure([vardflode, *synth], work / 'synth.log').seconds:.1f} s")
        deliveries = sorted(str(folder.relative_to(raw)) for folder in raw.glob("*/*"))
        made.write_text(json.dumps({"size": size, "deliveries": deliveries}, indent=1))

    volume = 0
    for path in raw.rglob("*"):
        if path.is_file():  # read once, so that no step is the one that pays for a cold disk
            volume += len(path.read_bytes())
    print(f"Deliveries: {volume / 1e6:.0f} MB. Cores: {os.cpu_count()}. Work folder: {work}")

    runs: dict[str, list[Run]] = {step: [] for step in WHAT}
    found: list[str] = []
    for _ in range(options.repeat):
        these, wrong = once(raw, work, vardflode)
        for step, run in these.items():
            runs[step].append(run)
        found += [line for line in wrong if line not in found]

    seconds = {step: median(run.seconds for run in runs[step]) for step in WHAT}
    gigabytes = {step: max(run.gigabytes for run in runs[step]) for step in WHAT}
    print(
        f"\n{'':26}{'seconds':>9}{'peak GB':>9}"
        + ("   (medians; highest peak)" if options.repeat > 1 else "")
    )
    for step, what in WHAT.items():
        print(f"{step}  {what:23}{seconds[step]:9.1f}{gigabytes[step]:9.2f}")
    print()
    held = promises(seconds, gigabytes)
    for measured, allowed, holds in held:
        print(f"{'holds' if holds else 'FAILS':6} {measured:24} {allowed}")
    print("equal  warehouse and reference" if not found else "DIFFERENT  warehouse and reference:")
    for line in found:
        print(f"  {line}")
    result = {**size, "repeat": options.repeat, "seconds": seconds, "peak_gb": gigabytes, "different": found}
    (work / "result.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    return 0 if not found and all(holds for *_, holds in held) else 1


if __name__ == "__main__":
    sys.exit(main())
