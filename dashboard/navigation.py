"""The pages of the dashboard in the order of the navigation."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import furniture, sidebar
from dashboard.pages import (
    briefing_page,
    data_page,
    hotspots_page,
    trends_page,
    wards_page,
    when_page,
)
from dashboard.settings import StartOptions
from dashboard.view import View


def pages(options: StartOptions) -> list[StreamlitPage]:
    """Give the pages; the first opens by itself."""
    return [
        _page("Briefing", "briefing", _of_view(briefing_page.show, options), default=True),
        _page("Wards", "wards", _of_view(wards_page.show, options)),
        _page("Hotspots", "hotspots", _of_view(hotspots_page.show, options)),
        _page("When", "when", _of_view(when_page.show, options)),
        _page("Trends", "trends", _of_view(trends_page.show, options)),
        _page("Data", "data", lambda: data_page.show(options)),
    ]


def _page(
    title: str, path: str, show: Callable[[], None], *, default: bool = False
) -> StreamlitPage:
    return st.Page(show, title=title, url_path=path, default=default)


def _of_view(show: Callable[[View], None], options: StartOptions) -> Callable[[], None]:
    """Make a page of the data on show, which says what to do where there is none."""

    def page() -> None:
        dataset = sidebar.choose_dataset(options)
        view = None if dataset is None else sidebar.choose_view(dataset, options)
        if view is None:
            st.header("No data on show")
            st.write("Choose files in the sidebar, or the demonstration data to look around.")
            return
        if view.incidents.is_demonstration:
            furniture.demonstration_banner()
        show(view)

    return page
