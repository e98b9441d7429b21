"""What the page says in sentences, in plain English."""

from datetime import date

from dashboard.when.choices import Chosen
from dashboard.words import plural
from geo.times.busiest import LEAST_KNOWN, Peak
from geo.times.daily import COUNTED, DAY, LEVEL, NOT_COVERED, STATUS, DailyResult
from geo.times.month_profile import INCIDENTS
from geo.times.when import WhenParams, WhenResult

FEW = 50
"""Below this many located incidents hotspots of chosen hours come with a warning."""

NOTHING = "No incident fits what was chosen. Choose a longer period, or fewer limits, on the left."
MONTHS_ONLY = (
    "This data gives the month of each incident, not the day or the hour. So this page can show "
    "months of the year. It cannot show hours, weekdays, shifts or single days."
)
DAYS_ONLY = (
    "This data gives the day of each incident, not the hour. So this page can show weekdays, "
    "months and single days. It cannot show hours or shifts."
)
SPREAD = (
    "Where only a start and an end are known, the incident is spread evenly over the hours between "
    "and counts as one in all"
)
TOO_FEW = "Too few are known to say which days or hours are busy."
NO_DAY = "No weekday stands out: luck alone could give as much."
NO_HOUR = "No time of day stands out: luck alone could give as much."


def headline(result: WhenResult) -> str:
    """Say the busiest hours and days, and whether chance would do as well."""
    hours = result.record.incidents - result.unknown_hours
    days = result.record.incidents - result.unknown_weekdays
    if days < LEAST_KNOWN:
        return TOO_FEW
    unknown = {"hours": result.unknown_hours, "days": result.unknown_weekdays}
    found = {peak.of: _peak(peak, unknown[peak.of]) for peak in result.peaks}
    said = [found.get("hours", NO_HOUR)] if hours >= LEAST_KNOWN else []
    return " ".join([*said, found.get("days", NO_DAY)])


def _peak(peak: Peak, unknown: int) -> str:
    what = {"days": "days of the week", "hours": "hours of the day"}[peak.of]
    of = f"the incidents whose {peak.of.removesuffix('s')} is known" if unknown else "the incidents"
    return (
        f"Busiest {peak.of}: {peak.in_words}, with {peak.share:.0%} of {of}. If all "
        f"{what} were alike it would be {peak.even_share:.0%}, so this is more than luck."
    ).replace("%", " %")


def spread_in_words(result: WhenResult, params: WhenParams) -> str:
    """Explain aoristic counts in one sentence, with how many incidents it is about."""
    if not result.spans:
        return "No incident here has both a start and an end, so each counts in its own hour."
    of = f"{result.spans:,} of {result.record.incidents:,} incidents"
    if params.method == "start":
        return f"An incident with a start and an end counts in the hour it starts ({of})."
    return f"{SPREAD} ({of}; aoristic analysis)."


def time_known(result: WhenResult) -> str:
    """Say what cannot be shown, where that is so; else nothing."""
    n = result.record.incidents
    if n == 0:
        return NOTHING
    if result.unknown_weekdays == n:
        return MONTHS_ONLY
    return DAYS_ONLY if result.unknown_hours == n else ""


def map_in_words(chosen: Chosen, n: int, located: int) -> str:
    """Say what the map of chosen hours shows, and warn where it rests on few."""
    shown = (
        f"The map shows {chosen.in_words()}: {plural(n, 'incident')}, {located:,} of them located."
    )
    if 0 < located < FEW:
        shown += (
            " That is few. Hotspots of so few incidents can be luck and may move from month to "
            "month; do not send a patrol on this alone."
        )
    return shown


def days_in_words(result: DailyResult) -> str:
    """Say how many days stand out, and how that was held against chance."""
    counted = int((result.frame[STATUS] == COUNTED).sum())
    missing = int((result.frame[STATUS] == NOT_COVERED).sum())
    if not counted:
        return "No single day can be shown."
    n = len(result.unusual)
    days = f"{plural(counted, 'day')} of this time can be counted"
    gap = f"; the data does not cover {plural(missing, 'day')}" if missing else ""
    stands = (
        "no day stands out"
        if not n
        else f"{plural(n, 'day stands', 'days stand')} out with more than luck would give"
    )
    rule = (
        "Each day is held against the same weekday in the weeks before and after. With so many "
        f"days some are high by luck, and that is allowed for (corrected, {LEVEL:.0%} level)."
    ).replace("%", " %")
    return f"{days}{gap}; {stands}. {rule}"


def calendar_alt(result: DailyResult) -> str:
    """Say in the picture's text what it shows."""
    frame = result.frame[result.frame[STATUS] == COUNTED]
    if frame.empty:
        return "Calendar without a day that can be counted."
    top = frame.sort_values(INCIDENTS, ascending=False, kind="stable").iloc[0]
    zero = int((frame[INCIDENTS] == 0).sum())
    return (
        f"Calendar of {plural(len(frame), 'day')}: the highest is {day_in_full(top[DAY])} with "
        f"{plural(int(top[INCIDENTS]), 'incident')}; {plural(zero, 'day')} without any. They "
        "can be shown as a table below."
    )


def day_in_full(day: date) -> str:
    """Write a day with its weekday.

    >>> day_in_full(date(2018, 3, 2))
    'Friday 2 March 2018'
    """
    return f"{day:%A} {day.day} {day:%B %Y}"
