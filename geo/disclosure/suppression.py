"""Withholding small counts, and as few others as keep them from being worked out.

Every small count must stay able to be anything that its label allows, whatever an attacker does
with the sums. Which other cells must go for that, at the lowest loss, is a whole-number programme
with one yes or no per cell. It starts knowing of no attack. Each attack that succeeds adds one
inequality, made of the prices of the linear programme that found it, and the programme is solved
again, until no attack succeeds (Fischetti and Salazar-Gonzalez, Management Science 47(7), 2001).

The work is limited by counting steps, never by the clock: the same counts are always withheld in
the same way. Where the steps run out, a solution by cheapest rescue, cell after cell, is taken, and
the programme's last answer still bounds what the best could save.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from boundaries.errors import ParameterError
from geo.disclosure.attacker import TOLERANCE
from geo.disclosure.breaches import UP, Attacks, Breach, Withheld
from geo.disclosure.cheapest import cheapest
from geo.disclosure.linked_counts import LinkedCounts
from geo.progress import report

SMALLEST_SHOWN = 5
"""Counts from 1 to one less are never shown."""

ENOUGH = 0.05
"""The search ends where no answer can be cheaper by more than this share."""

LABEL = 0.25
"""Share of the weight of a small count that is lost when not even its label is shown."""

_STEPS = 25
_FREE_MOVE = 1e-4


@dataclass(frozen=True, eq=False)
class Suppression:
    """Which cells are withheld.

    Attributes
    ----------
    small
        Shape (n,): counts below the smallest that is shown, but not 0, that are labelled as such.
    others
        Shape (n,): cells withheld to protect small ones; their label says nothing of their count.
        Small ones are among them where their label would give others away.
    loss
        Sum of the weights of ``others``; a small one among them counts ``LABEL`` of its weight.
    loss_at_least
        No solution can have a lower loss.
    """

    small: NDArray[np.bool_]
    others: NDArray[np.bool_]
    loss: float
    loss_at_least: float

    @classmethod
    def of(
        cls,
        withheld: Withheld,
        others: NDArray[np.bool_],
        weights: NDArray[np.float64],
        at_least: float,
    ) -> "Suppression":
        """Weigh what is withheld; ``at_least`` is what any solution must lose."""
        loss = float(_costs(withheld, weights)[others].sum())
        return cls(withheld.small & ~others, others, loss, min(at_least, loss))

    @property
    def withheld(self) -> NDArray[np.bool_]:
        """Shape (n,): either of the two."""
        return self.small | self.others

    @property
    def gap(self) -> float:
        """By which share the loss may be higher than need be; 0 when it is the lowest there is."""
        return 0.0 if self.loss <= 0 else max(0.0, 1 - self.loss_at_least / self.loss)


def suppress(
    counts: LinkedCounts,
    *,
    smallest_shown: int = SMALLEST_SHOWN,
    weights: NDArray[np.float64] | None = None,
    never_shown: NDArray[np.bool_] | None = None,
    always_shown: NDArray[np.bool_] | None = None,
) -> Suppression:
    """Choose the cells to withhold.

    Parameters
    ----------
    smallest_shown
        Counts below this are withheld, 0 excepted.
    weights
        Shape (n,), positive: the loss when a cell is withheld; equal for all by default, so that
        as few cells as can be are lost.
    never_shown
        Shape (n,): cells that are in sums but not published anywhere; withholding them costs
        nothing. Small ones among them are protected like all others.
    always_shown
        Shape (n,): cells that may not be withheld to protect others; small ones among them still
        are.

    Raises
    ------
    ParameterError
        ``smallest_shown`` is below 2, or a weight is not positive.
    CannotProtectError
        A small count is given away by what is always shown.
    """
    if smallest_shown < 2:
        msg = f"Counts below {smallest_shown} would be withheld; give 2 or more."
        raise ParameterError(msg)
    cost = np.ones(len(counts)) if weights is None else np.asarray(weights, np.float64)
    if not (cost > 0).all():
        msg = "Every weight must be above 0; leave out cells that cost nothing by never_shown."
        raise ParameterError(msg)
    hidden = np.zeros(len(counts), np.bool_) if never_shown is None else never_shown
    withheld = Withheld.of(counts, smallest_shown, hidden)
    fixed = np.zeros_like(hidden) if always_shown is None else always_shown & ~withheld.small
    others, bound = _Search(counts, withheld, cost, fixed).run()
    return Suppression.of(withheld, others, cost, bound)


def mend(
    counts: LinkedCounts,
    withheld: Withheld,
    others: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Attack all small counts at once and withhold what is missing; see :func:`suppress`.

    Parameters
    ----------
    others
        Shape (n,): cells that were chosen looking at parts of the sums only.
    """
    nothing = np.zeros(len(counts), np.bool_)
    return _Search(counts, withheld, weights, nothing).mended(others)


