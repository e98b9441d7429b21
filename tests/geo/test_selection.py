"""Selections beside a plain loop over the incidents."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo import schema
from geo.schema import STRANDS, Incidents
from geo.selection import KIND_WORDS, Selection
from tests.factories import make_incidents

NAN = float("nan")
CATEGORIES = ("Assault", "Criminal damage", "Verbal abuse")
Row = tuple[datetime, str, frozenset[str], bool | None]

days = st.dates(date(2016, 3, 28), date(2016, 4, 4))
times = st.one_of(
    st.datetimes(datetime(2016, 3, 28), datetime(2016, 4, 5)),
    days.map(lambda day: datetime(day.year, day.month, day.day)),
    days.map(lambda day: datetime(day.year, day.month, day.day, 23, 59, 59, 999999)),
)
rows = st.lists(
    st.tuples(
        times,
        st.sampled_from(CATEGORIES),
        st.frozensets(st.sampled_from(STRANDS), max_size=2),
        st.sampled_from([True, False, None]),
    ),
    max_size=15,
)


def made(given_rows: Sequence[Row]) -> Incidents:
    return make_incidents(
        [time.isoformat() for time, *_ in given_rows],
        [(NAN, NAN)] * len(given_rows),
        category=[category for _, category, _, _ in given_rows],
        strands=[strands for *_, strands, _ in given_rows],
        is_crime=[kind for *_, kind in given_rows],
    )


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and start > end:
        start, end = end, start
    names = st.lists(st.sampled_from((*CATEGORIES, "Not in the data")), unique=True)
    strands = st.lists(st.sampled_from(STRANDS), unique=True)
    return Selection(
        start,
        end,
        draw(st.none() | names.map(tuple)),
        draw(st.none() | strands.map(tuple)),
        draw(st.sampled_from(list(KIND_WORDS))),
    )


def is_chosen(row: Row, selection: Selection) -> bool:
    time, category, strands, is_crime = row
    return (
        (selection.start is None or time.date() >= selection.start)
        and (selection.end is None or time.date() <= selection.end)
        and (selection.categories is None or category in selection.categories)
        and (selection.strands is None or bool(strands & set(selection.strands)))
        and (selection.kind == "all" or is_crime is (selection.kind == "crime"))
    )


@given(given_rows=rows, selection=selections())
@example(given_rows=[], selection=Selection(strands=(), categories=(), kind="crime"))
def test_a_selection_is_what_a_loop_selects(given_rows: list[Row], selection: Selection) -> None:
    incidents = made(given_rows)
    expected = [is_chosen(row, selection) for row in given_rows]
    assert selection.mask(incidents).tolist() == expected
    taken = selection.apply(incidents)
    assert taken.frame[schema.INCIDENT_ID].tolist() == [
        f"T{i}" for i, chosen in enumerate(expected) if chosen
    ]
    assert (taken is incidents) == all(expected)


@given(given_rows=rows, selection=selections())
def test_selecting_twice_changes_nothing(given_rows: list[Row], selection: Selection) -> None:
    once = selection.apply(made(given_rows))
    assert selection.apply(once) is once


@given(given_rows=rows)
def test_crimes_others_and_unknown_kinds_are_all(given_rows: list[Row]) -> None:
    incidents = made(given_rows)
    crimes = Selection(kind="crime").mask(incidents)
    others = Selection(kind="incident").mask(incidents)
    unknown = incidents.frame[schema.IS_CRIME].isna().to_numpy()
    assert (crimes.astype(int) + others + unknown == 1).all()
    assert Selection().mask(incidents).all()


def test_the_last_day_is_taken_to_its_end() -> None:
    incidents = make_incidents(
        ["2016-03-31T23:59:59.999999", "2016-04-01T00:00:00"], [(NAN, NAN)] * 2
    )
    assert Selection(end=date(2016, 3, 31)).mask(incidents).tolist() == [True, False]
    assert Selection(start=date(2016, 4, 1)).mask(incidents).tolist() == [False, True]


def test_the_days_of_a_month_and_the_rest_share_nothing() -> None:
    incidents = make_incidents(
        [str(datetime(2016, 1, 1) + timedelta(hours=7 * n)) for n in range(400)],
        [(NAN, NAN)] * 400,
    )
    parts = [
        Selection(end=date(2016, 1, 31)),
        Selection(date(2016, 2, 1), date(2016, 2, 29)),
        Selection(start=date(2016, 3, 1)),
    ]
    assert sum(selection.mask(incidents).astype(int) for selection in parts).tolist() == [1] * 400


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"start": date(2016, 2, 1), "end": date(2016, 1, 31)},
            "starts on 2016-02-01, after its end on 2016-01-31; swap them",
        ),
        ({"strands": ("race", "age")}, r"Unknown strands \['age'\]; known are race, religion"),
        ({"kind": "crimes"}, "Kind is 'crimes'; it must be one of all, crime, incident"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Selection(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "crimes and incidents"),
        (
            Selection(date(2016, 1, 2), date(2016, 3, 31), kind="crime"),
            "02 Jan 2016 to 31 Mar 2016; crimes only",
        ),
        (Selection(start=date(2016, 1, 2)), "02 Jan 2016 to the end; crimes and incidents"),
        (
            Selection(end=date(2016, 1, 2), strands=("race", "disability")),
            "the beginning to 02 Jan 2016; strand race or disability; crimes and incidents",
        ),
        (
            Selection(categories=("Arson", "Assault"), kind="incident"),
            "Arson, Assault; incidents that are not crimes only",
        ),
        (Selection(categories=(), strands=()), "no category; strand none; crimes and incidents"),
    ],
)
def test_a_selection_in_words(selection: Selection, words: str) -> None:
    assert selection.in_words() == words
