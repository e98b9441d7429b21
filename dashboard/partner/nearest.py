"""The released figures nearest to exact ones on show: which period and group, and what differs."""

from dashboard.partner.view import ReleaseView, has_wards
from dashboard.view import View
from geo.change.exposure import DateSpan
from geo.disclosure.menu import MenuPeriod, comparable, earlier
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.selection import Selection


def nearest_view(view: View, release: Release) -> tuple[ReleaseView, str]:
    """Give the view of a release that is nearest to what is on show.

    Returns
    -------
    The view, and a sentence on what is another than on the page; empty where nothing is.
    """
    group = _group(release, view.selection)
    period = nearest_period(release, view.period, group or ALL)
    before, why_not = _before(release, period, view)
    differs = []
    if period.span != view.period:
        differs.append(f"about {period.words}, the released period nearest to {view.period_words}")
    if group is None:
        differs.append("about all incidents, for there are no released figures of your choice")
    said = f"The file is {' and '.join(differs)}." if differs else ""
    found = ReleaseView(
        release,
        view.dataset.source,
        period,
        before,
        why_not,
        group or ALL,
        view.options,
        view.dataset.is_own,
    )
    return found, said


def nearest_period(release: Release, span: DateSpan, group: str) -> MenuPeriod:
    """Give the period that shares most of its days with a stretch of days.

    Of those that have ward figures of a group; the first of the menu where several share as much.
    """
    ward = next(iter(release.wards))
    offered = [period for period in release.menu if release.has(period, group, ward)]
    return max(offered, key=lambda period: _shared(period.span, span))


def _shared(one: DateSpan, other: DateSpan) -> float:
    """Give the days in both as a share of the days in either."""
    last, first = min(one.last, other.last), max(one.first, other.first)
    both = max(0, (last - first).days + 1)
    return both / (one.n_days + other.n_days - both)


def _group(release: Release, selection: Selection) -> str | None:
    """Give the group that a selection is; None where the release has none for it."""
    chosen = [f"kind: {selection.kind}"] if selection.kind != "all" else []
    for kind, names in (("strand", selection.strands), ("category", selection.categories)):
        chosen += [f"{kind}: {name}" for name in names or ()]
    others = (selection.sources, selection.wards, selection.weekdays, selection.hours)
    if any(others):
        return None
    if not chosen:
        return ALL
    return chosen[0] if len(chosen) == 1 and has_wards(release, chosen[0]) else None


def _before(release: Release, period: MenuPeriod, view: View) -> tuple[MenuPeriod | None, str]:
    """Give the time before that is nearest to what is compared on the page."""
    if view.compared.span is None:
        return None, view.compared.why_not
    wanted = view.compared.span
    found = [earlier(release.menu, period, a_year=a_year) for a_year in (False, True)]
    known = [one for one in found if one is not None]
    nearest = max(known, key=lambda one: _shared(one.span, wanted), default=None)
    return comparable(nearest, period)
