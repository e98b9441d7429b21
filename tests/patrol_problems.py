"""Small random problems of choosing areas for teams, with squares on a lattice as in a borough."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from geo.patrol.choosing.bound import covered_cells
from geo.patrol.choosing.candidates import Candidates
from geo.patrol.choosing.problem import Problem
from geo.patrol.params import CELL_M
from geo.patrol.walking.travel import StraightTravel

SIDE = 3


def random_problem(seed: int, most_areas: int = 9) -> tuple[Problem, sparse.csr_array]:
    """Make a problem and the cells of its squares; equal seeds give equal ones."""
    random = np.random.default_rng(seed)
    m = int(random.integers(2, most_areas + 1))
    row, col = random.integers(0, 20, (2, m))
    value = random.gamma(1, 1, m) + 0.01
    ward = random.integers(0, 3, m)
    squares = Candidates(row, col, SIDE, col * CELL_M, row * CELL_M, value, value, ward)
    n_bases = int(random.integers(1, 4))
    easting, northing = (
        np.append(middles, random.uniform(0, 20 * CELL_M, n_bases)) for middles in squares.middles
    )
    teams = int(random.integers(1, 4))
    problem = Problem(
        value=value,
        overlaps=squares.overlaps(),
        minutes=StraightTravel(4.5, 1.3).minutes(easting, northing),
        bases=tuple(_some(random, n_bases) for _ in range(teams)),
        round_minutes=int(random.integers(20, 120)),
        visit_minutes=15,
        group=ward,
        most_of_group=None if random.random() < 1 / 2 else 1,
    )
    return problem, covered_cells(squares)


def _some(random: np.random.Generator, n: int) -> tuple[int, ...]:
    size = int(random.integers(1, n + 1))
    return tuple(sorted(random.choice(n, size, replace=False).tolist()))


def with_rest(problem: Problem, kept: int) -> Problem:
    """Give the problem with the most valuable areas only, as if the others had been left out."""
    order = np.argsort(-problem.value, kind="stable")
    few = problem.take(order[:kept])
    least = StraightTravel(4.5, 1.3).minutes(np.array([0.0, SIDE * CELL_M]), np.zeros(2))[0, 1]
    left_out = float(problem.value[order[kept]]) if kept < len(problem) else 0.0
    return replace(few, left_out_at_most=left_out, least_leg=int(least))
