"""The map in the page: a Leaflet component on Streamlit's components v2.

Everything the browser loads comes from this server (``static/``). Numbers go to the browser as
one block of JSON; time, layers and view then change in the browser without asking the server.
"""

import streamlit as st

# The page's address differs from page to page and behind a proxy; the app's own folder does not.
_LOADER = """
const base = new URL("app/static/", document.baseURI);
let code = null;
export default function (component) {
  code ??= import(new URL("map/hotspot_map.js", base).href);
  let cleanup = null;
  let gone = false;
  code.then(({ %(entry)s }) => {
    if (gone) return;
    const text = new TextDecoder().decode(component.data);
    cleanup = %(entry)s({ parentElement: component.parentElement, data: JSON.parse(text), base });
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


def live_map(payload: bytes, *, key: str) -> None:
    """Show a map, or give the one on show new numbers; its view and layers stay as they are.

    :func:`live_map_rest` must follow: where a person looks at a frame of the slider, the map
    waits for it, so that frame, table and words always belong together.

    Parameters
    ----------
    payload
        What :func:`dashboard.maps.payload.encode` made of a map model.
    key
        Name of the map on its page.
    """
    _component(key=key, data=payload, height="content")


def live_map_rest(payload: bytes, *, key: str) -> None:
    """Complete the map on show with all its views.

    Parameters
    ----------
    payload
        What :func:`dashboard.maps.payload.encode` made of the whole map model.
    key
        Name of the part on its page.
    """
    _rest(key=key, data=payload, height="content")
