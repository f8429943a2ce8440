"""Wall time and peak memory of a command and all that it starts. Linux: memory is read from /proc."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One process: seconds on the wall clock, and gigabytes at the peak."""

    seconds: float
    gigabytes: float


def _memory_of_tree(root: int) -> int:
    """Bytes resident in a process and all its descendants at this moment."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The command name may hold spaces and brackets: the fields begin after its last bracket.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        pid = int(folder.name)
        parents[pid], resident[pid] = int(fields[1]), int(fields[21]) * page
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += resident.get(pid, 0)
        waiting += [child for child, parent in parents.items() if parent == pid]
    return total


def measure(command: list[str], log: Path) -> Run:
    """Run a command with its output in `log`; stop the benchmark if it fails."""
    peak = 0
    ended = threading.Event()

    def watch(pid: int) -> None:
        nonlocal peak
        while not ended.wait(0.25):
            peak = max(peak, _memory_of_tree(pid))

    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        watcher = threading.Thread(target=watch, args=(process.pid,), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        ended.set()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}; its output is in {log}")
    # The system's own figure sees peaks between two looks, but only of the largest process in the tree.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, max(peak, usage.ru_maxrss * unit) / 1e9)
