"""The packaged postcodes: which there are, where, and how exactly that is known."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from boundaries.registry import Registry

FOLDER = Path(__file__).parent
LONDON_FILE = "codepo_london.parquet"
EVERYWHERE_FILE = "codepo_everywhere.parquet"

POSTCODE = "postcode"
EASTING = "easting"
NORTHING = "northing"
QUALITY = "positional_quality"
OUTWARD_CODES = b"outward_codes"
EDITION = b"edition"

NO_COORDINATES = 90
"""The indicator of a postcode that exists and has no position, as large users often have."""
WELL_PLACED = 30
"""Up to this indicator the position is within 50 m of the postcode's addresses, mostly on one."""


@dataclass(frozen=True, eq=False)
class Postcodes:
    """A set of postcodes with their positions.

    Attributes
    ----------
    table
        Columns ``postcode`` (capitals without a space, sorted), ``easting`` and ``northing``
        (int32 metres in EPSG:27700, 0 without coordinates) and ``positional_quality`` (the
        indicator of Code-Point Open: 10 the best, 60 the middle of a sector, 90 no coordinates).
    outward_codes
        How many postcodes each outward code (``W6``) of all of Great Britain has, here or not.
    edition
        What Ordnance Survey calls the edition, such as ``2025.2.0``.
    """

    table: pa.Table
    outward_codes: Mapping[str, int]
    edition: str

    def find(self, postcodes: "pd.Series[str]") -> NDArray[np.intp]:
        """Give the row in the table of each postcode (capitals, no space), -1 where unknown."""
        values = pa.array(postcodes, pa.string())
        return np.asarray(pc.fill_null(pc.index_in(values, self._names), -1), np.intp)

    def columns_at(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.int64], ...]:
        """Give easting, northing and quality indicator of rows of the table, each shape (n,)."""
        taken = self.table.take(pa.array(rows))
        return tuple(np.asarray(taken[name], np.int64) for name in (EASTING, NORTHING, QUALITY))

    @cached_property
    def _names(self) -> pa.Array:
        return self.table[POSTCODE].combine_chunks()

    @cached_property
    def here(self) -> Mapping[str, int]:
        """How many postcodes of each outward code are in the table."""
        outward = pc.utf8_slice_codeunits(self._names, 0, -3)
        return {each["values"]: each["counts"] for each in pc.value_counts(outward).to_pylist()}


def load_postcodes(folder: Path = FOLDER) -> Postcodes:
    """Load the postcodes of all of Great Britain where they have been built, else of London.

    Raises
    ------
    DataIntegrityError
        The file is missing or not as registered.
    """
    registry = Registry(folder, remedy="run python -m geo.postcodes.build")
    name = EVERYWHERE_FILE if EVERYWHERE_FILE in registry.names else LONDON_FILE
    return _read(registry.path(name), registry.entry(name).sha256)


@lru_cache(maxsize=2)
def _read(path: Path, _checksum: str) -> Postcodes:
    table = pq.read_table(path)
    about = table.schema.metadata
    return Postcodes(table, json.loads(about[OUTWARD_CODES]), about[EDITION].decode())
