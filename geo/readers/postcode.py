"""Postcodes to the centres of their addresses, from the packaged OS Code-Point Open."""

import re
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.postcodes import Postcodes, load_postcodes
from geo.postcodes.lookup import NO_COORDINATES, WELL_PLACED
from geo.readers.positions import (
    NOT_LOCATED,
    POSTCODE,
    Positions,
    are_blank,
    first_true,
    no_texts,
)

NOT_A_POSTCODE = "this is not a postcode"
FIRST_HALF = "this is only a part of a postcode"
UNKNOWN = "this postcode is not known; it may be mistyped, or have ended, or be newer than the list"
OUTSIDE_SET = "this postcode is outside the packaged list, which is of London and 2 km around it"
UNKNOWN_OR_OUTSIDE = (
    "this postcode is not in the packaged list of London and 2 km around it; it is outside it, "
    "or mistyped, or has ended"
)
NOT_IN_BRITAIN = "the list has none of Northern Ireland, the Isle of Man, Jersey and Guernsey"
NO_PLACE = "this postcode has no position, as those of large users of mail"
CORRECTED = "O and 0, or I and 1, were exchanged in the postcode"
ROUGH = "the position of this postcode is an estimate from the postcodes around it"

_CHECK = "Check the postcode, or give coordinates or a grid reference."
_BUILD = "run python -m geo.postcodes.build codepo_gb.zip --everywhere with the download from OS"

REMEDIES = {
    NOT_A_POSTCODE: "Write the postcode alone, such as W6 9JU.",
    FIRST_HALF: "Write the whole postcode, such as W6 9JU: a part covers thousands of homes.",
    UNKNOWN: _CHECK,
    OUTSIDE_SET: f"Give coordinates, or {_BUILD}.",
    UNKNOWN_OR_OUTSIDE: f"Check the postcode and give coordinates, or {_BUILD}.",
    NOT_IN_BRITAIN: "Give coordinates.",
    NO_PLACE: "Give the postcode of the place itself, coordinates or a grid reference.",
    CORRECTED: "Check that it is the postcode that was meant.",
    ROUGH: "Give coordinates or a grid reference where the place matters.",
}

_SEPARATORS = r"[\s.\-]+"
_INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_PART = re.compile(r"[0-9][A-Z]?|")
_FIGURES = str.maketrans("OIL", "011")
_ALIKE = {"0": "0O", "O": "O0", "1": "1I", "I": "I1"}
_NOT_IN_BRITAIN = ("BT", "IM", "JE", "GY")


def read_postcodes(texts: "pd.Series[str]") -> Positions:
    """Read whole postcodes in any case and spacing.

    A letter O for a zero and an I for a one (and the other way round) are mended where only one
    reading is possible: the second half is always a figure and two letters, and of the first half
    one reading must exist and no other. Each mended row is remarked upon.

    >>> positions = read_postcodes(pd.Series(["w6 9ju", "W69JU", "W6"]))
    >>> positions.quality.tolist()
    ['postcode', 'postcode', 'not located']
    """
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    return _read_each(pd.Series(unique, dtype="str").fillna(""), load_postcodes()).at(codes)


def _read_each(texts: "pd.Series[str]", known: Postcodes) -> Positions:
    blank = are_blank(texts)
    written = texts.str.upper().str.replace(_SEPARATORS, "", regex=True).to_numpy(object)
    meant, reason = written.copy(), no_texts(len(texts))
    rows = known.find(pd.Series(written, dtype="str"))
    for at in np.flatnonzero((rows < 0) & ~blank):
        meant[at] = _mended(written[at], known)
    if (meant != written).any():
        rows = known.find(pd.Series(meant, dtype="str"))
    for at in np.flatnonzero((rows < 0) & ~blank):
        reason[at] = _why_unknown(meant[at], known)
    return _placed(rows, blank, reason, meant != written, known)


def _placed(
    rows: NDArray[np.intp],
    blank: NDArray[np.bool_],
    reason: NDArray[np.object_],
    mended: NDArray[np.bool_],
    known: Postcodes,
) -> Positions:
    found = rows >= 0
    easting, northing, quality = known.columns_at(np.where(found, rows, 0))
    placed = found & (quality != NO_COORDINATES)
    return Positions(
        np.where(placed, easting, np.nan),
        np.where(placed, northing, np.nan),
        blank,
        np.where(found & ~placed, NO_PLACE, reason),
        first_true([(placed, POSTCODE)], NOT_LOCATED),
        first_true([(placed & mended, CORRECTED), (placed & (quality > WELL_PLACED), ROUGH)]),
    )


def _mended(text: str, known: Postcodes) -> str:
    """Exchange letters and figures that look alike where only one reading is possible."""
    outward, inward = text[:-3], text[-3:-2].translate(_FIGURES) + text[-2:]
    if not _INWARD.fullmatch(inward) or not 2 <= len(outward) <= 4:
        return text
    if outward in known.outward_codes:
        return outward + inward
    readings = map("".join, product(*(_ALIKE.get(mark, mark) for mark in outward)))
    possible = [reading for reading in readings if reading in known.outward_codes]
    return possible[0] + inward if len(possible) == 1 else text


def _why_unknown(text: str, known: Postcodes) -> str:
    outward, inward = text[:-3], text[-3:]
    if not (_OUTWARD.fullmatch(outward) and _INWARD.fullmatch(inward)):
        return FIRST_HALF if _is_part(text, known) else NOT_A_POSTCODE
    if outward.startswith(_NOT_IN_BRITAIN):
        return NOT_IN_BRITAIN
    in_all, here = known.outward_codes.get(outward, 0), known.here.get(outward, 0)
    if here == in_all:
        return UNKNOWN
    return UNKNOWN_OR_OUTSIDE if here else OUTSIDE_SET


def _is_part(text: str, known: Postcodes) -> bool:
    """Whether it is an outward code, with at most the first two of the three marks after it."""
    cuts = range(max(len(text) - 2, 0), len(text) + 1)
    return any(text[:cut] in known.outward_codes and _PART.fullmatch(text[cut:]) for cut in cuts)
