"""Which column holds what: layouts as police and council systems export them, all invented."""

import io
import random
import string
from dataclasses import dataclass, field

import openpyxl
import pandas as pd
import pytest

from boundaries.errors import InputFileError
from boundaries.projection import to_bng
from geo.readers import Import, open_uploads, read_uploads
from geo.readers.columns import (
    DATE,
    END_TIME,
    GRID_REFERENCE,
    HEADINGS,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    STRAND_LIST,
    TIME,
    meaning_of_heading,
)
from geo.readers.suggest import POSITION, Suggestion, suggest_mapping
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITY,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    STRAND_COLUMNS,
    TIME_PRECISION,
    VICTIM_ETHNICITY,
    VICTIM_REF,
)

RACE, RELIGION, ORIENTATION, DISABILITY, TRANS = STRAND_COLUMNS.values()


@dataclass(frozen=True)
class Extract:
    """A file, what its columns mean, what of it is a question, and one incident of it."""

    content: bytes
    columns: dict[str, tuple[str, ...]]
    row: dict[str, object]
    strands: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def lines(*rows: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join([*rows, ""]).encode(encoding)


def workbook(*rows: tuple) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def suggested(content: bytes, name: str = "extract.csv") -> Suggestion:
    opened = open_uploads([(name, content)])[0]
    assert opened.suggestion is not None
    return opened.suggestion


def one_incident(result: Import) -> pd.Series:
    return result.incidents.frame.iloc[0]


EXTRACTS = {
    "CRIS": Extract(
        lines(
            "Report run on 23/11/2026 by MIS",
            "",
            "CRIME_REF_NO,COMM_FROM_DT,COMM_FROM_TM,COMM_TO_DT,COMM_TO_TM,MINOR TEXT,X_COORD,"
            "Y_COORD,Hate Flag 1,Hate Flag 2,VICT_ETH,RECORDED_DT,LOC_DESC",
            '0123456/17,03-APR-2017,2305,04-APR-2017,0115,"Public order, s.5",523650,179850,'
            "Racist,Islamophobic,IC3,05-APR-2017,Green",
        ),
        {
            INCIDENT_ID: ("CRIME_REF_NO",),
            CATEGORY: ("MINOR TEXT",),
            DATE: ("COMM_FROM_DT",),
            TIME: ("COMM_FROM_TM",),
            OCCURRED_END: ("COMM_TO_DT",),
            END_TIME: ("COMM_TO_TM",),
            EASTING: ("X_COORD",),
            NORTHING: ("Y_COORD",),
            STRAND_LIST: ("Hate Flag 1", "Hate Flag 2"),
            VICTIM_ETHNICITY: ("VICT_ETH",),
            LOCATION_TEXT: ("LOC_DESC",),
        },
        {
            INCIDENT_ID: "0123456/17",
            CATEGORY: "Public order, s.5",
            OCCURRED: pd.Timestamp("2017-04-03 23:05"),
            OCCURRED_END: pd.Timestamp("2017-04-04 01:15"),
            EASTING: 523650.0,
            NORTHING: 179850.0,
            LOCATION_QUALITY: "point",
        },
        strands=(RACE, RELIGION),
        unused=("RECORDED_DT",),
        notes=("The headings are in row 3; rows 1 to 2 above were not read",),
    ),
    "CONNECT": Extract(
        lines(
            "InvestigationReference\tOccDateFrom\tOccDateTo\tOffenceDesc\tHCFlag\tBNG_E\tBNG_N"
            "\tCrimeOrNonCrime",
            "01/7700001/24\t2024-05-03T22:10:00\t2024-05-03T22:40:00\tAssault\tHomophobic and "
            "transphobic incident\t523650.5\t179850.25\tNon-crime hate incident",
            encoding="utf-16",
        ),
        {
            INCIDENT_ID: ("InvestigationReference",),
            DATE: ("OccDateFrom",),
            OCCURRED_END: ("OccDateTo",),
            CATEGORY: ("OffenceDesc",),
            STRAND_LIST: ("HCFlag",),
            EASTING: ("BNG_E",),
            NORTHING: ("BNG_N",),
            IS_CRIME: ("CrimeOrNonCrime",),
        },
        {IS_CRIME: False, EASTING: 523650.5, OCCURRED_END: pd.Timestamp("2024-05-03 22:40")},
        strands=(ORIENTATION, TRANS),
    ),
    "Niche": Extract(
        lines(
            "Niche Occurrence No.;Occurrence Type;Earliest Date/Time;Latest Date/Time;Crime?;"
            "Hate - Race Y/N;Hate - Religion Y/N;Hate - Disability Y/N;GridX;GridY;Officer",
            "47240012345;Harassment;03/04/2024 18:05;03/04/2024 19:00;Y;N;Y;Y;523650,5;179850,0;PC",
        ),
        {
            INCIDENT_ID: ("Niche Occurrence No.",),
            CATEGORY: ("Occurrence Type",),
            DATE: ("Earliest Date/Time",),
            OCCURRED_END: ("Latest Date/Time",),
            IS_CRIME: ("Crime?",),
            RACE: ("Hate - Race Y/N",),
            RELIGION: ("Hate - Religion Y/N",),
            DISABILITY: ("Hate - Disability Y/N",),
            EASTING: ("GridX",),
            NORTHING: ("GridY",),
        },
        {IS_CRIME: True, EASTING: 523650.5, NORTHING: 179850.0, TIME_PRECISION: "minute"},
        strands=(RELIGION, DISABILITY),
        unused=("Officer",),
    ),
    "Athena": Extract(
        lines(
            "sep=;",
            "URN;Offence Name;Date Offence Committed From;X;Y;Victim URN;Motivating Factor",
            '"37/1234/24";"Criminal damage";"3 April 2024";"-0.2207";"51.5042";"V1";"Not racist; '
            'homophobic"',
        ),
        {
            INCIDENT_ID: ("URN",),
            CATEGORY: ("Offence Name",),
            DATE: ("Date Offence Committed From",),
            LONGITUDE: ("X",),
            LATITUDE: ("Y",),
            VICTIM_REF: ("Victim URN",),
            STRAND_LIST: ("Motivating Factor",),
        },
        {EASTING: to_bng([-0.2207], [51.5042])[0][0], TIME_PRECISION: "day"},
        strands=(ORIENTATION,),
    ),
    "Uniform (nuisance cases of a council)": Extract(
        lines(
            "Service Request No,Nature of Complaint,Date Received,Incident Date,Site Address,"
            "Site Postcode,Complainant Postcode",
            "24/00123/NOISE,Noise,05/04/2024,03/04/2024,Example Green,W6 9JU,SW6 1AA",
            "24/00124/ASB,Abuse,06/04/2024,03/04/2024,Example Road,W12 7GF,SW6 1AB",
        ),
        {
            INCIDENT_ID: ("Service Request No",),
            CATEGORY: ("Nature of Complaint",),
            DATE: ("Incident Date",),
            POSTCODE: ("Site Postcode",),
            LOCATION_TEXT: ("Site Address",),
        },
        {LOCATION_QUALITY: "postcode", LOCATION_TEXT: "Example Green"},
        unused=("Date Received", "Complainant Postcode"),
    ),
    "housing cases": Extract(
        workbook(
            ("ASB cases April 2024", None, None, None, None),
            (),
            ("Case Ref", "ASB Type", "Incident Dt", "Grid Ref", "Hate Crime Category"),
            (
                "ASB-1",
                "Verbal abuse",
                "03/04/2024",
                "TQ 2365 7985",
                "Disability; learning disability",
            ),
        ),
        {
            INCIDENT_ID: ("Case Ref",),
            CATEGORY: ("ASB Type",),
            DATE: ("Incident Dt",),
            GRID_REFERENCE: ("Grid Ref",),
            STRAND_LIST: ("Hate Crime Category",),
        },
        {EASTING: 523655.0, NORTHING: 179855.0, LOCATION_QUALITY: "point"},
        strands=(DISABILITY,),
        notes=("The headings are in row 3; rows 1 to 2 above were not read (first: 'ASB cases",),
    ),
    "Oasis (headings that nobody knows)": Extract(
        lines(
            "F1,F2,F3,F4,F5,F6,F7",
            "A1,03/04/2024,18:05,-0.22071,51.50421,Crime,racist",
            "A2,04/04/2024,19:10,-0.21711,51.49421,Incident,homophobic",
            "A3,05/04/2024,20:15,-0.21911,51.48421,Crime,none",
        ),
        {
            DATE: ("F2",),
            TIME: ("F3",),
            LONGITUDE: ("F4",),
            LATITUDE: ("F5",),
            IS_CRIME: ("F6",),
            STRAND_LIST: ("F7",),
        },
        {OCCURRED: pd.Timestamp("2024-04-03 18:05"), IS_CRIME: True, LOCATION_QUALITY: "point"},
        strands=(RACE,),
        unused=("F1",),
        notes=(
            "Understood by what it holds: 'F2' as date.",
            "Understood by what it holds: 'F7' as strands.",
        ),
    ),
}
# The shares need incidents whose strands alone are known: the last layout has no ids.
EACH = pytest.mark.parametrize("extract", EXTRACTS.values(), ids=EXTRACTS.keys())


def name_of(extract: Extract) -> str:
    return "extract.xlsx" if extract.content.startswith(b"PK") else "extract.csv"


@EACH
def test_columns_of_an_extract_are_understood(extract):
    suggestion = suggested(extract.content, name_of(extract))
    assert dict(suggestion.mapping.columns) == extract.columns
    assert tuple(found.meaning for found in suggestion.questions) == extract.asked
    assert suggestion.unused == extract.unused


@EACH
def test_its_first_incident_says_what_the_row_says(extract):
    result = read_uploads([(name_of(extract), extract.content)])
    found = one_incident(result)
    assert {name: found[name] for name in extract.row} == extract.row
    assert tuple(column for column in STRAND_COLUMNS.values() if found[column]) == extract.strands
    assert (result.report.rejected, len(result.report.problems)) == (0, 0)
    for note in extract.notes:
        assert note in result.report.notes[0]


@EACH
def test_the_order_of_columns_does_not_matter(extract):
    opened = open_uploads([(name_of(extract), extract.content)])[0]
    shuffled = list(range(len(opened.table.header)))
    random.Random(4).shuffle(shuffled)
    table = pd.concat([opened.table.cells[column] for column in shuffled], axis=1)
    table.columns = [opened.table.header[column] for column in shuffled]
    again = suggested(table.to_csv(index=False).encode())
    assert {meaning: set(heads) for meaning, heads in again.mapping.columns.items()} == {
        meaning: set(heads) for meaning, heads in extract.columns.items()
    }


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("OccDateFrom", DATE),
        ("Date/Time Occurred (From)", DATE),
        ("DATE_OF_OFFENCE", DATE),
        ("IncidentStartDateTime", DATE),
        ("Offence Dt", DATE),
        ("Event Date/Time", DATE),
        ("Time of Incident", TIME),
        ("OccTimeFrom", TIME),
        ("Last Committed Date", OCCURRED_END),
        ("X_COORD", EASTING),
        ("Incident Easting", EASTING),
        ("Location_Eastings", EASTING),
        ("OSGB Easting", EASTING),
        ("bng-n", NORTHING),
        ("GPS Lat", LATITUDE),
        ("Offence Longitude", LONGITUDE),
        ("Long", LONGITUDE),
        ("Scene Post Code", POSTCODE),
        ("OS Grid Reference", GRID_REFERENCE),
        ("CrimeNo", INCIDENT_ID),
        ("CAD Ref", INCIDENT_ID),
        ("Offence_Desc", CATEGORY),
        ("HC_Flag", STRAND_LIST),
        ("Hate Crime Flag 3", STRAND_LIST),
        ("Hate Crime: Race (Y/N)", RACE),
        ("Religiously aggravated", None),
        ("Transphobic Flag", TRANS),
        ("Homophobic Hate Incident", ORIENTATION),
        ("Vic Ethnicity", VICTIM_ETHNICITY),
        ("Victim Postcode", None),
        ("Date Reported", None),
        ("Number of incidents", None),
        ("Victim Disability", None),
        ("Officer", None),
    ],
)
def test_headings_as_systems_write_them(heading, meaning):
    by_name = suggested(lines(f"{heading},q1,q2", ",,")).mapping.columns
    assert by_name == ({meaning: (heading,)} if meaning else {})


