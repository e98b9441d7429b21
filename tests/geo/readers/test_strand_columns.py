"""Strands from flags, codes and sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.readers import Import, read_uploads
from geo.readers.mapping import ColumnMapping
from geo.readers.strand_columns import strands_in
from geo.readers.words import STRAND_WORDS
from geo.report import KEPT
from geo.schema import IS_CRIME, STRAND_COLUMNS, STRANDS

RACE, RELIGION, ORIENTATION, DISABILITY, TRANS = STRANDS
NOT_KNOWN = "a strand is not known; it is left out and the incident is kept"


def read_rows(header: str, *rows: str, mapping: ColumnMapping | None = None) -> Import:
    text = "\n".join([header, *rows, ""]).encode()
    return read_uploads([("a.csv", text)], None if mapping is None else {"a.csv": mapping})


def strands_of(result: Import) -> list[set[str]]:
    frame = result.incidents.frame
    return [
        {strand for strand, column in STRAND_COLUMNS.items() if frame[column][row]}
        for row in range(len(frame))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Racist and homophobic incident", {RACE, ORIENTATION}),
        ("Racially or religiously aggravated", {RACE, RELIGION}),
        ("RACE; faith hate crime|Disability", {RACE, RELIGION, DISABILITY}),
        ("Race/Religion", {RACE, RELIGION}),
        ("religion/belief", {RELIGION}),
        ("Religion & Transgender", {RELIGION, TRANS}),
        ("Anti-Semitic", {RELIGION}),
        ("antisemitism, Islamophobia", {RELIGION}),
        ("Islamophobic", {RELIGION}),
        ("LGB", {ORIENTATION}),
        ("Biphobic", {ORIENTATION}),
        ("sexual orientation", {ORIENTATION}),
        ("Transgender", {TRANS}),
        ("transgender identity hate crime", {TRANS}),
        ("Gender identity", {TRANS}),
        ("Non-binary person shouted at, transphobic", {TRANS}),
        ("learning disability", {DISABILITY}),
        ("Hate crime against a person with learning difficulties", {DISABILITY}),
        ("not racist", set()),
        ("no disability", set()),
        ("Non-racist", set()),
        ("No racist or homophobic element", set()),
        ("neither racist nor homophobic", set()),
        ("not racist but homophobic", {ORIENTATION}),
        ("not only racist but also homophobic", {RACE, ORIENTATION}),
        ("not racist; homophobic", {ORIENTATION}),
        ("not racist and not homophobic", set()),
        ("race is not a factor", set()),
        ("this wasn't racist", set()),
        ("Race: No", set()),
        ("Race: yes, Religion: no", {RACE}),
        ("Race - N; Disability - Y", {DISABILITY}),
        ("race unknown", set()),
        ("race not known", set()),
        ("Race (N)", set()),
        ("Race (Y)", {RACE}),
        ("RACE Y RELIGION N", {RACE}),
        ("Race N Faith Y", {RELIGION}),
        ("Race: Y Religion: N", {RACE}),
        ("N - Race", set()),
        ("Racist - no injuries", {RACE}),
        ("no hate element", set()),
        ("Hate crime: none", set()),
        ("not racist, but homophobic", {ORIENTATION}),
        ("No faith element, racist", {RACE}),
        ("racist, not homophobic", {RACE}),
        ("none", set()),
        ("N/A", set()),
        ("Not hate related", set()),
        ("", set()),
    ],
)
def test_texts_that_are_understood(text, expected):
    assert strands_in(text) == (frozenset(expected), ())


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("purple", set(), ("purple",)),
        ("race, purple", {RACE}, ("purple",)),
        ("LGBT", set(), ("lgbt",)),
        ("LGBTQ+", set(), ("lgbtq",)),
        ("Hate crime", set(), ("hate crime",)),
        ("gender", set(), ("gender",)),
        ("sexual offence", set(), ("sexual offence",)),
        ("RH", set(), ("rh",)),
        ("horseracing", set(), ("horseracing",)),
        ("not racist and homophobic", set(), ("not racist and homophobic",)),
        ("not racist, homophobic", set(), ("homophobic",)),
        ("NOT RACIST / HOMOPHOBIC", set(), ("homophobic",)),
        (
            "no racist, homophobic or transphobic element",
            set(),
            ("homophobic or transphobic element",),
        ),
        ("race y other faith n", set(), ("race y other faith n",)),
    ],
)
def test_texts_that_are_not_are_left_for_a_person(text, known, unknown):
    assert strands_in(text) == (frozenset(known), unknown)


def test_no_word_names_two_strands():
    words = [word for some in STRAND_WORDS.values() for word in some]
    assert len(words) == len(set(words))
    for strand, some in STRAND_WORDS.items():
        for word in some:
            assert strands_in(word) == (frozenset({strand}), ()), word
            assert strands_in(f"not {word}") == (frozenset(), ()), word


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from([word for some in STRAND_WORDS.values() for word in some])),
    st.sampled_from(["; ", ", ", "|", " / ", " and ", "\n"]),
)
def test_any_list_of_words_names_the_strands_of_its_words(words, separator):
    named = {strand for strand, some in STRAND_WORDS.items() if set(some) & set(words)}
    found, unknown = strands_in(separator.join(words))
    assert unknown == ()
    # Two words side by side may make a longer phrase, of the same strand only.
    assert found == named


CODES = {"rh": RACE, "ho": ORIENTATION, "xx": "", "lgbt": ORIENTATION, "b&c": DISABILITY}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RH", {RACE}),
        ("rh ho", {RACE, ORIENTATION}),
        ("RH;XX", {RACE}),
        ("XX", set()),
        ("LGBT, racist", {RACE, ORIENTATION}),
        ("B&C", {DISABILITY}),
    ],
)
def test_codes_of_the_source(text, expected):
    assert strands_in(text, CODES) == (frozenset(expected), ())


def test_flags_and_several_lists_are_united_and_the_rest_reported():
    result = read_rows(
        "date,lat,lon,Hate Flag 1,Hate Flag 2,Disability Flag",
        "2024-04-03,,,Racist,Homophobic,N",
        "2024-04-04,,,Racist,purple,Y",
        "2024-04-05,,,,,unknown",
        "2024-04-06,,,none,racist,perhaps",
    )
    assert strands_of(result) == [{RACE, ORIENTATION}, {RACE, DISABILITY}, set(), {RACE}]
    problems = result.report.problems
    assert list(problems.row) == [3, 5]
    assert list(problems.column) == ["Hate Flag 2", "Disability Flag"]
    assert list(problems.found) == ["purple", "perhaps"]
    assert list(problems.reason) == [NOT_KNOWN, "this is neither yes nor no; it counts as no"]
    assert set(problems.outcome) == {KEPT}


def test_all_flags_of_a_strand_are_united_and_decimals_are_flags():
    result = read_rows(
        "date,lat,lon,Racist,Faith Flag,Anti-Semitic,Islamophobic,Homophobic",
        "2024-04-03,,,1.0,0.0,1.0,0.0,0.0",
        "2024-04-04,,,0.0,0.0,0.0,1.0,1.0",
        "2024-04-05,,,0.0,0.0,0.0,0.0,",
    )
    assert strands_of(result) == [{RACE, RELIGION}, {RELIGION, ORIENTATION}, set()]
    assert result.report.problems.empty
    assert "not used" not in " ".join(note for note in result.report.notes if "Anti" in note)


def test_columns_of_one_heading_are_united():
    result = read_rows(
        "date,lat,lon,Hate Flag,Hate Flag", "2024-04-03,,,Race,Faith", "2024-04-04,,,,Disability"
    )
    assert strands_of(result) == [{RACE, RELIGION}, {DISABILITY}]
    assert not any("Several columns" in note for note in result.report.notes)


def test_a_numbered_row_of_columns_is_taken_as_a_whole():
    result = read_rows(
        "date,lat,lon,Feature 1,Feature 2,Feature 3",
        "2024-04-03,,,RACE,FAITH,TRANS",
        "2024-04-04,,,RACE,HOM,",
        "2024-04-05,,,RACE,FAITH,DIS",
    )
    assert strands_of(result) == [{RACE, RELIGION, TRANS}, {RACE}, {RACE, RELIGION}]
    assert list(result.report.problems.found) == ["HOM", "DIS"]


def test_a_flag_may_say_its_own_strand_and_not_another():
    result = read_rows(
        "date,lat,lon,Race,Religion",
        "2024-04-03,,,Racist,Faith",
        "2024-04-04,,,not racist,No",
        "2024-04-05,,,Religious,yes",
    )
    assert strands_of(result) == [{RACE, RELIGION}, set(), {RELIGION}]
    assert list(result.report.problems.found) == ["Religious"]


def test_codes_are_given_with_the_mapping():
    rows = ("2024-04-03,,,RH", "2024-04-04,,,RH HO", "2024-04-05,,,ZZ")
    columns = {"strands": ("Feature",)}
    mapping = ColumnMapping(columns, strand_codes={"RH": RACE, "ho": ORIENTATION, "zz": ""})
    result = read_rows("date,lat,lon,Feature", *rows, mapping=mapping)
    assert strands_of(result) == [{RACE}, {RACE, ORIENTATION}, set()]
    assert result.report.problems.empty
    without = read_rows("date,lat,lon,Feature", *rows, mapping=ColumnMapping(columns))
    assert strands_of(without) == [set()] * 3
    assert set(without.report.problems.reason) == {NOT_KNOWN}
    assert (
        "what strand" in without.report.problems.remedy[0]
        or "which strand" in (without.report.problems.remedy[0])
    )


def test_codes_for_what_is_no_strand_are_refused():
    mapping = ColumnMapping(strand_codes={"rh": "racism"})
    with pytest.raises(
        ParameterError, match="'rh' cannot stand for 'racism'; the strands are race"
    ):
        read_rows("date,lat,lon", "2024-04-03,,", mapping=mapping)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Crime", True),
        ("Crimed", True),
        ("Notifiable", True),
        ("Y", True),
        ("Non-Crime Hate Incident", False),
        ("NCHI", False),
        ("Not Notifiable", False),
        ("No Crime", False),
        ("0", False),
        ("not stated", None),
        ("", None),
    ],
)
def test_crime_and_incident_are_kept_apart(word, expected):
    result = read_rows("date,lat,lon,Crime or Incident", f"2024-04-03,,,{word}")
    found = result.incidents.frame[IS_CRIME].astype("object").where(lambda each: each.notna(), None)
    assert found[0] is expected
    assert result.report.problems.empty
