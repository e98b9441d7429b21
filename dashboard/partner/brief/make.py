"""Makes a briefing of a release, and of nothing else."""

from boundaries.errors import ParameterError
from dashboard.brief.model import ReleasedBrief
from dashboard.figures import said
from dashboard.partner.brief.counts import ReleasedCounts, counts_of
from dashboard.partner.brief.hotspots import brief_hotspots, brief_map, method_in_words, why_none
from dashboard.partner.brief.tables import cards, located, strand_table, ward_table
from dashboard.partner.brief.words import headline, level_notes, moved, quality
from dashboard.partner.shown import with_figures
from dashboard.partner.sidebar import group_in_words
from dashboard.partner.view import ReleaseView, has_wards
from dashboard.partner.when.week import Week, busiest_in_words
from dashboard.released_tables import release_record
from geo.change.count_change import ChangeParams
from geo.disclosure.cells import BOROUGH
from geo.disclosure.levels import PARTNER
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.significance import CORRECTIONS

_TITLE = "briefing, Hammersmith & Fulham"
_NO_HOURS_FOR_PUBLIC = "Days and hours are not released to the public."


def briefed(view: ReleaseView) -> tuple[ReleaseView, str]:
    """Give the view of a period with ward counts of the group on show.

    Where the chosen one has none it is the year that holds it, and a sentence says so.

    Raises
    ------
    ParameterError
        The group has no ward counts in any period.
    """
    if not has_wards(view.release, view.group):
        codes = [code for of in view.release.groups.values() for code in of]
        known = [group_in_words(code) for code in codes if has_wards(view.release, code)]
        msg = (
            f"No figures by ward are released of {group_in_words(view.group)!r}, so there is no "
            f"briefing of it. Choose {', '.join([*known, group_in_words(ALL)])}."
        )
        raise ParameterError(msg)
    return with_figures(view, next(iter(view.release.wards)))


def make_partner_brief(
    view: ReleaseView, said_of_period: str = "", *, with_time: bool = True
) -> ReleasedBrief:
    """Make a briefing of what may be shown; the same release and choices give the same one.

    Parameters
    ----------
    view, said_of_period
        As :func:`briefed` gives them; the sentence is the first of the notes.
    with_time
        Give the map other periods to step through.

    Raises
    ------
    ParameterError
        The release has no ward counts of the group in this period.
    """
    counts = counts_of(view)
    view = counts.view
    found, hotspots = located(counts), brief_hotspots(view)
    drawn = brief_map(view, with_time=with_time)
    return ReleasedBrief(
        period=counts.period,
        period_before=counts.before,
        why_not="" if counts.is_compared else view.why_not,
        headline=headline(counts),
        figures=cards(counts),
        map=drawn,
        title=_title(view.release),
        data_to=f"{view.release.menu[0].span.last:%B %Y}",
        located=found,
        strands=strand_table(counts),
        wards=ward_table(counts),
        hotspots=hotspots,
        why_no_hotspots="" if hotspots else why_none(view),
        moved=moved(counts),
        busiest=_busiest(view),
        quality=quality(counts, [said(figure) for figure in found]),
        notes=(*filter(None, (said_of_period,)), *level_notes(view.release)),
        method=_method(counts, has_hotspots=bool(hotspots)),
        source=view.source,
        attribution=drawn.base.attribution,
        is_demonstration=view.release.is_demonstration,
        level=view.level,
        record=_record(view),
    )


def _title(release: Release) -> str:
    return f"{'Hate crime' if release.groups.get('strand') else 'Incident'} {_TITLE}"


def _busiest(view: ReleaseView) -> tuple[str, ...]:
    """Say the busiest hours and days of all incidents, in the year that holds the period."""
    if view.level != PARTNER:
        return (_NO_HOURS_FOR_PUBLIC,)
    if not view.release.groups.get("when"):
        return ("The days and hours of the incidents are not known.",)
    of_hours, said_of_period = with_figures(view, BOROUGH, view.release.groups["when"][0])
    text = busiest_in_words(Week(of_hours))
    of_all = "" if view.group == ALL else "These are of all incidents, whatever group is on show."
    return tuple(filter(None, (text, said_of_period, of_all)))


def _method(counts: ReleasedCounts, *, has_hotspots: bool) -> tuple[str, ...]:
    params = counts.view.release.params
    sentences = [
        (
            f"Figures are made of one set of released counts: those from 1 to "
            f"{params.smallest_shown - 1} are withheld, and so are others from which they could be "
            "worked out. Everything else follows from the counts that are shown."
        )
    ]
    if has_hotspots:
        sentences.append(method_in_words())
    if counts.is_tested:
        rule = CORRECTIONS[ChangeParams().correction]
        sentences.append(
            "Changes: E-test of Krishnamoorthy and Thomson on the two shown counts per day, at "
            f"5 %, corrected (Benjamini-Hochberg: {rule})."
        )
    return tuple(sentences)


def _record(view: ReleaseView) -> dict[str, object]:
    return release_record(
        view.release,
        group=group_in_words(view.group),
        period=view.period.words,
        before=view.before.words if view.before else "",
    )