def test_every_known_heading_is_found_again():
    for meaning, words in HEADINGS.items():
        for word in words:
            camel = "".join(part.capitalize() for part in word.split())
            for written in (word.upper().replace(" ", "_"), f" {word}: ", camel):
                assert meaning_of_heading(written) == meaning, written


def test_a_heading_whose_column_holds_something_else_is_asked_about():
    suggestion = suggested(lines("date,lat,lon,race,religion", "2024-04-03,,,White British,Muslim"))
    asked = {found.meaning: found for found in suggestion.questions}
    assert asked[RACE].headings == ("race",)
    assert asked[RACE].samples == ("White British",)
    assert asked[RELIGION].why == "Has a heading for religion or belief, but holds something else."
    result = read_uploads([("a.csv", lines("date,lat,lon,race", "2024-04-03,,,White British"))])
    assert not one_incident(result)[RACE]
    assert (
        "Column 'race' has a heading for race, but holds something else; name it with"
        in (result.report.notes[0])
    )


def test_a_flag_of_hate_crime_that_does_not_say_which_strand_is_asked_about():
    suggestion = suggested(lines("date,lat,lon,HC Flag", "2024-04-03,,,Y", "2024-04-04,,,N"))
    assert [found.meaning for found in suggestion.questions] == [STRAND_LIST]


