"""The presenter view in the page: a component on Streamlit's components v2.

All slides go to the browser at once, so that nothing is asked of the server between two of them.
"""

import json
import secrets

import streamlit as st

from dashboard.brief.model import Brief
from dashboard.packs.markup import style
from dashboard.packs.sections import PackOptions
from dashboard.presenter.slides import slides_of

_LOADER = """
const base = new URL("app/static/", document.baseURI);
let code = null;
export default function (component) {
  code ??= import(new URL("presenter/presenter.js", base).href);
  let cleanup = null;
  let gone = false;
  const { parentElement, setTriggerValue } = component;
  code.then(({ present }) => {
    if (gone) return;
    const data = JSON.parse(new TextDecoder().decode(component.data));
    cleanup = present({ parentElement, setTriggerValue, data, base });
  });
  return () => {
    gone = true;
    cleanup?.();
  };
}
"""

_component = st.components.v2.component("presenter", html="<div></div>", js=_LOADER)
_SLIDES = "slides of the presenter view"


@st.fragment
def show(brief: Brief, options: PackOptions | None = None) -> None:
    """Offer the presenter view of a briefing, and open it when asked for.

    Slides are made on the click, so that the page does not wait for their picture of the map, and
    stay as they are until the view is closed, whatever the page does meanwhile.
    """
    if st.button("Present", help="The briefing full screen, slide by slide", key="present"):
        with st.spinner("Making the slides …"):
            st.session_state[_SLIDES] = _slides(brief, options or PackOptions())
    if slides := st.session_state.get(_SLIDES):
        _component(key="presenter", data=slides, height="content", on_closed_change=_forget)


def _slides(brief: Brief, options: PackOptions) -> bytes:
    data = {
        "slides": slides_of(brief, options),
        "style": style(),
        "title": brief.title,
        # Tells one opening from the next, where the slides are the same.
        "opened": secrets.token_hex(8),
    }
    return json.dumps(data).encode()


def _forget() -> None:
    st.session_state.pop(_SLIDES, None)
