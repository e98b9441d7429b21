"""What a person does on the pages and sees there, without a browser."""

import io
import json
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Widget
from streamlit.util import calc_hash

from dashboard import access, downloads
from geo.disclosure.levels import EXACT, PARTNER, Level
from tests.dashboard.conftest import APP, TIMEOUT_S

CONTROLS = ("selectbox", "multiselect", "number_input", "radio")
OWN_FILES = "Your own files"
DEMONSTRATION = "Demonstration data"


def controls(app: AppTest) -> dict[str, Widget]:
    """Give the controls of the sidebar by their labels."""
    found = [control for kind in CONTROLS for control in app.sidebar.get(kind)]
    return {control.label: control for control in found}  # type: ignore[attr-defined]


def change(app: AppTest, label: str, value: Any) -> AppTest:
    """Set a control of the sidebar and run the page."""
    controls(app)[label].set_value(value)  # type: ignore[attr-defined]
    return app.run()


def button(app: AppTest, label: str) -> Any:
    return next(button for button in app.sidebar.button if button.label == label)


def go_to(app: AppTest, url_path: str) -> AppTest:
    """Switch to another page of the navigation; the map has the empty path."""
    # AppTest.switch_page knows files only, and these pages are functions.
    app._page_hash = calc_hash(url_path)
    return app.run()


def opened(url_path: str, *, level: Level = EXACT, **link: str) -> AppTest:
    """Open the dashboard at a page; the other pages are not run."""
    app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    app.query_params.update(link)
    return checked(go_to(at_level(app, level), url_path))


def opened_as_partner(url_path: str, **link: str) -> AppTest:
    """Open a page at the level that everybody begins with."""
    return opened(url_path, level=PARTNER, **link)


def at_level(app: AppTest, level: Level = EXACT) -> AppTest:
    """Have a session that begins show figures at a level, exact ones also in files."""
    app.session_state[access.LEVEL] = level
    if level == EXACT:
        app.session_state[downloads.EXACT_FILES] = True
    return app


def checked(app: AppTest) -> AppTest:
    """Fail where the page threw."""
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def opened_with(url_path: str, *files: tuple[str, bytes]) -> AppTest:
    """Open the dashboard at a page, with own files on show."""
    return drop_in_sidebar(opened(url_path, data=OWN_FILES), *files)


def drop_in_sidebar(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Show other own files than before."""
    uploader = app.sidebar.get("file_uploader")[0]
    uploader.set_value([(name, content, "text/csv") for name, content in files])  # type: ignore[attr-defined]
    return checked(app.run())


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Choose own files in the sidebar and drop these there."""
    change(app, "Data", OWN_FILES)
    uploader = app.sidebar.get("file_uploader")[0]
    uploader.set_value([(name, content, "text/csv") for name, content in files])  # type: ignore[attr-defined]
    return app.run()


def payload(app: AppTest) -> bytes | None:
    """Give the bytes that the page hands to the map in the browser; None without a map."""
    found = [element.proto.bytes for element in app.main.get("bidi_component")]  # type: ignore[attr-defined]
    if not found:
        return None
    first, everything = found
    whole, views = (json.loads(part)["views"] for part in (first, everything))
    assert whole == {"whole": views["whole"]}
    return everything


def map_data(app: AppTest) -> dict[str, Any]:
    """Read what the page hands to the map."""
    text = payload(app)
    assert text is not None, errors(app)
    return json.loads(text)  # type: ignore[no-any-return]


def ward_values(app: AppTest, view: str = "whole", frame: int = 0) -> dict[str, float | None]:
    """Give the figures of the map by the names of its rows."""
    data = map_data(app)
    names = [*(ward["name"] for ward in data["base"]["wards"]), *data["base"]["extra_rows"]]
    return dict(zip(names, data["views"][view]["values"][frame], strict=True))


def errors(app: AppTest) -> str:
    """Give all errors as the page shows them."""
    return "\n".join(shown(alert.value) for alert in app.error)


def shown(markdown: object) -> str:
    """Give Markdown in which nothing is meant as such the way it is shown."""
    return re.sub(r"\\([^\w\s])", r"\1", str(markdown)).replace("\u2060", "")


def tables(part: Block) -> list[pd.DataFrame]:
    """Read the plain tables in a part of the page, all cells as the text that is shown."""
    bodies = [str(element.proto.body) for element in part.get("html")]  # type: ignore[attr-defined]
    return [_table(body) for body in bodies if "<table>" in body]


def _table(html: str) -> pd.DataFrame:
    head, *rows = [
        ["".join(cell.itertext()) for cell in row] for row in ET.fromstring(html).iter("tr")
    ]
    return pd.DataFrame(rows, columns=head).set_index(head[0])


def csv_file(rows: Sequence[dict[str, object]]) -> bytes:
    """Write rows as a CSV file."""
    buffer = io.StringIO()
    pd.DataFrame(rows).to_csv(buffer, index=False)
    return buffer.getvalue().encode()


# ---- the page Data -------------------------------------------------------------------------------


def open_data(app: AppTest) -> AppTest:
    """Go to the page Data."""
    return go_to(app, "data")


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop files on the page Data."""
    uploader = app.main.get("file_uploader")[0]
    uploader.set_value([(name, content, "text/csv") for name, content in files])  # type: ignore[attr-defined]
    return app.run()


def field(app: AppTest, label: str) -> Any:
    """Give a control of the page by its label, without what asks to look at it."""
    found = [control for kind in (*CONTROLS, "text_input") for control in app.main.get(kind)]
    return next(
        control
        for control in found
        if shown(control.label).removesuffix(" – please check") == label  # type: ignore[attr-defined]
    )


def answer(app: AppTest, label: str, value: Any) -> AppTest:
    """Set a control of the page and run it."""
    field(app, label).set_value(value)
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    """Press the button whose label begins so, of a dialog where one is open."""
    found = [button for button in app.button if button.label.startswith(label)]
    found[-1].click()
    return app.run()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.main.button]


def labelled(app: AppTest, label: str) -> pd.DataFrame:
    """Read the plain table of the page that a screen reader calls so."""
    bodies = [str(element.proto.body) for element in app.main.get("html")]  # type: ignore[attr-defined]
    found = next(body for body in bodies if f"aria-label='{label}" in body)
    return _table(found)


def texts(app: AppTest) -> str:
    """Give all sentences of the page."""
    kinds = ("markdown", "caption", "info", "warning", "success", "error")
    return "\n".join(shown(element.value) for kind in kinds for element in app.main.get(kind))  # type: ignore[attr-defined]