def test_two_columns_of_dates_are_a_question_and_not_a_guess():
    content = lines("F1,F2,lat,lon", "03/04/2024,04/04/2024,,", "05/04/2024,06/04/2024,,")
    question = suggested(content).questions[0]
    assert (question.meaning, question.headings) == (DATE, ("F1", "F2"))
    assert question.samples == ("03/04/2024", "05/04/2024", "04/04/2024", "06/04/2024")
    with pytest.raises(InputFileError, match=r"Dates may be in 'F1', 'F2'.*--column date=\"F1\""):
        read_uploads([("a.csv", content)])


@pytest.mark.parametrize(
    "heading", ["Date Reported", "Created On", "DOB", "Closed Date", "LastUpdated", "Extract Date"]
)
def test_dates_that_are_not_those_of_the_incident_are_never_taken(heading):
    suggestion = suggested(lines(f"{heading},lat,lon", "03/04/2024,51.5,-0.2"))
    assert DATE not in suggestion.mapping.columns
    assert suggestion.questions[0].headings == (heading,)


@pytest.mark.parametrize(
    "heading", ["Victim Postcode", "Suspect PC", "Home Postcode", "Tenant Post Code", "Officer PC"]
)
def test_places_of_people_are_never_taken_for_those_of_incidents(heading):
    suggestion = suggested(lines(f"date,{heading}", "2024-04-03,W6 9JU"))
    assert POSTCODE not in suggestion.mapping.columns
    assert suggestion.questions[0].headings == (heading,)
    result = read_uploads([("a.csv", lines(f"date,{heading}", "2024-04-03,W6 9JU"))])
    assert (result.report.not_located, result.report.located) == (1, 0)


