"""What every figure means, in two sentences: plain English first, then the field's term.

Said once: the page Methods shows all of it, and the other pages use single ones as help texts.
"""

from dataclasses import dataclass

from geo.trends.groups import GROUPED_BY

_OF_A_PERIOD = frozenset({"fy", "month", "year", "quarter", "period", "in_hotspot"})
_GROUPS = frozenset(kind.replace(" ", "_") for kind in GROUPED_BY if kind != "strand")
_ANY = "*"


@dataclass(frozen=True)
class Meaning:
    """What one kind of figure means.

    Attributes
    ----------
    name
        The figure's name as in :mod:`dashboard.figures`, ``*`` for what differs from one to the
        next: ``hotspot.*.incidents``; or a word of the field that is no figure: ``pai``.
    label
        What people call it.
    plain
        A sentence anybody understands.
    term
        A sentence with the field's term and how it is worked out.
    document
        Where ``docs/methods`` says more.
    """

    name: str
    label: str
    plain: str
    term: str
    document: str

    @property
    def text(self) -> str:
        """Both sentences."""
        return f"{self.plain} {self.term}"


@dataclass(frozen=True)
class Topic:
    """Meanings that are read together."""

    title: str
    meanings: tuple[Meaning, ...]


_WARDS = "wards.md"
_MEASURES = "wards.md#measures"
_CHANGE = "change.md#change-of-wards-and-hotspots"
_EMERGING = "change.md#emerging-hot-spots"
_HOTSPOTS = "hotspots.md#from-areas-to-hotspots"
_CHANCE = "chance.md#p-values-and-corrections"
_WHEN = "time.md#when-incidents-happen"
_DAYS = "time.md#days-that-stand-out"
_REPEATS = "time.md#repeat-victims-and-repeat-places"
_NEAR = "time.md#near-repeats"
_DENSITY = "density.md#kernel-density"
_QUALITY = "data-quality.md#the-data-quality-panel"
_LOCAL = "local-statistics.md#wards-with-their-neighbours"
_GI = "local-statistics.md#getis-ord-gi"
_EVALUATION = "evaluation.md"

