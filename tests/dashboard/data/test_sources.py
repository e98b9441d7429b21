"""Which saved mapping a new delivery gets, and under which name one is saved."""

import pytest

from dashboard.data.sources import key_of_mapping, last_time
from geo.readers.mapping import ColumnMapping


def mapping(source: str, *headings: str) -> ColumnMapping:
    columns = {meaning: (name,) for meaning, name in zip(MEANINGS, headings, strict=False)}
    return ColumnMapping({**columns, "postcode": ()}, source=source)


MEANINGS = ("date", "easting", "northing", "strands")
MET = mapping("Met", "When", "X", "Y")
COUNCIL = mapping("Council", "When", "X", "Y", "Motive")


@pytest.mark.parametrize(
    ("header", "source"),
    [
        (("When", "X", "Y"), "Met"),
        (("Y", "X", "When", "Other"), "Met"),
        (("When", "X", "Y", "Motive"), "Council"),
        (("When", "X"), None),
        (("when", "x", "y"), None),
    ],
)
def test_all_headings_of_a_mapping_must_be_there_and_more_of_them_decide(
    header: tuple[str, ...], source: str | None
) -> None:
    found = last_time(header, {"Met": MET, "Council": COUNCIL, "none": ColumnMapping()})
    assert (found.source if found else None) == source


def test_a_source_keeps_a_mapping_for_each_kind_of_table() -> None:
    other = mapping("Met", "Day", "E", "N")
    assert key_of_mapping("Met", MET, {}) == "Met"
    assert key_of_mapping("Met", MET, {"Met": mapping("Met", "Y", "X", "When")}) == "Met"
    saved = {"Met": MET}
    assert key_of_mapping("Met", other, saved) == "Met (2)"
    saved["Met (2)"] = other
    assert key_of_mapping("Met", other, saved) == "Met (2)"
    assert key_of_mapping("Met", COUNCIL, saved) == "Met (3)"
    found = last_time(("Day", "E", "N"), saved)
    assert found is not None
    assert found.source == "Met"
