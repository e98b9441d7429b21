"""The map in the page: a Leaflet component on Streamlit's components v2.

Everything the browser loads comes from this server (``static/``). Numbers go to the browser as
one block of JSON; time, layers and view then change in the browser without asking the server.
The server hears only of a ward or a hotspot that a person chooses, and only where a page asks.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

# The page's address differs from page to page and behind a proxy; the app's own folder does not.
_LOADER = """
const base = new URL("app/static/", document.baseURI);
let code = null;
export default function (component) {
  code ??= import(new URL("map/mount.js", base).href);
  let cleanup = null;
  let gone = false;
  const { parentElement, setTriggerValue } = component;
  code.then(({ %(entry)s }) => {
    if (gone) return;
    const data = JSON.parse(new TextDecoder().decode(component.data));
    cleanup = %(entry)s({ parentElement, setTriggerValue, data, base });
  });
  return () => {
    gone = true;
    cleanup?.();
  };
}
"""

# Whoever looks at the whole period sees a change before the slider's frames are computed.
_component = st.components.v2.component(
    "hotspot_map", html="<div></div>", js=_LOADER % {"entry": "mount"}
)
_rest = st.components.v2.component(
    "hotspot_map_rest", html="<div></div>", js=_LOADER % {"entry": "complete"}
)

Kind = Literal["ward", "hotspot"]


@dataclass(frozen=True)
class Selected:
    """What a person has chosen on a map: a ward by its code, or a hotspot by its rank."""

    kind: Kind
    key: str


Listener = Callable[[Selected | None], None]


def live_map(
    payload: bytes,
    *,
    key: str,
    selected: Selected | None = None,
    on_select: Listener | None = None,
    sync: str = "",
    title: str = "",
) -> Selected | None:
    """Show a map, or give the one on show new numbers; its view and layers stay as they are.

    The view, the layers and the position in time stand in the page's link, behind ``#``.

    Parameters
    ----------
    payload
        What :func:`dashboard.maps.payload.encode` made of a map model.
    key
        Name of the map on its page, and in the link: short.
    selected
        What is chosen now. The page keeps it, in a control of its own for example, so that it
        stands in the link.
    on_select
        Called before the next run with what a person has chosen, or with None when they let go
        of it. Without it wards cannot be chosen, and no click causes a run.
    sync
        Maps with the same word follow each other's place, zoom and time.
    title
        Heading above the map, to tell several apart.

    Returns
    -------
    What is chosen now.
    """
    asks = {
        "key": key,
        "selects": on_select is not None,
        "selected": asdict(selected) if selected else None,
        "sync": sync,
        "title": title,
    }
    heard: dict[str, Any] = {"on_chosen_change": _heard(key, on_select)} if on_select else {}
    _component(key=key, data=_with(payload, {"asks": asks}), height="content", **heard)
    return selected


def live_map_rest(payload: bytes, *, key: str, of: str = "") -> None:
    """Complete a map on show, whose payload held the whole period alone, with all its views.

    Where a person looks at a frame of the slider, the map waits for this, so that frame, table
    and words always belong together.

    Parameters
    ----------
    payload
        What :func:`dashboard.maps.payload.encode` made of the whole map model.
    key
        Name of the part on its page.
    of
        Name of the map; may be left out where there is one on the page.
    """
    _rest(key=key, data=_with(payload, {"of": of}), height="content")


def _with(payload: bytes, more: Mapping[str, Any]) -> bytes:
    """Put more into an object in JSON, which is not written anew."""
    return json.dumps(more).encode()[:-1] + b"," + payload[1:]


def _heard(key: str, listener: Listener) -> Callable[[], None]:
    def tell() -> None:
        chosen = st.session_state[key].get("chosen")
        if chosen is not None:
            listener(_selected(chosen))

    return tell


def _selected(chosen: Any) -> Selected | None:  # noqa: ANN401 - whatever a browser may send
    """Read what the browser says; it may say anything."""
    if not isinstance(chosen, dict) or chosen.get("kind") not in ("ward", "hotspot"):
        return None
    return Selected(chosen["kind"], str(chosen.get("key", ""))[:40])
