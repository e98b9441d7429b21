"""``hotspots change`` as people use it."""

import json

import geopandas as gpd
import pytest

from geo.change.hotspot_change import HOTSPOT_CHANGE_COLUMNS
from geo.published import victims_by_ward
from geo.wards.change import CHANGE_COLUMNS
from tests.dashboard.command_line import table_in

YEARS = "--before 2015/16 --after 2016/17"
ACROSS = """date,easting,northing
2022-06-01,523388,179668
2023-06-01,523388,179668
2024-06-01,523388,179668
2025-06-01,523388,179668
"""


def test_the_published_figures_and_what_they_show(run):
    code, out, err = run(f"change demo {YEARS}")
    table = table_in(out)
    assert code == 0
    assert tuple(table) == CHANGE_COLUMNS
    published = victims_by_ward().pivot_table(
        index="ward_code", columns="financial_year", values="victims"
    )
    shown = table.set_index("ward_code")
    assert (shown["before"].reindex(published.index) == published["2015/16"]).all()
    assert (shown["after"].reindex(published.index) == published["2016/17"]).all()
    assert (shown["significance"] == "more than chance would give").sum() == 3
    assert shown.loc["not_located", "significance"] == "not tested"
    assert "all incidents 481 before, 691 after, a change of +210" in err
    assert "Benjamini-Hochberg over 16 tests" in err
    assert "366 days of 2015/16 and 365 of 2016/17" in err


def test_settings_of_the_test(run):
    _, plain, _ = run(f"change demo {YEARS}")
    _, strict, _ = run(f"change demo {YEARS} --correction bonferroni --confidence-pct 99")
    plain, strict = table_in(plain), table_in(strict)
    assert (strict["p_corrected"] >= plain["p_corrected"]).sum() > 10
    wards = slice(0, 16)
    assert (strict["change_high_percent"] > plain["change_high_percent"])[wards].all()
    shares = table_in(run(f"change demo {YEARS} --measure share")[1])
    assert shares["before"].sum() == pytest.approx(100, abs=0.01)


def test_months_without_incidents_before_have_no_upper_limit_in_a_file_either(run, tmp_path):
    line = "change demo --strand disability --period month --before 2015-04 --after 2016-05"
    code, out, _ = run(f"{line} --json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert any(row["before"] == 0 and row["change_high_percent"] is None for row in rows)
    for ending in ("geojson", "xlsx"):
        assert run(f"{line} --out result-exact.{ending}")[0] == 0
        assert (tmp_path / f"result-exact.{ending}").stat().st_size > 1000


def test_hotspots_in_the_same_outlines(run, tmp_path):
    line = f"change demo --by hotspots {YEARS} --max-hotspots 4 --found-in before"
    code, out, err = run(f"{line} --out change-exact.geojson")
    assert (code, out) == (0, "")
    areas = gpd.read_file(tmp_path / "change-exact.geojson")
    assert list(areas) == [*HOTSPOT_CHANGE_COLUMNS]
    assert areas["rank"].tolist() == [1, 2, 3, 4]
    assert "found in the earlier period" in err
    assert "regression to the mean" in err
    record = json.loads((tmp_path / "change-exact.geojson").read_text())["run_record"]
    assert record["params"]["found_in"] == "before"
    assert record["asked"]["before"] == {
        "type": "DateSpan",
        "first": "2015-04-01",
        "last": "2016-03-31",
    }


@pytest.mark.parametrize("by", ["wards", "hotspots"])
def test_the_break_is_refused_unless_allowed_and_then_said_first(run, tmp_path, by):
    (tmp_path / "across.csv").write_text(ACROSS)
    line = f"change across.csv --by {by} --before 2022/23 --after 2024/25"
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert "cannot be compared. The Met changed its recording system on 28 February 2024" in err
    code, out, err = run(f"{line} --allow-break --json")
    assert code == 0
    record = json.loads(out)["run_record"]
    assert record["warnings"][0].startswith("Across a break in the series, as allowed")
    warnings = [text for text in err.splitlines() if text.startswith("hotspots: warning: ")]
    assert warnings[0].startswith("hotspots: warning: Across a break")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("change demo --before 2015/16", "the following arguments are required: --after"),
        ("change demo --before 2015/16 --after 2019/20", "There is no period '2019/20'; there are"),
        (f"change demo {YEARS} --found-in before", "--found-in has no effect with --by wards"),
        (f"change demo {YEARS} --bandwidth-m 300", "--bandwidth-m has no effect with --by wards"),
        (
            f"change demo --by hotspots {YEARS} --measure rate",
            "--measure has no effect with",
        ),
        (
            "change demo --before 2016/17 --after 2015/16",
            "--before 2016/17 is later than --after 2015/16; swap them",
        ),
        ("change demo --by hotspots --before Monday --after Friday", "'Monday' is not a period"),
        ("change demo --by hotspots --before 2001 --after 2016", "The data covers no day of 2001-"),
        (f"change demo {YEARS} --confidence-pct 50", "confidence_pct is 50; it must be from 80 to"),
    ],
)
def test_what_cannot_be_done_is_said_and_is_bad_usage(run, line, says):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_days_of_the_week_can_be_compared(run):
    code, out, _ = run("change demo --period weekday --before Monday --after Saturday")
    assert code == 0
    assert table_in(out)["after"].sum() > 100
