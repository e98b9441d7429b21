"""Which version of an incident is current, and what an import changes.

Every import keeps all its rows, and beside them the sorted keys that any import before it has
(``repeated``). A row of an import is current unless a later import that counts repeats its key, so
undoing and restoring an import touch nothing but itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.identity import content_hashes, incident_keys
from geo.readers.problems import problem_rows
from geo.report import DUPLICATE, FILE, ROW, UPDATED
from geo.schema import INCIDENT_ID, OCCURRED
from geo.store.parquet import contained, tidy_frame

NO_KEYS: NDArray[np.uint64] = np.empty(0, np.uint64)

_NEW, _UPDATED, _DUPLICATE = range(3)


@dataclass(frozen=True, eq=False)
class Rows:
    """Incidents of an import, made ready.

    Attributes
    ----------
    frame
        With the types that they come back with.
    origin
        File and row of each.
    keys, hashes
        Shape (n,), see :mod:`geo.identity`.
    """

    frame: pd.DataFrame
    origin: pd.DataFrame
    keys: NDArray[np.uint64]
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, frame: pd.DataFrame, origin: pd.DataFrame) -> "Rows":
        """Make incidents ready."""
        tidy = tidy_frame(frame)
        return cls(tidy, origin, incident_keys(tidy), content_hashes(tidy))

    @property
    def order(self) -> NDArray[np.intp]:
        """Positions by time, then key; shape (n,)."""
        return in_order(self.frame[OCCURRED].to_numpy(), self.keys)


@dataclass(frozen=True, eq=False)
class Earlier:
    """What one import has of each of its incidents.

    Attributes
    ----------
    keys, hashes
        Shape (m,), each key once.
    """

    number: int
    undone: bool
    keys: NDArray[np.uint64]
    hashes: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What an import says beside what is there.

    Attributes
    ----------
    status
        Shape (n,): new, updated or a duplicate, as numbers.
    against
        Shape (n,): number of the import that has what the row repeats; 0 where it is the same one.
    repeated
        Sorted keys that an earlier import has, undone ones included.
    superseded
        Shape (n,): whether a later row of the same import has the same key.
    """

    status: NDArray[np.int8]
    against: NDArray[np.int64]
    repeated: NDArray[np.uint64]
    superseded: NDArray[np.bool_]

    @property
    def new(self) -> int:
        """Rows of incidents that are not there yet."""
        return int(np.count_nonzero(self.status == _NEW))

    @property
    def updated(self) -> int:
        """Rows that say something else."""
        return int(np.count_nonzero(self.status == _UPDATED))

    @property
    def duplicates(self) -> int:
        """Rows that say the same."""
        return int(np.count_nonzero(self.status == _DUPLICATE))


def in_order(occurred: NDArray[np.datetime64], keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Give positions by time, then key; shape (n,)."""
    by_key = _by_key(keys)
    times = occurred.astype("datetime64[us]").astype(np.int64)[by_key]
    return np.asarray(by_key[np.argsort(times, kind="stable")], np.intp)


def _by_key(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Give positions by key, equal ones in their order; faster where there are none, as mostly."""
    order = np.argsort(keys)
    in_turn = keys[order]
    if (in_turn[1:] == in_turn[:-1]).any():
        order = np.argsort(keys, kind="stable")
    return order


def compare(
    keys: NDArray[np.uint64], hashes: NDArray[np.uint64], earlier: Iterable[Earlier]
) -> Comparison:
    """Say what rows, shape (n,) in the order of reading, are beside what is there.

    Parameters
    ----------
    earlier
        The imports there are, newest first.
    """
    order = _by_key(keys)
    in_turn, content = keys[order], hashes[order]
    first = np.ones(len(keys), np.bool_)
    first[1:] = in_turn[1:] != in_turn[:-1]
    unique = in_turn[first]
    number, known, seen = _current(unique, earlier)
    # A row that is not the first of its key is held against the one before it.
    status = np.zeros(len(keys), np.int8)
    status[1:] = np.where(content[1:] == content[:-1], _DUPLICATE, _UPDATED)
    same = np.where(known == content[first], _DUPLICATE, _UPDATED)
    status[first] = np.where(number > 0, same, _NEW)
    against = np.zeros(len(keys), np.int64)
    against[first] = number
    last = np.ones(len(keys), np.bool_)
    last[:-1] = first[1:]
    back = np.empty(len(keys), np.intp)
    back[order] = np.arange(len(keys))
    return Comparison(status[back], against[back], unique[seen], ~last[back])


def _current(
    unique: NDArray[np.uint64], earlier: Iterable[Earlier]
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_]]:
    """Give number and content of the current version of each key, and whether any import has it."""
    number, seen = np.zeros(len(unique), np.int64), np.zeros(len(unique), np.bool_)
    known = np.zeros(len(unique), np.uint64)
    for one in earlier:
        held = np.flatnonzero(contained(one.keys, unique))
        at = np.searchsorted(unique, one.keys[held])
        seen[at] = True
        if one.undone:
            continue
        fresh = number[at] == 0
        number[at[fresh]] = one.number
        known[at[fresh]] = one.hashes[held[fresh]]
    return number, known, seen


def with_keys(known: NDArray[np.uint64], more: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Give two sorted lists of keys as one."""
    new = more[~contained(more, known)]
    if len(new) == 0:
        return known
    return np.sort(np.concatenate([known, new]))


def problems_of(rows: Rows, comparison: Comparison) -> pd.DataFrame:
    """Make a problem row for each row that is a duplicate or an update."""
    made = [
        _problems(rows, comparison, _DUPLICATE, DUPLICATE),
        _problems(rows, comparison, _UPDATED, UPDATED),
    ]
    return pd.concat(made, ignore_index=True)


_WORDS = {
    DUPLICATE: (
        "the incident is in {there} already, with the same values",
        "Nothing to do: it is counted once.",
    ),
    UPDATED: (
        "the incident is in {there} already, with other values",
        "Nothing to do if this is the newer version; it counts now, and the older one is kept.",
    ),
}


def _problems(rows: Rows, comparison: Comparison, status: int, outcome: str) -> pd.DataFrame:
    at = np.flatnonzero(comparison.status == status)
    reason, remedy = _WORDS[outcome]
    numbers, which = np.unique(comparison.against[at], return_inverse=True)
    reasons = np.array(
        [reason.format(there=f"import {n}" if n else "an earlier row") for n in numbers], object
    )
    made = problem_rows(
        file="",
        row=rows.origin[ROW].to_numpy()[at],
        column=INCIDENT_ID,
        found=rows.frame[INCIDENT_ID].iloc[at],
        reason=reasons[which],
        remedy=remedy,
        outcome=outcome,
    )
    made[FILE] = rows.origin[FILE].iloc[at].astype("str").reset_index(drop=True)
    return made
