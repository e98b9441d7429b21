"""Two periods that had other wards: refused by ward unless that is allowed, and always said."""

from boundaries.errors import ParameterError
from boundaries.vintages import IN_FORCE, Vintage, vintage_on
from geo.change.exposure import DateSpan


def other_wards_warnings(
    spans: tuple[DateSpan, DateSpan],
    names: tuple[str, str],
    vintage: Vintage,
    *,
    allow_ward_change: bool,
) -> list[str]:
    """Refuse periods that ended with other wards, or say that it was allowed, or that one began so.

    Both periods are counted on one vintage, so the figures are of the same land; what was
    published by ward at the time may not be.

    Parameters
    ----------
    spans, names
        The two periods, and how they are called in a message.
    vintage
        Wards on which both are counted.

    Raises
    ------
    ParameterError
        The wards changed between or in the periods, and that is not allowed.
    """
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    days = [v.first for v in IN_FORCE.values() if first < v.first <= last]
    if not days:
        return []
    changed = f"the wards changed on {days[0].day} {days[0]:%B %Y}"
    counted = f"counted on the {vintage} wards, by the land that incidents lie on"
    is_other = len({vintage_on(span.last) for span in spans}) > 1
    if is_other and not allow_ward_change:
        msg = (
            f"{names[0]} and {names[1]} cannot be compared by ward: {changed}, and wards of the "
            "same name are not the same land. Choose two periods with the same wards. Or allow "
            f"the change of wards: both are then {counted}, and the result says so."
        )
        raise ParameterError(msg)
    how = "Across a change of wards, as allowed" if is_other else "One period began with others"
    return [
        (
            f"{how}: {changed}. Both periods are {counted}; figures published by ward at the time "
            "may be of other land."
        )
    ]
