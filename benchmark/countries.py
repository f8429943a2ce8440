"""The benchmark over countries: how time and memory grow with the size, and what the gate takes away.

    python -m benchmark.countries [--scales 0.1 1 10] [--seeds 1] [--memory 2GB] [--work DIR]

Makes up each country, then runs `vardflode build` and `vardflode disclose` from nothing, and prints of each
wall time, peak memory (of a process and all it started), the gate's time beside the build's, how many of the
published numbers are not told, and how many the attack on the files knows too well. Exits 1 if a promise
fails: the gate refuses a delivery, leaves a hole, or tells less than it may at that size; at scale 1 and more
it takes longer than the build.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmark.measuring import measure

# Of a country of at least this scale at most so many per cent of the numbers may not be told.
MOST_UNTOLD_PCT = {1.0: 3.0, 0.1: 6.0}
MAX_GATE_TIMES_BUILD = 1.0


def broken(scale: float, untold: float, holes: int, times: float) -> list[str]:
    """The promises that do not hold."""
    most = next((pct for size, pct in MOST_UNTOLD_PCT.items() if scale >= size), 100.0)
    found = [f"{untold} % not told, at most {most}"] if untold > most else []
    found += [f"{holes} known too well"] if holes else []
    too_long = scale >= 1 and times > MAX_GATE_TIMES_BUILD
    return found + ([f"the gate took {times:.2f} times the build"] if too_long else [])


def main() -> int:
    """Generate, run, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--scales", type=float, nargs="+", default=[0.1, 1.0, 10.0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--memory", default="2GB", help="the setting, of both commands")
    parser.add_argument("--work", type=Path, help="each country is removed from it when done")
    options = parser.parse_args()
    work: Path = (options.work or Path(tempfile.gettempdir()) / "vardflode-countries").resolve()
    vardflode = str(Path(sys.executable).with_name("vardflode"))
    work.mkdir(parents=True, exist_ok=True)
    print(
        f"{'scale':>6}{'seed':>6}{'MB':>8}{'build s':>9}{'GB':>6}{'gate s':>9}{'GB':>6}{'gate/build':>12}"
        f"{'numbers':>10}{'not told %':>12}{'holes':>7}"
    )
    failed = False
    for scale in options.scales:
        for seed in options.seeds:
            here = work / f"{scale:g}-{seed}"
            shutil.rmtree(here, ignore_errors=True)
            here.mkdir()
            raw, data = here / "raw", here / "data"
            synth = ["synth", "--scale", f"{scale}", "--seed", f"{seed}", "--out", str(raw)]
            measure([vardflode, *synth], here / "synth.log")
            # Read once, so that no step is the one that pays for a cold disk.
            volume = sum(len(path.read_bytes()) for path in raw.rglob("*") if path.is_file())
            same = ["--data", str(data), "--memory", options.memory]
            build = measure([vardflode, "build", "--raw", str(raw), *same], here / "build.log")
            gate = measure([vardflode, "disclose", *same], here / "disclose.log")
            told = json.loads((data / "published" / "certificate.json").read_text("utf-8"))
            numbers = sum(row["numbers"] for row in told["cost"])
            times, untold, holes = gate.seconds / build.seconds, told["untold_pct"], told["attack"]["holes"]
            print(
                f"{scale:6g}{seed:6}{volume / 1e6:8.0f}{build.seconds:9.1f}{build.gigabytes:6.2f}"
                f"{gate.seconds:9.1f}{gate.gigabytes:6.2f}{times:12.2f}{numbers:10,}{untold:12.1f}{holes:7}",
                flush=True,
            )
            for what in broken(scale, untold, holes, times):
                failed = True
                print(f"       FAILS {what}", flush=True)
            shutil.rmtree(here)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
