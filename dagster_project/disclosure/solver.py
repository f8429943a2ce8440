"""HiGHS (highs.dev) for a set of linear relations that is solved again and again for other questions."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

# What HiGHS calls zero, with room for its own tolerance of 1e-7.
EPSILON = 1e-5
# How far from what is not whole, and among how many numbers, whole ones are looked for.
HOPS, MOST_LOOSE = 4, 400


class Program:
    """Minimise a cost over `low <= matrix @ x <= high`, `lower <= x <= upper`; an answer starts the next."""

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
        self.matrix, self.low, self.high = matrix, low, high
        self.lower, self.upper = np.array(lower, dtype=float), np.array(upper, dtype=float)
        self.cost = np.zeros(self.size)
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
        self._columns: csc_array | None = None
        self._all = np.arange(self.size, dtype=np.int32)

    def minimise(self, cost: np.ndarray) -> tuple[float, np.ndarray] | None:
        """The least cost and an x that has it; None when no x fits the relations."""
        self.costs(self._all, cost)
        return self.solve()

    def extreme(self, i: int, sign: float) -> tuple[float, np.ndarray] | None:
        """The least (`sign` 1) or greatest (−1) value of one count, and an x that has it."""
        self._price(i, sign)
        found = self.solve()
        self._price(i, 0.0)
        return None if found is None else (found[0] * sign, found[1])

    def _price(self, i: int, cost: float) -> None:
        self.cost[i] = cost
        self._highs.changeColCost(i, cost)

    def bound(self, i: int, lower: float, upper: float) -> None:
        """Change the bounds of one x."""
        self.lower[i], self.upper[i] = lower, upper
        self._highs.changeColBounds(i, lower, upper)

    def bounds(self, numbers: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
        """Change the bounds of several x."""
        self.lower[numbers], self.upper[numbers] = lower, upper
        self._highs.changeColsBounds(len(numbers), numbers.astype(np.int32), lower, upper)

    def costs(self, numbers: np.ndarray, cost: np.ndarray) -> None:
        """Change the costs of several x."""
        self.cost[numbers] = cost
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

    def whole_near(self, x: np.ndarray) -> np.ndarray | None:
        """An answer in whole numbers near one that is not: what is whole stays, with what is not and its
        neighbours solved anew; None when that allows none. It need not be the best.
        """
        columns = self.matrix.tocsc() if self._columns is None else self._columns
        self._columns = columns
        fixed = np.rint(x)
        loose = np.flatnonzero(np.abs(x - fixed) > EPSILON)
        for _ in range(HOPS):
            if not 0 < len(loose) <= MOST_LOOSE:
                return None
            beside = columns[:, loose]
            rows = np.unique(beside.indices)
            fixed[loose] = 0.0
            sums = (self.matrix @ fixed)[rows]
            part = Program(
                beside.tocsr()[rows],
                self.low[rows] - sums,
                self.high[rows] - sums,
                self.lower[loose],
                self.upper[loose],
                whole=True,
            )
            answer = part.minimise(self.cost[loose])
            if answer is not None and (found := whole(answer[1])) is not None:
                fixed[loose] = found
                return fixed
            fixed[loose] = np.rint(x[loose])
            loose = np.unique(self.matrix[rows].indices)
        return None


def whole(x: np.ndarray) -> np.ndarray | None:
    """x as whole numbers; None when it is not."""
    rounded = np.rint(x)
    return rounded if np.all(np.abs(x - rounded) < EPSILON) else None
