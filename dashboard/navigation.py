"""The pages of the dashboard in the order of the navigation, and what they all stand on."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import furniture, saved_views, sidebar
from dashboard.errors import guarded
from dashboard.pages import (
    briefing_page,
    data_page,
    hotspots_page,
    methods_page,
    trends_page,
    wards_page,
    when_page,
)
from dashboard.settings import StartOptions
from dashboard.view import View

_TITLE = "Hotspots in Hammersmith & Fulham"
_NOT_OF_VIEW = {"data"}
"""Addresses of the pages that are not about the incidents on show."""


@dataclass(eq=False)
class _Run:
    """One run of the app: what the sidebar, which stands on all pages, has chosen."""

    view: View | None = None


def run(options: StartOptions) -> None:
    """Show the page that the address names, and the sidebar beside it."""
    now = _Run()
    offered = _pages(options, now)
    page = st.navigation(offered, position="top")
    st.set_page_config(page_title=f"{page.title} - {_TITLE}", layout="wide")
    furniture.style()
    saved_views.go_where_asked(offered, page)
    is_of_view = page.url_path not in _NOT_OF_VIEW
    if not is_of_view:
        st.sidebar.caption("These are the settings of the other pages.")
    tools = st.sidebar.container()
    # Drawn here and not by each page, so that links and history hold the same from page to page.
    with guarded():
        now.view = sidebar.choose(options)
    with guarded():
        page.run()
    if is_of_view:
        with guarded():
            sidebar.show_tools(tools, page)


def _pages(options: StartOptions, now: _Run) -> list[StreamlitPage]:
    """Give the pages; the first opens by itself."""
    return [
        _page("Briefing", "briefing", _of_view(briefing_page.show, now), default=True),
        _page("Wards", "wards", _of_view(wards_page.show, now)),
        _page("Hotspots", "hotspots", _of_view(hotspots_page.show, now)),
        _page("When", "when", _of_view(when_page.show, now)),
        _page("Trends", "trends", _of_view(trends_page.show, now)),
        _page("Data", "data", lambda: data_page.show(options)),
        _page("Methods and data", "methods", lambda: methods_page.show(now.view)),
    ]


def _page(
    title: str, path: str, show: Callable[[], None], *, default: bool = False
) -> StreamlitPage:
    return st.Page(show, title=title, url_path=path, default=default)


def _of_view(show: Callable[[View], None], now: _Run) -> Callable[[], None]:
    """Make a page of the data on show, which says what to do where there is none."""

    def page() -> None:
        if now.view is None:
            st.header("No data on show")
            st.write("Choose files in the sidebar, or the demonstration data to look around.")
            return
        if now.view.incidents.is_demonstration:
            furniture.demonstration_banner()
        show(now.view)
        report = now.view.dataset.report
        if report is not None and not now.view.incidents.is_demonstration:
            furniture.import_report(report)

    return page
