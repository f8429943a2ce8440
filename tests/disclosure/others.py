"""The two tools that others use, on the same tables: G-Confid (Statistics Canada) and τ-ARGUS (Eurostat)."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pulp
from pytauargus.engine import run_batch
from pytauargus.result import TableResult

from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import System

RULE = Rule()
# G-Confid bounds each cell by multiples of its value; so large a one never binds in these tables.
NO_BOUND = 1000.0


def _quiet() -> logging.Logger:
    log = logging.getLogger("gconfid.tests")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    log.setLevel(logging.CRITICAL)
    return log


def _constraints(system: System) -> pd.DataFrame:
    rows = [
        (r + 1.0, i + 1.0, int(coefficient))
        for r, (counts, coefficients, *_) in enumerate(system.relations)
        for i, coefficient in zip(counts, coefficients, strict=True)
    ]
    return pd.DataFrame(rows, columns=["ConstraintId", "CellId", "Coefficient"])


def _solver() -> pulp.LpSolver:
    # One thread, as everywhere in this process: HiGHS refuses to change its mind.
    return pulp.HiGHS(msg=False, threads=1)


def gconfid_audit(system: System, value: np.ndarray) -> dict[int, tuple[float, float]]:
    """The ends of the hidden counts; `value` are the true ones, all positive. Exposed ones may be missing."""
    from gconfid.auditing.auditing import Auditing  # imported late: it changes the default solver

    cells = pd.DataFrame(
        {
            "CellId": np.arange(len(value)) + 1.0,
            "TotalNoise": value.astype(float),
            "Sensitivity": float(RULE.width),
            "OutStatus": np.where(np.isnan(system.value), "X", "P"),
        }
    )
    done = Auditing(
        incell=cells,
        inconstraint=_constraints(system),
        lb_factor=0.0,
        ub_factor=NO_BOUND,
        logger=_quiet(),
        custom_solver=_solver(),
    )
    audit = done.outaudit.to_pandas()
    return {
        int(cell) - 1: (low, high)
        for cell, low, high in zip(audit["CellId"], audit["MinValue"], audit["MaxValue"], strict=True)
    }


def gconfid_hides(system: System) -> set[int]:
    """What G-Confid hides of a table of positive counts, each worth the same."""
    from gconfid.suppression.suppression import Suppression

    value = np.asarray(system.value)
    small = (value > 0) & (value < RULE.threshold)
    cells = pd.DataFrame(
        {
            "CellId": np.arange(len(value)) + 1.0,
            "TotalNoise": value,
            "Sensitivity": np.where(small, float(RULE.width), 0.0),
            "Status": np.where(small, "S", "V"),
            "Type": "C",
        }
    )
    done = Suppression(
        incell=cells,
        inconstraint=_constraints(system),
        cost_function1="Constant",
        logger=_quiet(),
        custom_solver=_solver(),
    )
    out = done.outsuppress.to_pandas()
    return {int(c) - 1 for c, s in zip(out["CellId"], out["OutStatus"], strict=True) if s == "X"}


def argus_hides(system: System, folder: Path, down: int = 0) -> set[int]:
    """What τ-ARGUS hides at the least cost (OPT) of a two-dimensional table, each count worth the same.

    Each small count may have to be higher by the width: what is asked of it is never less than our rule's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for key, i in system.index.items():
        value = int(system.value[i])
        codes = ["Total" if k is None else f"{letter}{k}" for letter, k in zip("rc", key, strict=True)]
        status = "U" if RULE.is_small(value) else "S"
        low = min(value, down)
        lines.append(";".join([*codes, str(value), "1", status, str(low), str(RULE.width - low)]))
    (folder / "table.tab").write_text("\n".join(lines) + "\n", encoding="ascii")
    (folder / "table.rda").write_text(
        '<SEPARATOR> ";"\n<SAFE> "S"\n<UNSAFE> "U"\n<PROTECT> "P"\n'
        'A\n<RECODEABLE>\n<TOTCODE> "Total"\nB\n<RECODEABLE>\n<TOTCODE> "Total"\n'
        "N\n<NUMERIC>\n<DECIMALS> 0\nC\n<NUMERIC> <COST>\nS\n<STATUS>\n"
        "L\n<NUMERIC> <LOWERPL>\nU\n<NUMERIC> <UPPERPL>\n",
        encoding="ascii",
    )
    (folder / "table.arb").write_text(
        '<OPENTABLEDATA> "table.tab"\n<OPENMETADATA> "table.rda"\n<SPECIFYTABLE> "A""B"|"N"||"C"\n'
        '<SAFETYRULE>\n<READTABLE> 1\n<SUPPRESS> OPT(1,5)\n<WRITETABLE> (1,5,SO+,"out.tab")\n',
        encoding="ascii",
    )
    with contextlib.chdir(folder):  # it leaves its logs where it runs
        run_batch("table.arb")
    result = TableResult(folder / "out.tab", ["A", "B"], "N")
    found = set()
    for row, shown in zip(result.rows, result.safe(), strict=True):
        if shown == "x":
            key = tuple(None if row[c] == "Total" else int(str(row[c])[1:]) for c in "AB")
            found.add(system.index[key])
    return found
