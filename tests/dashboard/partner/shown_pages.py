"""Pages for partners made of any release, and every figure that stands on them."""

import base64
import html
import re
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo.disclosure.menu import released_before
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL

FIGURE = re.compile(r"data-figure='([^']+)'>([^<]*)<")
IMAGE = re.compile(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]+)"')
SVG_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


# AppTest runs the text of this function elsewhere: names of this file are not known there.
def _script(view: "ReleaseView", page: str) -> None:
    import importlib

    importlib.import_module(f"dashboard.partner.{page}_page").show(view)


def view_of(
    release: Release, period: str, *, group: str = ALL, compared: bool = True
) -> ReleaseView:
    """Make a view as the sidebar does, against the time before where there is one."""
    chosen = release.period(period)
    before, why_not = released_before(release.menu, chosen, "period before")
    return ReleaseView(release, "test", chosen, before, why_not, group, StartOptions())


def opened(view: ReleaseView, page: str, **link: str) -> AppTest:
    """Run a page of a view; fails where it threw or shows an error."""
    app = AppTest.from_function(_script, args=(view, page), default_timeout=60)
    app.query_params.update({name.replace("_", "-"): value for name, value in link.items()})
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    assert not app.error, [entry.value for entry in app.error]
    return app


def bodies(app: AppTest) -> str:
    """Give all HTML of a page."""
    return "\n".join(str(element.proto.body) for element in app.main.get("html"))  # type: ignore[attr-defined]


def figures(app: AppTest) -> list[tuple[str, str]]:
    """Give name and text of every figure, as often as it stands there."""
    return [(html.unescape(n), html.unescape(t)) for n, t in FIGURE.findall(bodies(app))]


def pictures(app: AppTest) -> list[tuple[str, list[str]]]:
    """Give what every picture says in its alternative text, and the words drawn in it."""
    return [
        (html.unescape(alt), SVG_TEXT.findall(base64.b64decode(data).decode()))
        for alt, data in IMAGE.findall(bodies(app))
    ]


def with_counts_withheld(release: Release) -> Release:
    """Give the same release with not one count shown."""
    hidden = {
        key: replace(shown, value=None, why="small", text=release.fewer_than)
        for key, shown in release.counts.items()
    }
    return replace(release, counts=hidden)
