"""HiGHS (highs.dev) for a set of linear relations that is solved again and again for other questions."""

from __future__ import annotations

import highspy
import numpy as np

from vardflode.sdc.tuning import EPSILON


class Program:
    """The least sums of x, where each row sums to its `side` and `least <= x <= most`."""

    def __init__(
        self,
        rows: tuple[np.ndarray, np.ndarray, np.ndarray],
        side: np.ndarray,
        least: np.ndarray,
        most: np.ndarray,
        whole: np.ndarray | None = None,
    ) -> None:
        """`rows`: where each of the m rows begins (and the end), its columns and weights; side (m,); least,
        most (n,). `whole` (n,): which x must be whole numbers.
        """
        model = highspy.HighsLp()
        self.size = len(least)
        model.num_row_, model.num_col_ = len(side), self.size
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = least, most
        model.row_lower_ = model.row_upper_ = side
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows
        if whole is not None:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(is_whole)] for is_whole in whole]
        self._highs = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            # Programmes asked again for another cost took a quarter less time with their costs as they are.
            "dual_simplex_cost_perturbation_multiplier": 0.0,
            # Of the small programmes, which are many, it took longer than to solve them.
            "presolve": "off" if whole is None else "choose",
        }.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)
        self._all = np.arange(self.size, dtype=np.int32)

    def minimise(self, cost: np.ndarray) -> np.ndarray | None:
        """An x with the least cost; None when no x fits."""
        self._highs.changeColsCost(self.size, self._all, cost)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible):
            self._highs.clearSolver()  # a warm start that has lost its way
            self._highs.run()
            status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS stopped: {self._highs.modelStatusToString(status)}")
        return np.array(self._highs.getSolution().col_value)

    def at_ends(self) -> np.ndarray:
        """Which x the last answer would change with, were their ends others."""
        return np.abs(np.array(self._highs.getSolution().col_dual)) > EPSILON
