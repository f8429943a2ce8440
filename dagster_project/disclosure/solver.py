"""HiGHS (highs.dev) for a set of linear relations that is solved again and again for other questions."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csr_array

# What HiGHS calls zero, with room for its own tolerance of 1e-7.
EPSILON = 1e-5


class Program:
    """Minimise a cost over `low <= matrix @ x <= high`, `lower <= x <= upper`; each answer starts the next."""

    def __init__(
        self,
        matrix: csr_array,
        low: np.ndarray,
        high: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        whole: bool = False,
    ) -> None:
        """Shapes: matrix (m, n); low, high (m,); lower, upper (n,). `whole`: x must be whole numbers."""
        self.size = matrix.shape[1]
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = low, high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        self._highs = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
        }.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)
        self._all = np.arange(self.size, dtype=np.int32)

    def minimise(self, cost: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The least cost and an x that has it; None when no x fits the relations."""
        self._highs.changeColsCost(self.size, self._all, cost)
        return self.solve()

    def extreme(self, i: int, sign: float) -> tuple[float, np.ndarray] | None:
        """The least (`sign` 1) or greatest (−1) value of one count, and an x that has it."""
        self._highs.changeColCost(i, sign)
        found = self.solve()
        self._highs.changeColCost(i, 0.0)
        return None if found is None else (found[0] * sign, found[1])

    def bound(self, i: int, lower: float, upper: float) -> None:
        """Change the bounds of one x."""
        self._highs.changeColBounds(i, lower, upper)

    def bounds(self, numbers: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
        """Change the bounds of several x."""
        self._highs.changeColsBounds(len(numbers), numbers.astype(np.int32), lower, upper)

    def costs(self, numbers: np.ndarray, cost: np.ndarray) -> None:
        """Change the costs of several x."""
        self._highs.changeColsCost(len(numbers), numbers.astype(np.int32), cost)

    def solve(self) -> tuple[float, np.ndarray] | None:
        """Solve with the costs as they are."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            # A warm start that has lost its way: from the beginning, without it.
            self._highs.clearSolver()
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
            if status != highspy.HighsModelStatus.kOptimal:
                raise RuntimeError(f"HiGHS stopped: {self._highs.modelStatusToString(status)}")
        x = np.array(self._highs.getSolution().col_value)
        return self._highs.getInfo().objective_function_value, x

    def tight(self) -> np.ndarray:
        """Relations that hold the last answer where it is (their dual value is not zero)."""
        return np.flatnonzero(np.abs(np.array(self._highs.getSolution().row_dual)) > EPSILON)


def whole(x: np.ndarray) -> np.ndarray | None:
    """x as whole numbers; None when it is not."""
    rounded = np.rint(x)
    return rounded if np.all(np.abs(x - rounded) < EPSILON) else None
