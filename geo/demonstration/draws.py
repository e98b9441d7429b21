"""Chance with exact totals. Only uniform numbers are drawn, which numpy keeps the same for good."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Key = TypeVar("Key", bound=Hashable)


def pick(rng: np.random.Generator, weights: ArrayLike, size: int) -> NDArray[np.intp]:
    """Draw positions with probabilities in proportion to ``weights``, shape (size,)."""
    total = np.cumsum(np.asarray(weights, np.float64))
    return np.asarray(np.searchsorted(total, rng.random(size) * total[-1], side="right"))


def shuffled(rng: np.random.Generator, size: int) -> NDArray[np.intp]:
    """Give the numbers from 0 to ``size`` - 1 in random order."""
    return np.argsort(rng.random(size), kind="stable")


def apportioned(total: int, weights: Mapping[Key, float]) -> dict[Key, int]:
    """Divide a whole number in proportion to weights, by the largest remainder.

    Equal remainders go to the one that stands first.

    >>> apportioned(10, {"a": 1, "b": 1, "c": 1})
    {'a': 4, 'b': 3, 'c': 3}
    """
    quotas = np.array(list(weights.values()), np.float64)
    quotas *= total / quotas.sum()
    whole = np.floor(quotas + 1e-9).astype(int)
    # Rounded, so that remainders that are equal on paper are equal here.
    order = np.argsort(-np.round(quotas - whole, 9), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return dict(zip(weights, whole.tolist(), strict=True))


def labels_for_groups(
    rng: np.random.Generator, sizes: NDArray[np.integer[Any]], targets: Mapping[Key, int]
) -> list[Key]:
    """Give every group one label, so that the sizes of each label's groups add up to its target.

    Large groups choose first, each label with a chance in proportion to what it still lacks.

    Raises
    ------
    RuntimeError
        A group is larger than what any label still lacks.
    """
    keys = list(targets)
    lacking = np.array([targets[key] for key in keys])
    chosen = np.zeros(len(sizes), np.intp)
    in_random_order = shuffled(rng, len(sizes))
    for group in in_random_order[np.argsort(-sizes[in_random_order], kind="stable")]:
        weights = np.where(lacking >= sizes[group], lacking, 0)
        if not weights.any():
            msg = f"a group of {sizes[group]} fits no label; still lacking: {lacking.tolist()}"
            raise RuntimeError(msg)
        chosen[group] = pick(rng, weights, 1)[0]
        lacking[chosen[group]] -= sizes[group]
    return [keys[position] for position in chosen]
