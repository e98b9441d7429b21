"""Rows of one read that are about the same incident: same source, same id."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.identity import content_hashes, incident_keys, lasting_hashes
from geo.readers.ids import PREFIX, are_distinct
from geo.readers.part import Part
from geo.readers.problems import problem_rows
from geo.report import DUPLICATE
from geo.schema import (
    INCIDENT_ID,
    LATER_COLUMNS,
    SOURCE,
    STRAND_COLUMNS,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
)

SAME = "the row says the same as {other}"
STRAND_ADDED = "the row says the same as {other} but for its strand, which was added there"
LATER_SAID = "the row says the same as {other} but for its outcome or way of reporting"
OTHER_VICTIM = "the row tells of another victim of the incident in {other}"
REPLACED = "a later row has the same id and says something else: {other}"
REMEDIES = {
    SAME: "Nothing need be done; the incident is counted once.",
    STRAND_ADDED: "Nothing need be done; the incident is counted once, with the strands of both.",
    LATER_SAID: "Nothing need be done; the incident is counted once, with what the last row says.",
    OTHER_VICTIM: (
        "Nothing need be done; the incident is counted once, with the strands of all its rows and "
        "the victim of the first."
    ),
    REPLACED: "Check that the later row is the right one; give separate incidents separate ids.",
}

_VICTIMS = (VICTIM_REF, VICTIM_AGE_BAND, VICTIM_ETHNICITY)
_STRANDS = list(STRAND_COLUMNS.values())


@dataclass(frozen=True, eq=False)
class _Verdicts:
    """What becomes of each of the rows that share an id.

    Attributes
    ----------
    kind
        Shape (n,): a key of ``REMEDIES``; empty where the row stays.
    other
        Shape (n,): the row that stays for the same incident.
    strands
        Shape (n, strands): those of the row and the rows that it stands for.
    later
        Outcome and way of reporting, each (n,), as the last of these rows says that has one.
    """

    kind: NDArray[np.object_]
    other: NDArray[np.intp]
    strands: NDArray[np.bool_]
    later: dict[str, NDArray[np.object_]]


def without_duplicates(parts: Sequence[Part]) -> list[Part]:
    """Leave one row of each incident, and say of each other row what became of it.

    Rows that say the same are one. Where only the strands or the victims differ, the first has the
    strands of all, and where the outcome or the way of reporting does, those of the last that has
    one. Where anything else differs, the later row holds, and the values of the earlier
    one are in its problem row.
    """
    filled = [part for part in parts if len(part.frame)]
    if len(filled) == 1 and filled[0].distinct_ids:
        return list(parts)
    ids = pd.concat([_ids(part) for part in parts], ignore_index=True)
    if are_distinct(ids):
        return list(parts)
    shared = ids.duplicated(keep=False).to_numpy(np.bool_)
    masks = _apart(parts, shared)
    frames = [part.frame[mask] for part, mask in zip(parts, masks, strict=True) if mask.any()]
    verdicts = _judge(pd.concat(frames, ignore_index=True))
    names = [
        _place(part, row)
        for part, mask in zip(parts, masks, strict=True)
        for row in part.rows[mask]
    ]
    result, done = [], 0
    for part, mask in zip(parts, masks, strict=True):
        of_part = slice(done, done + int(mask.sum()))
        result.append(_settled(part, np.flatnonzero(mask), of_part, verdicts, names))
        done = of_part.stop
    return result


def with_shared_ids_said(parts: Sequence[Part]) -> list[Part]:
    """Say of each file which ids it shares with an earlier one under the name of another source.

    They count as separate incidents, which is wrong where both files are from one system.
    """
    result: list[Part] = []
    for part in parts:
        notes = [_shared_note(part, earlier) for earlier in result if _may_share(part, earlier)]
        note = " ".join(filter(None, (part.file.note, *notes)))
        result.append(replace(part, file=replace(part.file, note=note)))
    return result


def _may_share(part: Part, earlier: Part) -> bool:
    if not (len(part.frame) and len(earlier.frame) and part.id_heading and earlier.id_heading):
        return False
    return not set(part.frame[SOURCE].unique()) & set(earlier.frame[SOURCE].unique())


def _shared_note(part: Part, earlier: Part) -> str:
    ids = part.frame[INCIDENT_ID]
    shared = ids.isin(earlier.frame[INCIDENT_ID]) & ~ids.str.startswith(PREFIX)
    if not shared.any():
        return ""
    return (
        f"{int(shared.sum()):,} ids are also in {earlier.file.name}, under another source, and "
        "count as separate incidents; give both files one source if they are from one system."
    )


def _ids(part: Part) -> "pd.Series[str]":
    return part.frame[INCIDENT_ID] if len(part.frame) else pd.Series(dtype="str")


def _apart(parts: Sequence[Part], values: NDArray[Any]) -> list[NDArray[Any]]:
    """Cut what belongs to the rows of all parts into one piece per part."""
    return np.split(values, np.cumsum([len(part.frame) for part in parts])[:-1])


def _judge(rows: pd.DataFrame) -> _Verdicts:
    """Decide for all rows at once.

    Sorted by incident, rows of an incident fall into runs that agree in everything but the
    strands, the victims, and what is said later. The first row of the last run stays.
    """
    n = len(rows)
    keys = incident_keys(rows)
    of_victims = [name for name in _VICTIMS if name in rows]
    contents = lasting_hashes(
        rows.drop(columns=of_victims).assign(**dict.fromkeys(_STRANDS, False))
    )
    victims = content_hashes(rows[of_victims])
    later = [name for name in LATER_COLUMNS if name in rows]
    said = content_hashes(rows[later])
    order = np.argsort(keys, kind="stable")
    keys, contents, victims, said = keys[order], contents[order], victims[order], said[order]
    new_incident = np.r_[True, keys[1:] != keys[:-1]]
    new_run = new_incident | np.r_[True, contents[1:] != contents[:-1]]
    run = np.cumsum(new_run) - 1
    first_of_run = np.flatnonzero(new_run)
    last_of_incident = np.r_[np.flatnonzero(new_incident)[1:] - 1, n - 1]
    incident = np.cumsum(new_incident) - 1
    last_run = run[last_of_incident][incident]
    stays_at = first_of_run[last_run]

    flags = rows[_STRANDS].to_numpy(np.bool_)[order]
    united = np.logical_or.reduceat(flags, first_of_run)
    added = (flags & ~_before_in_run(flags, run)).any(axis=1)
    kind = np.where(added, STRAND_ADDED, SAME).astype(object)
    kind[(kind == SAME) & (said != said[stays_at])] = LATER_SAID
    kind[victims != victims[stays_at]] = OTHER_VICTIM
    kind[run < last_run] = REPLACED
    kind[np.arange(n) == stays_at] = ""

    verdicts = _Verdicts(
        np.empty(n, object),
        np.empty(n, np.intp),
        np.empty_like(flags),
        {name: np.empty(n, object) for name in later},
    )
    verdicts.kind[order], verdicts.other[order] = kind, order[stays_at]
    verdicts.strands[order] = united[run]
    for name in later:
        # The last value of a group is the last that is not missing.
        texts = rows[name].iloc[order].groupby(run).transform("last")
        verdicts.later[name][order] = texts.to_numpy(object)
    return verdicts


def _before_in_run(flags: NDArray[np.bool_], run: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say which strands an earlier row of the same run has, shape (n, strands)."""
    counts = pd.DataFrame(flags.astype(np.int64)).groupby(run).cumsum().to_numpy()
    return np.asarray(counts - flags > 0, np.bool_)


