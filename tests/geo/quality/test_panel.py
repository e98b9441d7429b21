"""The whole panel: of the demonstration data, of real months, and with faults put in."""

from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from geo import demonstration, schema
from geo.quality.check import (
    CHECK_COLUMNS,
    FINE,
    IN_WORDS,
    MIND,
    NOTE,
    VERDICT,
    VERDICTS,
    Topic,
)
from geo.quality.panel import QualityResult, data_quality
from geo.quality.params import QualityParams
from geo.readers import read
from geo.schema import Incidents
from geo.selection import Selection
from tests.factories import incidents_of
from tests.sample_files import SHARED_MONTHS

METHODS = Path(__file__).resolve().parents[3] / "docs" / "methods" / "data-quality.md"
PARAMS = QualityParams(as_of=date(2018, 5, 1))


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


@pytest.fixture(scope="module")
def demo(incidents) -> QualityResult:
    return data_quality(incidents, Selection(), PARAMS)


def verdicts(result: QualityResult) -> dict[tuple[str, str], str]:
    frame = result.frame
    return dict(zip(zip(frame["check"], frame["source"], strict=True), frame[VERDICT], strict=True))


def test_the_demonstration_data_is_fine_but_for_its_rounded_places(demo):
    assert tuple(demo.frame.columns) == CHECK_COLUMNS
    found = {check: verdict for (check, _), verdict in verdicts(demo).items() if verdict != FINE}
    assert found == {"rounded positions": NOTE}
    assert demo.in_words() == f"{len(demo.frame)} checks: 0 to be minded, 1 to be noted, 22 fine."
    assert demo.sentences(NOTE)[0].startswith("Positions are rounded to 25 m")
    assert demo.sentences() == []
    assert demo.record.warnings == ()


def test_the_tables_add_up_to_all_incidents(demo, incidents):
    n = len(incidents)
    for table in (demo.months, demo.places, demo.times, demo.strands):
        assert table["incidents"].sum() == n
    shares = demo.frame.dropna(subset="of")
    expected = (100 * shares["value"] / shares["of"]).where(shares["of"] > 0)
    pd.testing.assert_series_equal(shares["share"], expected, check_names=False)


def test_no_incident_is_named(demo, incidents):
    ids = set(incidents.frame[schema.INCIDENT_ID]) | set(incidents.frame[schema.VICTIM_REF])
    for table in (demo.frame, demo.months, demo.stacks, demo.places, demo.times, demo.strands):
        assert not ids & set(table.astype(str).to_numpy().ravel())


def test_faults_that_are_put_in_are_found_and_nothing_else(incidents, demo):
    frame = incidents.frame[incidents.frame[schema.TIME_PRECISION] == "minute"]
    frame = frame[frame[schema.OCCURRED].dt.strftime("%Y-%m") != "2016-11"].reset_index(drop=True)
    order = np.random.default_rng(4).permutation(len(frame))  # faults are spread over all months
    nowhere, late, bare, unstated, twice = np.split(order[:960], [400, 420, 440, 840])[:5]
    frame.loc[nowhere, [schema.EASTING, schema.NORTHING]] = float("nan")
    frame.loc[nowhere, schema.LOCATION_QUALITY] = "not located"
    frame.loc[late, schema.OCCURRED] = pd.Timestamp("2018-05-02T10:10")
    frame.loc[bare, list(schema.STRAND_COLUMNS.values())] = False
    frame.loc[unstated, schema.CATEGORY] = "not stated"
    again = frame.loc[twice].assign(incident_id=[f"again-{i}" for i in range(len(twice))])
    faulty = data_quality(
        Incidents(pd.concat([frame, again], ignore_index=True)), Selection(), PARAMS
    )
    before = verdicts(demo)
    assert {key[0]: to for key, to in verdicts(faulty).items() if to != before[key]} == {
        "not located": MIND,
        "in the future": MIND,
        "without category": MIND,
        "identical but for the number": MIND,
        "months without data": MIND,
        "gaps of days": MIND,
    }
    values = faulty.frame.set_index("check")["value"]
    assert values["months without data"] == 1
    assert values["in the future"] == 20
    assert values["identical but for the number"] == len(twice) == 120
    assert values["without category"] == 400
    assert values["without strand"] == 20
    assert set(faulty.record.warnings) == set(faulty.sentences(MIND))


@pytest.mark.skipif(not SHARED_MONTHS.is_dir(), reason="the real months are not beside the project")
def test_real_months_of_police_uk():
    incidents = read([SHARED_MONTHS]).incidents
    result = data_quality(incidents, Selection(), PARAMS)
    found = verdicts(result)
    assert {check for (check, _), verdict in found.items() if verdict == MIND} == {
        "place not exact",
        "stacked positions",
        "hour not known",
        "day not known",
        "months without data",
    }
    gap = result.frame.set_index("check").loc["months without data"]
    assert (gap["value"], gap["of"]) == (1, 12)
    assert "no incident at all in 2016-03" in gap[IN_WORDS]
    rows = sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1
        for path in Path(SHARED_MONTHS).rglob("*.csv")
    )
    assert result.months["incidents"].sum() == rows
    stacked = result.frame.set_index("check").loc["stacked positions"]
    assert stacked["share"] > 95
    assert result.stacks["place"].iloc[0] == "Shepherd's Bush Green, at Westfield London"
    assert result.stacks["incidents"].is_monotonic_decreasing


def test_the_page_on_methods_has_every_check_and_the_thresholds_of_the_code(demo):
    page = METHODS.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    named = [(row[0], row[1]) for row in rows if row[0] in get_args(Topic)]
    assert named == list(zip(demo.frame["about"], demo.frame["check"], strict=True))
    shown = page.split("<!-- thresholds -->\n")[1].split("\n<!-- end of thresholds -->")[0]
    specs = QualityParams.specs()
    expected = [f"| {one.label} | {one.default:g} {one.unit} | {one.help} |" for one in specs]
    assert shown.splitlines()[2:] == expected


def test_a_selection_is_checked_alone(incidents):
    selection = Selection(start=date(2016, 4, 1), end=date(2017, 3, 31), strands=("race",))
    result = data_quality(incidents, selection, PARAMS)
    assert result.record.incidents == len(selection.apply(incidents))
    assert result.months["month"].tolist()[0] == "2016-04"
    assert result.frame.set_index("check").loc["not located", "of"] == result.record.incidents


def test_nothing_selected_is_said():
    result = data_quality(incidents_of([]), Selection(), PARAMS)
    assert result.record.warnings == ("No incident is selected, so there is nothing to check.",)
    assert set(result.frame[VERDICT]) <= set(VERDICTS)
    assert MIND not in set(result.frame[VERDICT])
    assert result.months.empty
    assert result.stacks.empty


def test_today_is_kept_with_the_settings():
    assert QualityParams().as_of == date.today()
    assert PARAMS.as_dict()["as_of"] == date(2018, 5, 1)
