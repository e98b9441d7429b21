"""The pages of the dashboard in the order of the navigation, and what they all stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from boundaries.errors import AccessError
from dashboard import access, downloads, furniture, saved_views, sidebar
from dashboard.access import Action, Person
from dashboard.errors import guarded
from dashboard.pages import (
    audit_page,
    briefing_page,
    data_page,
    hotspots_page,
    methods_page,
    patrol_page,
    trends_page,
    wards_page,
    when_page,
)
from dashboard.partner import briefing_page as partner_briefing
from dashboard.partner import hotspots_page as partner_hotspots
from dashboard.partner import patrol_page as partner_patrol
from dashboard.partner import sidebar as partner_sidebar
from dashboard.partner import trends_page as partner_trends
from dashboard.partner import wards_page as partner_wards
from dashboard.partner import when_page as partner_when
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from dashboard.sign_in import block
from dashboard.view import View
from geo.disclosure.levels import EXACT, Level

_TITLE = "Hotspots in Hammersmith & Fulham"
_NOT_OF_VIEW = {"data", "audit"}
"""Addresses of the pages that are not about the incidents on show."""


@dataclass(eq=False)
class _Run:
    """One run of the app: what the sidebar, which stands on all pages, has chosen."""

    view: View | None = None
    release: ReleaseView | None = None


def run(options: StartOptions) -> None:
    """Show the page that the address names, and the sidebar beside it."""
    try:
        who = access.person()
    except AccessError as error:
        _show_nothing(error)
        return
    with guarded():
        access.start()
    level = access.level()
    now = _Run()
    offered = _pages(who, level, options, now)
    page = st.navigation(offered, position="top")
    st.set_page_config(page_title=f"{page.title} - {_TITLE}", layout="wide")
    furniture.style()
    saved_views.go_where_asked(offered, page)
    is_of_view = page.url_path not in _NOT_OF_VIEW
    if not is_of_view:
        st.sidebar.caption("These are the settings of the other pages.")
    tools = st.sidebar.container()
    block.show_level(st.sidebar.container())
    if level == EXACT:
        with st.sidebar:
            downloads.show_switch()
    # Drawn here and not by each page, so that links and history hold the same from page to page.
    with guarded():
        _choose(options, level, now)
    with guarded():
        page.run()
    if is_of_view:
        with guarded():
            sidebar.show_tools(tools, page)
    block.show_person(st.sidebar.container())


def _show_nothing(problem: AccessError) -> None:
    """Have one page for every address, which says why."""
    page = st.navigation(
        [_page("No access", "", lambda: block.show_refusal(problem), default=True)],
        position="hidden",
    )
    st.set_page_config(page_title=f"No access - {_TITLE}")
    page.run()


def _choose(options: StartOptions, level: Level, now: _Run) -> None:
    if level == EXACT:
        now.view = sidebar.choose(options)
    else:
        now.release = partner_sidebar.choose(options, level)


def _pages(who: Person, level: Level, options: StartOptions, now: _Run) -> list[StreamlitPage]:
    """Give the pages that this person may open; the first opens by itself."""
    of_view = {
        ("Briefing", "briefing"): (briefing_page.show, partner_briefing.show),
        ("Wards", "wards"): (wards_page.show, partner_wards.show),
        ("Hotspots", "hotspots"): (hotspots_page.show, partner_hotspots.show),
        ("When", "when"): (when_page.show, partner_when.show),
        ("Patrol", "patrol"): (patrol_page.show, partner_patrol.show),
        ("Trends", "trends"): (trends_page.show, partner_trends.show),
    }
    pages = [
        _page(
            title,
            path,
            _of_view(exact, now) if level == EXACT else _of_release(partner, now),
            default=path == "briefing",
        )
        for (title, path), (exact, partner) in of_view.items()
    ]
    records = _of_records(lambda: data_page.show(options))
    return [
        *pages,
        _page_for(who, "add data", _page("Data", "data", records)),
        _page("Methods and data", "methods", lambda: methods_page.show(now.view)),
        _page_for(who, "read the audit log", _page("Audit", "audit", audit_page.show)),
    ]


def _page(
    title: str,
    path: str,
    show: Callable[[], None],
    *,
    default: bool = False,
    visibility: Literal["visible", "hidden"] = "visible",
) -> StreamlitPage:
    return st.Page(show, title=title, url_path=path, default=default, visibility=visibility)


def _page_for(who: Person, action: Action, page: StreamlitPage) -> StreamlitPage:
    """Give a page, or for who may not open it one that says so where its address is asked for."""
    if who.may(action):
        return page

    def refuse() -> None:
        st.title(page.title)
        access.require(action)

    return _page(page.title, page.url_path, refuse, visibility="hidden")


def _of_records(show: Callable[[], None]) -> Callable[[], None]:
    """Make a page that shows records as they are, which only belongs among exact figures."""

    def page() -> None:
        access.require("add data")
        if access.level() == EXACT:
            show()
            return
        st.title("Data")
        st.write("This page shows records as they are, so it opens with exact figures only.")
        st.button("Show exact figures", on_click=block.choose, args=(EXACT,), type="primary")

    return page


def _of_view(show: Callable[[View], None], now: _Run) -> Callable[[], None]:
    """Make a page of the data on show, which says what to do where there is none."""

    def page() -> None:
        if now.view is None:
            _no_data()
            return
        if now.view.incidents.is_demonstration:
            furniture.demonstration_banner()
        show(now.view)
        report = now.view.dataset.report
        if report is not None and not now.view.incidents.is_demonstration:
            furniture.import_report(report)

    return page


def _of_release(show: Callable[[ReleaseView], None], now: _Run) -> Callable[[], None]:
    """Make a page of figures that may be shown to others."""

    def page() -> None:
        if now.release is None:
            _no_data()
            return
        if now.release.release.is_demonstration:
            furniture.demonstration_banner()
        show(now.release)

    return page


def _no_data() -> None:
    st.header("No data on show")
    st.write("Choose files in the sidebar, or the demonstration data to look around.")