def _costs(withheld: Withheld, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what is lost with each cell: of a small one no more than its label."""
    return np.where(withheld.small, LABEL * weights, weights)


class CannotProtectError(RuntimeError):
    """No cell that may be withheld protects a small count."""


class _Search:
    """The whole-number programme and the attacks on its answers."""

    def __init__(
        self,
        counts: LinkedCounts,
        withheld: Withheld,
        cost: NDArray[np.float64],
        fixed: NDArray[np.bool_],
    ) -> None:
        self._counts, self._withheld, self._fixed = counts, withheld, fixed
        self._cost = _costs(withheld, cost)
        self._attacks = Attacks(counts, withheld)
        self._rows: list[NDArray[np.float64]] = []

    def run(self) -> tuple[NDArray[np.bool_], float]:
        """Give the other cells to withhold, and what they must cost at least."""
        others = np.zeros(len(self._counts), np.bool_)
        best, loss = others, np.inf
        bound, few = 0.0, max(10, int(self._withheld.guarded.sum()) // 20)
        for step in range(1, _STEPS + 1):
            report(step, _STEPS, "rounds of protecting small counts")
            breaches = self._attacks.breaches(others)
            if not breaches:
                return others, bound
            self._rows += [self._inequality(breach) for breach in breaches]
            answer, bound = self._solve(bound)
            is_last = step == _STEPS or answer is None
            # Far from the end a rescue is long and its solution dear.
            if len(breaches) <= few or (is_last and np.isinf(loss)):
                rescued = self._rescued(others, breaches)
                if self.loss(rescued) < loss:
                    best, loss = rescued, self.loss(rescued)
            if answer is None or loss <= bound * (1 + ENOUGH):
                break
            others = answer
        return best if loss <= bound * (1 + ENOUGH) else self._pruned(best), bound

    def mended(self, others: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Protect what is not protected by these cells, at the lowest cost for each."""
        return self._rescued(others, self._attacks.breaches(others))

    def loss(self, others: NDArray[np.bool_]) -> float:
        """Add up what is lost when these cells are withheld."""
        return float(self._cost[others].sum())

    def _inequality(self, breach: Breach) -> NDArray[np.float64]:
        """Give what every answer that protects this cell fulfils: row times answer is 1 or more."""
        values = self._counts.values.astype(np.float64)
        small, top = self._withheld.small, float(self._withheld.top)
        # No cell has to move further than this for one small count to reach its end.
        far = max(2 * top, float(values.max(initial=0.0)))
        worth = breach.gain_up * far + breach.gain_down * values
        by_label = breach.gain_up * (top - values) + breach.gain_down * (values - 1.0)
        free = np.where(self._withheld.hidden, worth, np.where(small, by_label, 0.0))
        need = breach.need - float(free.sum())
        more = np.where(self._withheld.hidden | self._fixed, 0.0, worth - free)
        more[more < TOLERANCE] = 0.0
        return np.minimum(more, need) / need

    def _solve(self, bound: float) -> tuple[NDArray[np.bool_] | None, float]:
        """Find the cheapest answer to all that was learned; None where the nodes run out."""
        rows = sparse.csr_array(np.array(self._rows))
        found = cheapest(self._cost, rows, may_be=~(self._withheld.hidden | self._fixed))
        return (None, bound) if found is None else (found.chosen, max(bound, found.at_least))

    def _rescued(self, others: NDArray[np.bool_], breaches: list[Breach]) -> NDArray[np.bool_]:
        """Protect every small count that is not, each at the lowest cost for itself."""
        others = others.copy()
        while breaches:
            for breach in breaches:
                others |= self._rescue(breach, others)
            breaches = self._attacks.breaches(others)
        return others

    def _rescue(self, breach: Breach, others: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Give the cells that move in the cheapest table where the small count is at its end."""
        n, values = len(self._counts), self._counts.values.astype(np.float64)
        known = self._withheld.bounds(self._counts, others)
        # What a cell may move by what is known of it, then what it may move once withheld.
        up, down = np.maximum(known.high - values, 0.0), np.maximum(values - known.low, 0.0)
        may_go = ~(self._withheld.hidden | others | self._fixed)
        more_up, more_down = np.where(may_go, np.inf, 0.0), np.where(may_go, values - down, 0.0)
        # Otherwise it could go there and come back, and nothing else would have to move.
        for moves in (up, down, more_up, more_down):
            moves[breach.cell] = 0.0
        low = np.zeros(4 * n)
        way = breach.cell + (0 if breach.sign == UP else n)
        high = np.concatenate([up, down, more_up, more_down])
        low[way] = high[way] = breach.need
        sums = self._counts.sums
        found = optimize.linprog(  # type: ignore[call-overload]  # the stubs know no csr_array
            np.concatenate([np.full(2 * n, _FREE_MOVE), self._cost, self._cost]),
            A_eq=sparse.hstack([sums, -sums, sums, -sums], format="csr"),
            b_eq=np.zeros(sums.shape[0]),
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        if found.status != 0:
            msg = f"A small count cannot be protected by any other cell: {found.message}"
            raise CannotProtectError(msg)
        moved: NDArray[np.bool_] = (found.x[2 * n : 3 * n] + found.x[3 * n :]) > TOLERANCE
        return moved

    def _pruned(self, others: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Show again what is not needed, the dearest first."""
        others = others.copy()
        for cell in sorted(np.flatnonzero(others), key=lambda cell: (-self._cost[cell], cell)):
            others[cell] = False
            if self._attacks.breaches(others, at_most=1):
                others[cell] = True
        return others
