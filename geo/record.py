"""The record of a run, made the same way for every method."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo.params import Params
from geo.periods import period_in_words
from geo.result import RunRecord
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.join import Location


def make_record(
    method: str,
    params: Params | Mapping[str, Any],
    selection: Selection,
    incidents: Incidents,
    location: Location,
    rules: Mapping[str, str] | None = None,
    warnings: Iterable[str] = (),
) -> RunRecord:
    """Write down how a result was made.

    Parameters
    ----------
    method
        Name of the method, for example ``density``.
    params
        The settings used, with automatic values filled in.
    selection
        Which incidents; recorded only, ``incidents`` must already be the selected ones.
    incidents, location
        The selected incidents and where they lie, in the same order.
    rules
        For each automatic value the rule that picked it, by the name of the setting.
    warnings
        What a reader must know, in plain English; repeated sentences are kept once.
    """
    return RunRecord(
        method=method,
        params=params.as_dict() if isinstance(params, Params) else dict(params),
        rules=dict(rules or {}),
        selection=selection,
        period=period_in_words(incidents),
        incidents=len(incidents),
        located=location.located,
        outside=location.outside,
        not_located=location.not_located,
        data_fingerprint=incidents.fingerprint,
        is_demonstration=incidents.is_demonstration,
        warnings=tuple(dict.fromkeys(warnings)),
    )