def _place(part: Part, row: int) -> tuple[str, int]:
    return part.file.name, int(row)


def _settled(
    part: Part,
    at: NDArray[np.intp],
    of_part: slice,
    verdicts: _Verdicts,
    places: Sequence[tuple[str, int]],
) -> Part:
    """Take out the rows of one part that do not stay, and write what became of them."""
    kind, other = verdicts.kind[of_part], verdicts.other[of_part]
    goes = kind != ""
    frame = part.frame
    if not goes.all():
        frame = frame.copy()
        frame.loc[frame.index[at], _STRANDS] = verdicts.strands[of_part]
        for name, texts in verdicts.later.items():
            if name not in frame and pd.notna(texts[of_part]).any():  # another file has them
                frame[name] = pd.Series(None, index=frame.index, dtype="str")
            if name in frame:
                frame.loc[frame.index[at], name] = texts[of_part]
    if not goes.any():
        return replace(part, frame=frame)
    out = np.zeros(len(frame), np.bool_)
    out[at[goes]] = True
    told = _told(part, at[goes], kind[goes], [places[row] for row in other[goes]])
    file = part.file
    counted = replace(file, used=file.used - len(told), duplicates=file.duplicates + len(told))
    return replace(
        part,
        frame=frame[~out].reset_index(drop=True),
        rows=part.rows[~out],
        file=counted,
        problems=pd.concat([part.problems, told], ignore_index=True),
    )


def _told(
    part: Part,
    at: NDArray[np.intp],
    kind: NDArray[np.object_],
    others: Sequence[tuple[str, int]],
) -> pd.DataFrame:
    named = [
        f"row {row}" if file == part.file.name else f"row {row} of {file}" for file, row in others
    ]
    says_more = (kind == REPLACED) | (kind == OTHER_VICTIM)
    values = np.full(len(at), "", object)
    values[says_more] = part.values_as_json(at[says_more])
    return problem_rows(
        file=part.file.name,
        row=part.rows[at],
        column=part.id_heading,
        found=part.frame[INCIDENT_ID].iloc[at],
        reason=[text.format(other=other) for text, other in zip(kind, named, strict=True)],
        remedy=[REMEDIES[text] for text in kind],
        outcome=DUPLICATE,
        row_values=values,
    )
