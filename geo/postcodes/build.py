"""Making the packaged postcodes again from the download of OS Code-Point Open.

``python -m geo.postcodes.build codepo_gb.zip`` keeps Greater London and 2 km around it; with
``--everywhere`` all of Great Britain, which is then used in its place.
"""

import argparse
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from boundaries.errors import InputFileError
from boundaries.registry import checksum, record, write_atomically
from geo.postcodes.lookup import (
    EASTING,
    EDITION,
    EVERYWHERE_FILE,
    FOLDER,
    LONDON_FILE,
    NO_COORDINATES,
    NORTHING,
    OUTWARD_CODES,
    POSTCODE,
    QUALITY,
)

MARGIN_M = 2_000.0
ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right {year}. Contains Royal Mail data "
    "© Royal Mail copyright and database right {year}. Source: Office for National Statistics "
    "licensed under the Open Government Licence v3.0."
)

_LONDON = "E09"
"""What the codes of London boroughs begin with."""
_DISTRICT = "district"
_COLUMNS = {
    "Postcode": POSTCODE,
    "Positional_quality_indicator": QUALITY,
    "Eastings": EASTING,
    "Northings": NORTHING,
    "Admin_district_code": _DISTRICT,
}
_HEADERS = "Doc/Code-Point_Open_Column_Headers.csv"
_METADATA = "Doc/metadata.txt"
_AGAIN = "Give the CSV download of OS Code-Point Open as it is, codepo_gb.zip."


@dataclass(frozen=True, eq=False)
class CodePointOpen:
    """What the download holds.

    Attributes
    ----------
    frame
        Columns ``postcode`` (without a space), ``easting``, ``northing``, ``positional_quality``
        and ``district`` (code of the local authority), sorted by postcode.
    edition, copyright_day
        As its metadata say, the day as ``YYYYMMDD``.
    """

    frame: pd.DataFrame
    edition: str
    copyright_day: str


def read_download(path: Path) -> CodePointOpen:
    """Read the archive as Ordnance Survey gives it.

    Raises
    ------
    InputFileError
        It is something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            headers = archive.read(_HEADERS).decode().splitlines()[1].strip().split(",")
            about = archive.read(_METADATA).decode("latin-1")
            parts = [
                _read_area(archive.read(name), headers)
                for name in names
                if re.fullmatch(r"Data/CSV/\w+\.csv", name)
            ]
    except (OSError, zipfile.BadZipFile, KeyError, IndexError, pa.ArrowInvalid) as error:
        msg = f"{path} is not OS Code-Point Open in CSV ({error}). {_AGAIN}"
        raise InputFileError(msg) from error
    edition, day = (
        re.search(rf"{label}: *([\w.]+)", about)
        for label in ("DATASET VERSION NUMBER", "COPYRIGHT DATE")
    )
    if not parts or edition is None or day is None:
        msg = f"{path} has no postcodes, or does not say its edition and day. {_AGAIN}"
        raise InputFileError(msg)
    frame = pd.concat(parts, ignore_index=True)
    frame[POSTCODE] = frame[POSTCODE].str.replace(" ", "")
    frame = frame.sort_values(POSTCODE, ignore_index=True)
    return CodePointOpen(frame, edition.group(1), day.group(1))


def in_or_near_london(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a postcode is in a London borough or within 2 km of a postcode there, shape (n,).

    Those without coordinates have no borough either; they are few, and all are taken.
    """
    placed = (frame[QUALITY] != NO_COORDINATES).to_numpy(np.bool_)
    points = frame[[EASTING, NORTHING]].to_numpy(np.float64)
    within = frame[_DISTRICT].fillna("").str.startswith(_LONDON).to_numpy(np.bool_)
    if not within.any():
        return ~placed
    # The tree leaves out what is as far as the bound, so a hair is added to it.
    bound = np.nextafter(MARGIN_M, np.inf)
    apart, _ = cKDTree(points[within & placed]).query(points, distance_upper_bound=bound)
    return ~placed | np.isfinite(apart)


def packed(source: CodePointOpen, kept: NDArray[np.bool_]) -> bytes:
    """Write the postcodes where ``kept``, shape (n,), is true, and how many there are in all."""
    frame = source.frame
    outward = frame[POSTCODE].str[:-3].value_counts().sort_index()
    about = {
        OUTWARD_CODES: json.dumps({str(name): int(n) for name, n in outward.items()}),
        EDITION: source.edition,
    }
    rows = frame[kept]
    table = pa.table(
        {
            POSTCODE: pa.array(rows[POSTCODE], pa.string()),
            EASTING: pa.array(rows[EASTING], pa.int32()),
            NORTHING: pa.array(rows[NORTHING], pa.int32()),
            QUALITY: pa.array(rows[QUALITY], pa.uint8()),
        }
    ).replace_schema_metadata(about)
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=[QUALITY],
        column_encoding={
            POSTCODE: "DELTA_BYTE_ARRAY",
            EASTING: "DELTA_BINARY_PACKED",
            NORTHING: "DELTA_BINARY_PACKED",
        },
    )
    return buffer.getvalue()


def build(path: Path, *, everywhere: bool = False, folder: Path = FOLDER) -> Path:
    """Make the file of postcodes from the download and register it; give its path.

    Raises
    ------
    InputFileError
        The download is something else, or has no postcode of London.
    """
    source = read_download(path)
    kept = np.ones(len(source.frame), np.bool_) if everywhere else in_or_near_london(source.frame)
    if not (kept & (source.frame[QUALITY] != NO_COORDINATES)).any():
        msg = f"{path} has no postcode of London. {_AGAIN}"
        raise InputFileError(msg)
    name = EVERYWHERE_FILE if everywhere else LONDON_FILE
    write_atomically(folder / name, packed(source, kept))
    extent = "all of Great Britain" if everywhere else "Greater London and 2 km around it"
    record(
        folder,
        name,
        source="Ordnance Survey, Code-Point Open",
        url="https://osdatahub.os.uk/downloads/open/CodePointOpen",
        licence="Open Government Licence v3.0",
        attribution=ATTRIBUTION.format(year=source.copyright_day[:4]),
        retrieved=datetime.now(UTC).date().isoformat(),
        vintage=f"edition {source.edition}, copyright date {source.copyright_day}",
        notes=(
            f"Made by python -m geo.postcodes.build: {int(kept.sum()):,} postcodes of {extent}; "
            f"SHA-256 of the download {checksum(path.read_bytes())}."
        ),
    )
    return folder / name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m geo.postcodes.build", description=__doc__)
    parser.add_argument("download", type=Path, help="codepo_gb.zip")
    parser.add_argument("--everywhere", action="store_true", help="keep all of Great Britain")
    given = parser.parse_args(arguments)
    try:
        path = build(given.download, everywhere=given.everywhere)
    except InputFileError as error:
        parser.exit(2, f"{error}\n")
    parser.exit(0, f"{path.name}: {path.stat().st_size:,} bytes\n")


def _read_area(content: bytes, headers: Sequence[str]) -> pd.DataFrame:
    """Read the file of one postcode area; they have no headings of their own."""
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(column_names=list(headers)),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(_COLUMNS),
            column_types={
                "Postcode": pa.string(),
                "Admin_district_code": pa.string(),
                "Positional_quality_indicator": pa.int64(),
                "Eastings": pa.int64(),
                "Northings": pa.int64(),
            },
        ),
    )
    frame: pd.DataFrame = table.rename_columns(list(_COLUMNS.values())).to_pandas()
    return frame


if __name__ == "__main__":
    raise SystemExit(main())