TOPICS = (
    Topic(
        "How many",
        (
            Meaning(
                "incidents",
                "Incidents",
                "How many events were written down for the time and the kinds you chose.",
                "Recorded incidents, crimes and others together: the located, the outside and the "
                "not located add up to this.",
                _WARDS,
            ),
            Meaning(
                "incidents.before",
                "Incidents before",
                "How many there were in the time that this one is held against.",
                "The count of the comparison period, with the same selection.",
                _CHANGE,
            ),
            Meaning(
                "crimes",
                "Crimes",
                "How many of the incidents were written down as a crime.",
                "Notifiable offences as the source flags them; never added to incidents unsaid.",
                _WARDS,
            ),
            Meaning(
                "non_crimes",
                "Incidents that are not crimes",
                "How many were reported, but were not written down as a crime.",
                "Non-crime hate incidents as the source flags them.",
                _WARDS,
            ),
            Meaning(
                "kind_not_known",
                "Kind not known",
                "How many the source does not call a crime or not.",
                "Records without a value for crime or incident; in totals only.",
                _QUALITY,
            ),
            Meaning(
                "located",
                "Located",
                "How many have a place inside the borough and are on the map.",
                "Incidents whose coordinates lie in a ward polygon of the borough.",
                "wards.md#which-ward",
            ),
            Meaning(
                "outside",
                "Outside the borough",
                "How many have a place, but not in this borough.",
                "Incidents with coordinates that lie in no ward of the borough.",
                "wards.md#which-ward",
            ),
            Meaning(
                "not_located",
                "Not located",
                "How many have no place, or one that cannot be used.",
                "Incidents without usable coordinates; in totals, never on the map.",
                _QUALITY,
            ),
            Meaning(
                "strand.*",
                "Strand",
                "How many incidents were about this: race, faith, disability and so on.",
                "Strand mentions: an incident can carry several strands, so mentions add up to "
                "more than the incidents.",
                _WARDS,
            ),
            Meaning(
                "strand_known",
                "With a strand",
                "How many incidents say what they were about.",
                "Incidents with at least one strand, each counted once.",
                _WARDS,
            ),
            Meaning(
                "group.*",
                "Group",
                "How many of those where it is known are in this group.",
                "Victims, suspects, outcomes or ways of reporting by group; those not known are "
                "counted apart.",
                _WARDS,
            ),
        ),
    ),
    Topic(
        "Is it changing",
        (
            Meaning(
                "change",
                "Change",
                "How much more or less there is than in the time before, and if luck could do it.",
                "Change of the rate per day in per cent, with an exact interval and an E-test.",
                _CHANGE,
            ),
            Meaning(
                "*.before",
                "Before",
                "The same count for the time that this one is held against.",
                "The count of the comparison period, with the same selection and the same land.",
                _CHANGE,
            ),
            Meaning(
                "*.difference",
                "Difference",
                "How many more or fewer there are than in the time before.",
                "Count less the count of the comparison period, not scaled by days.",
                _CHANGE,
            ),
            Meaning(
                "*.change",
                "Change in per cent",
                "How much more or less there is than in the time before, out of 100.",
                "Change of the rate per day in per cent; not defined from zero.",
                _CHANGE,
            ),
            Meaning(
                "*.share",
                "Share",
                "How large a part of the whole this is, out of 100.",
                "Per cent of the known ones, unless the table names another whole.",
                _MEASURES,
            ),
            Meaning(
                "interval",
                "Likely range",
                "The true change is very likely between these two figures.",
                "A confidence interval of the rate ratio, 95 % unless set otherwise.",
                _CHANGE,
            ),
            Meaning(
                "emerging",
                "New, growing, fading",
                "Whether a place has just become busy, stays busy, or calms down.",
                "Emerging hot spot classes: Gi* over time with a Mann-Kendall trend.",
                _EMERGING,
            ),
            Meaning(
                "series_break",
                "Break in the figures",
                "The police changed their system in February 2024, so counts from before and "
                "after must not be compared.",
                "A series break, CRIS to CONNECT on 28 February 2024: no line, change or trend "
                "crosses it.",
                _CHANGE,
            ),
        ),
    ),
    Topic(
        "Wards",
        (
            Meaning(
                "ward.*.count",
                "Incidents in the ward",
                "How many of the incidents were in this ward.",
                "Count by exact point in polygon for the ward vintage on show.",
                _MEASURES,
            ),
            Meaning(
                "ward.*.before",
                "In the ward before",
                "How many were in this ward in the time that this one is held against.",
                "Count of the comparison period in the same polygon.",
                _CHANGE,
            ),
            Meaning(
                "ward.*.change",
                "Change in the ward",
                "How much more or less the ward has than in the time before.",
                "Change of the rate per day in per cent, tested for all wards together.",
                _CHANGE,
            ),
            Meaning(
                "ward.*.rate",
                "For 1,000 residents",
                "How many there are for every 1,000 people who live in the ward.",
                "Crude rate on residents, not on all who pass through; high in town centres.",
                _MEASURES,
            ),
            Meaning(
                "ward.*.density",
                "For each km²",
                "How many there are on each square kilometre of the ward.",
                "Incidents per km² of land.",
                _MEASURES,
            ),
            Meaning(
                "ward.*.share",
                "Share",
                "How large a part of all of them is in this ward.",
                "Per cent of the selected incidents, those not located included.",
                _MEASURES,
            ),
            Meaning(
                "*.rate",
                "For 1,000 residents",
                "How many there are for every 1,000 people who live there.",
                "Crude rate on residents; years of other populations are not mixed.",
                _MEASURES,
            ),
            Meaning(
                "*.density",
                "For each km²",
                "How many there are on each square kilometre.",
                "Incidents per km² of land.",
                _MEASURES,
            ),
            Meaning(
                "*.rank",
                "Rank",
                "The place in the order, from the highest down.",
                "Rank of the measure on show, with equal ones sharing a rank; small differences of "
                "rank are often luck.",
                _MEASURES,
            ),
            Meaning(
                "ward.*.strand.*",
                "Strand in the ward",
                "How many incidents in this ward were about this.",
                "Strand mentions in the ward.",
                _WARDS,
            ),
            Meaning(
                "ward.*.kind.*",
                "Crimes and others in the ward",
                "How many in this ward were crimes, and how many were not.",
                "Count in the ward by the flag for crime or incident of the source.",
                _WARDS,
            ),
            Meaning(
                "ward.*.category.*",
                "Category in the ward",
                "How many in this ward were of this kind.",
                "Count in the ward by the category of the source.",
                _WARDS,
            ),
            Meaning(
                "local_moran",
                "Like or unlike its neighbours",
                "Whether the ward and the wards around it are high or low together.",
                "Local Moran's I with permutation p-values, corrected for the number of wards.",
                _LOCAL,
            ),
            Meaning(
                "vintage",
                "Old and new wards",
                "Wards were drawn anew in May 2022, and the same name can mean other land.",
                "Ward vintage: the polygons in force, 2002 or 2022, joined by code and never by "
                "name.",
                "wards.md#which-ward",
            ),
        ),
    ),
    Topic(
        "Hotspots",
        (
            Meaning(
                "hotspot.*.incidents",
                "Incidents in the hotspot",
                "How many of the incidents were inside this line on the map.",
                "Exact count inside the outline; hotspots are ranked by it.",
                _HOTSPOTS,
            ),
            Meaning(
                "hotspot.*.share",
                "Share in the hotspot",
                "How large a part of those on the map is in this hotspot.",
                "Per cent of the located incidents.",
                _HOTSPOTS,
            ),
            Meaning(
                "hotspot.*.before",
                "In the hotspot before",
                "How many were on the same land in the time before.",
                "Count of the comparison period in the same outline; some fall is to be expected, "
                "for the outline was drawn around a peak (regression to the mean).",
                _CHANGE,
            ),
            Meaning(
                "hotspot.*.change",
                "Change in the hotspot",
                "How much more or less there is on this land than in the time before.",
                "Change in per cent in a fixed outline.",
                _CHANGE,
            ),
            Meaning(
                "hotspot.*.last_4_weeks",
                "Last four weeks",
                "How many there were on this land in the last 28 days of the data.",
                "Count of the 28 days up to the last known day.",
                _HOTSPOTS,
            ),
            Meaning(
                "hotspot.*.expected_4_weeks",
                "Usual for four weeks",
                "How many its own past would give for 28 days.",
                "Mean of its earlier rate per day, times 28.",
                _HOTSPOTS,
            ),
            Meaning(
                "pai",
                "Times the average",
                "How many times more crowded the hotspot is than the borough as a whole.",
                "Predictive accuracy index (PAI): share of incidents divided by share of land.",
                _EVALUATION,
            ),
            Meaning(
                "density",
                "How crowded",
                "How many incidents there are around each point, shown as shades.",
                "Kernel density in incidents per km², corrected at the edge of the borough.",
                _DENSITY,
            ),
            Meaning(
                "bandwidth",
                "How far an incident reaches",
                "A larger figure gives a smoother map, a smaller one shows single streets.",
                "Bandwidth of the kernel in metres; chosen from the data unless set.",
                "density.md#choosing-the-bandwidth",
            ),
            Meaning(
                "dbscan",
                "Groups of incidents",
                "Land where enough incidents lie close together.",
                "DBSCAN: at least so many incidents within eps metres.",
                "clusters.md#dbscan",
            ),
            Meaning(
                "eps",
                "How close is close",
                "Incidents nearer than this count as neighbours.",
                "The radius eps of DBSCAN in metres, from the bend of the k-distance curve.",
                "clusters.md#the-k-distance-curve",
            ),
            Meaning(
                "gi_star",
                "Hot beyond chance",
                "Small squares where there is more than luck would give, with those around them.",
                "Getis-Ord Gi* on a grid, corrected for many tests.",
                _GI,
            ),
            Meaning(
                "p_value",
                "Could it be chance",
                "How often luck alone would give as much; below 0.05 it hardly would.",
                "P-value, with the alternative named and a correction for many tests.",
                _CHANCE,
            ),
            Meaning(
                "correction",
                "Many tests at once",
                "Who looks at many places finds some by luck, so the bar is raised.",
                "Correction for multiple testing, Benjamini-Hochberg unless set otherwise.",
                _CHANCE,
            ),
        ),
    ),
    Topic(
        "When",
        (
            Meaning(
                "when.hour.*",
                "By hour",
                "How many happened in this hour of the day.",
                "Aoristic sum: an incident with a start and an end is spread over its hours and "
                "adds 1 in all.",
                _WHEN,
            ),
            Meaning(
                "when.weekday.*",
                "By weekday",
                "How many happened on this day of the week.",
                "Aoristic sum by weekday; where the day is not known it is counted apart.",
                _WHEN,
            ),
            Meaning(
                "when.cell.*.*",
                "By hour and weekday",
                "How many happened in this hour on this day of the week.",
                "Aoristic sum by hour of the week.",
                _WHEN,
            ),
            Meaning(
                "when.block.*",
                "By hours of the day",
                "How many began in these four hours of the day.",
                "Count by block of four hours of the start, where the hour is known.",
                _WHEN,
            ),
            Meaning(
                "when.block_cell.*.*",
                "By hours and weekday",
                "How many began in these four hours on this day of the week.",
                "Count by weekday and block of four hours; after midnight it is the day before.",
                _WHEN,
            ),
            Meaning(
                "when.shift.*",
                "By shift",
                "How many fell into this shift.",
                "Aoristic sum over the hours of the shift; a night belongs to the day it began on.",
                _WHEN,
            ),
            Meaning(
                "when.shift.*.per_hour",
                "In each hour of a shift",
                "How many this shift has in each of its hours, so that long and short ones can be "
                "compared.",
                "Aoristic sum divided by the hours of the shift.",
                _WHEN,
            ),
            Meaning(
                "when.month.*.total",
                "In a month of the year",
                "How many happened in this month, all years together.",
                "Sum over the years in the selection.",
                _WHEN,
            ),
            Meaning(
                "when.month.*",
                "By month of the year",
                "How many such a month had, on average.",
                "Mean per month covered, so that years that are not whole do not mislead.",
                _WHEN,
            ),
            Meaning(
                "when.known_hours.*",
                "By weekday, hour known",
                "How many happened on this weekday, of those whose hour is known.",
                "Column sum of the hours of the week.",
                _WHEN,
            ),
            Meaning(
                "when.hours_known",
                "Hour known",
                "How many have an hour, and so are in the table.",
                "Sum over all hours of the week.",
                _WHEN,
            ),
            Meaning(
                "when.month.*.covered",
                "Months of data",
                "How many such months the data holds.",
                "Months covered, in parts where a period cuts one.",
                _WHEN,
            ),
            Meaning(
                "when.hours_not_known",
                "Hour not known",
                "How many have no hour, and so are in no hour of the table.",
                "Incidents dated to a day or a month only.",
                _WHEN,
            ),
            Meaning(
                "when.weekdays_not_known",
                "Day not known",
                "How many have no day, and so are on no day of the table.",
                "Incidents dated to a month only.",
                _WHEN,
            ),
            Meaning(
                "when.spans",
                "With a start and an end",
                "How many happened at some time between two times.",
                "Time spans, spread evenly over their hours (aoristic analysis).",
                _WHEN,
            ),
            Meaning(
                "when.chosen",
                "In the hours chosen",
                "How many began in the hours and on the days you chose.",
                "Incidents selected by hour and weekday of their start.",
                _WHEN,
            ),
            Meaning(
                "when.hotspot",
                "In the hotspot chosen",
                "How many there were in the hotspot you chose, at any hour.",
                "Exact count inside the outline, all hours and weekdays.",
                _WHEN,
            ),
            Meaning(
                "when.day.*.incidents",
                "On one day",
                "How many happened on this day.",
                "Daily count; an incident with a start and an end counts where it starts.",
                _DAYS,
            ),
            Meaning(
                "when.day.*.expected",
                "Usual for such a day",
                "How many such a day has, going by the same weekday in the weeks around it.",
                "Mean of the reference days of a daily count.",
                _DAYS,
            ),
            Meaning(
                "when.unusual_days",
                "Days that stand out",
                "Days with many more incidents than luck would give.",
                "Days whose corrected p-value is at most 0.05, held against the same weekday in "
                "the eight weeks on either side.",
                _DAYS,
            ),
        ),
    ),
    Topic(
        "Again",
        (
            Meaning(
                "repeat_victims",
                "Repeat victims",
                "How many people were a victim more than once.",
                "Victims with two or more incidents in the selection, by their reference.",
                _REPEATS,
            ),
            Meaning(
                "victims",
                "Victims",
                "How many people were a victim, each counted once.",
                "Distinct victim references in the time.",
                _REPEATS,
            ),
            Meaning(
                "repeat_victim_share",
                "Share of repeat victims",
                "How many of 100 victims were a victim more than once.",
                "Per cent of the victims with a reference.",
                _REPEATS,
            ),
            Meaning(
                "following",
                "After an earlier one",
                "How many incidents came after another to the same person.",
                "Incidents of a victim who had one before in the data.",
                _REPEATS,
            ),
            Meaning(
                "repeat_places",
                "Repeat places",
                "How many places had more than one incident.",
                "Distinct recorded positions with two or more incidents.",
                _REPEATS,
            ),
            Meaning(
                "near_repeat",
                "Soon and near",
                "Whether one incident is soon followed by others close by.",
                "Near repeats: Knox ratios by bands of distance and time, tested by simulation.",
                _NEAR,
            ),
        ),
    ),
)

