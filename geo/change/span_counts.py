"""Counts of a selection: all incidents, crimes and others, strands, wards."""

import numpy as np
import pandas as pd

import boundaries
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.change.groups import CODE, NAME, OF, groups_of
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.join import locate
from geo.wards.warnings import ward_warnings

INCIDENTS = "incidents"
SPAN_COUNT_COLUMNS = (OF, CODE, NAME, INCIDENTS)


@analysis("span_counts")
def span_counts(incidents: Incidents, selection: Selection, vintage: Vintage = "2022") -> Result:
    """Count the selected incidents by what :func:`geo.change.span_change.span_change` compares.

    Returns
    -------
    Frame with ``SPAN_COUNT_COLUMNS``; rows as in
    :class:`geo.change.span_change.SpanChangeResult`. Strands are mentions, of which an incident
    can carry several; kinds add up to all incidents, and wards with the two rows after them do.
    """
    check_vintage(vintage)
    selected = selection.apply(incidents)
    location = locate(selected, vintage)
    groups = groups_of(selected, location, vintage)
    frame = pd.DataFrame(
        {
            OF: [group.of for group in groups for _ in group.codes],
            CODE: [code for group in groups for code in group.codes],
            NAME: [name for group in groups for name in group.names],
            INCIDENTS: np.concatenate([group.member.sum(axis=0) for group in groups]),
        }
    )
    record = make_record(
        "span_counts",
        {"vintage": vintage},
        selection,
        selected,
        location,
        warnings=ward_warnings(selected, boundaries.load_wards(vintage), vintage, "count"),
    )
    return Result(frame, record)
