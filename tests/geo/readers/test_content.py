"""What columns look like by what they hold."""

import random
from datetime import date, time
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readers import content
from geo.readers.content import CLEAR, SAMPLE_SIZE, content_of, sample_of
from geo.readers.dates import read_dates, read_times
from geo.readers.grid_reference import read_grid_references

KINDS = {
    content.DATES: [
        "03/04/2024",
        "3 Apr 24",
        "2024-04-03T18:05:00Z",
        "03.04.2024 18:05",
        "20240403",
    ],
    content.CLOCK_TIMES: ["18:05", "6:05 pm", "18:05:30", "00:00", "9:15"],
    content.LONDON_EASTINGS: ["523650", "523650.25", "503001", "561999", "530000"],
    content.LONDON_NORTHINGS: ["179850", "179850,5", "155001", "200999", "180000"],
    content.LONDON_LONGITUDES: ["-0.2207", "0.1234", "-0.22071234", "-0.501", "+0.001"],
    content.LONDON_LATITUDES: ["51.5042", "51.491", "51.6999", "51,5042", "51.300"],
    content.GRID_REFERENCES: ["TQ 233 798", "TQ233798", "tq23657985", "TQ 23650 79850", "TQ2379"],
    content.POSTCODES: ["W6 9JU", "w69ju", "SW1A 1AA", "EC1A 1BB", "W12 8QT"],
    content.FLAGS: ["Y", "N", "yes", "No", "1"],
    content.STRAND_NAMES: ["Racist", "homophobic", "none", "Disability hate crime", "Race; Faith"],
    content.KINDS_OF_RECORD: ["Crime", "Incident", "Hate Incident", "non-crime", "Crime"],
}
LOOK_ALIKES = {
    content.DATES: ["03/13/2024", "2024-13-01", "12345", "3/4", "1.2.3", "April", "1066-10-14"],
    content.CLOCK_TIMES: ["1805", "18.05", "18:5", "6 pm please"],
    content.LONDON_EASTINGS: ["52365", "5236500", "523,650,1", "E523650", "179850"],
    content.LONDON_NORTHINGS: ["523650", "17985", "0"],
    content.LONDON_LONGITUDES: ["-0.2", "51.5042", "0", "1", "-0.22.1"],
    content.GRID_REFERENCES: ["TQ 233 7981", "XX 233 798", "TQ", "TQ1", "CR0 1AB"],
    content.POSTCODES: ["W6", "W6 9J", "TQ2379", "9JU W6", "W6 9CI"],
    content.FLAGS: ["maybe", "not known yet", "2"],
    content.STRAND_NAMES: ["White British", "Y", "Burglary", "purple"],
    content.KINDS_OF_RECORD: ["Y", "Burglary", "yes", "0"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_of_a_kind_are_known(kind):
    assert content_of(pd.Series(KINDS[kind])).share(kind) == 1


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_texts_that_only_look_alike_are_not(kind):
    for text in LOOK_ALIKES[kind]:
        assert content_of(pd.Series([text])).share(kind) == 0, text


def test_kinds_that_could_be_confused_are_told_apart():
    for kind, texts in KINDS.items():
        looks = content_of(pd.Series(texts))
        others = set(KINDS) - {kind}
        assert [other for other in others if looks.holds(other)] == [], kind


def test_blank_words_do_not_count():
    looks = content_of(pd.Series(["", "n/a", "NULL", " - ", None, "Unknown", "W6 9JU"]))
    assert looks.sample == ("W6 9JU",)
    assert content_of(pd.Series(["", None], dtype="str")).blank
    assert not content_of(pd.Series(["", None], dtype="str")).holds(*KINDS)


def test_a_few_errors_do_not_hide_a_kind_and_many_do():
    good, bad = ["W6 9JU"] * 95, ["see notes"] * 5
    assert content_of(pd.Series(good + bad)).holds(content.POSTCODES)
    assert not content_of(pd.Series(good[:80] + bad * 4)).holds(content.POSTCODES)
    assert CLEAR == 0.9


def test_a_sample_is_spread_over_the_whole_column():
    texts = pd.Series([str(number) for number in range(100_000)])
    sample = [int(text) for text in sample_of(texts)]
    assert len(sample) == SAMPLE_SIZE
    assert (sample[0], sample[-1]) == (0, 99_999)
    gaps = [later - earlier for earlier, later in pairwise(sample)]
    assert min(gaps) > 400
    assert max(gaps) < 700


def test_a_column_whose_few_texts_are_far_down_is_seen():
    texts = pd.Series([""] * 50_001)
    texts[12_345] = "racist"
    assert sample_of(texts) == ["racist"]


@settings(max_examples=60)
@given(
    st.dates(date(1950, 1, 1), date(2099, 12, 28)),
    st.times(),
    st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d-%b-%y", "%d.%m.%Y %H:%M", "%Y%m%d"]),
    st.sampled_from(["%H:%M", "%H:%M:%S", "%I:%M %p"]),
)
def test_what_is_written_as_date_or_time_looks_like_it_and_is_read(day, clock, form, clock_form):
    moment = pd.Timestamp.combine(day, clock)
    texts = pd.Series([moment.strftime(form)])
    assert content_of(texts).holds(content.DATES)
    if "%y" not in form:
        assert read_dates(texts).day[0].astype("M8[D]").astype(object) == day
    times = pd.Series([time(clock.hour, clock.minute).strftime(clock_form)])
    assert content_of(times).holds(content.CLOCK_TIMES)
    assert read_times(times)[0] == clock.hour * 3600 + clock.minute * 60


@settings(max_examples=60)
@given(st.integers(0, 699_999), st.integers(0, 1_299_999), st.integers(2, 5))
def test_grid_references_of_britain_look_like_it(easting, northing, figures):
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    column, row = easting // 100_000, northing // 100_000
    first = letters[(17 - (row // 5) * 5) + column // 5]
    second = letters[(4 - row % 5) * 5 + column % 5]
    parts = [f"{value % 100_000:05}"[:figures] for value in (easting, northing)]
    texts = pd.Series([f"{first}{second} {parts[0]} {parts[1]}"])
    positions = read_grid_references(texts)
    assert content_of(texts).holds(content.GRID_REFERENCES) == bool(positions.located[0])
    assert abs(positions.easting[0] - easting) <= 10 ** (5 - figures)


def test_the_same_texts_always_look_the_same():
    texts = pd.Series(
        random.Random(1).choices([text for some in KINDS.values() for text in some], k=500)
    )
    assert content_of(texts).sample == content_of(texts.copy()).sample