MEANINGS = {meaning.name: meaning for topic in TOPICS for meaning in topic.meanings}
"""All meanings by name."""


def meaning(name: str) -> str:
    """Give the two sentences for a figure or a word of the field, for help texts.

    >>> meaning("hotspot.3.share")
    'How large a part of those on the map is in this hotspot. Per cent of the located incidents.'

    Raises
    ------
    KeyError
        Nobody has said what it means.
    """
    return meaning_of(name).text


def meaning_of(name: str) -> Meaning:
    """Find what a figure means; one of another period or place means what it does without.

    A figure that stands beside another, such as ``strand.race.before``, means what its ending
    does.

    >>> meaning_of("fy.2016/17.strand.race").name, meaning_of("strand.race.before").name
    ('strand.*', '*.before')

    Raises
    ------
    KeyError
        Nobody has said what it means.
    """
    if name in MEANINGS:
        return MEANINGS[name]
    parts = _here_and_now(name.split("."))
    known = _known(parts) or _beside_another(parts)
    if known is None:
        msg = f"No meaning of the figure {name!r}; add one to dashboard/methods/meanings.py."
        raise KeyError(msg)
    return known


def _here_and_now(parts: list[str]) -> list[str]:
    """Leave out the period or the place of a figure, and say groups in one way."""
    if len(parts) > 2 and parts[0] in _OF_A_PERIOD:
        parts = parts[2:]
    return ["group", *parts[1:]] if parts[0] in _GROUPS else parts


def _known(parts: list[str]) -> Meaning | None:
    fitting = (one for one in MEANINGS.values() if _fits(one.name.split("."), parts))
    return next((one for one in fitting if not one.name.startswith(_ANY)), None)


def _beside_another(parts: list[str]) -> Meaning | None:
    """Give the meaning of an ending, where what it is put to has one."""
    *rest, ending = parts
    if ending == "count":
        return _known(rest)
    return MEANINGS.get(f"{_ANY}.{ending}") if rest and _begins_one(rest) else None


def _begins_one(parts: list[str]) -> bool:
    """Whether this is a figure, or what figures are of, such as ``hotspot.1``."""
    patterns = (name.split(".") for name in MEANINGS if not name.startswith(_ANY))
    return any(_fits(pattern[: len(parts)], parts) for pattern in patterns)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        one in (_ANY, other) for one, other in zip(pattern, parts, strict=True)
    )
