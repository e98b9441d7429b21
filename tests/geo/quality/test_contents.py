from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.quality.check import FINE, MIND, NOTE
from geo.quality.contents import STRAND_TABLE_COLUMNS, contents_checks, without_strand
from geo.quality.params import QualityParams
from tests.factories import incidents_of

ROW = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["police", "council"]),
        "at": st.sampled_from(["2022-12-31T23:59", "2023-01-01T00:00", "2023-07-01T10:00"]),
        "strands": st.sampled_from([(), ("race",), ("race", "disability")]),
        "category": st.sampled_from(["Assault", "not stated", " "]),
        "is_crime": st.sampled_from([True, False, None]),
    }
)


def checked(rows) -> dict:
    checks = contents_checks(incidents_of(rows), QualityParams())
    return {(check.check, check.source): check for check in checks}


@settings(max_examples=20)
@given(st.lists(ROW, max_size=40))
def test_what_is_missing_is_counted(rows):
    found, n = checked(rows), len(rows)
    for source in {row["source"] for row in rows}:
        check = found["without strand", source]
        of_source = [row for row in rows if row["source"] == source]
        assert check.of == len(of_source)
        assert check.value == sum(not row["strands"] for row in of_source)
    check = found["without category", "all"]
    assert (check.value, check.of) == (sum(row["category"] != "Assault" for row in rows), n)
    check = found["crime or incident not known", "all"]
    assert (check.value, check.of) == (sum(row["is_crime"] is None for row in rows), n)


@settings(max_examples=15)
@given(st.lists(ROW, max_size=40))
def test_strands_by_source_and_year(rows):
    table = without_strand(incidents_of(rows))
    assert tuple(table.columns) == STRAND_TABLE_COLUMNS
    keys = [(row["source"], int(row["at"][:4])) for row in rows]
    counts = Counter(keys)
    bare = Counter(key for key, row in zip(keys, rows, strict=True) if not row["strands"])
    expected = [(*key, n, bare[key], 100 * bare[key] / n) for key, n in sorted(counts.items())]
    assert list(table.itertuples(index=False, name=None)) == expected


def test_a_source_without_strands_is_another_thing_than_missing_strands():
    bare = [{"at": "2023-05-01T10:00", "source": "police.uk"}] * 30
    half = [{"at": "2022-05-01T10:00", "strands": ["race"]}] * 25
    half += [{"at": "2023-05-01T10:00", "strands": s} for s in [("race",), ()] * 10]
    found = checked(bare + half)
    assert found["without strand", "police.uk"].verdict == NOTE
    assert "records no strands" in found["without strand", "police.uk"].in_words
    check = found["without strand", "police"]
    assert check.verdict == MIND
    assert check.in_words.endswith("It is most in 2023, with 50.0%.")


@settings(max_examples=15)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_rows_that_are_there_twice_are_found_exactly(numbers, contents, days):
    rows = [{"at": f"2024-05-03T{h:02d}:{m:02d}"} for h in range(20) for m in (1, 2, 3, 4, 5)]
    rows = [row | {"id": f"A{i}"} for i, row in enumerate(rows)]
    rows += [
        row | {"at": "2024-05-04T10:10", "place": (i, 0)} for i, row in enumerate(rows[:numbers])
    ]
    rows += [row | {"id": f"B{i}"} for i, row in enumerate(rows[50 : 50 + contents])]
    other_source = [row | {"id": f"C{i}", "source": "x"} for i, row in enumerate(rows[:30])]
    by_day = [{"at": "2024-05-03", "precision": "day", "id": f"D{i}"} for i in range(days + 1)]
    found = checked(rows + other_source + by_day)
    check = found["same number twice", "all"]
    assert (check.value, check.verdict) == (numbers, MIND if numbers else FINE)
    check = found["identical but for the number", "all"]
    assert (check.value, check.of) == (contents, len(rows) + 30)
    assert check.verdict == (FINE if contents == 0 else MIND if contents >= 5 else NOTE)
    assert (f"{days} do" in check.in_words) == (days > 0)


def test_crimes_and_incidents_are_told_apart():
    rows = [{"at": "2024-05-03T10:00", "is_crime": kind} for kind in (True, True, False, None)]
    check = checked(rows)["crime or incident not known", "all"]
    assert check.in_words == (
        "2 crimes and 1 incidents that are no crimes. Of 1 it is not known; they are in no figure "
        "of crimes only."
    )
    assert check.share == pytest.approx(25)
