"""A briefing to make packs of, written by hand: what is asked of it is known beforehand."""

from dataclasses import replace
from datetime import date
from typing import Any

from dashboard.brief.model import BriefHotspot, BriefSettings, BriefTable, ExactBrief
from dashboard.figures import Figure
from dashboard.maps.model import MapModel
from geo.change.exposure import DateSpan
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.table import WardParams, ward_table
from tests.dashboard.maps.samples import incidents, model

PERIOD, BEFORE = "February to April 2017", "November 2016 to January 2017"
SETTINGS = BriefSettings(
    Selection(start=date(2017, 2, 1), end=date(2017, 4, 30)),
    DateSpan(date(2016, 11, 1), date(2017, 1, 31)),
)


def number(name: str, value: float, label: str = "", note: str = "") -> Figure:
    return Figure(name, label, f"{value:,.0f}", note, value)


def per_cent(name: str, value: float) -> Figure:
    return Figure(name, "Change", f"{value:+.1f} %", "", value)


def brief(drawn: MapModel | None = None, **changes: Any) -> ExactBrief:
    """Make a briefing of four hotspots and all wards."""
    drawn = drawn or model()
    made = ExactBrief(
        title="Hate crime briefing, Hammersmith & Fulham",
        period=PERIOD,
        period_before=BEFORE,
        why_not="",
        data_to="30 April 2017",
        headline="1,727 incidents from February to April 2017, 12 % more than in the three months "
        "before: more than chance would give.",
        figures=(
            number("incidents", 1727, "Incidents", "February to April 2017"),
            number("crimes", 1500, "Crimes", "recorded as crimes"),
            number("non_crimes", 227, "Incidents that are not crimes"),
            Figure("change", "Change", "+12.4 %", "+8.1 to +16.9 %; more than chance", 12.4321),
            number("repeat_victims", 52, "Repeat victims", "of 1,300 known victims"),
            number("repeat_places", 31, "Repeat places"),
        ),
        located=(
            number("located", 1700, "Located"),
            number("outside", 20, "Outside the borough"),
            number("not_located", 7, "Not located"),
        ),
        strands=_strands(),
        wards=_wards(drawn),
        hotspots=tuple(hotspot(rank) for rank in range(1, 5)),
        moved=("New: Fulham Broadway, 31 incidents.", "Fading: Askew Road, 12 fewer."),
        busiest=("Busiest days: Friday and Saturday.", "Busiest hours: 17:00 to 21:00."),
        quality="1,700 located, 20 outside the borough, 7 not located; no late records.",
        notes=("Counts are of recorded incidents, not of all that happened.",),
        method=("Hotspots are the densest 2 % of the borough.", "Tested against chance 999 times."),
        map=drawn,
        results={"wards": ward_table(incidents(), Selection(), WardParams())},
        settings=SETTINGS,
        source="Synthetic test data",
        attribution="Contains National Statistics data © Crown copyright and database right 2024",
        is_demonstration=False,
    )
    return replace(made, **changes)


def hotspot(rank: int) -> BriefHotspot:
    prefix = f"hotspot.{rank}"
    return BriefHotspot(
        rank=rank,
        name=("Shepherd's Bush Green", "Hammersmith Broadway", "Fulham Broadway")[rank % 3],
        wards="Shepherd's Bush Green, Coningham",
        figures=(
            number(f"{prefix}.incidents", 100 - rank, "Incidents"),
            Figure(f"{prefix}.share", "Share", "6.1 %", "", 6.1),
            number(f"{prefix}.before", 80, "Before"),
            per_cent(f"{prefix}.difference", 20.0 - rank),
            number(f"{prefix}.last_4_weeks", 9, "Last four weeks"),
            number(f"{prefix}.expected_4_weeks", 7, "Expected"),
        ),
        why="Mostly race (70 of 99); sexual orientation stands out.",
        when="Friday and Saturday, 17:00 to 21:00",
        lately="9 in the last four weeks; 7 expected, no more than chance.",
        confidence="More than chance would give (p < 0.001), corrected for all areas looked at.",
        at=(51.5, -0.22),
    )


def _strands() -> BriefTable:
    names = ("Race", "Religion or belief", "Sexual orientation", "Disability", "Transgender")
    rows = tuple(
        (
            name,
            number(f"strand.{name.split()[0].lower()}", 900 - 200 * i),
            number(f"strand.{name.split()[0].lower()}.before", 800 - 190 * i),
            per_cent(f"strand.{name.split()[0].lower()}.change", 10.5 - i),
            "more than chance" if i == 0 else "no more than chance",
        )
        for i, name in enumerate(names)
    )
    columns = ("Strand", PERIOD, BEFORE, "Change", "Is it chance?")
    return BriefTable(f"Mentions by strand, {PERIOD}", columns, rows, "One may have several.")


def _wards(drawn: MapModel) -> BriefTable:
    areas = [(ward.code, ward.name) for ward in drawn.base.wards]
    areas += [("outside", "Outside the borough"), ("not_located", "Not located")]
    rows = [_ward(code, name, 10 * i) for i, (code, name) in enumerate(areas)]
    total = ("All incidents", number("incidents", 1727), number("incidents.before", 1536), "", "")
    columns = ("Ward", "Incidents", "Before", "Change", "Is it chance?")
    return BriefTable(f"Incidents by ward, {PERIOD}", columns, (*rows, total), "Ward sums agree.")


def _ward(code: str, name: str, count: int) -> tuple[Figure | str, ...]:
    ward = f"ward.{code}"
    change = per_cent(f"{ward}.change", 4.0)
    before = number(f"{ward}.before", count + 3)
    return (name, number(f"{ward}.count", count), before, change, "no more than chance")


def with_texts(made: ExactBrief, text: str) -> ExactBrief:
    """Put a text into every place where there is text, but for what the program itself says."""

    def table(old: BriefTable) -> BriefTable:
        rows = tuple((text, *cells) for _, *cells in old.rows)
        return BriefTable(text, (text,) * len(old.columns), rows, text)

    def figures(old: tuple[Figure, ...]) -> tuple[Figure, ...]:
        return tuple(replace(figure, label=text, note=text) for figure in old)

    spots = tuple(
        replace(spot, name=text, wards=text, why=text, when=text, lately=text, confidence=text)
        for spot in made.hotspots
    )
    words = ("title", "period", "period_before", "why_not", "data_to", "headline", "quality")
    lists = ("moved", "busiest", "notes", "method")
    return replace(
        made,
        **dict.fromkeys((*words, "source", "attribution"), text),
        **dict.fromkeys(lists, (text, text)),
        figures=figures(made.figures),
        located=figures(made.located),
        strands=table(made.strands),
        wards=table(made.wards),
        hotspots=spots,
    )


def empty(drawn: MapModel | None = None) -> ExactBrief:
    """Make a briefing of a time without incidents, and nothing to hold it against."""
    return brief(
        drawn,
        period_before="",
        why_not="The data does not go back that far, so nothing is compared.",
        headline="No incidents in February to April 2017.",
        figures=(number("incidents", 0, "Incidents"),),
        located=(number("located", 0, "Located"), number("outside", 0, "Outside")),
        strands=BriefTable("Mentions by strand", ("Strand", PERIOD), ()),
        hotspots=(),
        moved=("Nothing can be said of change.",),
        busiest=(),
        notes=(),
        results={},
    )


def all_incidents() -> Incidents:
    return incidents()