def test_what_is_missing_is_a_question():
    asked = suggested(lines("a,b", "q,r")).questions
    assert [(found.meaning, found.headings) for found in asked] == [(DATE, ()), (POSITION, ())]


def test_a_table_without_positions_is_read_and_says_so():
    result = read_uploads([("a.csv", lines("id,date", "a,2024-04-03"))])
    assert (result.report.used, result.report.not_located) == (1, 1)
    assert one_incident(result)[LOCATION_QUALITY] == "not located"
    assert "No column says where the incidents were" in result.report.notes[0]
    assert '--column postcode="Heading"' in result.report.notes[0]


def test_half_a_pair_is_completed_by_content_or_not_used():
    whole = suggested(lines("date,Easting,F2", "2024-04-03,523650,179850"))
    assert whole.mapping.columns[NORTHING] == ("F2",)
    half = suggested(lines("date,Easting", "2024-04-03,523650"))
    assert half.questions[0].why == (
        "Column 'Easting' is the easting, but no column looks like the northing."
    )
    result = read_uploads([("a.csv", lines("date,Easting", "2024-04-03,523650"))])
    assert result.report.not_located == 1
    assert (
        "Column 'Easting' (easting) is not used: there is no northing." in (result.report.notes[0])
    )


def test_a_sparse_column_is_understood_by_its_few_texts():
    rows = [f"{1 + k % 28:02}/04/2024,51.5,-0.2," for k in range(3000)]
    rows[1234] += "racist"
    rows[2001] += "homophobic"
    suggestion = suggested(lines("date,lat,lon,F4", *rows))
    assert suggestion.mapping.columns[STRAND_LIST] == ("F4",)


def test_the_first_of_two_columns_with_a_meaning_that_is_not_empty_is_taken():
    suggestion = suggested(lines("Date Occurred,Offence Date,lat,lon", ",03/04/2024,,"))
    assert suggestion.mapping.columns[DATE] == ("Offence Date",)


def test_any_table_gives_each_column_one_meaning_at_most():
    generator = random.Random(20)
    words = [word for meaning in HEADINGS.values() for word in meaning]
    for _ in range(30):
        header = [*generator.choices(words, k=6), *generator.choices(string.ascii_letters)]
        cells = generator.choices(["", "yes", "2024-04-03", "523650", "179850", "race", "x"], k=7)
        table = open_uploads([("a.csv", lines(",".join(header), ",".join(cells)))])[0].table
        suggestion = suggest_mapping(table)
        again = suggest_mapping(table)
        used = [heading for found in suggestion.fields for heading in found.headings]
        assert suggestion == again
        assert len(used) == len(set(used))
        assert set(used) | set(suggestion.unused) == set(table.header)
