"""Stores on the command line: which is meant, and what of one a command reads."""

import argparse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd

from boundaries.errors import ParameterError, StoreError
from dashboard.words import names_in_words, plural
from geo.postgres import is_address
from geo.schema import CATEGORY, SOURCE, Incidents
from geo.selection import Selection
from geo.store import Store, default_location, open_store
from geo.store.opening import is_store
from geo.wards.join import locate

STORE = "store"
"""The word that stands for the store wherever a path may stand."""

LOCATION_HELP = (
    "folder or postgresql:// address of the store; default: HOTSPOTS_STORE, else a folder of your "
    "own (hotspots store list says which)"
)

_TABLE = "table"
_STATE_SHOWN = 12
_ANY_VINTAGE = "2022"  # all cover the same land

Reach = Literal["months", "around", "all"]
REACH: dict[str, Reach] = {
    "ward_table": "months",
    "span_counts": "months",
    "ward_neighbours": "months",
    "ward_overlap": "months",
    "data_quality": "months",
    "emerging": "months",
    "evaluate": "months",
    "near_repeat": "months",
    "repeats": "around",
    "density": "around",
    "hotspots": "around",
    "hotspot_agreement": "around",
}
"""What an analysis looks at, by its name: the whole months of the selection, as long a time before
it and a month on either side too, or all; all where none is given."""


def add_store_argument(parser: Any) -> None:  # noqa: ANN401 - a parser or a group of one
    """Add the option that names the store."""
    parser.add_argument("--store", metavar="LOCATION", help=LOCATION_HELP)


def is_table(path: str) -> bool:
    """Whether this names a table in a database, and not a store that is one."""
    return is_address(path) and _TABLE in parse_qs(urlsplit(path).query)


def is_stored(path: str) -> bool:
    """Whether this names a store: the word, a folder that is one, or the address of a database."""
    with suppress(StoreError):  # where nobody may look, whoever reads says so
        return path == STORE or _is_there(path)
    return False


def _is_there(location: str) -> bool:
    """Whether a store is at a location; a database is not asked."""
    if is_address(location):
        return not is_table(location)
    return is_store(location)


def open_existing(location: str | None) -> Store:
    """Open a store that is there; None takes the usual one.

    Raises
    ------
    StoreError
        There is none, or it cannot be used.
    """
    where = location or default_location()
    if not _is_there(where):
        msg = (
            f"There is no store at {where} yet. Keep incidents in one with hotspots import PATHS, "
            "or name another with --store."
        )
        raise StoreError(msg)
    return open_store(where)


def store_of(args: argparse.Namespace) -> Store | None:
    """Open the store that the paths name; None where they name files.

    Raises
    ------
    ParameterError
        A store and something else are named.
    StoreError
        There is no store, or it cannot be used.
    """
    named = [path for path in args.paths if is_stored(path)]
    if not named:
        return None
    if len(args.paths) > 1:
        msg = (
            f"{named[0]} is a store and cannot be mixed with other inputs; name it alone, or keep "
            "the files in it first: hotspots import PATHS."
        )
        raise ParameterError(msg)
    if named[0] != STORE and args.store is not None:
        msg = f"Two stores are named, {named[0]} and {args.store}; leave one out."
        raise ParameterError(msg)
    return open_existing(args.store if named[0] == STORE else named[0])


def read_for(store: Store, selection: Selection, analysis: str) -> Incidents:
    """Read what an analysis of a selection looks at, so that its figures are those of them all.

    No more than the dates leave out is left out: what the others say of the time that the data
    covers counts, too. Where nothing is selected, all is read, so that a message can say what there
    is.

    Raises
    ------
    StoreError
        The store has no incidents, or cannot be read.
    """
    incidents = _reached(store, selection, REACH.get(analysis, "all"))
    if not _holds_all(incidents, selection):
        incidents = store.read(Selection())
    if len(incidents) == 0:
        msg = (
            f"The store at {store.location} holds no incidents. Keep some in it first: hotspots "
            "import PATHS; hotspots store list shows what was undone."
        )
        raise StoreError(msg)
    return incidents


def _reached(store: Store, selection: Selection, reach: Reach) -> Incidents:
    first, last = _months(selection)
    if reach == "months":
        return store.read(_days(first, last))
    if reach == "all" or first is None or last is None:
        return store.read(Selection())
    return _read_around(store, first, last)


def _months(selection: Selection) -> tuple[pd.Period | None, pd.Period | None]:
    start, end = selection.start, selection.end
    return (
        None if start is None else pd.Period(start, "M"),
        None if end is None else pd.Period(end, "M"),
    )


def _days(first: pd.Period | None, last: pd.Period | None) -> Selection:
    return Selection(
        start=None if first is None else first.start_time.date(),
        end=None if last is None else last.end_time.date(),
    )


def _read_around(store: Store, first: pd.Period, last: pd.Period) -> Incidents:
    """Read the months, as many before them, and one on either side that shows the data goes on.

    A side whose month is empty is read to its end: perhaps the data ends there, perhaps it has a
    hole.
    """
    n_months = (last - first).n + 1
    lowest, highest = first - n_months - 2, last + 1
    incidents = store.read(_days(lowest, highest))
    months = incidents.occurred.astype("datetime64[M]")
    goes_back = bool((months == np.datetime64(str(lowest), "M")).any())
    goes_on = bool((months == np.datetime64(str(highest), "M")).any())
    if goes_back and goes_on:
        return incidents
    return store.read(_days(lowest if goes_back else None, highest if goes_on else None))


def _holds_all(incidents: Incidents, selection: Selection) -> bool:
    """Whether something is selected, and every category and source that was asked for occurs."""
    frame = incidents.frame
    asked = ((CATEGORY, selection.categories), (SOURCE, selection.sources))
    occur = all(set(wanted) <= set(frame[column]) for column, wanted in asked if wanted)
    return occur and bool(selection.mask(incidents).any())


def read_in_words(store: Store, incidents: Incidents) -> str:
    """Say how many incidents were read, where they come from, and where they are."""
    active = [entry for entry in store.imports() if not entry.undone]
    imports, sources = plural(len(active), "import"), plural(len(store.sources()), "source")
    location = locate(incidents, _ANY_VINTAGE)
    return (
        f"{plural(len(incidents), 'incident')} read from {imports} of {sources}, state "
        f"{store.state()[:_STATE_SHOWN]}, in {store.location}: {location.located:,} located, "
        f"{location.outside:,} outside the borough, {location.not_located:,} not located."
    )


def source_in_words(args: argparse.Namespace, store: Store | None) -> str:
    """Name the files or, of a store, the sources that are read."""
    names = [Path(path).name for path in args.paths] if store is None else store.sources()
    return names_in_words(names)


def check_outside(store: Store, paths: Sequence[Path]) -> None:
    """Refuse to write into the folder of a store, where only the store writes.

    Raises
    ------
    ParameterError
        A path lies in it.
    """
    folder = Path(store.location).resolve()
    for path in paths:
        if path.resolve().is_relative_to(folder):
            msg = f"{path} lies in the store, where nothing else may be; give another folder."
            raise ParameterError(msg)
