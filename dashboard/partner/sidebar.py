"""The shared controls of the pages for partners: which data, which period, which incidents."""

import streamlit as st

from dashboard import controls
from dashboard.partner.view import ReleaseView
from dashboard.releases import release_on_show
from dashboard.settings import StartOptions
from dashboard.sidebar import COMPARISON_WORDS, choose_dataset
from dashboard.view import Dataset
from geo.disclosure.levels import Level
from geo.disclosure.menu import OF_WARDS, MenuPeriod, released_before
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.reporting_periods import Comparison

_GROUPED = ("kind", "strand")
"""Kinds of groups that the sidebar chooses from; the others are tables of their own."""
_WHY_FIXED = (
    "Figures for partners are for fixed periods: the difference of two that nearly agree could "
    "be one person."
)


def choose(options: StartOptions, level: Level) -> ReleaseView | None:
    """Offer what the pages for partners share; None while there is nothing to show."""
    dataset = choose_dataset(options)
    if dataset is None:
        return None
    release = release_on_show(dataset, level)
    return None if release is None else _choose_view(release, dataset, options)


def _choose_view(release: Release, dataset: Dataset, options: StartOptions) -> ReleaseView:
    with st.sidebar:
        period = _choose_period(release)
        before, why_not = released_before(release.menu, period, _choose_comparison())
        group = _choose_group(release)
        against = f", against {before.words}." if before else f". {why_not}"
        st.caption(period.words + against)
    return ReleaseView(
        release, dataset.source, period, before, why_not, group, options, dataset.is_own
    )


def _choose_period(release: Release) -> MenuPeriod:
    offered = {period.key: period for period in release.menu if period.kind in OF_WARDS}
    recent = [key for key, period in offered.items() if period.n_months == 12]
    key = controls.choice(
        st.sidebar,
        "Period",
        list(offered),
        name="of",
        default=recent[0] if recent else "all",
        words=lambda key: offered[key].words,
        help=_WHY_FIXED,
    )
    return offered[key]


def _choose_comparison() -> Comparison:
    return controls.choice(
        st.sidebar,
        "Held against",
        list(COMPARISON_WORDS),
        name="against",
        words=COMPARISON_WORDS.__getitem__,
    )


def _choose_group(release: Release) -> str:
    groups = [ALL, *(code for kind in _GROUPED for code in release.groups.get(kind, ()))]
    return controls.choice(
        st.sidebar,
        "Incidents",
        groups,
        name="group",
        words=group_in_words,
        help="One group at a time: counts of several at once could give single incidents away.",
    )


def group_in_words(code: str) -> str:
    """Say which incidents a group is.

    >>> group_in_words("strand: race"), group_in_words("kind: crime"), group_in_words("all")
    ('Race', 'Crimes', 'All incidents')
    """
    known = {
        ALL: "All incidents",
        "kind: crime": "Crimes",
        "kind: incident": "Incidents that are not crimes",
        "kind: not known": "Kind not known",
    }
    return known.get(code) or code.partition(": ")[2].capitalize()
